//! The tables of the programme: targets, quick wins, events, the calendar.

use crate::lake::TestLake;
use koridor_lake::load::outcome::FileOutcome;

async fn load(lake: &TestLake, dataset: &str, source: &str, text: &str) -> FileOutcome {
    lake.load_one(&format!("{dataset}-{source}-{}.csv", text.len()), text, dataset, source).await
}

async fn refused(lake: &TestLake, dataset: &str) -> Vec<String> {
    let rules = "select rule from ops.quarantine where dataset = ";
    lake.rows(&format!("{rules}'{dataset}' order by row_number")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_a_value_or_a_range_and_each_version_of_its_document_stands() {
    let lake = TestLake::new().await;
    let header = "doc,doc_version,indicator_id,region_code,year,target_value,target_low,\
                  target_high,unit,polarity,judged_source_id\n";
    let first = "MASTERPLAN_V,2022,spbe_index,CORR,2026,3.5,,,indeks,up,\n\
                 MASTERPLAN_V,2022,spbe_index,7405,2031,,7,8,bulan,down,BPS\n\
                 MASTERPLAN_V,2022,spbe_index,7405,2026,3,2,4,indeks,up,\n\
                 MASTERPLAN_V,2022,spbe_index,7407,2026,,4,2,indeks,up,\n\
                 MASTERPLAN_V,2022,spbe_index,7407,2032,3,,,indeks,up,\n\
                 MASTERPLAN_V,2022,spbe_index,7402,2026,3,,,indeks,up,\n\
                 JAKSTRADA,2018,waste_reduction_rate,7407,2019,20,,,%,up,\n";
    load(&lake, "target", "BAPPEDA_CORR", &format!("{header}{first}")).await;
    let rules = ["value_or_range", "low_below_high", "year_within_masterplan"];
    let found = refused(&lake, "target").await;
    assert_eq!(found[..3], rules, "{found:?}");
    assert_eq!(found.len(), 4, "{found:?}");
    let second = "MASTERPLAN_V,2024,spbe_index,CORR,2026,3.8,,,indeks,up,\n";
    load(&lake, "target", "BAPPEDA_CORR", &format!("{header}{second}")).await;
    let versions = "select doc_version, target_value from core.target where region_code = 'CORR' \
                    order by doc_version";
    assert_eq!(lake.rows(versions).await, ["2022|3.5000", "2024|3.8000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_its_indicator_contradicts_is_flagged_when_it_is_loaded() {
    let lake = TestLake::new().await;
    let text = "doc,doc_version,indicator_id,region_code,year,target_value,unit,polarity\n\
                RKPD,2026,visits_total,7401,2026,100,kunjungan,up\n\
                RKPD,2026,visits_total,7405,2026,100,visits,+\n\
                RKPD,2026,visits_total,7407,2026,100,orang,up\n\
                RKPD,2026,visits_total,7472,2026,100,kunjungan,down\n\
                RKPD,2026,visits,CORR,2026,100,kunjungan,up\n";
    load(&lake, "target", "BAPPEDA_CORR", text).await;
    let flags = "select region_code, array_to_string(qc_flags, ' ') from core.target order by 1";
    let expected =
        ["7401|", "7405|", "7407|unit_differs", "7472|polarity_differs", "CORR|no_such_indicator"];
    assert_eq!(lake.rows(flags).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_milestone_is_done_with_evidence_alone() {
    let lake = TestLake::new().await;
    let text = "region_code,program_id,milestone_id,report_date,dimension,kind,weight,planned_pct,\
                actual_pct,status,evidence_url\n\
                7407,P1,M1,2025-03-31,living,quick_win,1,100,100,done,https://contoh.invalid/1\n\
                7407,P1,M2,2025-03-31,living,quick_win,1,100,100,done,\n\
                7407,P1,M3,2025-03-31,living,quick_win,1,100,90,done,https://contoh.invalid/3\n\
                7407,P1,M4,2025-03-31,living,quick_win,0,100,90,running,\n\
                7407,P1,M5,2025-03-31,living,quick_win,1,100,101,running,\n\
                7407,P2,M1,2025-03-31,living,quick_win,1,100,100,running,\n\
                7407,P2,M2,2025-03-31,living,quick_win,1,100,60,running,\n\
                7407,P2,M2,2025-06-30,living,quick_win,1,100,50,running,\n";
    load(&lake, "quick_win", "DISKOMINFO_7407", text).await;
    let found = refused(&lake, "quick_win").await;
    assert_eq!(found[..3], ["done_needs_evidence", "done_is_100", "weight_above_zero"]);
    assert_eq!(found.len(), 4, "{found:?}");
    let flags = "select milestone_id, report_date, array_to_string(qc_flags, ' ') \
                 from core.quick_win where program_id = 'P2' order by 1, 2";
    let expected = ["M1|2025-03-31|full_without_evidence", "M2|2025-03-31|"];
    let found = lake.rows(flags).await;
    assert_eq!(found[..2], expected);
    assert_eq!(found[2], "M2|2025-06-30|progress_fell");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_run_backwards_are_told_or_refused() {
    let lake = TestLake::new().await;
    let fires = "region_code,incident_id,ts_call,ts_arrive,channel,type,in_wmk\n\
                 7407,K1,2025-01-01T23:55:00,2025-01-01T00:05:00,phone,fire,true\n\
                 7407,K2,2025-01-02T08:00:00,,phone,fire,true\n\
                 7407,K3,2025-01-03T08:00:00,2025-01-03T08:09:00,fire_button,fire,true\n";
    let fires = load(&lake, "fire_incident", "DAMKAR_7407", fires).await;
    assert_eq!((fires.accepted, fires.rejected), (3, 0));
    let flags = "select incident_id, array_to_string(qc_flags, ' ') from core.fire_incident \
                 order by 1";
    assert_eq!(lake.rows(flags).await, ["K1|arrive_before_call", "K2|arrival_missing", "K3|"]);
    let reports = "region_code,report_id,ts_report,ts_closed,channel,category,outcome\n\
                   7407,L1,2025-01-02T08:00:00,2025-01-01T08:00:00,app,waste,resolved\n\
                   7407,L2,2025-01-02T08:00:00,2025-01-03T08:00:00,app,waste,resolved\n";
    load(&lake, "perda_report", "SATPOLPP_7407", reports).await;
    assert_eq!(refused(&lake, "perda_report").await, ["closed_after_report"]);
    let cases = "region_code,case_id,month_reported,month_occurred,n_victims,age_group,sex,\
                 violence_type,service_given\n\
                 7407,S1,2025-01,2025-02,1,0-17,P,sexual,true\n\
                 7407,S2,2025-01,2024-12,0,0-17,P,sexual,true\n\
                 7407,S3,2025-01,2024-12,2,anak,P,seksual,true\n";
    load(&lake, "sapa_case", "DP3A_7407", cases).await;
    assert_eq!(refused(&lake, "sapa_case").await.len(), 2);
    // The number of the case is nowhere in clear.
    let kept = lake.rows("select case_id, age_group from core.sapa_case").await;
    assert!(kept[0].ends_with("|0-17") && !kept[0].contains("S3"), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lebaran_days_are_those_near_the_feast_by_the_first_calendar() {
    let lake = TestLake::new().await;
    let header = "date,is_weekend,is_national_holiday,is_cuti_bersama,is_school_break,is_ramadan,\
                  lebaran_offset,region_code\n";
    // 1 Syawal on 31 March; the regency's own calendar says a day later.
    let days = |region: &str, first: i32| {
        let day = |offset: i32| {
            let of_march = first + offset;
            let (month, day) = if of_march > 31 { (4, of_march - 31) } else { (3, of_march) };
            let weekend = of_march % 7 == 1 || of_march % 7 == 2;
            let date = format!("2025-{month:02}-{day:02}");
            format!("{date},{weekend},false,false,false,false,{offset},{region}\n")
        };
        (-14..=14).map(day).collect::<String>()
    };
    load(&lake, "calendar_day", "BAPPEDA_7407", &format!("{header}{}", days("7407", 32))).await;
    load(&lake, "calendar_day", "SKB_3_MENTERI", &format!("{header}{}", days("", 31))).await;
    let months = "select period_month, lebaran_days from core.lebaran_months order by 1";
    assert_eq!(lake.rows(months).await, ["2025-03-01|8", "2025-04-01|7"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_submissions_is_kept_by_the_ledger() {
    let lake = TestLake::new().await;
    let text = "region_code,year,beds,puskesmas,doctors\n7407,2023,100,19,40\n7407,2024,-1,19,40\n";
    load(&lake, "health_year", "DINKES_7407", text).await;
    let log = "select due_at, received_at is not null, rows_total, rows_rejected \
               from ops.submission_log \
               where dataset = 'health_year' and period = date '2023-01-01'";
    assert_eq!(lake.rows(log).await, ["2024-03-31|true|1|0"]);
}
