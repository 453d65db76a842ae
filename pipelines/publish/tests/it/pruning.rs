//! Files that hold no current slice, or no row of the months asked for, are not read: counted in
//! what `explain analyze` says.

use crate::lake::TestLake;

const HEADER: &str = "region_code,period_month,reduced_ton,handled_ton\n";

/// Files that a query opens, by the plan's own counts.
async fn files_opened(lake: &TestLake, sql: &str) -> usize {
    let plan = lake.rows(&format!("explain analyze {sql}")).await.join("\n");
    let counts = plan.split("files_opened=").skip(1);
    counts.map(|rest| rest.split(',').next().unwrap().parse::<usize>().unwrap()).sum()
}

async fn load(lake: &TestLake, name: &str, rows: &str) {
    let text = format!("{HEADER}{rows}");
    let outcome = lake.load_one(name, text, "waste_handling", "DLH_7407").await;
    assert!(outcome.message.is_none(), "{:?}", outcome.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn superseded_files_and_other_months_are_not_read() {
    let lake = TestLake::new().await;
    load(&lake, "january.csv", "7407,2024-01,1,10\n7472,2024-01,1,11\n").await;
    load(&lake, "february.csv", "7407,2024-02,1,20\n7472,2024-02,1,21\n").await;
    let all = "select sum(handled_ton) from core.waste_handling";
    assert_eq!(files_opened(&lake, all).await, 2);
    let january =
        "select sum(handled_ton) from core.waste_handling where period_month = date '2024-01-01'";
    assert_eq!(files_opened(&lake, january).await, 1);
    // A file of another regency is not read either.
    load(&lake, "buton.csv", "7401,2024-03,1,40\n").await;
    let buton = "select sum(handled_ton) from core.waste_handling where region_code = '7401'";
    assert_eq!(lake.rows(buton).await, ["40.000"]);
    assert_eq!(files_opened(&lake, buton).await, 1);
    // A part of January is superseded: its file is read for the rest.
    load(&lake, "january_again.csv", "7407,2024-01,1,30\n").await;
    assert_eq!(lake.rows(all).await, ["122.000"]);
    assert_eq!(files_opened(&lake, all).await, 4);
    // All of it is: its file is not read any more.
    load(&lake, "january_rest.csv", "7472,2024-01,1,31\n").await;
    assert_eq!(lake.rows(all).await, ["142.000"]);
    assert_eq!(files_opened(&lake, all).await, 4);
    assert_eq!(files_opened(&lake, january).await, 2);
    let silver = "select sum(handled_ton) from silver.waste_handling";
    assert_eq!(files_opened(&lake, silver).await, 5);
}
