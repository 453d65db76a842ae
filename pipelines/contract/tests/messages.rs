//! Every rule's code and message, as `messages.txt` has them: a changed text is seen in review.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use koridor_contract::{CellRule, Contract, Field, RecordRule, Rule};
use std::collections::BTreeSet;
use std::fmt::Write;

fn fields() -> Vec<Field> {
    let document = serde_json::json!({
        "name": "example", "title": "Contoh", "description": "",
        "fields": [
            {"name": "kind", "type": "string", "title": "Jenis",
             "constraints": {"minLength": 2, "maxLength": 9, "pattern": "[a-z]+",
                             "enum": ["laut", "udara"]},
             "koridor": {"title_en": "Kind"}},
            {"name": "net_ton", "type": "number", "title": "Neto",
             "constraints": {"minimum": 0, "maximum": 30.5}},
            {"name": "period_month", "type": "date", "title": "Bulan",
             "constraints": {"minimum": "2020-01-01"},
             "koridor": {"title_en": "Month", "month": true}},
            {"name": "day", "type": "date", "title": "Tanggal", "koridor": {"title_en": "Day"}},
            {"name": "ts_in", "type": "datetime", "title": "Jam masuk"}
        ],
        "primaryKey": ["kind"],
        "koridor": {"title_en": "Example", "dimension": "environment",
                    "slice": {"region": "kind", "period": "day"}}
    });
    let contract = Contract::parse("schemas/datasets/example.json", &document.to_string()).unwrap();
    contract.own_fields().to_vec()
}

#[test]
fn each_rule_has_its_code_and_message() {
    let mut told = String::new();
    for rule in CellRule::ALL {
        writeln!(told, "{}", rule.code()).unwrap();
        let mut known = BTreeSet::new();
        for field in fields() {
            let message = rule.message(&field, None);
            // Without the constraint that the rule is about there is nothing to say.
            if message.en.ends_with(' ') {
                continue;
            }
            // Most messages differ between fields by the title only.
            if known.insert(message.id.replacen(&field.title, "", 1)) {
                writeln!(told, "  {}\n  {}", message.id, message.en).unwrap();
            }
        }
    }
    for rule in RecordRule::ALL {
        let message = rule.message("K-1");
        writeln!(told, "{}\n  {}\n  {}", rule.code(), message.id, message.en).unwrap();
    }
    if let Some(field) = fields().first() {
        let hinted = CellRule::UnknownCode.message(field, Some("Kota Baubau"));
        writeln!(told, "with a hint\n  {}\n  {}", hinted.id, hinted.en).unwrap();
        let gone = Rule::Contract("net_adds_up".to_owned()).message(field, None);
        writeln!(told, "a contract's rule that is gone\n  {}\n  {}", gone.id, gone.en).unwrap();
    }
    let expected = include_str!("messages.txt");
    assert_eq!(told, expected, "if the change is meant, tests/messages.txt becomes:\n{told}");
}
