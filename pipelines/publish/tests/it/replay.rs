//! Files that are read again: rows move where they now belong, and the lake is what its raw bytes
//! say.

use crate::lake::{PROJECT, TestLake, files_with, project_with, request, texts};
use koridor_contract::Project;
use koridor_lake::engine::{Limits, Tier};
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::quarantine::{self, Decision, RowSelection};
use koridor_lake::load::rebuild;
use koridor_lake::load::replay::Selection;
use koridor_lake::store::journal;
use koridor_lake::{Engine, Snapshot, Storage};
use koridor_publish::RowStream;
use std::sync::Arc;

const HANDLING: &str = "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)\n\
    Wakatobi;Januari 2024;1.000,5;20,25\n\
    KONSEL;Pebruari 2024;abc;1\n\
    Kab. Buton Selatan;Maret 2024;1;1\n\
    Kota Bauubau;April 2024;1;1\n";
const HEADER: &str = "dataset,key,field,expected,action,value,reason,source,by,until\n";

/// A project with files of its own besides the built-in ones.
fn project(files: &[(&str, &str)]) -> Arc<Project> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Arc::new(project_with(folder.path()))
}

async fn replay(
    lake: &TestLake,
    project: &Arc<Project>,
    selection: &Selection,
) -> Vec<(u64, u64, bool)> {
    let mut loader =
        Loader::new(Arc::clone(project), lake.storage.clone(), "replay".into()).await.unwrap();
    let replayed = loader.replay(selection, &mut |_| {}).await.unwrap();
    replayed
        .iter()
        .map(|file| (file.outcome.accepted, file.outcome.rejected, file.is_changed))
        .collect()
}

async fn rows(lake: &TestLake, project: &Arc<Project>, sql: &str) -> Vec<String> {
    let snapshot = Snapshot::head(Arc::clone(project), lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot).unwrap();
    texts(&engine.rows(sql).await.unwrap())
}

/// Tables that differ between the lake and one that is built from its raw bytes.
async fn differences(lake: &TestLake, project: &Arc<Project>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Storage::open(folder.path().join("lake").to_str().unwrap()).unwrap();
    rebuild::rebuild(project, (&lake.storage, &fresh), ("rebuild", &Arc::default()), &mut |_| {})
        .await
        .unwrap();
    let tables = rebuild::compare(project, &lake.storage, &fresh).await.unwrap();
    assert!(tables.iter().any(|table| table.rows > 0));
    tables.into_iter().filter(|table| !table.is_equal).map(|table| format!("{table:?}")).collect()
}

/// Corrections of a project that a session for others is given.
async fn corrections_given(
    lake: &TestLake,
    project: &Arc<Project>,
    tier: Tier,
) -> Result<usize, String> {
    let snapshot = Snapshot::head(Arc::clone(project), lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot.with_tier(tier)).unwrap();
    let given = engine.guarded("select * from ref.correction", &Limits::new(512 << 20)).await;
    let mut rows = RowStream::of(given.map_err(|error| error.to_string())?).await.unwrap();
    let mut count = 0;
    while let Some(batch) = rows.next().await.unwrap() {
        count += batch.num_rows();
    }
    Ok(count)
}

/// A project that knows a misspelled city and one wrong value.
fn mended() -> Arc<Project> {
    let regions = PROJECT.file("schemas/codes/region.csv").unwrap();
    let regions = regions.replace("Kota Baubau,", "Kota Baubau,Kota Bauubau|");
    let correction = format!(
        "{HEADER}waste_handling,region_code=7405;period_month=2024-02-01,reduced_ton,abc,set,12.5,\
         salah ketik,surat 12/2024,DLH Konawe Selatan,\n\
         sapa_case,region_code=7405;case_id=K-1,n_victims,1,set,2,salah,surat,DP3A,\n"
    );
    project(&[("schemas/codes/region.csv", &regions), ("schemas/corrections/dlh.csv", &correction)])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_spelling_and_a_correction_move_rows_from_refused_to_accepted() {
    let lake = TestLake::new().await;
    let outcome = lake.load_one("a.csv", HANDLING, "waste_handling", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 3));
    let mended = mended();
    let rows = async |sql: &str| rows(&lake, &mended, sql).await;
    assert_eq!(replay(&lake, &mended, &Selection::default()).await, [(3, 1, true)]);
    let current = "select region_code, reduced_ton, array_to_string(qc_flags, ',')
        from core.waste_handling order by 1";
    assert_eq!(
        rows(current).await,
        ["7405|12.500|corrected:reduced_ton", "7407|1000.500|", "7472|1.000|"]
    );
    assert_eq!(rows("select count(*) from silver.waste_handling").await, ["3"]);
    // The link is kept: what was refused, and the run that resolved it.
    let refused = "select cell, rule, status, resolved_by from ops.quarantine order by row_number";
    assert_eq!(
        rows(refused).await,
        [
            "C3|not_a_number|resolved|replay",
            "A4|outside_corridor|open|",
            "A5|unknown_code|resolved|replay"
        ]
    );
    let corrections =
        "select outcome, found, value, reason, source, corrected_by from ops.corrections";
    assert_eq!(
        rows(corrections).await,
        ["applied|abc|12.5|salah ketik|surat 12/2024|DLH Konawe Selatan"]
    );
    let counts = "select rows_accepted, rows_rejected, attempt from ops.files";
    assert_eq!(rows(counts).await, ["3|1|1"]);
    assert_eq!(corrections_given(&lake, &mended, Tier::Analyst(None)).await, Ok(1));
    for tier in [Tier::Open, Tier::Office("7405".into()), Tier::Analyst(Some("7405".into()))] {
        assert!(corrections_given(&lake, &mended, tier.clone()).await.is_err(), "{tier:?}");
    }
    // Reading once more changes nothing, and says so.
    let head = journal::head(&lake.storage).await.unwrap();
    let again = Selection { file: Some("a.csv".into()), ..Selection::default() };
    assert_eq!(replay(&lake, &mended, &again).await, [(3, 1, false)]);
    assert_eq!(journal::head(&lake.storage).await.unwrap(), head);
    // A row that stays refused is recorded with who and why.
    let outside = RowSelection { rule: Some("outside_corridor".into()), ..RowSelection::default() };
    let waiver = Decision { by: "Bappeda", reason: "bukan wilayah kami" };
    let waived = quarantine::waive(&mended, &lake.storage, &outside, waiver, "w").await;
    assert_eq!(waived.unwrap(), 1);
    let status =
        "select status, waived_by, waived_because from ops.quarantine where row_number = 4";
    assert_eq!(rows(status).await, ["waived|Bappeda|bukan wilayah kami"]);
    assert_eq!(differences(&lake, &mended).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_never_silent() {
    let lake = TestLake::new().await;
    let correction = |action: &str, until: &str| {
        format!(
            "{HEADER}waste_handling,region_code=7407;period_month=2024-01-01,handled_ton,20,\
             {action},alasan,sumber,DLH,{until}\n"
        )
    };
    let csv = |handled: u32| {
        format!(
            "region_code,period_month,reduced_ton,handled_ton\n\
             7407,2024-01,1,{handled}\n7472,2024-01,1,{handled}\n"
        )
    };
    let set = project(&[("schemas/corrections/a.csv", &correction("set,25", ""))]);
    lake.load_one("1.csv", csv(20), "waste_handling", "DLH_7407").await;
    replay(&lake, &set, &Selection::default()).await;
    let current = "select region_code, handled_ton from core.waste_handling order by 1";
    assert_eq!(rows(&lake, &set, current).await, ["7407|25.000", "7472|20.000"]);
    // The office sends another value: the guard trips, its own word stands.
    let mut loader =
        Loader::new(Arc::clone(&set), lake.storage.clone(), "second".into()).await.unwrap();
    let request = request("waste_handling", "DLH_7407");
    loader.load(&[(lake.land("2.csv", csv(26)), request)], &mut |_| {}).await.unwrap();
    assert_eq!(rows(&lake, &set, current).await, ["7407|26.000", "7472|26.000"]);
    assert_eq!(
        rows(&lake, &set, "select file_name, outcome from ops.corrections order by 1").await,
        ["1.csv|applied", "2.csv|stale"]
    );
    // Dropped rows are counted as ignored; a correction past its day does nothing.
    let drop = project(&[("schemas/corrections/a.csv", &correction("drop,", ""))]);
    replay(&lake, &drop, &Selection { file: Some("1.csv".into()), ..Selection::default() }).await;
    assert_eq!(
        rows(
            &lake,
            &drop,
            "select rows_read, rows_accepted, rows_ignored from ops.files where file_name = '1.csv'"
        )
        .await,
        ["2|1|1"]
    );
    let expired = project(&[("schemas/corrections/a.csv", &correction("set,25", "2020-01-01"))]);
    replay(&lake, &expired, &Selection { file: Some("1.csv".into()), ..Selection::default() })
        .await;
    assert_eq!(
        rows(&lake, &expired, "select file_name, outcome from ops.corrections order by 1").await,
        ["1.csv|expired", "2.csv|stale"]
    );
    // A correction that fits nothing is refused with its line.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("schemas/corrections")).unwrap();
    std::fs::write(folder.path().join("schemas/corrections/a.csv"), correction("set,banyak", ""))
        .unwrap();
    let error = Project::from_files(files_with(folder.path())).unwrap_err().to_string();
    assert!(error.contains("schemas/corrections/a.csv") && error.contains("banyak"), "{error}");
}

/// A project with one file of corrections.
fn corrected(lines: &str) -> Arc<Project> {
    project(&[("schemas/corrections/a.csv", &format!("{HEADER}{lines}"))])
}

/// Numbers below a bound, the same of the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Three tickets of four, some of them sent before, on any of three days and of two regions.
fn tickets(dice: &mut Dice) -> String {
    let mut text = "facility_id,ticket_id,ts_in,region_origin,source_class,weighed,gross_kg,\
                    tare_kg,net_ton,release_date\n"
        .to_owned();
    for _ in 0..3 {
        let (ticket, month, kg) = (dice.below(4), 1 + dice.below(2), 500 + 100 * dice.below(2));
        let (region, day) = ([7407, 7472][dice.below(2) as usize], 1 + dice.below(3));
        text += &format!(
            "F,T{ticket},2024-0{month}-05T08:00:00,{region},household,true,{},1000,{:.3},\
             2024-03-0{day}\n",
            1000 + kg,
            kg as f64 / 1000.0
        );
    }
    text
}

/// A month of three regions, one of them not ours, some of it unreadable.
fn handling(dice: &mut Dice) -> String {
    let mut text = "region_code,period_month,reduced_ton,handled_ton\n".to_owned();
    for region in ["7407", "7472", "7404"] {
        let value = ["3", "5", "x", "26"][dice.below(4) as usize];
        text += &format!("{region},2024-0{},1,{value}\n", 1 + dice.below(2));
    }
    text
}

/// Any sequence of submissions, replays and corrections: accounting balances, and the lake equals
/// one built from the raw bytes.
#[tokio::test(flavor = "multi_thread")]
async fn the_lake_is_what_its_raw_bytes_say() {
    let one = corrected(
        "waste_handling,region_code=7407;period_month=2024-01-01,handled_ton,3,set,30,a,b,c,\n",
    );
    let two = corrected(
        "waste_handling,region_code=7472;period_month=2024-02-01,handled_ton,x,set,7,a,b,c,\n\
         waste_weighbridge,ticket_id=T1;facility_id=F,net_ton,0.500,drop,,a,b,c,\n",
    );
    let unbalanced = "select count(*) from ops.files f
        left join (
          select sha256, count(*) as open from ops.quarantine
          where status <> 'resolved' group by sha256
        ) q on q.sha256 = f.sha256
        where rows_read <> rows_accepted + rows_rejected + rows_ignored
          or rows_rejected <> coalesce(q.open, 0)";
    let twice = "select count(*) - count(distinct ticket_id) from core.waste_weighbridge";
    for seed in 1u64..=3 {
        let lake = TestLake::new().await;
        let mut dice = Dice(seed);
        for step in 0..10 {
            let name = format!("{step}.csv");
            match dice.below(4) {
                0 => {
                    let which = if dice.below(2) == 0 { &one } else { &two };
                    replay(&lake, which, &Selection::default()).await;
                }
                1 => {
                    let text = tickets(&mut dice);
                    lake.load_one(&name, text, "waste_weighbridge", "TPA_WEIGHBRIDGE").await;
                }
                _ => {
                    let text = handling(&mut dice);
                    lake.load_one(&name, text, "waste_handling", "DLH_7407").await;
                }
            }
            assert_eq!(lake.rows(unbalanced).await, ["0"], "seed {seed}, step {step}");
            assert_eq!(lake.rows(twice).await, ["0"], "seed {seed}, step {step}");
        }
        replay(&lake, &two, &Selection::default()).await;
        assert_eq!(differences(&lake, &two).await, [""; 0], "seed {seed}");
    }
}
