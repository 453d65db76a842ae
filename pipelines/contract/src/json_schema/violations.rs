//! What a document says against a schema.
//!
//! Only the words that the schemas of [`super::Kind::schema`] use are looked at: types, keys,
//! items, choices, lowest numbers.

use crate::codes::did_you_mean;
use serde_json::{Map, Value};

/// One thing that is not as a schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer to it.
    pub pointer: String,
    /// What belongs there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// All that a document says against its schema, in the order of the schema's keys.
pub fn violations(schema: &Value, document: &Value) -> Vec<Violation> {
    let mut walk = Walk { root: schema, found: Vec::new() };
    walk.value(schema, document, "");
    walk.found
}

struct Walk<'schema> {
    root: &'schema Value,
    found: Vec<Violation>,
}

impl<'schema> Walk<'schema> {
    fn tell(&mut self, pointer: &str, expected: impl Into<String>, found: impl Into<String>) {
        let (expected, found) = (expected.into(), found.into());
        self.found.push(Violation { pointer: pointer.to_owned(), expected, found });
    }

    /// A schema, or the definition that it names.
    fn resolved(&self, schema: &'schema Value) -> &'schema Value {
        let name = schema.get("$ref").and_then(Value::as_str);
        let path = name.and_then(|name| name.strip_prefix('#'));
        path.and_then(|path| self.root.pointer(path)).unwrap_or(schema)
    }

    fn value(&mut self, schema: &'schema Value, value: &Value, pointer: &str) {
        let schema = self.resolved(schema);
        for part in array(schema, "allOf") {
            self.value(part, value, pointer);
        }
        for choices in ["anyOf", "oneOf"].map(|key| array(schema, key)) {
            self.choice(choices, value, pointer);
        }
        if let Some(types) = schema.get("type")
            && !types_of(types).any(|own| is_of(own, value))
        {
            let expected = types_of(types).filter(|own| *own != "null");
            let expected = expected.map(words).collect::<Vec<_>>().join(" or ");
            return self.tell(pointer, expected, shown(value));
        }
        let allowed = array(schema, "enum");
        if !allowed.is_empty() && !allowed.contains(value) {
            self.tell(pointer, one_of(allowed), shown(value));
        }
        let lowest = schema.get("minimum").and_then(Value::as_f64);
        if let (Some(lowest), Some(number)) = (lowest, value.as_f64())
            && number < lowest
        {
            self.tell(pointer, format!("{lowest} or more"), shown(value));
        }
        match value {
            Value::Object(own) => self.object(schema, own, pointer),
            Value::Array(own) => self.items(schema, own, pointer),
            _ => {}
        }
    }

    /// One of several schemas must fit: told is what the nearest one misses.
    fn choice(&mut self, choices: &'schema [Value], value: &Value, pointer: &str) {
        let tried: Vec<Vec<Violation>> = choices
            .iter()
            .map(|choice| {
                let mut walk = Walk { root: self.root, found: Vec::new() };
                walk.value(choice, value, pointer);
                walk.found
            })
            .collect();
        if tried.is_empty() || tried.iter().any(Vec::is_empty) {
            return;
        }
        let words: Vec<Value> = choices
            .iter()
            .flat_map(|choice| array(self.resolved(choice), "enum").iter().cloned())
            .collect();
        if words.len() >= choices.len() {
            return self.tell(pointer, one_of(&words), shown(value));
        }
        // Nearest is what fails deepest in the document.
        let depth = |own: &Vec<Violation>| {
            own.iter().map(|violation| violation.pointer.len()).min().unwrap_or_default()
        };
        let deepest = tried.iter().map(depth).max().unwrap_or_default();
        if deepest > pointer.len() {
            let nearest = tried.into_iter().find(|own| depth(own) == deepest);
            return self.found.extend(nearest.unwrap_or_default());
        }
        let expected = tried.iter().flatten().map(|own| own.expected.as_str());
        let mut expected: Vec<&str> = expected.filter(|own| !own.is_empty()).collect();
        expected.dedup();
        self.tell(pointer, expected.join(" or "), shown(value));
    }

    fn object(&mut self, schema: &'schema Value, own: &Map<String, Value>, pointer: &str) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for name in array(schema, "required").iter().filter_map(Value::as_str) {
            if !own.contains_key(name) {
                self.tell(pointer, format!("`{name}`"), "nothing");
            }
        }
        let others = schema.get("additionalProperties");
        for (name, value) in own {
            let inner = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
            match (properties.and_then(|all| all.get(name)), others) {
                (Some(schema), _) => self.value(schema, value, &inner),
                (None, Some(Value::Bool(false))) => {
                    let known = || properties.into_iter().flat_map(Map::keys);
                    let near = did_you_mean(name, known().map(String::as_str));
                    let near = near.map(|near| format!("; did you mean `{near}`?"));
                    let known = known().map(|own| format!("`{own}`")).collect::<Vec<_>>();
                    let found = format!("unknown key `{name}`{}", near.unwrap_or_default());
                    self.tell(&inner, format!("one of {}", known.join(", ")), found);
                }
                (None, Some(schema)) => self.value(schema, value, &inner),
                (None, None) => {}
            }
        }
    }

    fn items(&mut self, schema: &'schema Value, own: &[Value], pointer: &str) {
        let length = |key: &str| schema.get(key).and_then(Value::as_u64);
        let count = own.len() as u64;
        if length("minItems").is_some_and(|least| count < least)
            || length("maxItems").is_some_and(|most| count > most)
        {
            let wanted = length("minItems").or(length("maxItems")).unwrap_or_default();
            self.tell(pointer, format!("{wanted} items"), format!("{count}"));
        }
        for (index, value) in own.iter().enumerate() {
            let item = match schema.get("items") {
                Some(Value::Array(each)) => each.get(index),
                all => all,
            };
            if let Some(item) = item {
                self.value(item, value, &format!("{pointer}/{index}"));
            }
        }
    }
}

fn array<'schema>(schema: &'schema Value, key: &str) -> &'schema [Value] {
    schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn types_of(types: &Value) -> impl Iterator<Item = &str> {
    let several = types.as_array().into_iter().flatten().filter_map(Value::as_str);
    types.as_str().into_iter().chain(several)
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn words(kind: &str) -> &str {
    match kind {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

fn one_of(allowed: &[Value]) -> String {
    let words = allowed.iter().map(|own| match own {
        Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    });
    format!("one of {}", words.collect::<Vec<_>>().join(", "))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    }
}
