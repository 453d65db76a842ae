//! Arithmetic of whole numbers is right or an error, and never a number that has gone round.

use crate::lake::TestLake;

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_an_error() {
    let lake = TestLake::new().await;
    let engine = lake.engine().await;
    let rows = "(values (9223372036854775807, 1), (9223372036854775807, 2)) as t(a, b)";
    for expression in [
        "a + b",
        "b + a",
        "-2 - a",
        "a * 2",
        "sum(a)",
        "sum(a) over (order by b)",
        "sum(a) over (order by b rows between 1 preceding and current row)",
    ] {
        let failed = engine.rows(&format!("select {expression} from {rows}")).await.unwrap_err();
        let told = failed.to_string().to_lowercase();
        assert!(told.contains("overflow") || told.contains("64 bits"), "{expression}: {told}");
    }
    assert!(engine.rows("select 9223372036854775807 + 1").await.is_err());
    let huge = "arrow_cast(18446744073709551615, 'UInt64')";
    let digits = "cast('99999999999999999999999999999999999999' as decimal(38, 0))";
    let long = "arrow_cast(9223372036854775807, 'Duration(Nanosecond)')";
    for statement in [
        "select b << 64 from (values (1)) as t(b)".to_owned(),
        "select 1 << 63".into(),
        "select b << 62 from (values (3)) as t(b)".into(),
        "select 1 >> 64".into(),
        "select 1 << -1".into(),
        format!("select sum({huge}) from range(0, 2)"),
        format!("select sum({huge}) over () from range(0, 2)"),
        format!("select value % 2, sum({huge}) from range(0, 4) group by 1"),
        format!("select sum({digits}) from range(0, 2)"),
        format!("select sum({digits}) over (order by value) from range(0, 2)"),
        format!("select sum({long}) from range(0, 2)"),
        "select sum(interval '1 month') from range(0, 2)".into(),
        "select date '2024-01-01' + 9223372036854775807".into(),
        "select date '2024-01-01' - value from range(9223372036854775800, 9223372036854775802)"
            .into(),
        "select date '2024-01-01' + 2147483647".into(),
        "select date '2024-01-01' + interval '9999999 years'".into(),
        "select timestamp '2024-01-01' + interval '300 years'".into(),
        "select abs(cast(-9223372036854775808 as bigint))".into(),
        "select -a from (values (cast(-9223372036854775808 as bigint))) as t(a)".into(),
        "select cast(-9223372036854775808 as bigint) / cast(-1 as bigint)".into(),
        "select factorial(30)".into(),
        "select lcm(9223372036854775807, 9223372036854775806)".into(),
        "select gcd(cast(-9223372036854775808 as bigint), 0)".into(),
        "select cast(1e19 as bigint)".into(),
        "select (value * 1000000000000)::int from range(0, 2)".into(),
        "select cast(value * 1000 as decimal(5, 2)) from range(0, 2)".into(),
        "select count(*) + 9223372036854775807 from range(0, 1)".into(),
        format!("select {digits} + {digits}"),
    ] {
        let failed = engine.rows(&statement).await;
        let error = failed.err().map(|error| (error.kind(), error.to_string()));
        let kind = error.as_ref().map(|(kind, _)| *kind);
        assert_eq!(kind, Some(koridor_contract::ErrorKind::Caller), "{statement}: {error:?}");
    }
    assert!(engine.rows("select cast(2147483647 as int) + cast(1 as int)").await.is_err());
    assert!(
        engine.rows(&format!("select b % 2, sum(a + b) from {rows} group by 1")).await.is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_keeps_its_value_and_its_type() {
    let lake = TestLake::new().await;
    let rows = "(values ('x', 1), ('x', 2), ('y', cast(null as bigint)), ('y', 5), ('z', null))
        as t(k, v)";
    let all = "select sum(v), sum(distinct v), arrow_typeof(sum(v)), sum(v) filter (where v > 1),
        sum(v * 1.5), sum(v + v * 2 - 1) from";
    assert_eq!(lake.rows(&format!("{all} {rows}")).await, ["8|8|Int64|7|12.0|21"]);
    let by = "select k, sum(v), sum(sum(v)) over (order by k) from";
    assert_eq!(
        lake.rows(&format!("{by} {rows} group by k order by k")).await,
        ["x|3|3", "y|5|8", "z||8"]
    );
    let more = "select 3 << 2, -8 >> 1, 1 << 62, sum(arrow_cast(v, 'UInt64')),
        arrow_typeof(sum(arrow_cast(v, 'UInt64'))), sum(cast('1.50' as decimal(38, 2))),
        sum(arrow_cast(v, 'Duration(Second)')) from (values (1), (2)) as t(v)";
    let found = lake.rows(more).await.remove(0);
    assert!(found.starts_with("12|-4|4611686018427387904|3|UInt64|3.00|"), "{found}");
    let negated = "select -v a, - -v b, -cast(v as int) c, arrow_typeof(-cast(v as int)) d, -1.5 e,
        -(-3) f from (values (1)) as t(v)";
    assert_eq!(lake.rows(negated).await, ["-1|1|-1|Int32|-1.5|3"]);
    let days = "select date '2024-01-01' + 31, date '2024-01-01' - v from (values (1)) as t(v)";
    assert_eq!(lake.rows(days).await, ["2024-02-01|2023-12-31"]);
    let dates = "select date '2024-01-31' + interval '1 month', 7 - 2, 7 % 4, 2 * 0.5,
        arrow_typeof(cast(1 as int) + cast(1 as smallint)) as a,
        arrow_typeof(cast(1 as int) + 1) as b";
    let found = lake.rows(dates).await.remove(0);
    assert_eq!(found.split_once('|').unwrap().1, "5|3|1.0|Int32|Int64");
}

/// A rule that cannot be evaluated for a row refuses that row, and the others are loaded.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_whose_arithmetic_does_not_fit_refuses_its_row() {
    use crate::lake::{PROJECT, project_with, request, texts};
    use koridor_lake::load::ingest::Loader;
    use koridor_lake::{Engine, Snapshot};
    let path = "schemas/datasets/population.json";
    let mut contract: serde_json::Value =
        serde_json::from_str(PROJECT.file(path).unwrap()).unwrap();
    contract["koridor"]["rules"] = serde_json::json!([{
        "id": "squares", "severity": "reject", "scope": "row", "field": "pop_mid",
        "check": "pop_mid * pop_mid > 0", "message_id": "x", "message_en": "x"
    }]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("schemas/datasets")).unwrap();
    std::fs::write(folder.path().join(path), contract.to_string()).unwrap();
    let project = std::sync::Arc::new(project_with(folder.path()));
    let lake = TestLake::new().await;
    let file = "region_code,year,pop_mid\n7407,2024,900000000000000\n7472,2024,1000\n";
    let landed = lake.land("p.csv", file);
    let mut loader = Loader::new(project.clone(), lake.storage.clone(), "t".into()).await.unwrap();
    let loads = [(landed, request("population", "BPS"))];
    let (outcomes, _) = loader.load(&loads, &mut |_| {}).await.unwrap();
    assert_eq!((outcomes[0].accepted, outcomes[0].rejected), (1, 1), "{outcomes:?}");
    let snapshot = Snapshot::head(project, lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot).unwrap();
    let rules = engine.rows("select cell, rule from ops.quarantine").await.unwrap();
    assert_eq!(texts(&rules), ["C2|squares"]);
}
