//! Reads a source description and finds its first mistake.

use super::description::{Column, Context, IgnoreRows, Source, Unpivot};
use crate::codes::quoted_with_hint;
use crate::contract::Contract;
use crate::error::{ContractError, parse_json};
use crate::field::{COMMON_FIELDS, Factor};

/// What a factor must be.
const FACTOR: &str = "a positive decimal such as `1000` or `0.001`";

impl Source {
    /// Parses and validates a description; `file` names it in errors.
    ///
    /// # Errors
    /// Returns the first mistake with its JSON pointer.
    pub fn parse(file: &str, text: &str) -> Result<Self, ContractError> {
        let source: Self = parse_json(file, text)?;
        let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".json");
        if source.name != stem {
            return Err(ContractError::new(
                file,
                "/name",
                format!("`{stem}`, the name of the file"),
                format!("`{}`", source.name),
            ));
        }
        if source.source_ids.is_empty() {
            return Err(ContractError::new(file, "/source_ids", "at least one office", "none"));
        }
        if let Some((pointer, expected, found)) =
            source.fetch.as_ref().and_then(super::fetch::Fetch::mistake)
        {
            return Err(ContractError::new(file, format!("/fetch/{pointer}"), expected, found));
        }
        if !(1..=6).contains(&source.header.rows) {
            return Err(ContractError::new(
                file,
                "/header/rows",
                "1 to 6",
                source.header.rows.to_string(),
            ));
        }
        for (index, column) in source.columns.iter().enumerate() {
            validate_column(file, index, column, source.is_given_around(&column.field))?;
        }
        if let Some(unpivot) = &source.unpivot {
            validate_unpivot(file, unpivot, source.header.rows)?;
        }
        for (index, rule) in source.ignore_rows.iter().enumerate() {
            validate_ignore_rows(file, index, rule)?;
        }
        for (index, context) in source.context.iter().enumerate() {
            validate_context(file, index, context)?;
        }
        Ok(source)
    }

    /// Checks that every field the description names is one of the contract's, and that every
    /// required field has a place.
    ///
    /// # Errors
    /// Returns the first mistake with its JSON pointer.
    pub fn fits(&self, file: &str, contract: &Contract) -> Result<(), ContractError> {
        let known = |pointer: String, name: &str| {
            if COMMON_FIELDS.contains(&name) || contract.field_index(name).is_some() {
                return Ok(());
            }
            let names = contract.fields.iter().map(|field| field.name.as_str());
            let expected = format!("a field of {}", contract.name);
            Err(ContractError::new(file, pointer, expected, quoted_with_hint(name, names)))
        };
        for (index, column) in self.columns.iter().enumerate() {
            known(format!("/columns/{index}/field"), &column.field)?;
        }
        for name in self.constants.keys() {
            known(format!("/constants/{name}"), name.trim_start_matches("join:"))?;
        }
        for (index, context) in self.context.iter().enumerate() {
            known(format!("/context/{index}/field"), context.field.trim_start_matches("join:"))?;
        }
        for (index, name) in self.fill_down.iter().enumerate() {
            known(format!("/fill_down/{index}"), name)?;
        }
        if let Some(name) = &self.section {
            known("/section".into(), name)?;
        }
        if let Some(unpivot) = &self.unpivot {
            if let Some(name) = &unpivot.value {
                known("/unpivot/value".into(), name)?;
            }
            for (index, part) in unpivot.header.iter().enumerate() {
                for name in part.field.iter().chain(part.fields.values()) {
                    known(format!("/unpivot/header/{index}"), name)?;
                }
            }
        }
        if let Some(supersedes) = self.supersedes {
            contract.can_be_superseded(file, "/supersedes", supersedes)?;
        }
        self.gives_required(file, contract)
    }

    fn gives_required(&self, file: &str, contract: &Contract) -> Result<(), ContractError> {
        let required = contract
            .own_fields()
            .iter()
            .filter(|field| field.constraints.required && !self.gives(&field.name));
        let absent: Vec<String> = required.map(|field| format!("`{}`", field.name)).collect();
        if absent.is_empty() {
            return Ok(());
        }
        let fields = if absent.len() == 1 { "field" } else { "fields" };
        let expected = format!(
            "a column, constant or context for the required {fields} {}",
            absent.join(", ")
        );
        Err(ContractError::new(file, "/columns", expected, "none"))
    }
}

fn validate_column(
    file: &str,
    index: usize,
    column: &Column,
    is_given_around: bool,
) -> Result<(), ContractError> {
    let is_wrong = |factor: &str| Factor::parse(factor).is_none();
    if let Some((unit, factor)) = column.units.iter().find(|(_, factor)| is_wrong(factor)) {
        let pointer = format!("/columns/{index}/units/{unit}");
        return Err(ContractError::new(file, pointer, FACTOR, format!("`{factor}`")));
    }
    if column.header.is_empty() && !is_given_around {
        return Err(ContractError::new(
            file,
            format!("/columns/{index}/header"),
            "at least one header text, as no `unpivot`, `section` or `context` gives the field",
            "none",
        ));
    }
    if column.header.is_empty() && !column.join.is_empty() {
        return Err(ContractError::new(
            file,
            format!("/columns/{index}/join"),
            "a `header` of the column's own to which cells are joined; what `unpivot` or `section` \
             gives is joined by `context` or `constants` with `join:<field>`",
            format!("{:?}", column.join),
        ));
    }
    if let Some(factor) = column.multiply.as_deref().filter(|factor| is_wrong(factor)) {
        let pointer = format!("/columns/{index}/multiply");
        return Err(ContractError::new(file, pointer, FACTOR, format!("`{factor}`")));
    }
    Ok(())
}

fn validate_unpivot(file: &str, unpivot: &Unpivot, rows: usize) -> Result<(), ContractError> {
    if unpivot.values().next().is_none() {
        return Err(ContractError::new(
            file,
            "/unpivot",
            "`value`, or a part of the header with `fields`",
            "neither",
        ));
    }
    for (index, part) in unpivot.header.iter().enumerate() {
        let pointer = format!("/unpivot/header/{index}");
        if part.field.is_some() != part.fields.is_empty() {
            return Err(ContractError::new(
                file,
                pointer,
                "`field` or `fields`",
                if part.field.is_some() { "both" } else { "neither" },
            ));
        }
        if part.row >= rows {
            return Err(ContractError::new(
                file,
                format!("{pointer}/row"),
                format!("a row of the band, 0 to {}", rows - 1),
                part.row.to_string(),
            ));
        }
    }
    Ok(())
}

fn validate_ignore_rows(file: &str, index: usize, rule: &IgnoreRows) -> Result<(), ContractError> {
    let pointer = || format!("/ignore_rows/{index}");
    let is_regular_expression = |pattern: &&String| pattern.contains(['^', '$', '\\', '[', '|']);
    if let Some(pattern) = rule.matches.iter().chain(&rule.except).find(is_regular_expression) {
        return Err(ContractError::new(
            file,
            pointer(),
            "a pattern in which `*` stands for any run of characters, not a regular expression",
            format!("`{pattern}`"),
        ));
    }
    let is_by_place = rule.outside_corridor || rule.outside_province;
    if rule.matches.is_empty() && rule.except.is_empty() && !is_by_place {
        return Err(ContractError::new(
            file,
            pointer(),
            "`matches`, `except`, `outside_corridor` or `outside_province`",
            "none of them",
        ));
    }
    Ok(())
}

fn validate_context(file: &str, index: usize, context: &Context) -> Result<(), ContractError> {
    match regex::Regex::new(&context.pattern) {
        Ok(_) => Ok(()),
        Err(error) => Err(ContractError::new(
            file,
            format!("/context/{index}/pattern"),
            "a regular expression",
            error.to_string().replace('\n', " "),
        )),
    }
}
