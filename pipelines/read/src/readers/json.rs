//! JSON texts as values: what they are encoded in, keys that stand twice, and where one ends early.

use super::refusal::{Refusal, RefusalCode};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

/// A document, and whether the text ends with it.
#[derive(Debug)]
pub(super) struct Json {
    pub(super) value: Value,
    /// The refusal of a text that goes on behind its first document.
    pub(super) end: Result<(), Refusal>,
}

/// Reads the first document of a text in UTF-8 or UTF-16.
///
/// # Errors
/// Where the text is no JSON, or an object of it has a key twice.
pub(super) fn read(bytes: &[u8]) -> Result<Json, Refusal> {
    let text = in_utf_8(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(&text);
    let Document(value) =
        Document::deserialize(&mut deserializer).map_err(|error| refusal(&error))?;
    let end = deserializer.end().map_err(|error| refusal(&error));
    Ok(Json { value, end })
}

/// The encoding of a text in UTF-16, by its mark or by the bracket that a document begins with;
/// `None` of any other text.
pub(super) fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xFF, 0xFE, ..] | [b'{' | b'[', 0, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] | [0, b'{' | b'[', ..] => Some(UTF_16BE),
        _ => None,
    }
}

fn in_utf_8(bytes: &[u8]) -> Cow<'_, [u8]> {
    match utf_16(bytes) {
        Some(encoding) => {
            let (text, _) = encoding.decode_with_bom_removal(bytes);
            Cow::Owned(text.into_owned().into_bytes())
        }
        None => Cow::Borrowed(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)),
    }
}

/// The refusal of a text that is no JSON, by its place and without the parser's own words.
fn refusal(error: &serde_json::Error) -> Refusal {
    let (line, column) = (error.line(), error.column());
    let told = error.to_string();
    let (id, en) = match error.classify() {
        Category::Eof => (
            "teksnya berakhir sebelum selesai, mungkin terpotong".to_owned(),
            "the text ends before it is complete; it may have been cut short".to_owned(),
        ),
        // What this reader itself refuses: a key.
        Category::Data => {
            let key: String = told
                .rsplit_once(" at line ")
                .map_or(told.as_str(), |(key, _)| key)
                .chars()
                .take(MOST_SHOWN)
                .collect();
            (
                format!("kunci \"{key}\" ada dua kali dalam satu objek"),
                format!("the key \"{key}\" stands twice in one object"),
            )
        }
        Category::Syntax | Category::Io => (
            "yang ada di sana tidak sah menurut tata tulis JSON".to_owned(),
            "what stands there is no valid JSON".to_owned(),
        ),
    };
    Refusal::new(
        RefusalCode::BrokenJson,
        format!("JSON tidak dapat dibaca pada baris {line}, kolom {column}: {id}"),
        format!("the JSON cannot be read at line {line}, column {column}: {en}"),
    )
}

/// Letters of a key that are shown.
const MOST_SHOWN: usize = 60;

/// A value in which no object has a key twice: of two values for one key none is the right one.
struct Document(Value);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor).map(Self)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Document(value)) = entries.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some((key, Document(value))) = entries.next_entry::<String, Document>()? {
            if values.contains_key(&key) {
                return Err(A::Error::custom(key));
            }
            values.insert(key, value);
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(text: &str) -> String {
        read(text.as_bytes()).unwrap_err().message.en
    }

    #[test]
    fn values_are_those_of_the_text() {
        let text = r#"{"a": [1, -2, 2.5, "x\n", null, true], "b": {"a": 1}}"#;
        let json = read(text.as_bytes()).unwrap();
        assert_eq!(json.value, serde_json::from_str::<Value>(text).unwrap());
        assert!(json.end.is_ok());
        assert!(read(b"{\"a\": 1}\n{\"a\": 2}\n").unwrap().end.is_err());
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_by_its_name() {
        let told = english(r#"{"content": {"7407": 1, "7472": 2, "7407": 3}}"#);
        assert!(told.contains("\"7407\" stands twice"), "{told}");
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_place_in_both_languages() {
        for (text, told) in [("{\n \"a\": [1", "cut short"), ("{\n \"a\": NaN}", "no valid JSON")] {
            let message = read(text.as_bytes()).unwrap_err().message;
            assert!(message.en.contains("line 2") && message.en.contains(told), "{}", message.en);
            assert!(message.id.contains("baris 2, kolom "), "{}", message.id);
            assert!(!message.id.contains("expected") && !message.id.contains("EOF"));
        }
    }

    #[test]
    fn a_text_in_utf_16_is_read() {
        let text = "{\"nama\": \"Pasar é\"}";
        let low: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let high: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in
            [[b"\xFF\xFE", low.as_slice()].concat(), [b"\xFE\xFF", high.as_slice()].concat(), low]
        {
            assert_eq!(read(&bytes).unwrap().value["nama"], "Pasar é");
        }
    }
}
