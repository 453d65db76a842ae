//! What a submission speaks for: a table its slice, events and registers their keys, a full list
//! what it does not name. Nothing that stops counting does so in silence.

use crate::lake::{PROJECT, TestLake, project_with, request, texts};
use koridor_contract::Project;
use koridor_lake::ledger::FileStatus;
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::load::quarantine::Decision;
use koridor_lake::load::rebuild;
use koridor_lake::load::replay::Selection;
use koridor_lake::{Engine, Snapshot, Storage};
use koridor_read::recognise::Request;
use std::sync::Arc;

/// The repository's project with descriptions of other ways to come.
fn project() -> Arc<Project> {
    let folder = tempfile::tempdir().unwrap();
    let sources = folder.path().join("schemas/sources");
    std::fs::create_dir_all(&sources).unwrap();
    let ways = [
        ("TPA_WEIGHBRIDGE", "TPA_CLOSING", "slice", "TPA_WEIGHBRIDGE"),
        ("DISKOP_REGISTER", "DISKOP_ROWS", "key", "DISKOP_7407"),
        ("DISKOP_REGISTER", "DISKOP_LIST", "snapshot", "DISKOP_7407"),
    ];
    for (like, name, way, office) in ways {
        let text = PROJECT.file(&format!("schemas/sources/{like}.json")).unwrap();
        let mut source: serde_json::Value = serde_json::from_str(text).unwrap();
        source["name"] = name.into();
        source["source_ids"] = serde_json::json!([office]);
        source["supersedes"] = way.into();
        source["named_only"] = true.into();
        std::fs::write(sources.join(format!("{name}.json")), source.to_string()).unwrap();
    }
    Arc::new(project_with(folder.path()))
}

/// A lake under that project.
struct Lake {
    lake: TestLake,
    project: Arc<Project>,
}

impl Lake {
    async fn new() -> Self {
        Self { lake: TestLake::new().await, project: project() }
    }

    async fn loader(&self) -> Loader {
        Loader::new(Arc::clone(&self.project), self.lake.storage.clone(), "run".into())
            .await
            .unwrap()
    }

    async fn load(&self, name: &str, text: &str, request: Request) -> FileOutcome {
        let landed = self.lake.land(name, text);
        let mut loader = self.loader().await;
        loader.load(&[(landed, request)], &mut |_| {}).await.unwrap().0.remove(0)
    }

    async fn rows(&self, sql: &str) -> Vec<String> {
        let storage = self.lake.storage.clone();
        let snapshot = Snapshot::head(Arc::clone(&self.project), storage).await.unwrap();
        texts(&Engine::open(snapshot).unwrap().rows(sql).await.unwrap())
    }

    /// Tables that differ from those of a lake that is built from the raw bytes.
    async fn differences(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let fresh = Storage::open(folder.path().join("lake").to_str().unwrap()).unwrap();
        let lakes = (&self.lake.storage, &fresh);
        let again = ("rebuild", &Arc::default());
        rebuild::rebuild(&self.project, lakes, again, &mut |_| {}).await.unwrap();
        let tables = rebuild::compare(&self.project, lakes.0, lakes.1).await.unwrap();
        assert!(tables.iter().any(|table| table.rows > 0));
        let unequal = tables.into_iter().filter(|table| !table.is_equal);
        unequal.map(|table| format!("{table:?}")).collect()
    }

    async fn replay(&self) -> Vec<bool> {
        let selection = Selection { since: Some("2000-01-01".into()), ..Selection::default() };
        let mut loader = self.loader().await;
        let replayed = loader.replay(&selection, &mut |_| {}).await.unwrap();
        replayed.iter().map(|file| file.is_changed).collect()
    }
}

/// As a source sends it on a day.
fn sent(source: &str, day: &str) -> Request {
    let released = Some(day.to_owned());
    Request { source: Some(source.into()), released, ..Request::default() }
}

const TICKETS: &str = "Nomor Tiket;Fasilitas;Waktu Masuk;Asal Wilayah;Sumber Sampah;Ditimbang;\
                       Bruto (kg);Tara (kg);Netto (ton)\n";

/// A day's tickets: number, day of March, region, tonnes.
fn tickets(rows: &[(&str, u32, &str, u32)]) -> String {
    let row = |(ticket, day, region, tons): &(&str, u32, &str, u32)| {
        let gross = 5_000 + 1_000 * tons;
        format!("{ticket};TPA_1;{day:02}/03/2025 08:00;{region};household;ya;{gross};5000;{tons}\n")
    };
    format!("{TICKETS}{}", rows.iter().map(row).collect::<String>())
}

async fn weigh(lake: &Lake, name: &str, day: &str, rows: &[(&str, u32, &str, u32)]) -> FileOutcome {
    let outcome = lake.load(name, &tickets(rows), sent("TPA_WEIGHBRIDGE", day)).await;
    assert_eq!((outcome.rejected, &outcome.message), (0, &None), "{outcome:?}");
    outcome
}

const TONS: &str = "select count(*), sum(net_ton) from core.waste_weighbridge";
const WITHDRAWALS: &str = "select file_name, what, other_file, row_key, rows, value
    from ops.withdrawals where row_key is not null order by 1, 2, 4";

fn line(outcome: &FileOutcome) -> String {
    let lines: Vec<&str> = outcome.warnings.iter().map(|warning| warning.en.as_str()).collect();
    lines.join("\n")
}

/// Three days, one ticket each; the second day again; the month's closing file.
async fn march() -> Lake {
    let lake = Lake::new().await;
    for (day, ticket) in [(1, "T1"), (2, "T2"), (3, "T3")] {
        let (name, released) = (format!("{day}.csv"), format!("2025-03-0{day}"));
        weigh(&lake, &name, &released, &[(ticket, day, "7472", 10)]).await;
    }
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weighbridges_week() {
    let lake = march().await;
    assert_eq!(lake.rows(TONS).await, ["3|30.000"]);
    let again = [("T2", 2, "7472", 8), ("T4", 2, "7472", 5)];
    let outcome = weigh(&lake, "2b.csv", "2025-03-04", &again).await;
    assert_eq!(outcome.status, FileStatus::Loaded, "{outcome:?}");
    assert!(line(&outcome).contains("1 row replaced"), "{outcome:?}");
    assert_eq!(lake.rows(TONS).await, ["4|33.000"]);
    let of_t2 = "where ticket_id = 'T2' order by net_ton";
    let silver = format!("select net_ton from silver.waste_weighbridge {of_t2}");
    assert_eq!(lake.rows(&silver).await, ["8.000", "10.000"]);
    let core = format!("select net_ton from core.waste_weighbridge {of_t2}");
    assert_eq!(lake.rows(&core).await, ["8.000"]);
    assert_eq!(
        lake.rows("select sum(rows) from ops.current_slices").await,
        ["4"],
        "a replaced row is counted"
    );

    let closing = tickets(&[("T1", 1, "7472", 10), ("T2", 2, "7472", 8), ("T4", 2, "7472", 5)]);
    let outcome = lake.load("tutup.csv", &closing, sent("TPA_CLOSING", "2025-04-02")).await;
    assert_eq!(outcome.status, FileStatus::Loaded, "{outcome:?}");
    let told = line(&outcome);
    assert!(told.contains("1 row withdrawn: facility_id=TPA_1;ticket_id=T3 (net_ton 10"), "{told}");
    assert!(told.contains("3.csv row 2"), "{told}");
    assert_eq!(lake.rows(TONS).await, ["3|23.000"]);
    let key = "facility_id=TPA_1;ticket_id=";
    assert_eq!(
        lake.rows(WITHDRAWALS).await,
        [
            format!("2b.csv|replaced|2.csv|{key}T2|1|10.0"),
            format!("tutup.csv|withdrawn|3.csv|{key}T3|1|10.0"),
        ]
    );
    // The bytes of the first day again: known, nothing changes.
    let first = weigh(&lake, "1.csv", "2025-03-01", &[("T1", 1, "7472", 10)]).await;
    assert_eq!(first.status, FileStatus::Known);
    assert_eq!(lake.rows(TONS).await, ["3|23.000"]);
    // A later day's file adds to the closed month.
    weigh(&lake, "30.csv", "2025-04-03", &[("T9", 30, "7472", 4), ("T3", 3, "7472", 6)]).await;
    assert_eq!(lake.rows(TONS).await, ["5|33.000"]);
    assert_eq!(lake.differences().await, [""; 0]);
    assert!(lake.replay().await.iter().all(|is_changed| !is_changed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_file_of_an_older_release_does_not_replace_newer_rows() {
    let lake = Lake::new().await;
    weigh(&lake, "new.csv", "2025-03-05", &[("T1", 1, "7472", 8)]).await;
    let late = [("T1", 1, "7472", 10), ("T2", 2, "7472", 4)];
    let outcome = weigh(&lake, "late.csv", "2025-03-02", &late).await;
    assert!(line(&outcome).contains("1 row of this file not current: new.csv is newer"));
    assert_eq!(lake.rows(TONS).await, ["2|12.000"]);
    let key = "facility_id=TPA_1;ticket_id=T1";
    assert_eq!(lake.rows(WITHDRAWALS).await, [format!("late.csv|not_current|new.csv|{key}|1|")]);
    assert_eq!(lake.differences().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_moves_to_another_region_and_day_is_replaced() {
    let lake = Lake::new().await;
    let first = [("T1", 1, "7472", 10), ("T2", 1, "7472", 3)];
    weigh(&lake, "1.csv", "2025-03-02", &first).await;
    let outcome = weigh(&lake, "2.csv", "2025-03-03", &[("T1", 9, "7401", 7)]).await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 0), "{outcome:?}");
    assert!(line(&outcome).contains("1 row replaced"), "{outcome:?}");
    let rows = "select region_origin, ticket_id, net_ton from core.waste_weighbridge order by 2";
    assert_eq!(lake.rows(rows).await, ["7401|T1|7.000", "7472|T2|3.000"]);
    // Twice in one file is a slip of the file.
    let twice = [("T5", 4, "7472", 1), ("T5", 4, "7472", 2)];
    let text = tickets(&twice);
    let outcome = lake.load("3.csv", &text, sent("TPA_WEIGHBRIDGE", "2025-03-04")).await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1), "{outcome:?}");
    assert_eq!(lake.differences().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_read_only_on_replay_takes_its_place_among_later_ones() {
    let lake = Lake::new().await;
    weigh(&lake, "2.csv", "2025-03-02", &[("T1", 1, "7472", 10)]).await;
    // The newest release, whose region is not understood yet.
    let text = tickets(&[("T1", 1, "Kota Bauubau", 8)]);
    lake.load("3.csv", &text, sent("TPA_WEIGHBRIDGE", "2025-03-09")).await;
    weigh(&lake, "4.csv", "2025-03-04", &[("T1", 1, "7472", 6)]).await;
    assert_eq!(lake.rows(TONS).await, ["1|6.000"]);
    let folder = tempfile::tempdir().unwrap();
    let codes = folder.path().join("schemas/codes");
    std::fs::create_dir_all(&codes).unwrap();
    let regions = PROJECT.file("schemas/codes/region.csv").unwrap();
    let regions = regions.replace("Kota Baubau,", "Kota Baubau,Kota Bauubau|");
    std::fs::write(codes.join("region.csv"), regions).unwrap();
    let lake = Lake { project: Arc::new(project_with(folder.path())), ..lake };
    assert_eq!(lake.replay().await, [false, true, true]);
    assert_eq!(lake.rows(TONS).await, ["1|8.000"]);
    assert_eq!(lake.differences().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_ticket_leaves_a_release_that_was_made_before_as_it_was() {
    let lake = Lake::new().await;
    weigh(&lake, "1.csv", "2025-03-02", &[("T1", 1, "7472", 10)]).await;
    let before = koridor_lake::store::journal::head(&lake.lake.storage).await.unwrap();
    weigh(&lake, "2.csv", "2025-03-03", &[("T1", 1, "7472", 8)]).await;
    assert_eq!(lake.rows(TONS).await, ["1|8.000"]);
    let storage = lake.lake.storage.clone();
    let then = Snapshot::at_head(Arc::clone(&lake.project), storage, before).await.unwrap();
    let rows = Engine::open(then).unwrap().rows(TONS).await.unwrap();
    assert_eq!(texts(&rows), ["1|10.000"]);
}

const REGISTER: &str = "NIK Pemilik;Terdaftar Sejak;Kabupaten/Kota;Skala Usaha;Status\n";

/// Businesses by number, each with the day it begins and its status.
fn businesses(rows: impl IntoIterator<Item = (u32, &'static str, &'static str)>) -> String {
    let row = |(number, since, status)| format!("U{number};{since};7407;mikro;{status}\n");
    format!("{REGISTER}{}", rows.into_iter().map(row).collect::<String>())
}

fn open(numbers: impl Iterator<Item = u32>) -> String {
    businesses(numbers.map(|number| (number, "01/01/2024", "aktif")))
}

/// Active businesses at the end of a month.
async fn active(lake: &Lake, month: &str) -> String {
    let sql = format!(
        "select coalesce(max(active), 0) from core.business_months where period = date '{month}-01'"
    );
    lake.rows(&sql).await.remove(0)
}

async fn register(lake: &Lake, name: &str, text: &str, (source, day): (&str, &str)) -> FileOutcome {
    let outcome = lake.load(name, text, sent(source, day)).await;
    assert_eq!((outcome.rejected, &outcome.message), (0, &None), "{outcome:?}");
    outcome
}

/// 100 businesses, 5 more, and one that closes.
async fn businesses_until_march() -> Lake {
    let lake = Lake::new().await;
    let of = |day| ("DISKOP_ROWS", day);
    register(&lake, "100.csv", &open(1..=100), of("2025-01-31")).await;
    assert_eq!(active(&lake, "2025-01").await, "100");
    register(&lake, "5.csv", &open(101..=105), of("2025-02-28")).await;
    assert_eq!(active(&lake, "2025-02").await, "105");
    let closed = businesses([(7, "10/03/2025", "tutup")]);
    register(&lake, "u7.csv", &closed, of("2025-03-31")).await;
    assert_eq!(active(&lake, "2025-02").await, "105");
    assert_eq!(active(&lake, "2025-03").await, "104");
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_grows_and_a_full_list_ends_what_it_does_not_name() {
    let lake = businesses_until_march().await;
    let list = open((1..=105).filter(|number| ![50, 60].contains(number)));
    let outcome = register(&lake, "juni.csv", &list, ("DISKOP_LIST", "2025-06-30")).await;
    assert!(line(&outcome).contains("2 rows ended on 2025-06-30"), "{outcome:?}");
    assert_eq!(active(&lake, "2025-05").await, "104");
    assert_eq!(active(&lake, "2025-06").await, "102");
    let ended = "select what, other_file, row_number, ended_on from ops.withdrawals
        where what = 'ended' order by 3";
    assert_eq!(
        lake.rows(ended).await,
        ["ended|100.csv|51|2025-06-30", "ended|100.csv|61|2025-06-30"]
    );
    let until = "select count(*) from core.umkm_register where valid_to = date '2025-06-30'";
    assert_eq!(lake.rows(until).await, ["2"]);
    let filed = "select count(*) from silver.umkm_register where valid_to is not null";
    assert_eq!(lake.rows(filed).await, ["0"]);
    assert_eq!(lake.differences().await, [""; 0]);

    // Named again by its key later, it holds again; a late file of an older day does not mend it.
    let of = |day| ("DISKOP_ROWS", day);
    register(&lake, "u50.csv", &open(50..=50), of("2025-08-31")).await;
    assert_eq!(active(&lake, "2025-08").await, "103");
    let outcome = register(&lake, "mei.csv", &open(200..=200), of("2025-05-31")).await;
    assert!(line(&outcome).contains("not current: juni.csv is newer"), "{outcome:?}");
    assert_eq!(active(&lake, "2025-05").await, "105");
    assert_eq!(active(&lake, "2025-06").await, "103");
    assert_eq!(lake.differences().await, [""; 0]);
}

const FLOW: &str =
    "region_code,period_month,channel,method,measure,market,origin_code,stay,value\n";

/// Visits of a month by country, 200 each.
fn visits(month: u32, countries: usize) -> String {
    const CODES: [&str; 26] = [
        "AUS", "AUT", "BEL", "BRA", "CAN", "CHE", "CHN", "DEU", "DNK", "ESP", "FIN", "FRA", "GBR",
        "IND", "IRL", "ITA", "JPN", "KOR", "MYS", "NLD", "NOR", "NZL", "PHL", "SGP", "SWE", "USA",
    ];
    let row = |code: &&str| {
        format!("7407,2025-{month:02}-01,attraction,ticket,visits,wisman,{code},unknown,200\n")
    };
    format!("{FLOW}{}", CODES.iter().take(countries).map(row).collect::<String>())
}

async fn visit(lake: &Lake, name: &str, text: &str) -> FileOutcome {
    lake.load(name, text, request("visitor_flow", "DISPAR_7407")).await
}

const VISITS: &str = "select period_month, count(*), sum(value) from core.visitor_flow
    group by 1 order by 1";
const FINDINGS: &str = "select check_name, region_code, period, is_counted from ops.slice_findings
    where check_name = 'held_submission'";

#[tokio::test(flavor = "multi_thread")]
async fn a_thin_second_delivery_is_held_until_somebody_accepts_it() {
    let lake = Lake::new().await;
    visit(&lake, "penuh.csv", &visits(1, 26)).await;
    assert_eq!(lake.rows(VISITS).await, ["2025-01-01|26|5200"]);
    let outcome = visit(&lake, "tipis.csv", &visits(1, 10)).await;
    assert_eq!(outcome.status, FileStatus::Held, "{outcome:?}");
    assert!(outcome.needs_answer() && outcome.accepted == 10);
    let why = outcome.message.unwrap();
    assert!(why.en.starts_with("held: 16 of 26 rows of DISPAR_7407 7407 2025-01 (value 3200 of"));
    assert!(why.en.contains("koridor quarantine accept tipis.csv --by WHO"), "{}", why.en);
    assert_eq!(lake.rows(VISITS).await, ["2025-01-01|26|5200"]);
    assert_eq!(lake.rows("select count(*) from silver.visitor_flow").await, ["36"]);
    assert_eq!(
        lake.rows("select status, rows_read, rows_accepted from ops.files order by sequence").await,
        ["loaded|26|26", "held|10|10"]
    );
    let held = "select file_name, rows_held, rows_standing, status from ops.held_submissions";
    assert_eq!(lake.rows(held).await, ["tipis.csv|10|26|held"]);
    assert_eq!(lake.rows(FINDINGS).await, ["held_submission|7407|2025-01-01|true"]);
    assert_eq!(lake.rows("select count(*) from ops.withdrawals").await, ["0"]);
    assert_eq!(lake.differences().await, [""; 0]);
    let again = visit(&lake, "tipis.csv", &visits(1, 10)).await;
    assert_eq!(again.status, FileStatus::Known);
    // A month that comes alone is another slice.
    let alone = visit(&lake, "februari.csv", &visits(2, 3)).await;
    assert_eq!(alone.status, FileStatus::Loaded, "{alone:?}");

    let decision = Decision { by: "Dispar", reason: "pasar lain tidak didata" };
    let nobody = lake.loader().await.accept(("lain.csv", None), decision, &mut |_| {}).await;
    assert!(nobody.unwrap_err().to_string().contains("no held file `lain.csv`"));
    let accepted =
        lake.loader().await.accept(("tipis.csv", None), decision, &mut |_| {}).await.unwrap();
    assert_eq!(accepted[0].outcome.status, FileStatus::Loaded);
    assert_eq!(lake.rows(VISITS).await, ["2025-01-01|10|2000", "2025-02-01|3|600"]);
    assert_eq!(lake.rows(FINDINGS).await, [""; 0]);
    assert_eq!(lake.rows(held).await, ["tipis.csv|10|10|accepted"]);
    let withdrawn = "select file_name, what, other_file, count(*), sum(rows), sum(value)
        from ops.withdrawals group by 1, 2, 3";
    assert_eq!(lake.rows(withdrawn).await, ["tipis.csv|withdrawn|penuh.csv|16|16|3200.0"]);
    assert_eq!(
        lake.rows("select file_name, accepted_by, reason from ops.acceptances").await,
        ["tipis.csv|Dispar|pasar lain tidak didata"]
    );
    assert_eq!(lake.differences().await, [""; 0]);
    assert!(lake.replay().await.iter().all(|is_changed| !is_changed));
    assert_eq!(lake.rows(VISITS).await, ["2025-01-01|10|2000", "2025-02-01|3|600"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_submission_gives_way_to_a_newer_one_and_a_thin_list_is_held_too() {
    let lake = Lake::new().await;
    visit(&lake, "penuh.csv", &visits(1, 26)).await;
    visit(&lake, "tipis.csv", &visits(1, 10)).await;
    let better = visit(&lake, "baik.csv", &visits(1, 24)).await;
    assert!(line(&better).contains("2 rows withdrawn"), "{better:?}");
    assert_eq!(lake.rows(VISITS).await, ["2025-01-01|24|4800"]);
    assert_eq!(
        lake.rows("select file_name, status from ops.held_submissions").await,
        ["tipis.csv|superseded"]
    );
    assert_eq!(lake.rows(FINDINGS).await, [""; 0]);

    let of = |day| sent("DISKOP_ROWS", day);
    lake.load("100.csv", &open(1..=100), of("2025-01-31")).await;
    let outcome = lake.load("40.csv", &open(1..=40), sent("DISKOP_LIST", "2025-06-30")).await;
    assert_eq!(outcome.status, FileStatus::Held, "{outcome:?}");
    let finding = "select measure, is_counted from ops.slice_findings
        where check_name = 'held_submission'";
    let fields = "kbli5 + kbli_version + nib + scale + status + valid_from + valid_to";
    assert_eq!(lake.rows(finding).await, [format!("{fields}|true")]);
    // A later key file ages the register to June: all of the 100 still hold.
    lake.load("u101.csv", &open(101..=101), of("2025-07-31")).await;
    assert_eq!(active(&lake, "2025-07").await, "101");
    let decision = Decision { by: "Diskop", reason: "sensus" };
    lake.loader().await.accept(("40.csv", None), decision, &mut |_| {}).await.unwrap();
    assert_eq!(active(&lake, "2025-05").await, "101");
    assert_eq!(active(&lake, "2025-07").await, "41");
    assert_eq!(lake.differences().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_comes_again_replaces_its_slices_as_a_whole() {
    let lake = Lake::new().await;
    let many = |tons: u32, rows: u32| {
        let row = |number: u32| {
            let gross = 5_000 + 1_000 * tons;
            format!("T{number};TPA_1;01/03/2025 08:00;7472;household;ya;{gross};5000;{tons}\n")
        };
        format!("{TICKETS}{}", (0..rows).map(row).collect::<String>())
    };
    let of = |day| sent("TPA_WEIGHBRIDGE", day);
    lake.load("1.csv", &many(2, 10_001), of("2025-03-02")).await;
    weigh(&lake, "2.csv", "2025-03-03", &[("T1", 1, "7472", 5), ("X1", 1, "7472", 5)]).await;
    let outcome = lake.load("3.csv", &many(1, 10_001), of("2025-03-04")).await;
    assert!(line(&outcome).contains("10001 rows replaced"), "{}", line(&outcome));
    assert_eq!(lake.rows(TONS).await, ["10002|10006.000"]);
    // T1 of 2.csv by its key, the 10,000 of 1.csv that still stood as one slice.
    let recorded = "select o.file_name, row_key is null, r.rows from ops.superseded_rows r
        join ops.files o on o.sha256 = r.sha256
        join ops.files n on n.sha256 = r.by_sha256 and n.file_name = '3.csv' order by 1";
    assert_eq!(lake.rows(recorded).await, ["1.csv|true|10000", "2.csv|false|1"]);
    assert_eq!(lake.rows("select sum(rows) from ops.current_slices").await, ["10002"]);
    assert_eq!(lake.differences().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_file_that_is_read_later_takes_its_place_among_those_that_came_since() {
    let lake = Lake::new().await;
    let text = tickets(&[("T1", 1, "7472", 8)]).replace("Netto (ton)", "Muatan bersih (ton)");
    let first = lake.load("1.csv", &text, sent("TPA_WEIGHBRIDGE", "2025-03-09")).await;
    assert_eq!(first.status, FileStatus::Refused, "{first:?}");
    weigh(&lake, "2.csv", "2025-03-04", &[("T1", 1, "7472", 6), ("T2", 1, "7472", 1)]).await;
    assert_eq!(lake.rows(TONS).await, ["2|7.000"]);
    let folder = tempfile::tempdir().unwrap();
    let sources = folder.path().join("schemas/sources");
    std::fs::create_dir_all(&sources).unwrap();
    let source = PROJECT.file("schemas/sources/TPA_WEIGHBRIDGE.json").unwrap();
    let source = source.replace("\"Netto\"", "\"Netto\", \"Muatan bersih\"");
    std::fs::write(sources.join("TPA_WEIGHBRIDGE.json"), source).unwrap();
    let lake = Lake { project: Arc::new(project_with(folder.path())), ..lake };
    let again = lake.load("1.csv", &text, sent("TPA_WEIGHBRIDGE", "2025-03-09")).await;
    assert_eq!(again.status, FileStatus::Loaded, "{again:?}");
    assert_eq!(lake.rows(TONS).await, ["2|9.000"]);
    assert_eq!(lake.differences().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_one_night_are_set_against_one_another() {
    let lake = Lake::new().await;
    let of = |day| sent("TPA_WEIGHBRIDGE", day);
    let flow = || request("visitor_flow", "DISPAR_7407");
    let files = [
        ("1.csv", tickets(&[("T1", 1, "7472", 10)]), of("2025-03-01")),
        ("2.csv", tickets(&[("T1", 1, "7472", 8), ("T2", 2, "7472", 5)]), of("2025-03-02")),
        ("penuh.csv", visits(1, 26), flow()),
        ("tipis.csv", visits(1, 10), flow()),
    ];
    let files: Vec<_> =
        files.iter().map(|(name, text, sent)| (lake.lake.land(name, text), sent.clone())).collect();
    let outcomes = lake.loader().await.load(&files, &mut |_| {}).await.unwrap().0;
    let statuses: Vec<&str> = outcomes.iter().map(|outcome| outcome.status.as_str()).collect();
    assert_eq!(statuses, ["loaded", "loaded", "loaded", "held"]);
    assert!(line(&outcomes[1]).contains("1 row replaced"), "{outcomes:?}");
    assert_eq!(lake.rows(TONS).await, ["2|13.000"]);
    assert_eq!(lake.rows(VISITS).await, ["2025-01-01|26|5200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_ticket_stays_open_until_its_file_comes_again() {
    let lake = Lake::new().await;
    let broken = tickets(&[("T1", 1, "7472", 10), ("T2", 1, "Kota Lain", 5)]);
    lake.load("1.csv", &broken, sent("TPA_WEIGHBRIDGE", "2025-03-01")).await;
    let status = "select file_name, status from ops.quarantine";
    assert_eq!(lake.rows(status).await, ["1.csv|open"]);
    // Another day's file says nothing of it.
    weigh(&lake, "2.csv", "2025-03-02", &[("T3", 2, "7472", 5)]).await;
    assert_eq!(lake.rows(status).await, ["1.csv|open"]);
    let mended = [("T1", 1, "7472", 10), ("T2", 1, "7472", 5)];
    weigh(&lake, "1b.csv", "2025-03-03", &mended).await;
    assert_eq!(lake.rows(status).await, ["1.csv|superseded"]);
    assert_eq!(lake.rows(TONS).await, ["3|20.000"]);
}
