//! The edges of the evaluation: the last bit of a fraction decides nothing, a version takes the
//! place of its document, a programme that reports no more stays, and a regency that lacks is no
//! other source.

use crate::evaluation::{PROGRAMS, engine_with, report, rows, stand_in, target, value, year};
use crate::lake::{PROJECT, TestLake, texts};
use koridor_contract::card::{self, Aggregation, CardScope};
use koridor_publish::indicators;

/// Unmanaged waste of years, as texts: every digit of them.
async fn unmanaged(generated: &str, handled: &str) -> Vec<String> {
    let lake = TestLake::new().await;
    let header = "region_code,period_month,method,gen_ton,period_type\n";
    let text = format!("{header}{generated}");
    let filed = lake.load_one("a.csv", text, "waste_generation", "DLH_7407").await;
    assert_eq!((filed.rejected, &filed.message), (0, &None), "{filed:?}");
    let header = "region_code,period_month,reduced_ton,handled_ton,recycled_ton,period_type\n";
    let text = format!("{header}{handled}");
    let filed = lake.load_one("b.csv", text, "waste_handling", "DLH_7407").await;
    assert_eq!((filed.rejected, &filed.message), (0, &None), "{filed:?}");
    let engine = lake.engine().await;
    let mut own = card::load(&PROJECT).unwrap();
    own.retain(|own| own.card.id == "waste_unmanaged");
    indicators::compute(&engine, &PROJECT, &own, &mut |_| {}).await.unwrap();
    let sql = "select numerator, value, state from work.values
        where region_code = '7407' and grain = 'Y'";
    texts(&engine.rows(sql).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sum_has_the_digits_of_what_was_filed() {
    // In fractions of two 662.1100000000006.
    let generated = "7407,2024-01,measured,33215.00,Y\n";
    let handled = "7407,2024-01,5907.89,26645.00,0,Y\n";
    assert_eq!(unmanaged(generated, handled).await, ["662.11|662.11|ok"]);
    // Nothing is left of any month, and nothing of the year.
    let hundredths = |own: u32| format!("{}.{:02}", own / 100, own % 100);
    let parts = |month: u32| (100_001 + 7_713 * month, 150_002 + 3_107 * month);
    let generated = (1..=12).map(|month| {
        let (reduced, handled) = parts(month);
        format!("7407,2024-{month:02},measured,{},M\n", hundredths(reduced + handled))
    });
    let handled = (1..=12).map(|month| {
        let (reduced, handled) = parts(month);
        let (reduced, handled) = (hundredths(reduced), hundredths(handled));
        format!("7407,2024-{month:02},{reduced},{handled},0,M\n")
    });
    let (generated, handled) = (generated.collect::<String>(), handled.collect::<String>());
    assert_eq!(unmanaged(&generated, &handled).await, ["0.0|0.0|ok"]);
}

/// In fractions of two 100 * 1.11 / 1.48 is 75.00000000000001.
#[tokio::test(flavor = "multi_thread")]
async fn at_the_edge_of_a_band_the_last_bit_decides_nothing() {
    let lake = TestLake::new().await;
    let values =
        [year("spbe_index", "7407", "1.11"), year("waste_unmanaged", "7407", "662.1100000000006")];
    let targets = [
        target(["spbe_index", "7407"], ["1.48", "null", "null"], "indeks 1-5", "up", "null"),
        target(["waste_unmanaged", "7407"], ["331.055", "null", "null"], "t", "down", "null"),
    ];
    let engine = engine_with(&lake, &values, &targets).await;
    let sql = "select indicator_id, raw_percent, predicate from indicators.targets order by 1";
    let expected = ["spbe_index|75.0|Sedang", "waste_unmanaged|0.0|Sangat Rendah"];
    assert_eq!(rows(&engine, sql).await, expected);
}

/// Seats between regencies count for these and not for the corridor: a sum of the regencies'
/// targets is no target of it, and one that is filed for it stands.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_sum_of_the_regencies_has_a_target_of_the_corridor_where_one_is_filed() {
    let lake = TestLake::new().await;
    let regions = ["7401", "7405", "7407", "7472"];
    let of = |document: &str, region: &str, number: &str| {
        target(["seats_offered_inbound", region], [number, "null", "null"], "kursi", "up", "null")
            .replace("'MASTERPLAN_V', '2022'", document)
    };
    let mut targets: Vec<String> = regions.map(|region| of("'RPJMD', '1'", region, "100")).to_vec();
    targets.extend(regions.map(|region| of("'RKPD', '1'", region, "100")));
    targets.push(of("'RKPD', '1'", "CORR", "120"));
    let values = [year("seats_offered_inbound", "CORR", "90")];
    let engine = engine_with(&lake, &values, &targets).await;
    let sql = "select doc, target_value, is_sum, raw_percent from indicators.targets
        where region_code = 'CORR'";
    assert_eq!(rows(&engine, sql).await, ["RKPD|120.0|false|75.0"]);
    // Whose query tells scopes apart is on the list.
    let listed = PROJECT.codes.get("non_additive").unwrap();
    for own in card::load(&PROJECT).unwrap() {
        let (id, dimension) = (&own.card.id, &own.card.dimension);
        let query = PROJECT.file(&format!("sql/indicators/{dimension}/{id}/query.sql")).unwrap();
        if own.card.aggregation == Aggregation::Sum && own.card.scope == CardScope::All {
            let is_listed = listed.codes().iter().any(|code| code.code == *id);
            assert_eq!(query.contains("scope_code"), is_listed, "{id}");
        }
    }
}

/// A revised document has what it has: of the older version nothing counts beside it, but for years
/// of which it says nothing. Plans of offices come under one name, and each revises its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_version_takes_the_place_of_its_document() {
    let lake = TestLake::new().await;
    let of = |document: &str, indicator: &str, unit: &str, year: &str| {
        target([indicator, "7407"], ["100", "null", "null"], unit, "up", "null")
            .replace("'MASTERPLAN_V', '2022'", document)
            .replace("'7407', 2024", &format!("'7407', {year}"))
    };
    let visits = "kunjungan";
    let targets = [
        of("'RPJMD', '1'", "visits_total", visits, "2023"),
        of("'RPJMD', '1'", "visits_total", visits, "2024"),
        of("'RPJMD', '1'", "alos_rlmt", "malam", "2024"),
        of("'RPJMD', '2'", "visits_total", visits, "2024"),
        of("'RENSTRA', '1'", "alos_rlmt", "malam", "2024"),
        of("'RENSTRA', '2'", "visits_total", visits, "2024"),
        // Another region's document is another.
        of("'RPJMD', '1'", "alos_rlmt", "malam", "2024").replace("'7407'", "'7472'"),
    ];
    let values = [year("visits_total", "7407", "50"), year("alos_rlmt", "7407", "2")];
    let engine = engine_with(&lake, &values, &targets).await;
    let sql = "select doc, doc_version, region_code, indicator_id, year from indicators.targets
        where is_newest_version order by 1, 2, 3, 4, 5";
    let expected = [
        "RENSTRA|1|7407|alos_rlmt|2024",
        "RENSTRA|2|7407|visits_total|2024",
        "RPJMD|1|7407|visits_total|2023",
        "RPJMD|1|7472|alos_rlmt|2024",
        "RPJMD|2|7407|visits_total|2024",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
}

/// What contradicts the card is no target that a score could rest on: the next document has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_contradicts_its_card_gives_way_to_the_next_document() {
    let lake = TestLake::new().await;
    let of = |document: &str, unit: &str, polarity: &str, number: &str| {
        target(["visits_total", "7407"], [number, "null", "null"], unit, polarity, "null")
            .replace("'MASTERPLAN_V', '2022'", document)
    };
    let values = [year("visits_total", "7407", "50")];
    let sql = "select with_target, measured, score, without_ratio, flags
        from indicators.dimension_scores where region_code = '7407' and year = 2024";
    let first = "'MASTERPLAN_V', '1'";
    for (unit, polarity, note) in
        [("kunjungan", "down", "polarity_differs"), ("orang", "up", "unit_differs")]
    {
        let targets =
            [of(first, unit, polarity, "100"), of("'RPJMD', '1'", "kunjungan", "up", "200")];
        let engine = engine_with(&lake, &values, &targets).await;
        assert_eq!(rows(&engine, sql).await, [format!("1|1|25.0||{note}: visits_total")]);
        // Where no other document has one, the score says of which it has no ratio.
        let engine = engine_with(&lake, &values, &targets[..1]).await;
        assert_eq!(rows(&engine, sql).await, ["1|0||visits_total|"]);
    }
    // One that can be judged stays first, whatever the others say.
    let targets = [of(first, "kunjungan", "up", "100"), of("'RPJMD', '1'", "orang", "up", "200")];
    let engine = engine_with(&lake, &values, &targets).await;
    assert_eq!(rows(&engine, sql).await, ["1|1|50.0||"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_that_reports_no_more_stays_with_its_last_state() {
    let lake = TestLake::new().await;
    let proof = "'https://bukti.invalid/1'";
    let reports = [
        report(["A", "1", "2023-06-30"], ["1", "100", "50"], "running", "null"),
        report(["B", "1", "2023-12-31"], ["1", "100", "100"], "done", proof),
        report(["C", "1", "2024-12-31"], ["1", "80", "79"], "running", "null"),
        // 10.4 of 13 is 0.80, in fractions of two 0.7999999999999999.
        report(["D", "1", "2024-12-31"], ["0.7", "10", "8"], "running", "null"),
        // One whose milestones name two dimensions is in the one that its completion is told in.
        report(["D", "2", "2024-12-31"], ["0.3", "20", "16"], "running", "null")
            .replace("'branding'", "'economy'"),
    ];
    let engine = lake.engine().await;
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    stand_in(&engine, "core.quick_win", &PROGRAMS, &reports).await;
    let sql = "select program_id, status, schedule_performance_index, report_date, is_reported,
          is_due
        from indicators.quick_wins where year = 2024 order by 1";
    let expected = [
        "A|late|0.5|2023-06-30|false|true",
        "B|done|1.0|2023-12-31|false|true",
        "C|on_track|0.9875|2024-12-31|true|false",
        "D|at_risk|0.8|2024-12-31|true|false",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
    let before = "select program_id from indicators.quick_wins where year = 2023 order by 1";
    assert_eq!(rows(&engine, before).await, ["A", "B"]);
    let dimension = "select dimension from indicators.quick_wins
        where program_id = 'D' and year = 2024";
    assert_eq!(rows(&engine, dimension).await, ["branding"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regency_that_lacks_is_no_other_source() {
    let lake = TestLake::new().await;
    let all = "7401 A, 7405 B, 7407 C + D, 7472 E";
    let of_year = |day: &str, count: &str, sources: &str, missing: &str| {
        let numbers = [count, "null", count];
        let own = value(["visits_total", "CORR", "Y", day], numbers, "ok", sources);
        own.replace("'ok', '', ''", &format!("'ok', '', '{missing}'"))
    };
    let values = [
        of_year("2021-01-01", "100", all, ""),
        of_year("2022-01-01", "90", "7401 A, 7407 C + D, 7472 E", "7405"),
        of_year("2023-01-01", "95", "7401 A, 7405 B, 7407 C + D", "7472"),
        of_year("2024-01-01", "95", "7401 A, 7405 B, 7407 C", "7472"),
        of_year("2025-01-01", "90", all, ""),
    ];
    let engine = engine_with(&lake, &values, &[]).await;
    let sql = "select period, state, flags from indicators.changes
        where change_kind = 'y-on-y' and period > '2021-01-01' order by 1";
    let expected = [
        "2022-01-01|insufficient_coverage|regencies differ: missing 7405 now",
        "2023-01-01|insufficient_coverage|regencies differ: missing 7405 before, 7472 now",
        "2024-01-01|series_break|sources differ: 7401 A, 7405 B, 7407 C + D before, 7401 A, \
         7405 B, 7407 C",
        "2025-01-01|series_break|sources differ: 7401 A, 7405 B, 7407 C before, 7401 A, 7405 B, \
         7407 C + D, 7472 E",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
    // The pages say so with marks of their own: a break of the series, other areas, or both.
    let pages = include_str!("../../../../sql/queries/page_values.sql");
    let sql = format!(
        "select first_day, is_break, is_of_other_sources, is_of_other_areas
        from ({pages}) own where first_day > '2021-01-01' order by 1"
    );
    let expected = [
        "2022-01-01|false|false|true",
        "2023-01-01|false|false|true",
        "2024-01-01|true|true|false",
        "2025-01-01|true|true|true",
    ];
    assert_eq!(rows(&engine, &sql).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_break_of_a_regency_or_a_source_is_one_of_the_values_that_it_is_in() {
    let lake = TestLake::new().await;
    let of_year = |day: &str, sources: &str| {
        value(["visits_total", "CORR", "Y", day], ["100", "null", "100"], "ok", sources)
    };
    // Recorded: Buton was cut on 2014-07-23, BPS counts otherwise since October 2016.
    let values = [
        of_year("2013-01-01", "7405 BPS, 7407 A, 7472 A"),
        of_year("2014-01-01", "7405 BPS, 7407 A, 7472 A"),
        of_year("2015-01-01", "7405 A, 7407 A, 7472 A"),
        of_year("2016-01-01", "7405 A, 7407 A, 7472 A"),
        of_year("2018-01-01", "7405 A, 7407 A, 7472 A"),
    ];
    let engine = engine_with(&lake, &values, &[]).await;
    let pages = include_str!("../../../../sql/queries/page_values.sql");
    let sql =
        format!("select first_day, break_reason from ({pages}) own where is_break order by 1");
    assert_eq!(rows(&engine, &sql).await, ["2015-01-01|"]);
    let values = [
        of_year("2013-01-01", "7401 A, 7407 BPS, 7472 A"),
        of_year("2014-01-01", "7401 A, 7407 BPS, 7472 A"),
        of_year("2016-01-01", "7401 A, 7407 BPS, 7472 A"),
    ];
    let engine = engine_with(&lake, &values, &[]).await;
    let sql = format!(
        "select first_day, substr(break_reason, 1, 10) from ({pages}) own where is_break order by 1"
    );
    let expected = ["2014-01-01|2014-07-23", "2016-01-01|2016-10-01"];
    assert_eq!(rows(&engine, &sql).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_and_a_score_of_some_regencies_name_the_others() {
    let lake = TestLake::new().await;
    let of_some = |indicator: &str, value: &str, missing: &str| {
        let whole = year(indicator, "CORR", value);
        whole.replace("'ok', '', ''", &format!("'partial_coverage', '3/4', '{missing}'"))
    };
    let of = |indicator: &str, value: &str, unit: &str| {
        target([indicator, "CORR"], [value, "null", "null"], unit, "up", "null")
    };
    let values = [
        of_some("visits_total", "90", "7407"),
        of_some("alos_rlmt", "2", "7401, 7407"),
        year("tpk_room_occupancy", "CORR", "30"),
        year("visits_total", "7407", "90"),
    ];
    let targets = [
        of("visits_total", "100", "kunjungan"),
        of("alos_rlmt", "2", "malam"),
        of("tpk_room_occupancy", "30", "%"),
        target(["visits_total", "7407"], ["90", "null", "null"], "kunjungan", "up", "null"),
    ];
    let engine = engine_with(&lake, &values, &targets).await;
    let sql = "select region_code, indicator_id, raw_percent, missing_regions
        from indicators.targets order by 1, 2";
    let expected = [
        "7407|visits_total|100.0|",
        "CORR|alos_rlmt|100.0|7401, 7407",
        "CORR|tpk_room_occupancy|100.0|",
        "CORR|visits_total|90.0|7407",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
    let scores = "select region_code, missing_regions from indicators.dimension_scores order by 1";
    assert_eq!(rows(&engine, scores).await, ["7407|", "CORR|7401, 7407"]);
}
