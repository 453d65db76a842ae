//! A file's verdict does not depend on the memory that its check may use.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use koridor_contract::Project;
use koridor_contract::check::RowSlice;
use koridor_contract::personal::HashKey;
use koridor_contract::project::{Files, read_project_folder};
use koridor_read::check::{
    CheckSetting, CompiledContract, ExistingKeys, FileCheck, SliceKey, TextExpression, open_file,
};
use koridor_read::recognise::Request;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

const DATASET: &str = "waste_weighbridge";

fn setting(memory_bytes: usize) -> CheckSetting {
    let mut files = Files::new();
    read_project_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), &mut files).unwrap();
    let compiled = CompiledContract {
        row_rules: None,
        file_rules: None,
        theme: TextExpression::Constant("landfill".into()),
    };
    CheckSetting {
        project: Arc::new(Project::from_files(files).unwrap()),
        hash_key: HashKey::new(vec![1; 32]).unwrap(),
        now: 1_700_000_000_000_000,
        compiled: Arc::new(BTreeMap::from([(DATASET.to_owned(), Arc::new(compiled))])),
        workers: 2,
        memory_bytes,
        erased: Arc::default(),
        sought: Arc::default(),
        reader: Default::default(),
    }
}

/// A file of several blocks; some tickets stand in it twice or three times, close by and far apart.
fn tickets() -> String {
    let header = "facility_id,ticket_id,ts_in,region_origin,source_class,weighed,gross_kg,tare_kg";
    let mut text = format!("{header},net_ton\n");
    for row in 0..80_000u32 {
        let ticket = match row % 1000 {
            17 => row - 1,
            500 => row / 2,
            501 => 250,
            _ => row,
        };
        let (day, kg) = (row % 28 + 1, row % 7000 + 100);
        let (gross, net) = (kg + 1000, f64::from(kg) / 1000.0);
        let region = if row % 5 == 0 { "7472" } else { "7407" };
        write!(text, "T,TIKET-{ticket:08},2023-01-{day:02}T08:00:00,{region},household,true,")
            .unwrap();
        writeln!(text, "{gross},1000,{net:.3}").unwrap();
    }
    text
}

/// What is told of a refused row.
type Refused = (u64, Option<String>, String, Option<String>, String, RowSlice, String);

#[derive(Debug, PartialEq)]
struct Verdict {
    accepted: BTreeMap<u64, String>,
    refused: Vec<Refused>,
    slices: Vec<(SliceKey, u64)>,
}

/// The verdict, and in how many runs the rows came.
fn verdict(path: &Path, memory_bytes: usize) -> (Verdict, usize) {
    let setting = setting(memory_bytes);
    let request = Request {
        dataset: Some(DATASET.to_owned()),
        source: Some("TPA_WEIGHBRIDGE".to_owned()),
        ..Request::default()
    };
    let parts = open_file(&setting, &request, "t.csv", path).unwrap().unwrap();
    let part = parts.into_iter().next().unwrap().recognised.unwrap();
    let mut check = FileCheck::start(&setting, part, ExistingKeys::default()).unwrap();
    let (mut accepted, mut refused, mut runs) = (BTreeMap::new(), Vec::new(), 0);
    while let Some(rows) = check.next_rows().unwrap() {
        let tickets = rows.accepted.column_by_name("ticket_id").unwrap();
        let slices = &rows.slice_numbers;
        assert_eq!((rows.row_numbers.len(), slices.len()), (tickets.len(), tickets.len()));
        for (row, number) in rows.row_numbers.iter().enumerate() {
            let ticket = arrow::util::display::array_value_to_string(tickets, row).unwrap();
            assert!(accepted.insert(*number, ticket).is_none());
        }
        runs += 1;
        refused.extend(rows.rejected.into_iter().map(|(cell, refused)| {
            (
                refused.row_number,
                cell,
                refused.rule,
                refused.field,
                format!("{:?}", refused.message),
                refused.slice,
                refused.row_json,
            )
        }));
    }
    refused.sort_by_key(|refused| refused.0);
    let counts = check.finish().unwrap();
    assert_eq!((counts.accepted, counts.rejected), (accepted.len() as u64, refused.len() as u64));
    let slices = counts.slices.into_iter().map(|(key, count)| (key, count.rows)).collect();
    (Verdict { accepted, refused, slices }, runs)
}

#[test]
fn a_files_verdict_does_not_depend_on_memory() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), tickets()).unwrap();
    let (whole, blocks) = verdict(file.path(), 512 << 20);
    assert_eq!(whole.accepted.len() + whole.refused.len(), 80_000);
    assert!(whole.refused.len() > 200, "{}", whole.refused.len());
    // The bound is met in the middle, at the beginning, and by the filter too, which is full then.
    for memory_bytes in [4 << 20, 256 << 10, 16 << 10] {
        let (bounded, runs) = verdict(file.path(), memory_bytes);
        assert!(runs > blocks, "no row was held back at {memory_bytes} bytes");
        assert!(bounded == whole, "{memory_bytes} bytes of memory change the verdict");
    }
}
