//! Functions of PostgreSQL that clients call and the engine lacks: most answer the same whatever
//! they are asked, some look a name or a comment up.

use super::numbers::Numbers;
use super::relations::data_type;
use super::rows::in_sql;
use crate::pg::settings::Settings;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion::prelude::SessionContext;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Those that answer the same, with what they answer.
const CONSTANT: &str = include_str!("functions.txt");

/// The kinds of names that stand for numbers, each with the function that finds one.
pub(in crate::pg) const KINDS: [(&str, &str); 6] = [
    ("regclass", "to_regclass"),
    ("regnamespace", "to_regnamespace"),
    ("regproc", "to_regproc"),
    ("regprocedure", "to_regprocedure"),
    ("regrole", "to_regrole"),
    ("regtype", "to_regtype"),
];

/// Schemas whose tables need not be named with them.
const NEAR: [&str; 2] = ["core", "pg_catalog"];

/// What everybody may do with what he is shown.
const READING: [&str; 4] = ["select", "usage", "connect", "execute"];

/// What gives an array without a value.
pub(in crate::pg) const NO_TEXTS: &str = "koridor_no_texts";

/// Comments by table and column; column 0 is the table itself.
pub(super) type Comments = BTreeMap<(i32, i32), String>;

/// The name of the function that finds the name for a number.
pub(in crate::pg) fn name_of(kind: &str) -> String {
    format!("koridor_name_of_{kind}")
}

/// Puts functions into a session.
pub(super) fn register(
    context: &SessionContext,
    comments: &Arc<Comments>,
    numbers: &Arc<Numbers>,
) -> Result<()> {
    for line in CONSTANT.lines().filter(|own| !own.starts_with('#')) {
        let mut words = line.splitn(3, ' ');
        let (Some(name), Some(kind), Some(text)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let kind = data_type(kind);
        let does = match text {
            "reads" => Does::Reads,
            "null" => Does::Answer(ScalarValue::try_from(&kind)?),
            own => Does::Answer(ScalarValue::from(own).cast_to(&kind)?),
        };
        context.register_udf(Function::udf(name, kind, does));
    }
    let texts = DataType::new_list(DataType::Utf8, true);
    let none = ScalarValue::List(ScalarValue::new_list_nullable(&[], &DataType::Utf8));
    context.register_udf(Function::udf(NO_TEXTS, texts, Does::Answer(none)));
    for (name, is_column) in [("obj_description", false), ("col_description", true)] {
        let does = Does::Comment { is_column, comments: Arc::clone(comments) };
        context.register_udf(Function::udf(name, DataType::Utf8, does));
    }
    for (kind, name) in KINDS {
        let does = Does::Find { kind, numbers: Arc::clone(numbers) };
        context.register_udf(Function::udf(name, DataType::Int32, does));
        let does = Does::Name(Arc::new(names(kind, numbers)));
        context.register_udf(Function::udf(&name_of(kind), DataType::Utf8, does));
    }
    context.register_udf(Function::udf("set_config", DataType::Utf8, Does::Echo(1)));
    let settings = Does::Setting(Settings::default().all().into_iter().collect());
    context.register_udf(Function::udf("current_setting", DataType::Utf8, settings));
    context.register_udf(Function::udf("quote_literal", DataType::Utf8, Does::Quote));
    let near = numbers.tables.iter().filter(|((schema, _), _)| NEAR.contains(&schema.as_str()));
    let near = Does::Among(Arc::new(near.map(|(_, number)| *number).collect()));
    context.register_udf(Function::udf("pg_table_is_visible", DataType::Boolean, near));
    context.register_udf(Function::udf("format", DataType::Utf8, Does::Format));
    let types = Does::Type(Arc::new(numbers.types.iter().map(turned).collect()));
    context.register_udf(Function::udf("format_type", DataType::Utf8, types));
    Ok(())
}

fn turned((name, number): (&String, &i32)) -> (i32, String) {
    (*number, name.clone())
}

/// Names by number, as PostgreSQL writes them.
fn names(kind: &str, numbers: &Numbers) -> BTreeMap<i32, String> {
    match kind {
        "regclass" => {
            let shown = |((schema, name), number): (&(String, String), &i32)| {
                let is_near = NEAR.contains(&schema.as_str());
                let name = if is_near { name.clone() } else { format!("{schema}.{name}") };
                (*number, name)
            };
            numbers.tables.iter().map(shown).collect()
        }
        "regnamespace" => numbers.schemas.iter().map(turned).collect(),
        "regtype" => {
            let shown = |(name, number): (&String, &i32)| (*number, type_in_sql(name, -1));
            numbers.types.iter().map(shown).collect()
        }
        "regrole" => BTreeMap::from([(super::numbers::OWNER, "koridor".to_owned())]),
        _ => numbers.functions.iter().map(turned).collect(),
    }
}

/// What a function does.
#[derive(Debug, Clone)]
enum Does {
    /// Answers the same.
    Answer(ScalarValue),
    /// Answers one of its arguments: `set_config` sets nothing here.
    Echo(usize),
    /// Writes a text as SQL does.
    Quote,
    /// Tells whether a number is among some.
    Among(Arc<BTreeSet<i32>>),
    /// Tells whether all of some privileges, the last argument, are for reading.
    Reads,
    /// Puts texts into a text, as `format` does.
    Format,
    /// Names a type as SQL does, with what is said of its length.
    Type(Arc<BTreeMap<i32, String>>),
    /// Tells what a setting is at first.
    Setting(BTreeMap<String, String>),
    /// Tells the comment of a table or column.
    Comment { is_column: bool, comments: Arc<Comments> },
    /// Finds the number of a name.
    Find { kind: &'static str, numbers: Arc<Numbers> },
    /// Finds the name of a number; of none that is known the number.
    Name(Arc<BTreeMap<i32, String>>),
}

/// A function.
#[derive(Debug)]
struct Function {
    name: String,
    returns: DataType,
    does: Does,
    signature: Signature,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Function {
    fn udf(name: &str, returns: DataType, does: Does) -> ScalarUDF {
        let any = vec![TypeSignature::Nullary, TypeSignature::VariadicAny];
        let signature = Signature::one_of(any, Volatility::Stable);
        ScalarUDF::from(Self { name: name.to_owned(), returns, does, signature })
    }

    fn texts(
        &self,
        args: &ScalarFunctionArgs,
        text: impl Fn(&str) -> Option<String>,
    ) -> Result<ColumnarValue> {
        let own = self.argument(args, 0, &DataType::Utf8)?;
        let own = own.as_string::<i32>();
        let texts: StringArray = own.iter().map(|own| own.and_then(&text)).collect();
        Ok(ColumnarValue::Array(Arc::new(texts)))
    }

    fn formatted(&self, args: &ScalarFunctionArgs) -> Result<ColumnarValue> {
        let all: Vec<ArrayRef> = (0..args.args.len())
            .map(|at| self.argument(args, at, &DataType::Utf8))
            .collect::<Result<_>>()?;
        let Some((pattern, values)) = all.split_first() else {
            return Err(DataFusionError::Plan("`format` is given nothing".to_owned()));
        };
        let pattern = pattern.as_string::<i32>();
        let text = |row: usize| {
            let pattern = pattern.is_valid(row).then(|| pattern.value(row))?;
            let values = values.iter().map(|own| {
                let own = own.as_string::<i32>();
                own.is_valid(row).then(|| own.value(row))
            });
            Some(filled(pattern, values))
        };
        let texts: StringArray = (0..pattern.len()).map(text).collect();
        Ok(ColumnarValue::Array(Arc::new(texts)))
    }

    fn argument(&self, args: &ScalarFunctionArgs, at: usize, to: &DataType) -> Result<ArrayRef> {
        let Some(own) = args.args.get(at) else {
            return Err(DataFusionError::Plan(format!("`{}` is given too little", self.name)));
        };
        Ok(cast(&own.to_array(args.number_rows)?, to)?)
    }
}

/// Whether a list of privileges has none but for reading. Nobody may hand one on.
fn only_reads(privileges: &str) -> bool {
    let is_one = |own: &str| READING.contains(&own.trim().to_lowercase().as_str());
    privileges.split(',').all(is_one)
}

/// A pattern of `format` with its values.
fn filled<'own>(pattern: &str, mut values: impl Iterator<Item = Option<&'own str>>) -> String {
    let (mut text, mut marks) = (String::new(), pattern.chars());
    while let Some(mark) = marks.next() {
        if mark != '%' {
            text.push(mark);
            continue;
        }
        match marks.next() {
            Some('s') => text.push_str(values.next().flatten().unwrap_or_default()),
            Some('I') => {
                let own = values.next().flatten().unwrap_or_default();
                let is_plain = |mark: char| mark.is_ascii_lowercase() || mark == '_';
                if own.chars().all(|mark| is_plain(mark) || mark.is_ascii_digit()) {
                    text.push_str(own);
                } else {
                    text.push_str(&format!("\"{}\"", own.replace('"', "\"\"")));
                }
            }
            Some('L') => match values.next().flatten() {
                Some(own) => text.push_str(&format!("'{}'", own.replace('\'', "''"))),
                None => text.push_str("NULL"),
            },
            Some(own) => text.push(own),
            None => {}
        }
    }
    text
}

/// A type as SQL names it.
fn type_in_sql(name: &str, modifier: i32) -> String {
    if let Some(element) = name.strip_prefix('_') {
        return format!("{}[]", type_in_sql(element, modifier));
    }
    match (name, modifier) {
        ("numeric", 4..) => {
            format!("numeric({},{})", (modifier - 4) >> 16, (modifier - 4) & 0xffff)
        }
        ("varchar", 4..) => format!("character varying({})", modifier - 4),
        ("bpchar", 4..) => format!("character({})", modifier - 4),
        ("bpchar", _) => "character".to_owned(),
        ("char", _) => "\"char\"".to_owned(),
        (name, _) => in_sql(name).to_owned(),
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match &self.does {
            Does::Answer(own) => Ok(ColumnarValue::Scalar(own.clone())),
            Does::Echo(at) => match args.args.get(*at) {
                Some(own) => own.cast_to(&DataType::Utf8, None),
                None => Ok(ColumnarValue::Scalar(ScalarValue::Utf8(None))),
            },
            Does::Quote => self.texts(&args, |own| Some(format!("'{}'", own.replace('\'', "''")))),
            Does::Among(own) => {
                let given = self.argument(&args, 0, &DataType::Int32)?;
                let given = given.as_primitive::<Int32Type>();
                let found: BooleanArray =
                    given.iter().map(|number| number.map(|number| own.contains(&number))).collect();
                Ok(ColumnarValue::Array(Arc::new(found)))
            }
            Does::Reads => {
                let last = args.args.len().saturating_sub(1);
                let given = self.argument(&args, last, &DataType::Utf8)?;
                let given = given.as_string::<i32>().iter();
                let told: BooleanArray = given.map(|own| own.map(only_reads)).collect();
                Ok(ColumnarValue::Array(Arc::new(told)))
            }
            Does::Format => self.formatted(&args),
            Does::Type(names) => {
                let kinds = self.argument(&args, 0, &DataType::Int32)?;
                let modifiers = self.argument(&args, 1, &DataType::Int32)?;
                let (kinds, modifiers) =
                    (kinds.as_primitive::<Int32Type>(), modifiers.as_primitive::<Int32Type>());
                let text = |row: usize| {
                    let kind = kinds.is_valid(row).then(|| kinds.value(row))?;
                    let modifier = if modifiers.is_valid(row) { modifiers.value(row) } else { -1 };
                    let name =
                        if kind == 0 { Some("-") } else { names.get(&kind).map(|own| &**own) };
                    Some(name.map_or("???".to_owned(), |name| type_in_sql(name, modifier)))
                };
                let texts: StringArray = (0..kinds.len()).map(text).collect();
                Ok(ColumnarValue::Array(Arc::new(texts)))
            }
            Does::Setting(own) => self.texts(&args, |name| own.get(&name.to_lowercase()).cloned()),
            Does::Comment { is_column, comments } => {
                let tables = self.argument(&args, 0, &DataType::Int32)?;
                let place = usize::from(*is_column);
                let columns = self.argument(&args, place, &DataType::Int32)?;
                let (tables, columns) =
                    (tables.as_primitive::<Int32Type>(), columns.as_primitive::<Int32Type>());
                let text = |row: usize| {
                    let column = if *is_column { columns.value(row) } else { 0 };
                    let is_given = tables.is_valid(row);
                    is_given.then(|| comments.get(&(tables.value(row), column))).flatten()
                };
                let texts: StringArray = (0..tables.len()).map(text).collect();
                Ok(ColumnarValue::Array(Arc::new(texts)))
            }
            Does::Find { kind, numbers } => {
                let found = self.texts(&args, |own| Some(numbers.find(kind, own)?.to_string()))?;
                found.cast_to(&DataType::Int32, None)
            }
            Does::Name(names) => self.texts(&args, |own| {
                let number: i32 = own.parse().ok()?;
                let none = || if number == 0 { "-".to_owned() } else { number.to_string() };
                Some(names.get(&number).cloned().unwrap_or_else(none))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{filled, only_reads, type_in_sql};

    #[test]
    fn nobody_may_do_more_than_read() {
        assert!(only_reads("SELECT") && only_reads("select, usage") && only_reads("CONNECT"));
        for own in ["update", "SELECT, INSERT", "create", "select with grant option", ""] {
            assert!(!only_reads(own), "{own}");
        }
    }

    #[test]
    fn texts_are_filled_and_types_named_as_by_postgresql() {
        let values = || [Some("core"), Some("A b"), None].into_iter();
        assert_eq!(filled("%I.%I %L%%", values()), "core.\"A b\" NULL%");
        assert_eq!(filled("%s %", values()), "core ");
        assert_eq!(type_in_sql("numeric", ((18 << 16) | 4) + 4), "numeric(18,4)");
        assert_eq!(type_in_sql("_int8", -1), "bigint[]");
        assert_eq!(type_in_sql("timestamptz", -1), "timestamp with time zone");
    }
}
