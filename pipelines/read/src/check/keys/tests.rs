//! Keys in any bound of memory give what a plain set gives.

use super::verdicts::{DUPLICATE, DUPLICATE_ACROSS_FILES};
use super::{ExistingKeys, KeyBounds, Keys, Periods};
use arrow::array::{ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use koridor_contract::Contract;
use koridor_contract::check::hash_rows;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A row: the number of its key, its region and its month.
type Row = (u16, u8, u8);

/// What becomes of each row by its number: its key, its flags, the rule it breaks.
type Outcome = BTreeMap<u64, (i64, Vec<String>, Option<&'static str>)>;

fn contract() -> Contract {
    let document = serde_json::json!({
        "name": "t", "title": "T", "description": "",
        "fields": [
            {"name": "id", "type": "integer", "title": "Nomor"},
            {"name": "region", "type": "string", "title": "Wilayah"},
            {"name": "day", "type": "date", "title": "Tanggal"}
        ],
        "primaryKey": ["id"],
        "koridor": {"title_en": "T", "dimension": "environment", "theme": "'t'",
                    "slice": {"region": "region", "period": "day"}}
    });
    Contract::parse("schemas/datasets/t.json", &document.to_string()).unwrap()
}

fn month_of(row: &Row) -> i32 {
    2024 * 12 + i32::from(row.2)
}

fn batch(rows: &[Row]) -> RecordBatch {
    let day = |row: &Row| {
        koridor_contract::date::civil(2024, u32::from(row.2) + 1, 1 + u32::from(row.0) % 28)
    };
    let same = |text: &str| Arc::new(StringArray::from(vec![text; rows.len()])) as ArrayRef;
    RecordBatch::try_from_iter([
        ("id", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0.into()))) as _),
        (
            "region",
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.1.to_string()))),
        ),
        ("day", Arc::new(Date32Array::from_iter(rows.iter().map(day)))),
        ("source_id", same("DLH")),
        ("period_type", same("M")),
    ] as [(&str, ArrayRef); 5])
    .unwrap()
}

fn flags_of(number: u64) -> Vec<String> {
    (0..number % 3).map(|flag| format!("flag_{flag}")).collect()
}

/// The lake's rows of the months that are asked for, a few at a time.
fn lake(current: &[Row]) -> ExistingKeys {
    let current = current.to_vec();
    ExistingKeys::loading(Box::new(move |periods, sink| {
        let Periods::Months(months) = periods else { panic!("the contract has a period") };
        let wanted: Vec<Row> =
            current.iter().filter(|row| months.contains(&month_of(row))).copied().collect();
        wanted.chunks(7).try_for_each(|rows| sink(&batch(rows)))
    }))
}

fn run(batches: &[Vec<Row>], current: &[Row], bounds: Option<KeyBounds>) -> Outcome {
    let contract = contract();
    let mut keys = Keys::new(lake(current));
    if let Some(bounds) = bounds {
        keys.bound(bounds, batches.iter().map(Vec::len).sum());
    }
    let mut outcome = Outcome::new();
    let mut next = 1;
    for rows in batches {
        let numbers: Vec<u64> = (next..).take(rows.len()).collect();
        next += rows.len() as u64;
        let flagged = numbers.iter().enumerate();
        let flags: Vec<_> = flagged
            .flat_map(|(row, number)| flags_of(*number).into_iter().map(move |flag| (row, flag)))
            .collect();
        let rows = batch(rows);
        let hashes = hash_rows(&[Arc::clone(rows.column(0))]).unwrap();
        let verdicts = keys.check(&contract, &rows, &hashes).unwrap();
        keys.hold(&rows, &numbers, &flags, &verdicts.held).unwrap();
        let refused: BTreeMap<_, _> = verdicts.refused.iter().copied().collect();
        assert_eq!(refused.len(), verdicts.refused.len());
        for row in (0..rows.num_rows()).filter(|row| !verdicts.held.contains(row)) {
            let id = rows.column(0).as_primitive::<Int64Type>().value(row);
            let told = (id, flags_of(numbers[row]), refused.get(&row).copied());
            assert!(outcome.insert(numbers[row], told).is_none());
        }
    }
    let mut last = 0;
    while let Some(released) = keys.release().unwrap() {
        assert_eq!(released.rows.num_columns(), 5);
        let refused: BTreeMap<_, _> = released.refused.iter().copied().collect();
        for (row, number) in released.row_numbers.iter().enumerate() {
            assert!(last < *number, "held rows come back in file order");
            last = *number;
            let id = released.rows.column(0).as_primitive::<Int64Type>().value(row);
            let own = released.flags.iter().filter(|(flagged, _)| *flagged == row);
            let flags = own.map(|(_, flag)| flag.clone()).collect();
            let told = (id, flags, refused.get(&row).copied());
            assert!(outcome.insert(*number, told).is_none());
        }
    }
    outcome
}

/// The same by plain sets.
fn model(batches: &[Vec<Row>], current: &[Row]) -> Outcome {
    let (mut seen, mut touched) = (BTreeSet::new(), BTreeSet::new());
    let mut outcome = Outcome::new();
    let mut number = 0;
    for rows in batches {
        let near = |row: &Row| [-1, 0, 1].map(|step| month_of(row) + step);
        touched.extend(rows.iter().flat_map(near));
        for row in rows {
            number += 1;
            let is_elsewhere = |other: &Row| {
                other.0 == row.0
                    && touched.contains(&month_of(other))
                    && (other.1, other.2) != (row.1, row.2)
            };
            let rule = if !seen.insert(row.0) {
                Some(DUPLICATE)
            } else if current.iter().any(is_elsewhere) {
                Some(DUPLICATE_ACROSS_FILES)
            } else {
                None
            };
            outcome.insert(number, (row.0.into(), flags_of(number), rule));
        }
    }
    outcome
}

fn bounds() -> impl Strategy<Value = KeyBounds> {
    (0..150usize, 0..3000usize, 0..100usize, 0..3000usize, 1..60usize, 1..40usize).prop_map(
        |(file_keys, file_filter, existing_keys, existing_filter, held, resolved)| KeyBounds {
            file_keys,
            file_filter,
            existing_keys,
            existing_filter,
            held,
            resolved,
        },
    )
}

proptest! {
    #[test]
    fn a_bound_changes_no_verdict(
        batches in vec(vec((0..300u16, 0..3u8, 0..4u8), 0..80), 1..8),
        current in vec((0..300u16, 0..3u8, 0..4u8), 0..200),
        bounds in bounds(),
    ) {
        let expected = model(&batches, &current);
        prop_assert_eq!(&run(&batches, &current, None), &expected);
        prop_assert_eq!(&run(&batches, &current, Some(bounds)), &expected);
    }
}

#[test]
fn of_three_rows_of_one_key_the_first_stands_on_either_side_of_the_bound() {
    let bounds = KeyBounds { file_filter: 4096, ..KeyBounds::of(0) };
    let ids = |range: std::ops::Range<u16>| range.map(|id| (id, 0, 0)).collect::<Vec<Row>>();
    // Key 3 comes before the bound is met, as it is met, and after; key 50 only after.
    let batches = [ids(0..6), ids(3..20), ids(40..60), ids(3..4), ids(50..51), ids(50..51)];
    let outcome = run(&batches, &[], Some(bounds));
    let rules = |key: i64| {
        let own = outcome.values().filter(|(id, ..)| *id == key);
        own.map(|(.., rule)| *rule).collect::<Vec<_>>()
    };
    assert_eq!(rules(3), [None, Some(DUPLICATE), Some(DUPLICATE)]);
    assert_eq!(rules(50), [None, Some(DUPLICATE), Some(DUPLICATE)]);
    assert_eq!(rules(40), [None]);
    assert_eq!(outcome, model(&batches, &[]));
}

#[test]
fn only_periods_that_a_file_touches_and_those_beside_them_are_read() {
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    let existing = ExistingKeys::loading(Box::new(move |periods, _| {
        told.lock().unwrap().push(periods.clone());
        Ok(())
    }));
    let mut keys = Keys::new(existing);
    let contract = contract();
    for rows in [vec![(1, 0, 2), (2, 0, 0), (3, 1, 2)], vec![(4, 0, 0)], vec![(5, 2, 8)]] {
        keys.check(&contract, &batch(&rows), &[]).unwrap();
    }
    let months =
        |months: &[i32]| Periods::Months(months.iter().map(|month| 2024 * 12 + month).collect());
    assert_eq!(*asked.lock().unwrap(), [months(&[-1, 0, 1, 2, 3]), months(&[7, 8, 9])]);
}
