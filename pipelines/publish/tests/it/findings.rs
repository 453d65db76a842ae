//! What the lake finds in the rows it holds: slips, sources that disagree, refusals that are
//! overtaken, deliveries that do not come.

use crate::lake::{TestLake, project_files, request, texts};
use koridor_contract::Project;
use koridor_contract::date::parse_date;
use koridor_contract::project::Files;
use koridor_lake::load::ingest::Loader;
use koridor_lake::{Engine, Snapshot};
use koridor_read::recognise::Request;
use std::sync::Arc;

const FLOW: &str = "region_code,period_month,channel,method,measure,market,origin_code,stay,value";

/// Monthly visits of one market and region, canonical.
fn visits(region: &str, months: impl Iterator<Item = (u32, u64)>, method: &str) -> String {
    let row = |(month, value): (u32, u64)| {
        let place = format!("{region},2025-{month:02}-01");
        format!("{place},attraction,{method},visits,wisman,XXX,unknown,{value}\n")
    };
    format!("{FLOW}\n{}", months.map(row).collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_of_a_digit_shows_in_a_first_year_and_a_season_is_none() {
    let usual = |month: u32| 1_900 + 37 * u64::from(month);
    let slip = (1..=12).map(|month| (month, if month == 8 { 22_600 } else { usual(month) }));
    let season =
        (1..=12).map(|month| (month, if matches!(month, 7 | 8) { 5_900 } else { usual(month) }));
    let lake = TestLake::new().await;
    let files = [
        lake.land("slip.csv", visits("7407", slip, "ticket")),
        lake.land("season.csv", visits("7472", season, "ticket")),
    ];
    let [slip, season] = files;
    lake.load(&[
        (slip, request("visitor_flow", "DISPAR_7407")),
        (season, request("visitor_flow", "DISPAR_7472")),
    ])
    .await
    .unwrap();
    assert_eq!(lake.rows("select count(*) from core.visitor_flow").await, ["24"]);
    let found = "select region_code, period from ops.soft_checks
        where check_name = 'digit_shift' and period_type = 'M' order by 1, 2";
    assert_eq!(lake.rows(found).await, ["7407|2025-08-01"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_held_against_each_other_over_the_months_that_both_filed() {
    let lake = TestLake::new().await;
    let all = visits("7407", (1..=12).map(|month| (month, 860)), "ticket");
    let some = visits("7407", (1..=11).map(|month| (month, 86_000)), "immigration");
    lake.load_one("dispar.csv", all, "visitor_flow", "DISPAR_7407").await;
    lake.load_one("imigrasi.csv", some, "visitor_flow", "IMIGRASI").await;
    let found = lake
        .rows("select source_id, months from ops.disagreements where region_code = '7407'")
        .await;
    assert!(found.iter().any(|row| row == "IMIGRASI|11"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_source_leads_a_year_and_the_other_is_compared_over_its_months() {
    let lake = TestLake::new().await;
    let half = visits("7472", (1..=6).map(|month| (month, 2_200)), "ticket");
    let whole = visits("7472", (1..=12).map(|month| (month, 1_800)), "ticket");
    lake.load_one("dispar.csv", half, "visitor_flow", "DISPAR_7472").await;
    lake.load_one("bps.csv", whole, "visitor_flow", "BPS").await;
    let sql = "select source_id, is_headline, value, headline_value, months, round(gap_percent, 2),
          band
        from ops.disagreements where breakdown = 'wisman' order by 1";
    let expected =
        ["BPS|true|21600.0|21600.0|12|0.0|", "DISPAR_7472|false|13200.0|10800.0|6|22.22|explain"];
    assert_eq!(lake.rows(sql).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_passengers_of_a_point_are_led_by_the_source_that_its_region_ranks() {
    let lake = TestLake::new().await;
    let months = |january: u32| {
        let months = [("01", january), ("02", 900)];
        let row =
            |(month, count): (&str, u32)| format!("WANCI,2024-{month},sea_fast,arrive,{count}\n");
        let rows = months.map(row).concat();
        format!("point_id,period_month,mode,direction,passengers\n{rows}")
    };
    lake.load_one("a.csv", months(1_000), "transport_movement", "KSOP_WANCI").await;
    lake.load_one("b.csv", months(1_300), "transport_movement", "DISHUB_7407").await;
    let mut files = project_files();
    let order = files.get_mut("schemas/codes/source_priority.csv").unwrap();
    order.push_str("movement,7407,,1,KSOP_WANCI\n");
    let project = Arc::new(Project::from_files(files).unwrap());
    let snapshot = Snapshot::head(project, lake.storage.clone()).await.unwrap();
    let sql = "select source_id, is_headline, value, headline_value, band
        from ops.disagreements where dataset = 'transport_movement' order by 1";
    let found = texts(&Engine::open(snapshot).unwrap().rows(sql).await.unwrap());
    let expected = ["DISHUB_7407|false|2200.0|1900.0|explain", "KSOP_WANCI|true|1900.0|1900.0|"];
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_that_a_source_files_twice_is_held_against_its_months() {
    let lake = TestLake::new().await;
    let months = visits("7401", (1..=12).map(|month| (month, 10)), "ticket");
    let year = format!(
        "{FLOW},period_type\n7401,2025-01-01,attraction,ticket,visits,wisman,XXX,unknown,200,Y\n"
    );
    lake.load_one("months.csv", months, "visitor_flow", "DISPAR_7401").await;
    lake.load_one("year.csv", year, "visitor_flow", "DISPAR_7401").await;
    let sql = "select measure, value, compared_with from ops.soft_checks
        where check_name = 'year_differs' and measure = 'visits.wisman'";
    assert_eq!(lake.rows(sql).await, ["visits.wisman|120.0|200.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_overtaken_by_a_newer_release_and_not_by_a_later_arrival() {
    let lake = TestLake::new().await;
    let handling = |day: &str, tons: &str| {
        format!(
            "region_code,period_month,reduced_ton,handled_ton,release_date\n\
             7472,2025-01-01,1,80,{day}\n7472,2025-02-01,1,{tons},{day}\n"
        )
    };
    lake.load_one("newer.csv", handling("2026-02-01", "x"), "waste_handling", "DLH_7472").await;
    lake.load_one("older.csv", handling("2025-12-01", "y"), "waste_handling", "DLH_7472").await;
    let status = "select file_name, status from ops.quarantine order by 1";
    assert_eq!(lake.rows(status).await, ["newer.csv|open", "older.csv|superseded"]);
    // A complete file of an older release says nothing of what the newer one lacks.
    lake.load_one("late.csv", handling("2025-12-15", "70"), "waste_handling", "DLH_7472").await;
    assert_eq!(lake.rows(status).await, ["newer.csv|open", "older.csv|superseded"]);
    lake.load_one("mended.csv", handling("2026-03-01", "71"), "waste_handling", "DLH_7472").await;
    assert_eq!(lake.rows(status).await, ["newer.csv|superseded", "older.csv|superseded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_has_the_release_date_it_names() {
    let handling = |month: &str, rows: &[(&str, &str)]| {
        let rows = rows.iter().map(|(tons, day)| format!("7472,{month}-01,1,{tons},{day}\n"));
        let rows: String = rows.collect();
        format!("region_code,period_month,reduced_ton,handled_ton,release_date\n{rows}")
    };
    let status = "select file_name, status from ops.quarantine order by 1";
    let lake = TestLake::new().await;
    let load = async |name: &str, text: String| {
        lake.load_one(name, text, "waste_handling", "DLH_7472").await
    };
    // The old vintage is refused, the newer one of the same file is whole.
    load("a.csv", handling("2025-01", &[("x", "2026-05-01"), ("80", "2026-06-01")])).await;
    assert_eq!(lake.rows(status).await, ["a.csv|superseded"]);
    // The newer vintage is refused: a whole one between the two does not mend it.
    load("b.csv", handling("2025-02", &[("80", "2026-05-01"), ("x", "2026-07-01")])).await;
    load("c.csv", handling("2025-02", &[("81", "2026-06-01")])).await;
    assert_eq!(lake.rows(status).await, ["a.csv|superseded", "b.csv|open"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canonical_file_goes_to_the_dataset_that_its_header_names() {
    let lake = TestLake::new().await;
    let file = lake.land(
        "DLH_7472/penanganan.csv",
        "region_code,period_month,reduced_ton,handled_ton\n\
         7472,2025-01-01,10.5,80\n7472,2025-02-01,1,abc\n",
    );
    let outcomes = lake.load(&[(file, Request::default())]).await.unwrap();
    assert_eq!(
        (outcomes[0].dataset.as_deref(), outcomes[0].accepted, outcomes[0].rejected),
        (Some("waste_handling"), 1, 1),
        "{outcomes:?}"
    );
    // A place and a month alone name no dataset.
    let file =
        lake.land("DLH_7472/kosong.csv", "region_code,period_month,catatan\n7472,2025-01-01,ada\n");
    let outcomes = lake.load(&[(file, Request::default())]).await.unwrap();
    assert_eq!(
        (outcomes[0].status.as_str(), outcomes[0].dataset.as_deref()),
        ("refused", None),
        "{outcomes:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_has_filed_once_is_expected_to_go_on() {
    use chrono::{Datelike, Months, Utc};
    let lake = TestLake::new().await;
    let month = |back: u32| {
        let day = Utc::now().date_naive().with_day(1).unwrap() - Months::new(back);
        day.to_string()
    };
    let file =
        format!("region_code,period_month,reduced_ton,handled_ton\n7472,{},1,80\n", month(3));
    lake.load_one("a.csv", file, "waste_handling", "DLH_7472").await;
    let states = "select period, state from ops.expectations
        where source_id = 'DLH_7472' order by period";
    let states = lake.rows(states).await;
    assert_eq!(
        states[..2],
        [format!("{}|late", month(3)), format!("{}|missing", month(2))],
        "{states:?}"
    );
    assert_eq!(
        lake.rows("select distinct source_id from ops.expectations where source_id like 'DLH%'")
            .await,
        ["DLH_7472"]
    );
}

/// A project at noon of a day.
fn on(files: &Files, day: &str) -> Arc<Project> {
    let days = parse_date(day.as_bytes(), Default::default()).unwrap();
    let project = Project::from_files(files.clone()).unwrap();
    Arc::new(project.at(i64::from(days) * 86_400_000_000 + 4 * 3_600_000_000))
}

/// A late file is late and changes nothing of what is owed beside it; before the day that the
/// corridor names nobody owes anything.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_office_owes_begins_with_its_first_delivery_and_stays() {
    let lake = TestLake::new().await;
    let mut files = project_files();
    for (day, months) in [
        ("2026-02-05", ["2025-11", "2025-12"].as_slice()),
        ("2026-11-20", ["2026-08", "2025-10"].as_slice()),
    ] {
        let rows = months.iter().map(|month| format!("7472,{month}-01,1,80\n"));
        let head = "region_code,period_month,reduced_ton,handled_ton\n";
        let landed =
            lake.land(&format!("{day}.csv"), format!("{head}{}", rows.collect::<String>()));
        let (project, storage) = (on(&files, day), lake.storage.clone());
        let mut loader = Loader::new(project, storage, "test".into()).await.unwrap();
        let asked = [(landed, request("waste_handling", "DLH_7472"))];
        let outcomes = loader.load(&asked, &mut |_| {}).await.unwrap().0;
        assert_eq!((outcomes[0].accepted, outcomes[0].rejected), (2, 0), "{outcomes:?}");
    }
    let owed = "select min(period), count(*), count(received_at) from ops.deliveries
        where source_id = 'DLH_7472' and is_due and not is_on_time";
    let rows = async |files: &Files| {
        let snapshot = Snapshot::head(on(files, "2026-11-25"), lake.storage.clone()).await.unwrap();
        texts(&Engine::open(snapshot).unwrap().rows(owed).await.unwrap())
    };
    // Eleven months from the newest of the first delivery on, of which two came, after their days.
    assert_eq!(rows(&files).await, ["2025-12-01|11|2"]);
    let corridor = files.get_mut("schemas/corridor.json").unwrap();
    *corridor = corridor.replacen('{', "{\"expected_since\": \"2026-09-15\",", 1);
    assert_eq!(rows(&files).await, ["2026-09-01|2|0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_far_from_those_before_is_unusual_until_the_next_one_comes() {
    let lake = TestLake::new().await;
    let month = async |number: u32, tons: &str| {
        let rows = format!(
            "region_code,period_month,reduced_ton,handled_ton\n7472,2024-{number:02}-01,1,{tons}\n"
        );
        lake.load_one(&format!("{number}.csv"), rows, "waste_handling", "DLH_7472").await;
    };
    // A season of twice as much is usual, and so is one month that was twenty times too small.
    for (number, tons) in ["80", "95", "4", "150", "170", "90", "85"].iter().enumerate() {
        month(number as u32 + 1, tons).await;
    }
    let unusual = "select period, unusual_measures from ops.expectations
                   where is_unusual and source_id = 'DLH_7472'";
    let outside = "select period, measure, periods_before, round(typical, 1) from ops.volume_bands
                   where is_outside order by period";
    assert!(lake.rows(unusual).await.is_empty(), "{:?}", lake.rows(outside).await);
    month(8, "1500").await;
    assert_eq!(lake.rows(outside).await, ["2024-08-01|handled_ton|7|90.0"]);
    assert_eq!(lake.rows(unusual).await, ["2024-08-01|handled_ton"]);
    month(9, "88").await;
    assert!(lake.rows(unusual).await.is_empty());
    assert_eq!(lake.rows(outside).await.len(), 1, "what stands outside stays in the list");
    month(10, "0").await;
    assert_eq!(lake.rows(unusual).await, ["2024-10-01|handled_ton"], "nothing is far from all");
    month(11, "0").await;
    assert!(lake.rows(unusual).await.is_empty(), "nothing once more is what came before");
}
