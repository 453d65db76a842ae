//! A row of a key that comes again about another time: it counts once.

use crate::lake::TestLake;

const HEADER: &str =
    "region_code,case_id,month_reported,n_victims,age_group,sex,violence_type,service_given";

fn case(id: &str, month: &str) -> String {
    format!("7472,{id},{month}-01,1,18+,P,physical,true")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_moves_by_years_counts_once_whichever_came_first() {
    let first = [HEADER, &case("A-0001", "2024-03"), &case("A-0002", "2024-03")].join("\n");
    let core = "select month_reported from core.sapa_case order by 1";
    for (month, left) in
        [("2015-03", ["2015-03-01", "2024-03-01"]), ("2025-11", ["2024-03-01", "2025-11-01"])]
    {
        let lake = TestLake::new().await;
        let second = [HEADER, &case("A-0001", month)].join("\n");
        for (name, text) in [("a.csv", &first), ("b.csv", &second)] {
            lake.load_one(name, text, "sapa_case", "DP3A_7472").await;
        }
        assert_eq!(lake.rows(core).await, left, "{month}");
    }
}

const FIRES: &str = "region_code,incident_id,ts_call,channel,type,in_wmk,release_date";

fn fire(region: &str, id: &str, released: &str) -> String {
    format!("{region},{id},2024-03-05T08:00:00,phone,fire,true,{released}")
}

/// Fires of three files in their order, by region and number.
async fn fires(source: &str, files: [&[String]; 3]) -> Vec<String> {
    let lake = TestLake::new().await;
    for (name, rows) in ["a.csv", "b.csv", "c.csv"].into_iter().zip(files) {
        let text = format!("{FIRES}\n{}\n", rows.join("\n"));
        let outcome = lake.load_one(name, text, "fire_incident", source).await;
        assert_eq!((outcome.rejected, &outcome.message), (0, &None), "{outcome:?}");
    }
    lake.rows("select region_code, incident_id from core.fire_incident order by 2, 1").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_its_office_files_under_another_region_counts_there_alone() {
    let first = [fire("7407", "K1", "2024-04-01"), fire("7407", "K2", "2024-04-01")];
    let mended = [fire("7401", "K1", "2024-05-01")];
    // A late file of an older release.
    let late = [fire("7472", "K1", "2024-03-31")];
    let found = fires("DAMKAR_7407", [&first, &mended, &late]).await;
    assert_eq!(found, ["7401|K1", "7407|K2"]);
    // Numbers of a source of several regions are theirs.
    let found = fires("SAMPLE_SYNTHETIC", [&first, &mended, &late]).await;
    assert_eq!(found, ["7401|K1", "7407|K1", "7472|K1", "7407|K2"]);
    // The number is one whatever the case of its letters.
    let lower = [fire("7407", "k1", "2024-05-01")];
    let found = fires("DAMKAR_7407", [&first, &lower, &[fire("7407", "K3", "2024-05-01")]]).await;
    assert_eq!(found, ["7407|K2", "7407|K3", "7407|k1"]);
    // In one file they are two events.
    let both = [fire("7401", "K2", "2024-05-01"), fire("7472", "K2", "2024-05-01")];
    let found = fires("DAMKAR_7407", [&first, &both, &[fire("7407", "K3", "2024-05-01")]]).await;
    assert_eq!(found, ["7407|K1", "7401|K2", "7407|K2", "7472|K2", "7407|K3"]);
    // And stay so when one of them is filed again.
    let again = [fire("7472", "K2", "2024-06-01")];
    let found = fires("DAMKAR_7407", [&first, &both, &again]).await;
    assert_eq!(found, ["7407|K1", "7401|K2", "7407|K2", "7472|K2"]);
}
