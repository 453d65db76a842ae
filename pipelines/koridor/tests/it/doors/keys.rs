//! Keys: made, shown once, listed, withdrawn; what each role is given.

use super::{LAKE, PROJECT, asked, key, service, storage};
use koridor_lake::engine::Tier;
use koridor_lake::store::access_keys::{self, Role};
use koridor_serve::service::Caller;

/// Rows of a dataset in the restricted zone by any name, and what is withheld of values.
const RESTRICTED: [&str; 11] = [
    "core.sapa_case",
    "core.sapa_case_as_loaded",
    "silver.sapa_case",
    "silver.sapa_case_attempts",
    "koridor.silver.sapa_case",
    "\"silver\".\"sapa_case_attempts\"",
    "indicators.full_values",
    "indicators.values_log",
    "indicators.disclosure_log",
    "indicators.disclosure_facts_log",
    "ops.access",
];

#[test]
fn a_key_is_shown_once_listed_and_withdrawn() {
    let place = &*LAKE;
    let words = ["key", "create", "--name", "Dinas Uji", "--role", "steward", "--lang", "en"];
    let shown = place.shown(&words);
    assert!(shown.contains("exit 2") && shown.contains("needs its region"), "{shown}");
    for (given, told) in [
        (["--region", "7499", "--expires", "2999-01-31"], "no region `7499`"),
        (["--region", "7401", "--expires", "soon"], "is no day"),
        (["--region", "7401", "--expires", "2020-01-31"], "no day to come"),
    ] {
        let shown = place.shown(&[&words[..], &given].concat());
        assert!(shown.contains("exit 2") && shown.contains(told), "{shown}");
    }
    let output = place.run(&[&words[..], &["--region", "Kabupaten Buton"]].concat());
    let text = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    let (id, secret) = text.trim_start_matches("koridor_").split_once('_').unwrap();
    assert_eq!((output.status.code(), secret.len()), (Some(0), 64), "{text}");
    let list = place.shown(&["key", "list", "--lang", "en"]);
    assert!(list.contains(id) && list.contains("7401") && list.contains("Dinas Uji"), "{list}");
    let stored = super::super::plain_text(
        &place.path().join(format!("lake/_koridor/access_keys/{id}.json")),
    );
    assert!(!list.contains(secret) && !stored.contains(secret), "it is not kept");
    let revoked = place.shown(&["key", "revoke", id, "--lang", "en"]);
    assert!(revoked.contains("withdrawn"), "{revoked}");
    let shown = place.shown(&["key", "revoke", "0123456789ab"]);
    assert!(shown.contains("exit 2") && !shown.contains("panicked"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_lets_in_its_owner_until_it_is_withdrawn() {
    let service = service();
    let (text, caller) = key(Role::Analyst, Some("7401")).await;
    assert_eq!(service.caller(&text).await.unwrap(), Some(caller.clone()));
    let id = caller.key().unwrap().id.clone();
    let last = if text.ends_with('0') { '1' } else { '0' };
    for wrong in [
        format!("{}{last}", &text[..text.len() - 1]),
        format!("koridor_{id}_"),
        format!("koridor_../../access_keys/{id}_x"),
        id.clone(),
        String::new(),
        "koridor__".to_owned(),
    ] {
        assert_eq!(service.caller(&wrong).await.unwrap(), None, "{wrong}");
    }
    let found = access_keys::find_named(&storage(), &id).await.unwrap().unwrap();
    let salted = found.salted(&storage()).await.unwrap();
    assert!(salted.is_none_or(|own| own.key.len() == 32));
    access_keys::revoke(&storage(), &id).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(service.caller(&text).await.unwrap(), None);
    assert!(access_keys::find_named(&storage(), &id).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_role_below_the_auditor_reaches_what_is_restricted() {
    let service = service();
    let mut callers = vec![Caller::anybody()];
    for (role, region) in [
        (Role::Viewer, None),
        (Role::Steward, Some("7401")),
        (Role::Analyst, None),
        (Role::Analyst, Some("7401")),
    ] {
        callers.push(key(role, region).await.1);
    }
    for caller in &callers {
        let role = caller.role();
        for table in RESTRICTED {
            let told = asked(&service, caller, &format!("select * from {table}")).await;
            let told = told.expect_err(table);
            assert!(!told.contains("K71881") && !told.contains("8117"), "{role:?} {table}: {told}");
        }
        // Corrections name rows as they were filed.
        let corrections = asked(&service, caller, "select key, value from ref.correction").await;
        let sees_rows = caller.tier() == Tier::Analyst(None);
        assert_eq!(corrections.is_ok(), sees_rows, "{role:?}: {corrections:?}");
        // By whatever name it is listed under.
        let engine = service.engine(caller, None).await.unwrap();
        for name in engine.table_names() {
            assert!(!name.contains("sapa_case"), "{role:?} {name}");
            let has_rows = name.starts_with("ops.") || name.starts_with("core.");
            if has_rows && caller.key().is_some_and(|own| own.region.is_none()) {
                let rows = asked(&service, caller, &format!("select * from {name}")).await;
                let text = rows.unwrap_or_else(|told| told);
                assert!(!text.contains("K71881") && !text.contains("8117"), "{role:?} {name}");
                assert!(!text.contains("sapa_case"), "{role:?} {name}: {text}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_limits_rows_and_no_published_value() {
    let service = service();
    let regions = "select region_code from core.waste_handling order by 1";
    let (_, all) = key(Role::Analyst, None).await;
    assert_eq!(asked(&service, &all, regions).await.unwrap(), "7401\n7407\n7472\n");
    let (_, own) = key(Role::Analyst, Some("7407")).await;
    assert_eq!(own.tier(), Tier::Analyst(Some("7407".to_owned())));
    assert_eq!(asked(&service, &own, regions).await.unwrap(), "7407\n");
    for sql in [
        "select region_code from silver.waste_handling",
        "select region_code from core.waste_handling where region_code <> '7401'",
        "select distinct slice_region from ops.current_slices",
        "with a as (select * from core.waste_handling) select region_code from a",
    ] {
        assert_eq!(asked(&service, &own, sql).await.unwrap(), "7407\n", "{sql}");
    }
    // A condition that fails on rows of others is never worked out on them: its error would tell.
    for sql in [
        "select region_code from core.waste_handling
         where 1 / (case when region_code <> '7407' then 0 else 1 end) = 1",
        "select region_code from silver.waste_handling
         where 1 / (case when region_code <> '7407' then 0 else 1 end) = 1
           and region_code like '7%'",
    ] {
        assert!(asked(&service, &all, sql).await.is_err(), "{sql}");
        assert_eq!(asked(&service, &own, sql).await.unwrap(), "7407\n", "{sql}");
    }
    let files = asked(&service, &own, "select count(*) from ops.files").await.unwrap();
    assert_eq!(files, "0\n", "files of the offices of other regions");
    let told = asked(&service, &own, "select * from ops.runs").await.unwrap_err();
    assert!(told.contains("does not tell the rows of 7407"), "{told}");
    assert!(asked(&service, &own, "select * from indicators.values").await.is_ok());
    // A list of tables leaves out those that cannot be told apart, and is given.
    for sql in ["information_schema.tables", "information_schema.columns"] {
        let there = format!("select count(*) > 0 from {sql} where table_name = 'waste_handling'");
        assert_eq!(asked(&service, &own, &there).await.unwrap(), "true\n", "{sql}");
        let not = format!("select count(*) from {sql} where table_name = 'runs'");
        assert_eq!(asked(&service, &own, &not).await.unwrap(), "0\n", "{sql}");
    }
    // A plan names no file of the lake.
    for caller in [Caller::anybody(), own, all] {
        for sql in ["explain", "explain verbose"] {
            let sql = format!("{sql} select * from indicators.all_releases");
            let plan = asked(&service, &caller, &sql).await.unwrap();
            assert!(plan.contains("TableScan") && !plan.contains(".parquet"), "{plan}");
        }
        let sql = "explain analyze select * from indicators.values";
        let told = asked(&service, &caller, sql).await.unwrap_err();
        assert!(told.contains("not given out"), "{told}");
    }
    for caller in [Caller::anybody(), key(Role::Steward, Some("7407")).await.1] {
        let told = asked(&service, &caller, regions).await.unwrap_err();
        assert!(told.contains("is not in the"), "{told}");
        let listed = "select distinct table_schema from information_schema.tables \
                      where table_schema <> 'information_schema' order by 1";
        assert_eq!(asked(&service, &caller, listed).await.unwrap(), "indicators\nref\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_given_everything_is_recorded_before_the_first_row() {
    let service = service();
    let (_, auditor) = key(Role::Auditor, None).await;
    let id = auditor.key().unwrap().id.clone();
    let cases = "select n_victims from core.sapa_case";
    let mut rows = service.rows(&auditor, cases, None).await.unwrap();
    let log = format!("select tier, asked from ops.access where accessed_by like '%{id}%'");
    let operator = LAKE.stdout(&["sql", "--head", "--format", "csv", &log]);
    assert!(operator.contains(&format!("restricted,sql {cases}")), "{operator}");
    assert!(rows.next().await.unwrap().is_some());
    let told = asked(&service, &auditor, "select count(*) from ref.region").await.unwrap();
    let again = asked(&service, &auditor, &log).await.unwrap();
    assert!(!told.is_empty() && again.lines().count() == 1, "ref is nobody's secret: {again}");
    assert_eq!(PROJECT.datasets.values().filter(|own| own.is_restricted()).count(), 1);
}
