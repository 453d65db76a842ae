//! Submissions of the same slices on several days: which one counts, what it closes and what it
//! withdraws.

use crate::lake::{PROJECT, TestLake, request, texts};
use koridor_contract::message::Language;
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::quarantine::Decision;
use koridor_lake::store::tables;
use koridor_lake::{Engine, Snapshot};
use koridor_publish::letter;
use koridor_read::recognise::Request;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_slice_in_two_vintages_counts_once_and_a_mended_file_closes_its_refusals() {
    let lake = TestLake::new().await;
    let two = "region_code,period_month,reduced_ton,handled_ton,release_date,obs_status\n\
               7407,2024-01,1,10,2024-02-10,provisional\n\
               7407,2024-01,1,12,2024-05-10,final\n\
               7407,2024-02,1,x,2024-05-10,final\n";
    lake.load_one("two.csv", two, "waste_handling", "DLH_7407").await;
    assert_eq!(
        lake.rows("select handled_ton, obs_status from core.waste_handling").await,
        ["12.000|final"]
    );
    assert_eq!(
        lake.rows("select slice_region, slice_period, status from ops.quarantine").await,
        ["7407|2024-02-01|open"]
    );
    let mended = "region_code,period_month,reduced_ton,handled_ton,release_date\n\
                  7407,2024-02,1,5,2024-05-11\n";
    lake.load_one("mended.csv", mended, "waste_handling", "DLH_7407").await;
    assert_eq!(lake.rows("select status from ops.quarantine").await, ["superseded"]);
    let changed = "select field, old_value, new_value, change, has_reason from ops.final_changes";
    assert_eq!(lake.rows(changed).await, [""; 0]);
    let later = "region_code,period_month,reduced_ton,handled_ton,release_date\n\
                 7407,2024-01,1,13,2024-06-01\n";
    lake.load_one("later.csv", later, "waste_handling", "DLH_7407").await;
    assert_eq!(lake.rows(changed).await, ["handled_ton|12.0|13.0|value|false"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_bytes_may_be_another_days_word_and_what_a_file_withdraws_is_told() {
    let lake = TestLake::new().await;
    let none = Request::default;
    let handling = |tons: &str| {
        format!("region_code,period_month,reduced_ton,handled_ton\n7472,2025-01-01,{tons},80\n")
    };
    for (day, tons) in [("2025-03-01", "10.5"), ("2025-04-01", "99.9"), ("2025-05-01", "10.5")] {
        let landed = lake.land(&format!("{day}/DLH_7472/waste_handling/p.csv"), handling(tons));
        assert_eq!(
            lake.load(&[(landed, none())]).await.unwrap()[0].status.as_str(),
            "loaded",
            "{day}"
        );
    }
    assert_eq!(
        lake.rows("select reduced_ton, release_date from core.waste_handling").await,
        ["10.500|2025-05-01"]
    );
    // Another name is no other day; another office is another submission.
    let renamed = lake.land("2025-05-01/DLH_7472/waste_handling/salinan.csv", handling("10.5"));
    assert_eq!(lake.load(&[(renamed, none())]).await.unwrap()[0].status.as_str(), "known");
    let other = lake.land("SIPSN/waste_handling/p.csv", handling("10.5"));
    assert_eq!(lake.load(&[(other, none())]).await.unwrap()[0].status.as_str(), "loaded");
    assert_eq!(
        lake.rows("select count(*), count(distinct source_id) from core.waste_handling").await,
        ["2|2"]
    );

    let flow = |measure: &str, channel: &str| {
        format!(
            "region_code,period_month,channel,method,measure,market,origin_code,stay,value\n\
             7407,2025-01-01,{channel},ticket,{measure},wisman,XXX,unknown,50\n"
        )
    };
    lake.load_one("objek.csv", flow("visits", "attraction"), "visitor_flow", "DISPAR_7407").await;
    let outcome = lake
        .load_one("tamu.csv", flow("guests", "accommodation"), "visitor_flow", "DISPAR_7407")
        .await;
    // Guests without the visits that stand: somebody must say so.
    assert_eq!(outcome.status.as_str(), "held", "{outcome:?}");
    let current = "select measure from core.visitor_flow";
    assert_eq!(lake.rows(current).await, ["visits"]);
    let project = Arc::clone(&PROJECT);
    let mut loader = Loader::new(project, lake.storage.clone(), "accept".into()).await.unwrap();
    let decision = Decision { by: "Dispar", reason: "kunjungan menyusul" };
    loader.accept(("tamu.csv", None), decision, &mut |_| {}).await.unwrap();
    assert_eq!(lake.rows(current).await, ["guests"]);
    let withdrawals = "select file_name, what, other_file, theme, slices from ops.withdrawals
        where dataset = 'visitor_flow'";
    assert_eq!(lake.rows(withdrawals).await, ["tamu.csv|withdrawn|objek.csv|visits|1"]);
}

/// Three releases of one case, of which the second comes last: each vintage counts it once.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_an_older_release_that_comes_last_counts_once_in_each_vintage() {
    let lake = TestLake::new().await;
    for (day, victims) in [("2025-01-10", 1), ("2025-03-10", 3), ("2025-02-10", 2)] {
        let case = format!(
            "region_code,case_id,month_reported,n_victims,age_group,sex,violence_type,\
             service_given\n\
             7472,A-0001,2025-01-01,{victims},18+,P,physical,true\n"
        );
        let landed = lake.land(&format!("{day}/DP3A_7472/sapa_case/{day}.csv"), case);
        let outcome = &lake.load(&[(landed, Request::default())]).await.unwrap()[0];
        assert_eq!(outcome.status.as_str(), "loaded", "{outcome:?}");
    }
    let sql = "select n_victims, release_date from core.sapa_case";
    assert_eq!(lake.rows(sql).await, ["3|2025-03-10"]);
    for (day, expected) in [
        ("2025-01-20", "1|2025-01-10"),
        ("2025-02-20", "2|2025-02-10"),
        ("2025-03-20", "3|2025-03-10"),
    ] {
        let day = koridor_contract::date::parse_date(day.as_bytes(), Default::default()).unwrap();
        let snapshot = Snapshot::head(Arc::clone(&PROJECT), lake.storage.clone()).await.unwrap();
        let engine = Engine::open(snapshot.with_vintage(day)).unwrap();
        assert_eq!(texts(&engine.rows(sql).await.unwrap()), [expected]);
    }
}

/// Nothing but the order of the paths says which of two files counts: both are told.
#[tokio::test(flavor = "multi_thread")]
async fn figures_that_two_files_of_a_night_give_differently_are_told_of_both() {
    let lake = TestLake::new().await;
    let handling = |region: &str, tons: u32| {
        format!("region_code,period_month,reduced_ton,handled_ton\n{region},2025-01-01,{tons},80\n")
    };
    let file = |name: &str, text: String| (lake.land(name, text), Request::default());
    let files = [
        file("DLH_7407/waste_handling/a.csv", handling("7407", 111)),
        file("DLH_7407/waste_handling/b.csv", handling("7407", 100)),
        // The same figures in other bytes need no word.
        file("DLH_7472/waste_handling/a.csv", handling("7472", 5)),
        file("DLH_7472/waste_handling/b.csv", format!("{}\n", handling("7472", 5))),
        // Nor does an order that release dates give; the folder tells one `p.csv` from another.
        file("2025-03-10/DLH_7401/waste_handling/p.csv", handling("7401", 7)),
        file("2025-02-10/DLH_7401/waste_handling/p.csv", handling("7401", 8)),
    ];
    let outcomes = lake.load(&files).await.unwrap();
    let told = |at: usize| -> String {
        let lines: Vec<&str> = outcomes[at].warnings.iter().map(|own| own.en.as_str()).collect();
        lines.join("\n")
    };
    assert!(told(0).contains("differ from those of b.csv"), "{}", told(0));
    assert!(told(0).contains("b.csv counts") && told(0).contains("release_date"), "{}", told(0));
    assert!(told(1).contains("differ from those of a.csv"), "{}", told(1));
    assert!(told(1).contains("this file counts"), "{}", told(1));
    assert_eq!([told(2), told(3), told(4)], ["", "", ""]);
    let newer = "2025-03-10/DLH_7401/waste_handling/p.csv has a newer release date";
    assert!(told(5).contains(newer), "{}", told(5));
    let current = "select reduced_ton from core.waste_handling where source_id = 'DLH_7407'";
    assert_eq!(lake.rows(current).await, ["100.000"]);
    let contested = "select file_name, what, other_file, measure, value, rows from ops.withdrawals
        where what <> 'not_current'";
    assert_eq!(lake.rows(contested).await, ["b.csv|contested|a.csv|reduced_ton|111.0|1"]);
}

/// Of many files of one release date one counts, and those that say otherwise are set against it
/// alone.
#[tokio::test(flavor = "multi_thread")]
async fn each_file_of_a_release_date_is_set_against_the_one_that_counts() {
    let lake = TestLake::new().await;
    let file = |name: &str, reduced: u32, handled: u32| {
        let text = format!(
            "region_code,period_month,reduced_ton,handled_ton\n\
             7407,2025-01-01,{reduced},{handled}\n"
        );
        let name = format!("DLH_7407/waste_handling/{name}");
        (lake.land(&name, text), Request::default())
    };
    let files = [file("a.csv", 11, 80), file("b.csv", 12, 81), file("c.csv", 11, 82)];
    lake.load(&files).await.unwrap();
    let contested = "select field, value, other_value from ops.contested_figures
        order by field, other_value";
    assert_eq!(
        lake.rows(contested).await,
        ["handled_ton|82.0|80.0", "handled_ton|82.0|81.0", "reduced_ton|11.0|12.0"]
    );
}

/// A blank beside a figure is another word too, whichever of the two files counts; the letter tells
/// of both.
#[tokio::test(flavor = "multi_thread")]
async fn a_figure_against_a_blank_is_told_of_both_files_and_in_the_letter() {
    let lake = TestLake::new().await;
    let handling = |reduced: &str, handled: &str| {
        format!(
            "region_code,period_month,reduced_ton,handled_ton\n\
             7407,2025-01-01,{reduced},{handled}\n7407,2025-02-01,{reduced},{handled}\n"
        )
    };
    let file = |name: &str, text: String| {
        let name = format!("DLH_7407/waste_handling/{name}");
        (lake.land(&name, text), Request::default())
    };
    let files = [file("a.csv", handling("11", "")), file("b.csv", handling("", "80.5"))];
    let outcomes = lake.load(&files).await.unwrap();
    for (outcome, other) in outcomes.iter().zip(["b.csv", "a.csv"]) {
        let told = |own: &koridor_contract::message::Message| {
            own.en.contains(&format!("differ from those of {other}"))
        };
        assert!(outcome.warnings.iter().any(told), "{outcome:?}");
    }
    let contested = "select file_name, other_file, measure, value, period from ops.withdrawals
        where what = 'contested' order by measure, period";
    assert_eq!(
        lake.rows(contested).await,
        [
            "b.csv|a.csv|handled_ton||2025-01-01",
            "b.csv|a.csv|handled_ton||2025-02-01",
            "b.csv|a.csv|reduced_ton|11.0|2025-01-01",
            "b.csv|a.csv|reduced_ton|11.0|2025-02-01",
        ]
    );
    // A blank is no figure that was revised, nor one that a later vintage changes.
    let changed = "select field, old_value, change, new_status from ops.final_changes
        order by field, period";
    let withdrawn = "reduced_ton|11.0|withdrawn|";
    assert_eq!(lake.rows(changed).await, [withdrawn, withdrawn]);
    let today = koridor_contract::date::from_days((PROJECT.local_now() / 86_400_000_000) as i32);
    let month = today.unwrap().to_string()[..8].to_owned() + "01";
    let engine = lake.engine().await;
    for (language, verdict, reduced, handled) in [
        (Language::Id, "4 angka berbeda antara dua berkas.", "kosong (dan 1 lagi)", "80,5 t"),
        (Language::En, "4 figures differ between two files.", "blank (and 1 more)", "80.5"),
    ] {
        let asked = letter::letter(&engine, &PROJECT, "DLH_7407", &month, language);
        let letter = asked.await.unwrap();
        assert_eq!(letter.verdict, verdict);
        let told = format!("{:?}", letter.parts[1].rows);
        for words in [reduced, handled, "a.csv", "b.csv", "11 t", "2025-01", "release_date"] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_of_one_slice_leave_few_data_files_and_the_last_counts() {
    const MANY: usize = 34;
    let lake = TestLake::new().await;
    let files: Vec<_> = (1..=MANY)
        .map(|number| {
            let file = format!("region_code,period_month,handled_ton\n7407,2024-01,{number}\n");
            let landed = lake.land(&format!("{number:02}.csv"), file);
            (landed, request("waste_handling", "DLH_7407"))
        })
        .collect();
    let outcomes = lake.load(&files).await.unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.accepted == 1), "{outcomes:?}");
    let current = lake.rows("select handled_ton from core.waste_handling").await;
    assert_eq!(current, [format!("{MANY}.000")]);
    let all = lake.rows("select count(*), count(distinct handled_ton) from silver.waste_handling");
    assert_eq!(all.await, [format!("{MANY}|{MANY}")]);
    // Each file was committed by itself, and what it wrote was put together with others.
    let opened = tables::open(&lake.storage, "silver/waste_handling").await.unwrap().unwrap();
    let data_files = opened.snapshot().unwrap().log_data().iter().count();
    assert!(data_files < MANY / 2, "{data_files} data files");
}

/// The budget and what was realised are vintages of their own: neither withdraws the other.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_realised_withdraws_no_budget_and_a_change_of_it_is_told() {
    let lake = TestLake::new().await;
    let finance = |stage: &str, transfer: u32, day: &str| {
        format!(
            "region_code,year,stage,pad_rp,transfer_rp,loan_rp,release_date\n\
             7401,2024,{stage},80000000000,{transfer}000000000,0,{day}\n"
        )
    };
    let changed = "select field, old_value, new_value, change from ops.final_changes";
    for (stage, day) in [("apbd", "2024-01-15"), ("realisasi", "2025-02-01")] {
        let name = format!("{stage}.csv");
        let text = finance(stage, 400, day);
        lake.load_one(&name, &text, "regional_finance", "BKAD_7401").await;
    }
    assert_eq!(lake.rows(changed).await, [""; 0]);
    let text = finance("realisasi", 450, "2025-03-01");
    lake.load_one("realisasi_2.csv", &text, "regional_finance", "BKAD_7401").await;
    assert_eq!(
        lake.rows(changed).await,
        ["transfer_rp.realisasi|400000000000.0|450000000000.0|value"]
    );
}
