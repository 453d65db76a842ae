//! Synthetic office files of any size with a stated share of faults, for trials and load tests.
//!
//! What a row of a dataset may hold is said by `sql/generate/<dataset>.sql`; this file writes those rows as the office would: its headers,
//! its spellings, its numbers and dates, as the source description of the recipe's first line says;
//! `-- most rows: N` says how many rows differ in their key. Everything in such a file is made up.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::date::DateFormat;
use koridor_contract::number::NumberFormat;
use koridor_contract::source::Column;
use koridor_contract::{
    Contract, Field as ContractField, FieldType, Project, ProjectError, Source,
};
use koridor_lake::{Engine, LakeError};
use std::io::Write;
use std::sync::Arc;

/// Rows made at a time.
const ROWS: u64 = 16 * 1024;
/// Random numbers a row's recipe may use, as `a` to `h`.
const DRAWS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
const MONTHS: [&str; 12] = [
    "Januari",
    "Pebruari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "Nopember",
    "Desember",
];

/// What a load of a generated file must show.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Expected {
    /// The dataset it belongs to.
    pub dataset: String,
    /// The source description it is laid out by.
    pub layout: String,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that break exactly one rule each.
    pub bad: u64,
}

/// A small generator of pseudo-random numbers (SplitMix64): the same seed gives the same file everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn pick<'list, T>(&mut self, list: &'list [T]) -> Option<&'list T> {
        list.get((self.next() % (list.len() as u64).max(1)) as usize)
    }
}

/// Datasets that have a recipe.
pub fn datasets(project: &Project) -> Vec<String> {
    project.files_under("sql/generate/", ".sql").map(|(path, _)| stem(path).to_owned()).collect()
}

fn stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".sql")
}

/// Writes a file of a dataset as an office would send it.
///
/// # Errors
/// Where the dataset has no recipe or its recipe is wrong, or the output cannot be written.
pub async fn write(
    engine: &Engine,
    project: &Project,
    dataset: &str,
    rows: u64,
    faults: f64,
    seed: u64,
    output: &mut dyn Write,
) -> Result<Expected, LakeError> {
    let contract = project.dataset(dataset)?;
    if !(0.0..=1.0).contains(&faults) {
        return Err(LakeError::usage(
            "--faults is a share between 0 and 1",
            "0.01 is one row in a hundred".to_owned(),
        ));
    }
    let file = format!("sql/generate/{dataset}.sql");
    let Some(recipe) = project.file(&file) else {
        return Err(LakeError::usage(
            format!("{dataset} has no recipe for synthetic rows"),
            format!("write {file}, or take one of: {}", datasets(project).join(", ")),
        ));
    };
    let wrong = |message: String| LakeError::from(ProjectError::File { file: file.clone(), line: 1, message });
    let layout = recipe
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("-- layout: "))
        .map(str::trim)
        .unwrap_or_default();
    let is_plain = |source: &Source| {
        source.unpivot.is_none()
            && source.context.is_empty()
            && source.header.rows == 1
            && !source.header.absent
    };
    let source =
        project.sources.get(layout).filter(|source| source.dataset == dataset && is_plain(source));
    let source = source.ok_or_else(|| {
        wrong(format!(
            "the first line names the layout: `-- layout: NAME`, a plain one of {dataset}"
        ))
    })?;
    let most = recipe
        .lines()
        .find_map(|line| line.strip_prefix("-- most rows: "))
        .and_then(|most| most.trim().parse::<u64>().ok());
    if let Some(most) = most.filter(|most| rows > *most) {
        return Err(LakeError::usage(
            format!("{dataset} has {most} different rows at most"),
            "ask for fewer with --rows".to_owned(),
        ));
    }
    let writer = OfficeWriter::new(project, contract, source);
    let io = |error| LakeError::io("output", error);
    writer.line(writer.headers(), output).map_err(io)?;
    let mut random = Random(seed);
    let mut bad = 0;
    let mut first = 0;
    while first < rows {
        let length = ROWS.min(rows - first);
        let draws = draws(project, first, length, &mut random)?;
        engine.put("rows", draws.schema(), vec![draws])?;
        let made = engine.rows(recipe).await.map_err(|error| wrong(error.to_string()))?;
        let made_rows: usize = made.iter().map(RecordBatch::num_rows).sum();
        if made_rows as u64 != length {
            return Err(wrong(format!("the recipe gave {made_rows} rows for {length}")));
        }
        for batch in &made {
            let texts = writer.texts(batch).map_err(&wrong)?;
            for row in 0..batch.num_rows() {
                let mut cells = writer.cells(&texts, row, &mut random);
                if random.share() < faults && writer.spoil(&mut cells, &mut random) {
                    bad += 1;
                }
                writer.line(cells, output).map_err(io)?;
            }
        }
        first += length;
    }
    Ok(Expected { dataset: dataset.to_owned(), layout: layout.to_owned(), rows, bad })
}

/// `work.rows`: the row's number from 0, a region of the corridor in turn, and draws between 0 and 1.
fn draws(
    project: &Project,
    first: u64,
    length: u64,
    random: &mut Random,
) -> Result<RecordBatch, LakeError> {
    let regions = &project.corridor.regions;
    let numbers = first..first + length;
    let region = |number: u64| {
        regions
            .get((number % (regions.len() as u64).max(1)) as usize)
            .map(String::as_str)
            .unwrap_or_default()
    };
    let mut fields = vec![
        Field::new("n", DataType::Int64, false),
        Field::new("region_code", DataType::Utf8, false),
    ];
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(numbers.clone().map(|number| number as i64))),
        Arc::new(StringArray::from_iter_values(numbers.clone().map(region))),
    ];
    for name in DRAWS {
        fields.push(Field::new(name, DataType::Float64, false));
        columns.push(Arc::new(Float64Array::from_iter_values(
            numbers.clone().map(|_| random.share()),
        )));
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// Writes values of a contract's fields in one source's own way.
struct OfficeWriter<'project> {
    project: &'project Project,
    source: &'project Source,
    columns: Vec<(&'project Column, &'project ContractField)>,
}

/// One cell of a line, and what can be wrong with it.
struct Cell {
    text: String,
    spoiled: Option<&'static str>,
}

impl<'project> OfficeWriter<'project> {
    fn new(
        project: &'project Project,
        contract: &'project Contract,
        source: &'project Source,
    ) -> Self {
        let field = |column: &'project Column| {
            contract
                .fields
                .iter()
                .find(|field| field.name == column.field)
                .map(|field| (column, field))
        };
        Self { project, source, columns: source.columns.iter().filter_map(field).collect() }
    }

    fn headers(&self) -> Vec<Cell> {
        let own = |column: &Column| {
            column.header.iter().take(1).chain(&column.join).cloned().collect::<Vec<_>>()
        };
        self.columns
            .iter()
            .flat_map(|(column, _)| own(column))
            .map(|text| Cell { text, spoiled: None })
            .collect()
    }

    fn line(&self, cells: Vec<Cell>, output: &mut dyn Write) -> std::io::Result<()> {
        let delimiter = self.source.delimiter.unwrap_or(';');
        for (index, cell) in cells.iter().enumerate() {
            let mark = if index == 0 { String::new() } else { delimiter.to_string() };
            if cell.text.contains([delimiter, '"', '\n']) {
                write!(output, "{mark}\"{}\"", cell.text.replace('"', "\"\""))?;
            } else {
                write!(output, "{mark}{}", cell.text)?;
            }
        }
        writeln!(output)
    }

    /// The canonical texts of each column the office sends; a field that the recipe leaves out is empty.
    fn texts(&self, made: &RecordBatch) -> Result<Vec<Option<StringArray>>, String> {
        let known = |name: &str| self.columns.iter().any(|(_, field)| field.name == name);
        if let Some(field) = made.schema().fields().iter().find(|field| !known(field.name())) {
            return Err(format!("`{}` is no field that {} sends", field.name(), self.source.name));
        }
        let text = |field: &ContractField| -> Result<Option<StringArray>, String> {
            let Some(column) = made.column_by_name(&field.name) else { return Ok(None) };
            let texts =
                arrow::compute::cast(column, &DataType::Utf8).map_err(|error| error.to_string())?;
            Ok(Some(texts.as_string::<i32>().clone()))
        };
        self.columns.iter().map(|(_, field)| text(field)).collect()
    }

    fn cells(&self, texts: &[Option<StringArray>], row: usize, random: &mut Random) -> Vec<Cell> {
        let mut cells = Vec::new();
        for ((column, field), texts) in self.columns.iter().zip(texts) {
            let text =
                texts.as_ref().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
            let mut parts = match text {
                Some(text) => self.written(column, field, text, random),
                None => Vec::new(),
            };
            parts.resize(1 + column.join.len(), String::new());
            let spoiled = match (text, field.field_type) {
                (None, _) => None,
                (_, FieldType::Integer | FieldType::Number) => Some("banyak"),
                (_, FieldType::Date | FieldType::Datetime) => Some("31/02/2024"),
                (_, FieldType::String)
                    if field.koridor.codes.is_some() || field.constraints.allowed.is_some() =>
                {
                    Some("tidak tahu")
                }
                _ => None,
            };
            cells.extend(
                parts
                    .into_iter()
                    .enumerate()
                    .map(|(part, text)| Cell { text, spoiled: spoiled.filter(|_| part == 0) }),
            );
        }
        cells
    }

    /// Makes one cell of a line wrong; false where none can be.
    fn spoil(&self, cells: &mut [Cell], random: &mut Random) -> bool {
        let candidates: Vec<usize> = (0..cells.len())
            .filter(|cell| cells.get(*cell).is_some_and(|cell| cell.spoiled.is_some()))
            .collect();
        let Some(cell) = random.pick(&candidates).and_then(|cell| cells.get_mut(*cell)) else {
            return false;
        };
        cell.text = cell.spoiled.unwrap_or_default().to_owned();
        true
    }

    /// A canonical text in the office's writing; more than one cell where the office parts it.
    fn written(
        &self,
        column: &Column,
        field: &ContractField,
        text: &str,
        random: &mut Random,
    ) -> Vec<String> {
        let numbers = column.numbers.unwrap_or(self.source.numbers);
        let dates = column.dates.unwrap_or(self.source.dates);
        match field.field_type {
            FieldType::Integer | FieldType::Number => vec![number(text, numbers)],
            FieldType::Boolean => vec![if text == "true" { "ya".into() } else { "tidak".into() }],
            FieldType::Date if field.koridor.month => month(text, dates, !column.join.is_empty()),
            FieldType::Date | FieldType::Datetime => vec![moment(text, dates)],
            FieldType::String => vec![self.spelling(column, field, text, random)],
            FieldType::Year => vec![text.to_owned()],
        }
    }

    /// One of the spellings that stand for a code.
    fn spelling(
        &self,
        column: &Column,
        field: &ContractField,
        code: &str,
        random: &mut Random,
    ) -> String {
        let own: Vec<&String> = column
            .values
            .iter()
            .filter(|(_, value)| *value == code)
            .map(|(word, _)| word)
            .collect();
        if let Some(word) = random.pick(&own) {
            return (*word).clone();
        }
        let Some(list) = field.koridor.codes.as_ref().and_then(|name| self.project.codes.get(name))
        else {
            return code.to_owned();
        };
        let name = list.attribute(code, "name").filter(|name| !name.is_empty()).unwrap_or(code);
        let mut spellings = vec![name.to_owned(), name.to_uppercase()];
        spellings.extend(
            list.attribute(code, "aliases")
                .unwrap_or_default()
                .split('|')
                .filter(|alias| !alias.is_empty())
                .map(str::to_owned),
        );
        random.pick(&spellings).cloned().unwrap_or_default()
    }
}

/// A canonical number with the source's marks.
fn number(text: &str, format: NumberFormat) -> String {
    let (group, mark) = match format {
        NumberFormat::Plain | NumberFormat::Auto => return text.to_owned(),
        NumberFormat::Id => (".", ","),
        NumberFormat::En => (",", "."),
        NumberFormat::Space => (" ", ","),
    };
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push_str(group);
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}{mark}{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

/// A canonical month as the office names it; its year in a cell of its own where the office parts them.
fn month(text: &str, format: DateFormat, is_parted: bool) -> Vec<String> {
    let year = text.get(..4).unwrap_or_default().to_owned();
    let month = text
        .get(5..7)
        .and_then(|month| month.parse::<usize>().ok())
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let month = month.copied().unwrap_or_default();
    match format {
        _ if is_parted => vec![month.to_owned(), year],
        DateFormat::Year => vec![year],
        DateFormat::Iso => vec![text.get(..7).unwrap_or(text).to_owned()],
        _ => vec![format!("{month} {year}")],
    }
}

/// A canonical date or moment in the source's order.
fn moment(text: &str, format: DateFormat) -> String {
    let (Some(year), Some(month), Some(day)) = (text.get(..4), text.get(5..7), text.get(8..10))
    else {
        return text.to_owned();
    };
    let time = text.get(11..16).map(|time| format!(" {time}")).unwrap_or_default();
    match format {
        DateFormat::Iso => format!("{year}-{month}-{day}{time}"),
        DateFormat::Dmy => format!("{day}/{month}/{year}{time}"),
        DateFormat::Mdy => format!("{month}/{day}/{year}{time}"),
        DateFormat::Year => year.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written_as_the_source_does() {
        assert_eq!(number("1234567.50", NumberFormat::Id), "1.234.567,50");
        assert_eq!(number("-999", NumberFormat::En), "-999");
        assert_eq!(month("2024-02-01", DateFormat::Dmy, true), ["Pebruari", "2024"]);
        assert_eq!(moment("2024-12-31T06:15:00", DateFormat::Dmy), "31/12/2024 06:15");
    }
}
