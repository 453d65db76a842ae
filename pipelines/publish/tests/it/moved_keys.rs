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
