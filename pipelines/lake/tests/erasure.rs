//! A person is taken out of a lake with versions, checkpoints, compacted tables and resubmissions:
//! what is left is whole, is what its raw bytes make, and all others are as they were.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

#[path = "../../publish/tests/it/lake.rs"]
#[expect(dead_code, reason = "the harness of another crate")]
mod lake;

#[path = "../../koridor/tests/fuzz/containers.rs"]
#[expect(dead_code, reason = "containers of another crate")]
mod containers;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use deltalake::DeltaTable;
use deltalake::table::builder::DeltaTableBuilder;
use koridor_lake::load::erase::{Asked, CopiesOf, Erasing, Meant, Subject, erase};
use koridor_lake::load::quarantine::Decision;
use koridor_lake::load::rebuild;
use koridor_lake::load::replay::Selection;
use koridor_lake::load::verify::verify;
use koridor_lake::load::{ingest::Loader, outcome::FileOutcome};
use koridor_lake::store::lock::LakeLock;
use koridor_lake::store::maintenance::{Policy, maintain};
use koridor_lake::{LakeError, Storage};
use lake::{PROJECT, TestLake};
use parquet::arrow::ArrowWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const GONE: &str = "7472014101850001";
const HEADER: &str = "umkm_id,valid_from,region_code,kecamatan,kbli5,scale,sales_rp_year,status\n";

/// Rows of a register: the person, two others, and a refused row of the person.
fn register(from: &str) -> String {
    let row = |id: &str, place: &str, scale: &str| {
        format!("{id},{from},7472,{place},56101,{scale},1000000,active\n")
    };
    [
        HEADER.to_owned(),
        row("7472014101850002", "Wolio", "mikro"),
        row("7472-0141-0185-0001", "\"Lorong\nErasmina\"", "mikro"),
        row("7472014101850003", "Murhum", "mikro"),
        row(GONE, "Erasmina", "raksasa"),
        row("7472014101850004", "Kokalukuna", "raksasa"),
    ]
    .concat()
}

async fn load(lake: &TestLake, name: &str, bytes: impl AsRef<[u8]>) -> FileOutcome {
    lake.load_one(name, bytes, "umkm_register", "DISKOP_7472").await
}

async fn erase_key(lake: &Storage, key: &str) -> Result<Erasing, LakeError> {
    let subject = Subject::of_key(&PROJECT.datasets["umkm_register"], key, &[]).unwrap();
    let decision = Decision { by: "Petugas", reason: "surat 12/2026" };
    let asked = Asked { subject: &subject, decision, copies: CopiesOf::default() };
    let lock = LakeLock::take(lake).await.unwrap();
    let erasing = erase(&PROJECT, lake, (&asked, &Arc::default())).await;
    lock.release().await.unwrap();
    erasing
}

/// Damages of a lake, and tables that its raw bytes do not make.
async fn wrong(lake: &Storage) -> Vec<String> {
    let verified = verify(&PROJECT, lake, &mut |_| {}).await.unwrap();
    let mut wrong: Vec<String> =
        verified.damages.iter().map(|own| format!("{}: {}", own.path, own.problem)).collect();
    let other = tempfile::tempdir().unwrap();
    let other = Storage::open(other.path().join("lake").to_str().unwrap()).unwrap();
    let setting = ("again", &Arc::default());
    let losses = rebuild::rebuild(&PROJECT, (lake, &other), setting, &mut |_| {}).await.unwrap();
    wrong.extend(losses.iter().map(ToString::to_string));
    let compared = rebuild::compare(&PROJECT, lake, &other).await.unwrap();
    wrong.extend(compared.iter().filter(|own| !own.is_equal).map(|own| format!("{own:?}")));
    wrong
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, mut found): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|own| own.is_dir());
    found.extend(folders.iter().flat_map(|own| files(own)));
    found
}

/// Files of the lake in which a text stands, Parquet's values among them.
fn places_of(lake: &Storage, values: &[&str]) -> Vec<String> {
    let root = lake.local_path().unwrap();
    let holds = |bytes: &[u8]| {
        let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        let text = String::from_utf8_lossy(&narrow).into_owned();
        values.iter().any(|value| text.contains(value))
    };
    let is_found = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let mut found = holds(&bytes);
        if bytes.starts_with(b"PAR1") {
            let file = bytes::Bytes::from(bytes);
            let reader =
                parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file);
            for rows in reader.unwrap().build().unwrap() {
                found |= holds(lake::texts(&[rows.unwrap()]).join("\n").as_bytes());
            }
        }
        found
    };
    let found = files(root).into_iter().filter(is_found);
    found.map(|path| path.strip_prefix(root).unwrap().display().to_string()).collect()
}

async fn opened(lake: &TestLake, table: &str) -> DeltaTable {
    let url = lake.storage.url().join(&format!("{table}/")).unwrap();
    DeltaTableBuilder::from_url(url).unwrap().load().await.unwrap()
}

const BALANCE: &str = "select file_name from ops.files \
    where rows_read <> rows_accepted + rows_rejected + rows_ignored + rows_erased";

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_out_of_versions_checkpoints_and_compacted_tables() {
    let lake = TestLake::new().await;
    load(&lake, "a.csv", register("2020-01-01")).await;
    let wide: Vec<u8> = format!("\u{feff}{}", register("2021-01-01").replace('\n', "\r\n"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    load(&lake, "b.csv", wide).await;
    maintain(&lake.storage, Policy { many_small: 2, ..Policy::default() }).await.unwrap();
    for table in ["silver/umkm_register", "ops/quarantine", "ops/files"] {
        let opened = opened(&lake, table).await;
        deltalake::checkpoints::create_checkpoint(&opened, None).await.unwrap();
    }
    load(&lake, "c.parquet", as_parquet(&register("2022-01-01"))).await;
    let hash = "select umkm_id from silver.umkm_register where src_row = 3 limit 1";
    let hash = lake.rows(hash).await.remove(0);
    let values = [GONE, "7472-0141-0185-0001", "Erasmina", hash.as_str()];
    assert!(places_of(&lake.storage, &values).len() > 5);
    let others = "select src_file_sha256, src_row, umkm_id, valid_from, slice_id \
                  from silver.umkm_register order by 1, 2";
    let before = lake.rows(others).await;
    let slices = "select sha256, slice_id, rows from ops.slices order by 1, 2";
    assert_eq!(lake.rows(slices).await.iter().filter(|own| own.ends_with("|3")).count(), 3);

    let erasing = erase_key(&lake.storage, GONE).await.unwrap();
    assert_eq!(places_of(&lake.storage, &values), Vec::<String>::new());
    let proof = erasing.proof.unwrap();
    assert!(proof.is_clean() && proof.values >= 2, "{proof:?}");
    let erasure = erasing.erasure.unwrap();
    assert_eq!((erasure.accepted, erasure.rejected, erasure.ignored), (3, 3, 0));
    let stay: Vec<String> = before.into_iter().filter(|row| !row.contains(&hash)).collect();
    assert_eq!((lake.rows(others).await, stay.len()), (stay, 6));
    assert_eq!(lake.rows(slices).await.iter().filter(|own| own.ends_with("|2")).count(), 3);
    assert_eq!(lake.rows(BALANCE).await, Vec::<String>::new());
    let counts = "select rows_read, rows_accepted, rows_rejected, rows_erased from ops.files";
    assert_eq!(lake.rows(counts).await, ["5|2|1|2"; 3]);
    assert_eq!(wrong(&lake.storage).await, Vec::<String>::new());
    // A version before and the newest are read by others as well.
    for version in 0..=opened(&lake, "silver/umkm_register").await.version().unwrap() {
        let mut table = opened(&lake, "silver/umkm_register").await;
        table.load_version(version).await.unwrap();
        let files: Vec<String> = table.get_file_uris().unwrap().collect();
        let is_there = |uri: &String| Path::new(uri.trim_start_matches("file://")).exists();
        assert!(files.iter().all(is_there), "{version}: {files:?}");
    }

    let mut loader =
        Loader::new(Arc::clone(&PROJECT), lake.storage.clone(), "r".into()).await.unwrap();
    let all = Selection { since: Some("2000-01-01".into()), ..Selection::default() };
    let replayed = loader.replay(&all, &mut |_| {}).await.unwrap();
    assert!(replayed.iter().all(|own| !own.is_changed), "{replayed:?}");
    let again = load(&lake, "a again.csv", register("2020-01-01")).await;
    assert_eq!(again.status.as_str(), "known");
    assert!(again.warnings.iter().any(|own| own.en.contains("erased")), "{again:?}");
    assert_eq!(places_of(&lake.storage, &values), Vec::<String>::new());
    let back = load(&lake, "d.csv", register("2023-01-01")).await;
    assert!(back.warnings.iter().any(|own| own.en.contains("erased before")), "{back:?}");
    erase_key(&lake.storage, GONE).await.unwrap();
    assert_eq!(places_of(&lake.storage, &values), Vec::<String>::new());
    assert_eq!(lake.rows(BALANCE).await, Vec::<String>::new());
    assert_eq!(wrong(&lake.storage).await, Vec::<String>::new());
}

/// The rows of a text as a Parquet file of texts.
fn as_parquet(text: &str) -> Vec<u8> {
    let text = text.replace("\"Lorong\nErasmina\"", "Lorong Erasmina");
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let columns = lines[0].iter().enumerate().map(|(at, name)| {
        let cells = lines[1..].iter().map(|line| line[at]);
        let column: ArrayRef = Arc::new(StringArray::from_iter_values(cells));
        (*name, column)
    });
    let rows = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), None).unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slice_of_which_no_row_is_left_speaks_still() {
    let lake = TestLake::new().await;
    let header = "region_code,period_month,reduced_ton,handled_ton\n";
    for (name, rows) in
        [("1.csv", "7407,2024-01,1,10\n7407,2024-02,1,10\n"), ("2.csv", "7407,2024-01,2,20\n")]
    {
        lake.load_one(name, format!("{header}{rows}"), "waste_handling", "DLH_7407").await;
    }
    let contract = &PROJECT.datasets["waste_handling"];
    let key = "region_code=7407,period_month=2024-01";
    let subject = Subject::of_key(contract, key, &[]).unwrap();
    let decision = Decision { by: "Petugas", reason: "uji" };
    let asked = Asked { subject: &subject, decision, copies: CopiesOf::default() };
    erase(&PROJECT, &lake.storage, (&asked, &Arc::default())).await.unwrap();
    let core = "select region_code, period_month from core.waste_handling";
    assert_eq!(lake.rows(core).await, ["7407|2024-02-01"], "the older table does not come back");
    assert_eq!(lake.rows(BALANCE).await, Vec::<String>::new());
    assert_eq!(wrong(&lake.storage).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_several_fields_means_no_other_row_and_refused_files_are_searched() {
    let lake = TestLake::new().await;
    let header = "region_code,case_id,month_reported,n_victims,age_group,sex,violence_type,\
                  service_given\n";
    let row = |region: &str| format!("{region},KASUS-0001,2024-03-01,1,18+,P,physical,true\n");
    let text = format!("{header}{}{}", row("7472"), row("7401"));
    lake.load_one("a.csv", text, "sapa_case", "DP3A_7472").await;
    let untitled = "catatan;KASUS-0001;x\nKASUS-0001;y;z\nlain;y;z\n";
    lake.load_one("b.csv", untitled, "sapa_case", "DP3A_7472").await;
    let contract = &PROJECT.datasets["sapa_case"];
    let decision = Decision { by: "Petugas", reason: "uji" };
    for (key, shared) in [("region_code=7472,case_id=KASUS-0001", 2), ("KASUS-0001", 0)] {
        let subject = Subject::of_key(contract, key, &[]).unwrap();
        let asked = Asked { subject: &subject, decision, copies: CopiesOf::default() };
        let done = erase(&PROJECT, &lake.storage, (&asked, &Arc::default())).await.unwrap();
        let proof = done.proof.unwrap();
        assert!(proof.is_clean() && proof.shared == shared, "{key}: {proof:?}");
        assert_eq!(wrong(&lake.storage).await, Vec::<String>::new(), "{key}");
    }
    assert_eq!(places_of(&lake.storage, &["KASUS-0001"]), Vec::<String>::new());
    let counts = "select file_name, rows_read, rows_erased from ops.files order by 1";
    assert_eq!(lake.rows(counts).await, ["a.csv|2|2", "b.csv|0|0"]);
}

const CASES: &str =
    "region_code,case_id,month_reported,n_victims,age_group,sex,violence_type,service_given\n";

fn case(id: &str, month: &str) -> String {
    format!("7472,{id},{month}-01,1,18+,P,physical,true\n")
}

async fn erase_meant(lake: &Storage, meant: Meant) -> Erasing {
    let dataset = "sapa_case".to_owned();
    let subject = Subject { dataset, meant, with_refused_files: false };
    let decision = Decision { by: "Petugas", reason: "uji" };
    let asked = Asked { subject: &subject, decision, copies: CopiesOf::default() };
    erase(&PROJECT, lake, (&asked, &Arc::default())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_be_a_year_or_a_day_harms_nobody_else() {
    let lake = TestLake::new().await;
    for (name, id) in [("a.csv", "2026"), ("b.csv", "20261127"), ("c.csv", "7472"), ("d.csv", "x")]
    {
        let text = format!("{CASES}{}{}", case(id, "2026-02"), case("KASUS-0002", "2026-03"));
        lake.load_one(name, text, "sapa_case", "DP3A_7472").await;
        // Refused: a value of it is a year, a day or a region as well.
        let refused = format!("{CASES}7472,KASUS-0003,2026-03-01,x,18+,P,2026,20261127\n");
        lake.load_one(&format!("{name}.2"), refused, "sapa_case", "DP3A_7472").await;
    }
    for id in ["2026", "20261127", "7472", "x"] {
        let done =
            erase_meant(&lake.storage, Meant::Key(vec![("case_id".into(), id.into())])).await;
        let erasure = done.erasure.unwrap();
        assert_eq!((erasure.accepted, erasure.rejected), (1, 0), "{id}");
        let proof = done.proof.unwrap();
        // The hash is looked for; what was typed is not, which is said.
        assert_eq!(
            (proof.values, proof.unsearched, proof.is_proven()),
            (1, 1, Some(false)),
            "{id}"
        );
        assert_eq!(wrong(&lake.storage).await, Vec::<String>::new(), "{id}");
    }
    let left = "select count(distinct case_id), count(*) from silver.sapa_case";
    assert_eq!(lake.rows(left).await, ["1|4"]);
    assert_eq!(lake.rows("select count(*) from ops.quarantine").await, ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_replaced_does_not_come_back_in_the_place_of_the_one_that_went() {
    let lake = TestLake::new().await;
    let other = |row: String| row.replace("physical", "sexual");
    let rows = [case("KASUS-0001", "2024-03"), case("KASUS-0002", "2024-03")].map(other).concat();
    lake.load_one("a.csv", format!("{CASES}{rows}"), "sapa_case", "DP3A_7472").await;
    // The office corrects one.
    let rows = case("KASUS-0001", "2024-03");
    lake.load_one("b.csv", format!("{CASES}{rows}"), "sapa_case", "DP3A_7472").await;
    let core = "select violence_type, month_reported from core.sapa_case order by 1, 2";
    let before = ["physical|2024-03-01", "sexual|2024-03-01"];
    assert_eq!(lake.rows(core).await, before);
    let meant = Meant::Key(vec![("violence_type".into(), "physical".into())]);
    let done = erase_meant(&lake.storage, meant).await;
    assert_eq!(done.erasure.unwrap().accepted, 2, "both rows of the case");
    assert_eq!(lake.rows(core).await, before[1..]);
    assert_eq!(lake.rows(BALANCE).await, Vec::<String>::new());
    assert_eq!(wrong(&lake.storage).await, Vec::<String>::new());
    // What their personal fields held was looked for.
    assert_eq!(done.proof.unwrap().is_proven(), Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_in_the_cells_of_a_workbook_is_found_and_named() {
    let lake = TestLake::new().await;
    let id = "9120001234567";
    load(
        &lake,
        "a.csv",
        register("2020-01-01").replace("7472-0141-0185-0001", id).replace(GONE, id),
    )
    .await;
    // A number has no letters in a workbook; it stands in a column that no field is read from.
    let header = "region_code,period_month,reduced_ton,handled_ton,catatan";
    let row = "7472,2024-01,1,10,9.120001234567E12";
    let cell = |text: &str| match text.contains("E12") {
        true => format!("<c><v>{text}</v></c>"),
        false => format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    let cells = |line: &str| line.split(',').map(cell).collect::<String>();
    let sheet = format!("<row>{}</row><row>{}</row>", cells(header), cells(row));
    let book = containers::Xlsx { rows: &sheet, ..containers::Xlsx::default() }.bytes();
    let loaded = lake.load_one("b.xlsx", book, "waste_handling", "DLH_7472").await;
    assert_eq!(loaded.status.as_str(), "loaded", "{loaded:?}");
    let done = erase_key(&lake.storage, id).await.unwrap();
    let proof = done.proof.unwrap();
    assert_eq!(proof.found.iter().filter(|own| *own.1 > 0).count(), 1, "{proof:?}");
    assert!(proof.found_in[0].starts_with("raw/") && !proof.is_clean(), "{proof:?}");
    // Who asks again is told what is found, and no other's record.
    let again = erase_key(&lake.storage, id).await.unwrap();
    assert!(again.erasure.is_none() && !again.proof.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_file_of_which_no_row_can_be_told_goes_as_a_whole_where_that_is_asked() {
    let lake = TestLake::new().await;
    load(&lake, "a.csv", register("2020-01-01")).await;
    let nested =
        format!("{{\"data\": {{\"isi\": [{{\"nik\": \"{GONE}\", \"n\": {{\"x\": 1}}}}]}}}}");
    let refused = lake.load_one("b.json", nested, "umkm_register", "DINKOP_7472").await;
    let other = lake.load_one("c.json", "{\"data\": {\"isi\": 1}}", "x", "DINKOP_7472").await;
    assert_eq!((refused.status.as_str(), other.status.as_str()), ("refused", "refused"));
    let errors = "select file_name, status, error from ops.files order by file_name";
    let before = lake.rows(errors).await;
    let left = erase_key(&lake.storage, GONE).await.unwrap().proof.unwrap();
    assert!(!left.is_clean() && left.found_in[0].starts_with("raw/"), "{left:?}");
    let contract = &PROJECT.datasets["umkm_register"];
    let subject = Subject::of_key(contract, GONE, &[]).unwrap();
    let subject = Subject { with_refused_files: true, ..subject };
    let decision = Decision { by: "Petugas", reason: "uji" };
    let asked = Asked { subject: &subject, decision, copies: CopiesOf::default() };
    let done = erase(&PROJECT, &lake.storage, (&asked, &Arc::default())).await.unwrap();
    let whole: Vec<bool> = done.files.iter().map(|own| own.is_whole).collect();
    assert_eq!(whole, [true], "the other file stays: {:?}", done.files);
    assert!(done.proof.unwrap().is_clean());
    assert_eq!(places_of(&lake.storage, &[GONE]), Vec::<String>::new());
    assert_eq!(wrong(&lake.storage).await, Vec::<String>::new());
    assert_eq!(lake.rows(errors).await, before, "refused for the same reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_of_others_stay_though_their_numbers_look_alike() {
    let lake = TestLake::new().await;
    let refused = |row: String| row.replace(",P,", ",?,");
    let others = [
        refused(case("11/2/PPA/2025", "2025-02")),
        refused(case("1/12/PPA/2025", "2025-02")).replace("7472,", "7401,"),
    ];
    let own = [case("1/12/PPA/2025", "2025-01"), refused(case("1/12/PPA/2025", "2025-03"))];
    let text = [CASES.to_owned(), own.concat(), others.concat()].concat();
    lake.load_one("a.csv", text, "sapa_case", "DP3A_7472").await;
    assert_eq!(lake.rows("select count(*) from ops.quarantine").await, ["3"]);
    let key = [("region_code", "7472"), ("case_id", "1/12/PPA/2025")];
    let key = key.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let done = erase_meant(&lake.storage, Meant::Key(key)).await;
    let erasure = done.erasure.unwrap();
    assert_eq!((erasure.accepted, erasure.rejected), (1, 1));
    assert_eq!(lake.rows("select row_number from ops.quarantine order by 1").await, ["4", "5"]);
    assert_eq!(wrong(&lake.storage).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_number_that_a_workbook_has_rounded_and_a_name_of_a_file_are_found() {
    let lake = TestLake::new().await;
    load(&lake, &format!("usaha {GONE}.csv"), register("2020-01-01")).await;
    let header = "region_code,period_month,reduced_ton,handled_ton,catatan";
    let cell = |text: &str| match text.contains("E15") {
        true => format!("<c><v>{text}</v></c>"),
        false => format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    let cells = |line: &str| line.split(',').map(cell).collect::<String>();
    let row = cells("7472,2024-01,1,10,7.472014101850001E15");
    let sheet = format!("<row>{}</row><row>{row}</row>", cells(header));
    let book = containers::Xlsx { rows: &sheet, ..containers::Xlsx::default() }.bytes();
    lake.load_one("b.xlsx", book, "waste_handling", "DLH_7472").await;
    let proof = erase_key(&lake.storage, GONE).await.unwrap().proof.unwrap();
    assert_eq!((proof.is_clean(), proof.found_in.len()), (false, 1), "{proof:?}");
    assert!(proof.found_in[0].starts_with("raw/") && !proof.found_in[0].ends_with(".json"));
}

#[test]
fn one_value_names_no_region() {
    let handling = &PROJECT.datasets["waste_handling"];
    let error = Subject::of_key(handling, "7407", &[]).unwrap_err();
    assert!(error.to_string().contains("fields"), "{error}");
    let own = Subject::of_key(handling, "region_code=7407", &["period_month=2024-01".into()]);
    assert!(own.is_ok());
}
