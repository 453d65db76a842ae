//! Which columns and rows of a dataset are published row by row, and which never can be.
//!
//! A field is private unless its contract says `publish: true`. The rule is that of
//! `schemas/docs/write-a-contract.md`, "What is published".

use crate::contract::Contract;
use crate::disclosure::Disclosure;
use crate::error::{ContractError, ProjectError};
use crate::field::{Field, FieldType};
use crate::project::Project;
use crate::supersedes::Supersedes;
use std::collections::BTreeSet;

/// What an indicator whose numbers are guarded is made of.
pub(crate) struct Guarded<'card> {
    /// Its id.
    pub(crate) id: &'card str,
    /// The datasets that it rests on.
    pub(crate) datasets: &'card [String],
    /// What its card says about disclosure.
    pub(crate) disclosure: &'card Disclosure,
    /// Its statement.
    pub(crate) query: &'card str,
}

impl Contract {
    /// Whether a field's values are published row by row: those that the contract names, and with
    /// them the fields that every dataset has.
    pub fn publishes(&self, field: &Field) -> bool {
        let own = self.own_fields();
        match own.iter().any(|known| known.name == field.name) {
            true => field.koridor.publish,
            false => own.iter().any(|known| known.koridor.publish),
        }
    }

    /// The fields that are published row by row, in table order; of most datasets none.
    pub fn published_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| self.publishes(field))
    }

    /// Whether any column of it is published.
    pub fn is_published(&self) -> bool {
        self.published_fields().next().is_some()
    }

    /// That what is published may be: nothing personal, nothing of the restricted zone, no rows
    /// that are single cases or businesses, and no row without its key.
    pub(crate) fn validate_published(&self, file: &str) -> Result<(), ContractError> {
        let is_own_row = self.is_register() || self.koridor.supersedes != Supersedes::Slice;
        let publishes = self.fields.iter().any(|field| field.koridor.publish);
        for (index, field) in self.fields.iter().enumerate() {
            let is_key = self.primary_key.contains(&field.name);
            let refused = match (field.koridor.publish, publishes && is_key) {
                (true, _) if field.koridor.personal => "no `publish`: the field is personal",
                (true, _) if !self.koridor.zone.is_open() => {
                    "no `publish`: the dataset is in the restricted zone"
                }
                (true, _) if self.is_reference() => {
                    "no `publish`: reference tables are open as they are"
                }
                (true, _) if is_own_row => {
                    "no `publish`: a row of a register or of events is a single business or case"
                }
                (false, true) => "`true`: a dataset that publishes a field publishes its key",
                _ => continue,
            };
            let pointer = format!("/fields/{index}/koridor/publish");
            let found = format!("`{}` of `{}`", field.koridor.publish, field.name);
            return Err(ContractError::new(file, pointer, refused, found));
        }
        for name in self.koridor.published_rows.keys() {
            let pointer = format!("/koridor/published_rows/{name}");
            self.has_field(file, pointer.clone(), name)?;
            let field = self.fields.iter().find(|field| field.name == *name);
            if field.is_none_or(|own| !own.koridor.publish || own.field_type != FieldType::String) {
                let expected = "a field of type string that is published";
                return Err(ContractError::new(file, pointer, expected, format!("`{name}`")));
            }
        }
        Ok(())
    }
}

/// That no published column gives away, row by row, what disclosure control withholds: a number
/// that the statement of an indicator with `disclosure` names, or a view that it reads, of one of
/// its datasets that the card does not call public.
///
/// # Errors
/// Returns the first such column, or a card that calls public what it does not rest on.
pub(crate) fn check<'card>(
    project: &Project,
    indicators: impl Iterator<Item = Guarded<'card>>,
) -> Result<(), ProjectError> {
    for own in indicators {
        if let Some(name) = own.disclosure.public.iter().find(|name| !own.datasets.contains(name)) {
            let message = format!("disclosure/public: `{name}` is none of its datasets");
            let file = project.files_under("sql/indicators/", "/card.json");
            let mut file =
                file.filter(|(path, _)| path.ends_with(&format!("/{}/card.json", own.id)));
            let file = file.next().map(|(path, _)| path.to_owned()).unwrap_or_default();
            return Err(ProjectError::File { file, line: 0, message });
        }
        let guarded = own.datasets.iter().filter(|name| !own.disclosure.public.contains(name));
        let contracts = guarded.filter_map(|name| project.datasets.get(name));
        let contracts: Vec<_> = contracts.filter(|contract| contract.is_published()).collect();
        if contracts.is_empty() {
            continue;
        }
        let mut words = Words { project, known: BTreeSet::new(), views: BTreeSet::new() };
        words.add(own.query);
        for contract in contracts {
            let fields = contract.own_fields().iter().enumerate();
            let is_number =
                |own: &Field| matches!(own.field_type, FieldType::Integer | FieldType::Number);
            let mut given = fields
                .filter(|(_, field)| field.koridor.publish && is_number(field))
                .filter(|(_, field)| words.known.contains(&field.name));
            if let Some((index, field)) = given.next() {
                return Err(ContractError::new(
                    &format!("schemas/datasets/{}.json", contract.name),
                    format!("/fields/{index}/koridor/publish"),
                    format!(
                        "no `publish`: disclosure control of the indicator `{}` guards it",
                        own.id
                    ),
                    format!("`true` of `{}`", field.name),
                )
                .into());
            }
        }
    }
    Ok(())
}

/// The words of a statement and of the views that it reads, and which views these are.
struct Words<'project> {
    project: &'project Project,
    known: BTreeSet<String>,
    views: BTreeSet<String>,
}

impl Words<'_> {
    fn add(&mut self, sql: &str) {
        let is_mark = |mark: char| !mark.is_ascii_alphanumeric() && mark != '_' && mark != '.';
        let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
        for name in lines.flat_map(|line| line.split(is_mark)) {
            let word = name.rsplit('.').next().unwrap_or(name);
            self.known.insert(word.to_owned());
            if let Some(view) = self.project.file(&format!("sql/views/{name}.sql"))
                && self.views.insert(name.to_owned())
            {
                self.add(view);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Contract;
    use serde_json::{Value, json};

    fn parsed(change: impl FnOnce(&mut Value)) -> Result<Contract, String> {
        let mut document = json!({
            "name": "stays", "title": "Tamu", "description": "One row a region and month.",
            "fields": [
                {"name": "region_code", "type": "string", "title": "Wilayah",
                 "koridor": {"publish": true}},
                {"name": "period_month", "type": "date", "title": "Bulan",
                 "koridor": {"publish": true}},
                {"name": "nights", "type": "integer", "title": "Malam",
                 "koridor": {"publish": true}},
                {"name": "owner", "type": "string", "title": "Pemilik"}
            ],
            "primaryKey": ["region_code", "period_month"],
            "koridor": {"title_en": "Stays", "dimension": "branding", "theme": "'stays'",
                        "slice": {"region": "region_code", "period": "period_month"}}
        });
        change(&mut document);
        Contract::parse("schemas/datasets/stays.json", &document.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_field_is_private_unless_its_contract_publishes_it() {
        let names = |contract: &Contract| -> Vec<String> {
            contract.published_fields().map(|field| field.name.clone()).collect()
        };
        let common = ["source_id", "release_date", "period_type", "obs_status"];
        let published = names(&parsed(|_| ()).unwrap());
        assert_eq!(published[..3], ["region_code", "period_month", "nights"]);
        assert_eq!(published[3..], common);
        let private = parsed(|document| {
            for field in document["fields"].as_array_mut().unwrap() {
                field["koridor"] = json!({});
            }
        });
        assert!(!private.unwrap().is_published());
    }

    #[test]
    fn what_is_never_published_is_refused_with_file_and_field() {
        type Case = (fn(&mut Value), &'static str);
        let cases: [Case; 7] = [
            (
                |own| own["fields"][3]["koridor"] = json!({"publish": true, "personal": true}),
                "#/fields/3/koridor/publish: expected no `publish`: the field is personal, found \
              `true` of `owner`",
            ),
            (|own| own["koridor"]["zone"] = "restricted".into(), "is in the restricted zone"),
            (|own| own["koridor"]["supersedes"] = "key".into(), "a single business or case"),
            (
                |own| own["koridor"]["slice"] = json!({"region": "region_code"}),
                "a single business or case",
            ),
            (
                |own| own["fields"][1]["koridor"] = json!({}),
                "#/fields/1/koridor/publish: expected `true`: a dataset that publishes a field \
              publishes its key",
            ),
            (
                |own| own["koridor"]["published_rows"] = json!({"ownr": ["x"]}),
                "#/koridor/published_rows/ownr: expected the name of a field",
            ),
            (
                |own| own["koridor"]["published_rows"] = json!({"owner": ["x"]}),
                "#/koridor/published_rows/owner: expected a field of type string that is published",
            ),
        ];
        for (change, expected) in cases {
            let error = parsed(change).unwrap_err();
            assert!(error.starts_with("schemas/datasets/stays.json#/"), "{error}");
            assert!(error.contains(expected), "{error}");
        }
    }
}
