//! Targets, scores, programmes and changes, over values and targets that stand in for the lake's.

use crate::lake::{TestLake, texts};
use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema};
use koridor_lake::Engine;
use std::sync::Arc;

/// Lets rows stand in for a table: each a tuple in SQL, in the order of the columns.
pub async fn stand_in(engine: &Engine, table: &str, columns: &[(&str, &str)], rows: &[&str]) {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let casts = columns.iter().map(|(name, kind)| format!("cast({name} as {kind}) as {name}"));
    let casts = casts.collect::<Vec<_>>().join(", ");
    let names = names.join(", ");
    let rows = rows.join(", ");
    let sql = format!("select {casts} from (values {rows}) as t({names})");
    let rows = engine.rows(&sql).await.unwrap();
    // As a stored table's, any column may be blank.
    let fields = rows.first().unwrap().schema();
    let fields = fields.fields().iter().map(|field| Field::clone(field).with_nullable(true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let rows = rows
        .iter()
        .map(|rows| RecordBatch::try_new(Arc::clone(&schema), rows.columns().to_vec()).unwrap());
    let rows = rows.collect();
    engine.put(table, schema, rows).unwrap();
}

const VALUES: [(&str, &str); 16] = [
    ("indicator_id", "varchar"),
    ("dimension", "varchar"),
    ("region_code", "varchar"),
    ("grain", "varchar"),
    ("period", "date"),
    ("breakdown", "varchar"),
    ("numerator", "double"),
    ("denominator", "double"),
    ("value", "double"),
    ("state", "varchar"),
    ("coverage", "varchar"),
    ("missing_regions", "varchar"),
    ("flags", "varchar"),
    ("sources", "varchar"),
    ("release_id", "varchar"),
    ("basis", "varchar"),
];

/// A value as a row of `VALUES`: indicator, region, grain and period, numerator, denominator,
/// value, state, source.
pub fn value(key: [&str; 4], numbers: [&str; 3], state: &str, source: &str) -> String {
    value_of(key, numbers, [state, source, ""])
}

/// A value with what it is a sum of: state, source and basis.
fn value_of(key: [&str; 4], numbers: [&str; 3], words: [&str; 3]) -> String {
    let [state, source, basis] = words;
    let [indicator, region, grain, period] = key;
    let [numerator, denominator, value] = numbers;
    format!(
        "('{indicator}', 'branding', '{region}', '{grain}', '{period}', '', {numerator}, \
         {denominator}, {value}, '{state}', '', '', null, '{source}', 'R1', '{basis}')"
    )
}

const TARGETS: [(&str, &str); 16] = [
    ("doc", "varchar"),
    ("doc_version", "varchar"),
    ("indicator_id", "varchar"),
    ("region_code", "varchar"),
    ("year", "bigint"),
    ("target_value", "decimal(18, 4)"),
    ("target_low", "decimal(18, 4)"),
    ("target_high", "decimal(18, 4)"),
    ("unit", "varchar"),
    ("polarity", "varchar"),
    ("baseline_year", "bigint"),
    ("baseline_value", "decimal(18, 4)"),
    ("judged_source_id", "varchar"),
    ("release_date", "date"),
    ("is_headline", "boolean"),
    ("source_id", "varchar"),
];

/// A target of the masterplan: indicator, region, target, range, unit, polarity, source.
pub fn target(
    key: [&str; 2],
    numbers: [&str; 3],
    unit: &str,
    polarity: &str,
    source: &str,
) -> String {
    let [indicator, region] = key;
    let [target, low, high] = numbers;
    format!(
        "('MASTERPLAN_V', '2022', '{indicator}', '{region}', 2024, {target}, {low}, {high}, \
         '{unit}', '{polarity}', null, null, {source}, '2022-01-01', true, \
         'BAPPEDA_CORR')"
    )
}

pub async fn engine_with(lake: &TestLake, values: &[String], targets: &[String]) -> Engine {
    let engine = lake.engine().await;
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    stand_in(&engine, "indicators.values", &VALUES, &values).await;
    if !targets.is_empty() {
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        stand_in(&engine, "core.target", &TARGETS, &targets).await;
    }
    engine
}

pub async fn rows(engine: &Engine, sql: &str) -> Vec<String> {
    texts(&engine.rows(sql).await.unwrap())
}

pub fn year(indicator: &str, region: &str, value_of_year: &str) -> String {
    let key = [indicator, region, "Y", "2024-01-01"];
    value(key, ["null", "null", value_of_year], "ok", "DISPAR_7407")
}

/// Indicator, unit, polarity and value; target and range; what comes of it, and its predicate. Each
/// with its own indicator, so that one view answers all.
type TargetCase = ([&'static str; 4], [&'static str; 3], &'static str, &'static str);

const TARGET_CASES: [TargetCase; 12] = [
    (
        ["visits_total", "kunjungan", "up", "25410"],
        ["27500", "null", "null"],
        "92.4",
        "Sangat Tinggi",
    ),
    (
        ["waste_per_capita_day", "kg/kapita/hari", "down", "0.52"],
        ["0.50", "null", "null"],
        "96",
        "Sangat Tinggi",
    ),
    (
        ["waste_per_visitor_night", "kg/malam", "down", "1.36"],
        ["0.85", "null", "null"],
        "40",
        "Sangat Rendah",
    ),
    (["seasonality_gini", "0-0,9167", "down", "9"], ["null", "7", "8"], "87.5", "Tinggi"),
    (["seasonality_cv", "%", "down", "6.5"], ["null", "7", "8"], "107.142857", "Sangat Tinggi"),
    (
        ["seasonality_peak_ratio", "rasio", "down", "7.5"],
        ["null", "7", "8"],
        "100",
        "Sangat Tinggi",
    ),
    (["alos_rlmt", "malam", "up", "3"], ["0", "null", "null"], "target_zero", ""),
    (["cancellation_rate", "%", "down", "0"], ["0", "null", "null"], "100", "Sangat Tinggi"),
    (["waste_generated", "t", "down", "5"], ["0", "null", "null"], "0", "Sangat Rendah"),
    (["waste_unmanaged", "t", "down", "30"], ["10", "null", "null"], "-100", "Sangat Rendah"),
    (["weighbridge_gap", "%", "down", "-12"], ["10", "null", "null"], "80", "Tinggi"),
    (["guest_nights", "orang", "up", "30"], ["10", "null", "null"], "unit_differs", ""),
];

/// W12, printed in PermenPANRB 8/2021 and in the masterplan's examples, and the edges of S5.1.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_met_by_as_much_as_its_formula_says() {
    let lake = TestLake::new().await;
    let values: Vec<String> =
        TARGET_CASES.iter().map(|(own, ..)| year(own[0], "7407", own[3])).collect();
    let engine = engine_with(&lake, &values, &[]).await;
    let units = rows(&engine, "select indicator_id, unit from ref.indicator").await;
    let unit_of = |indicator: &str| {
        let found = units.iter().find_map(|row| row.strip_prefix(&format!("{indicator}|")));
        found.unwrap().to_owned()
    };
    let targets: Vec<String> = TARGET_CASES
        .iter()
        .map(|([indicator, unit, polarity, _], numbers, expected, _)| {
            let own = unit_of(indicator);
            let unit = if *expected == "unit_differs" { *unit } else { &own };
            target([indicator, "7407"], *numbers, unit, polarity, "null")
        })
        .collect();
    let engine = engine_with(&lake, &values, &targets).await;
    let sql = "select indicator_id, coalesce(note, cast(round(raw_percent, 6) as varchar)),
          predicate, capped_percent between 0 and 100
        from indicators.targets where region_code = '7407'";
    let found = rows(&engine, sql).await;
    for ([indicator, ..], _, expected, predicate) in TARGET_CASES {
        let row = found.iter().find_map(|row| row.strip_prefix(&format!("{indicator}|")));
        let row = row.unwrap_or_else(|| panic!("{indicator}: {found:?}"));
        let cells: Vec<&str> = row.split('|').collect();
        match expected.parse::<f64>() {
            Ok(percent) => {
                assert!((cells[0].parse::<f64>().unwrap() - percent).abs() < 1e-6, "{row}");
                assert_eq!(cells[2], "true", "{indicator}: {row}");
            }
            Err(_) => assert_eq!(cells[0], expected, "{indicator}"),
        }
        assert_eq!(cells[1], predicate, "{indicator}: {row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_that_add_up_make_the_corridors_and_a_source_is_held_to() {
    let lake = TestLake::new().await;
    let regions = ["7401", "7405", "7407", "7472"];
    let mut values: Vec<String> = regions.map(|region| year("visits_total", region, "90")).to_vec();
    values.push(year("visits_total", "CORR", "360"));
    values.extend(regions.map(|region| year("alos_rlmt", region, "2")));
    values.push(year("alos_rlmt", "CORR", "2"));
    let mut targets: Vec<String> = regions
        .map(|region| {
            target(["visits_total", region], ["100", "null", "null"], "kunjungan", "up", "null")
        })
        .to_vec();
    targets.extend(regions.map(|region| {
        let source = if region == "7407" { "'BPS_VHTS'" } else { "null" };
        target(["alos_rlmt", region], ["2", "null", "null"], "malam", "up", source)
    }));
    let engine = engine_with(&lake, &values, &targets).await;
    let corridor = "select indicator_id, target_value, is_sum, raw_percent
        from indicators.targets where region_code = 'CORR' order by 1";
    assert_eq!(rows(&engine, corridor).await, ["visits_total|400.0|true|90.0"]);
    let named = "select note from indicators.targets
        where indicator_id = 'alos_rlmt' and region_code = '7407'";
    assert_eq!(rows(&engine, named).await, ["not_measured, other_source: DISPAR_7407"]);
    // One of two is measured: below sixty percent there is no score.
    let scores = "select region_code, with_target, measured, score, state
        from indicators.dimension_scores where region_code in ('7401', '7407') order by 1";
    assert_eq!(rows(&engine, scores).await, ["7401|2|2|95.0|ok", "7407|2|1||incomplete"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_says_what_the_values_say_that_it_rests_on() {
    let lake = TestLake::new().await;
    let noted =
        |value: &str, flags: &str| value.replace("'', '', null,", &format!("'', '', '{flags}',"));
    let of_visits = "blank_as_zero, missing_place: A 2/3, refused_rows";
    let values = [
        noted(&year("visits_total", "7407", "90"), of_visits),
        noted(&year("alos_rlmt", "7407", "2"), "7407 refused_rows"),
        year("visits_total", "CORR", "360").replace("'ok'", "'partial_coverage'"),
    ];
    let of = |indicator, region, value, unit| {
        target([indicator, region], [value, "null", "null"], unit, "up", "null")
    };
    let targets = [
        of("visits_total", "7407", "100", "kunjungan"),
        of("alos_rlmt", "7407", "2", "malam"),
        of("visits_total", "CORR", "400", "kunjungan"),
    ];
    let engine = engine_with(&lake, &values, &targets).await;
    let scores = "select region_code, score, flags from indicators.dimension_scores order by 1";
    let expected = [
        "7407|95.0|blank_as_zero: visits_total, missing_place: visits_total, \
         refused_rows: alos_rlmt visits_total",
        "CORR|90.0|partial_coverage: visits_total",
    ];
    assert_eq!(rows(&engine, scores).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_that_is_not_complete_has_no_ratio_and_says_what_there_is() {
    let lake = TestLake::new().await;
    let months = ["01", "02", "03"].map(|month| {
        let period = format!("2024-{month}-01");
        value(["visits_total", "7407", "M", &period], ["50", "null", "50"], "ok", "DISPAR_7407")
    });
    let mut values = months.to_vec();
    let of_year = ["visits_total", "7407", "Y", "2024-01-01"];
    values.push(value(of_year, ["null", "null", "null"], "incomplete", "DISPAR_7407"));
    let targets =
        [target(["visits_total", "7407"], ["600", "null", "null"], "kunjungan", "up", "null")];
    let engine = engine_with(&lake, &values, &targets).await;
    let sql = "select raw_percent, predicate, note from indicators.targets";
    assert_eq!(rows(&engine, sql).await, ["||not_measured, year_to_date: 150.0 (3/12)"]);
}

pub const PROGRAMS: [(&str, &str); 14] = [
    ("region_code", "varchar"),
    ("program_id", "varchar"),
    ("program_title", "varchar"),
    ("milestone_id", "varchar"),
    ("report_date", "date"),
    ("dimension", "varchar"),
    ("kind", "varchar"),
    ("weight", "decimal(9, 4)"),
    ("planned_pct", "decimal(5, 2)"),
    ("actual_pct", "decimal(5, 2)"),
    ("status", "varchar"),
    ("evidence_url", "varchar"),
    ("obstacle_code", "varchar"),
    ("is_headline", "boolean"),
];

/// A milestone's report: programme, milestone, day, weight, planned, actual, status, evidence.
pub fn report(key: [&str; 3], numbers: [&str; 3], status: &str, evidence: &str) -> String {
    let [program, milestone, day] = key;
    let [weight, planned, actual] = numbers;
    format!(
        "('7407', '{program}', '', '{milestone}', '{day}', 'branding', 'quick_win', {weight}, \
         {planned}, {actual}, '{status}', {evidence}, 'anggaran', true)"
    )
}

/// The newest version of a document is the highest by its name, whatever is sent again later; a
/// collapse is judged, and a number of another unit is not.
#[tokio::test(flavor = "multi_thread")]
async fn versions_are_in_the_order_of_their_names_and_a_collapse_is_judged() {
    let lake = TestLake::new().await;
    let of = |doc: &str, version: &str, day: &str, value: &str| {
        target(["visits_total", "7407"], [value, "null", "null"], "kunjungan", "up", "null")
            .replace("'MASTERPLAN_V', '2022'", &format!("'{doc}', '{version}'"))
            .replace("'2022-01-01', true", &format!("'{day}', true"))
    };
    let targets = [
        of("PK", "9", "2023-01-01", "9000"),
        of("PK", "10", "2023-01-01", "27500"),
        of("RPJMD", "2021", "2024-02-01", "100000"),
        of("RPJMD", "2023-P1", "2023-06-01", "60000"),
    ];
    let values = [year("visits_total", "7407", "50")];
    let engine = engine_with(&lake, &values, &targets).await;
    let sql = "select doc, doc_version, round(raw_percent, 4), note from indicators.targets
        where is_newest_version order by 1";
    let expected = ["PK|10|0.1818|", "RPJMD|2023-P1|0.0833|"];
    assert_eq!(rows(&engine, sql).await, expected);
}

/// Two offices file documents of one region and year, and each counts; a year that runs still has
/// no ratio, nor has a target that is off by a thousand.
#[tokio::test(flavor = "multi_thread")]
async fn each_document_has_its_targets_and_a_running_year_has_no_ratio() {
    let lake = TestLake::new().await;
    let of_masterplan =
        target(["visits_total", "7407"], ["27.5", "null", "null"], "kunjungan", "up", "null");
    let of_rpjmd =
        target(["on_time_performance", "7407"], ["80", "null", "null"], "%", "up", "null");
    let of_rpjmd = of_rpjmd
        .replace("MASTERPLAN_V", "RPJMD")
        .replace("true, 'BAPPEDA_CORR'", "false, 'BAPPEDA_7407'");
    let fires = target(["fire_response_15min", "7407"], ["80", "null", "null"], "%", "up", "null");
    let running = year("fire_response_15min", "7407", "100")
        .replace("'ok', '', '', null", "'ok', '', '', 'running_period'");
    let values =
        [year("visits_total", "7407", "27500"), year("on_time_performance", "7407", "40"), running];
    let engine = engine_with(&lake, &values, &[of_masterplan, of_rpjmd, fires]).await;
    let sql = "select doc, indicator_id, raw_percent, note from indicators.targets
        where region_code = '7407' order by 2";
    let expected = [
        "MASTERPLAN_V|fire_response_15min||not_measured, running_period",
        "RPJMD|on_time_performance|50.0|",
        "MASTERPLAN_V|visits_total||target_magnitude",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_is_as_far_as_its_milestones_with_evidence() {
    let lake = TestLake::new().await;
    let proof = "'https://bukti.invalid/1'";
    let reports = [
        // 3 of 4 parts at 100, one of them without evidence: (1 * 90 + 3 * 100) / 4.
        report(["A", "1", "2024-03-31"], ["1", "50", "40"], "running", "null"),
        report(["A", "1", "2024-12-31"], ["1", "100", "100"], "running", "null"),
        report(["A", "2", "2024-12-31"], ["3", "100", "100"], "done", proof),
        report(["B", "1", "2024-12-31"], ["1", "100", "100"], "done", proof),
        // 70 of 100 is late, 85 is at risk.
        report(["C", "1", "2024-12-31"], ["2", "100", "70"], "running", "null"),
        report(["D", "1", "2024-12-31"], ["2", "100", "85"], "running", "null"),
        // Stopped, and the other one with a milestone in its place.
        report(["E", "1", "2024-06-30"], ["1", "50", "10"], "stopped", "null"),
        report(["F", "1", "2024-06-30"], ["1", "0", "0"], "stopped", "null"),
        report(["F", "2", "2024-12-31"], ["1", "50", "49"], "running", "null"),
        report(["G", "1", "2024-12-31"], ["1", "0", "0"], "not_started", "null"),
    ];
    let engine = lake.engine().await;
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    stand_in(&engine, "core.quick_win", &PROGRAMS, &reports).await;
    let sql = "select program_id, status, round(progress_percent, 4),
          round(schedule_performance_index, 4)
        from indicators.quick_wins where year = 2024 order by 1";
    let expected = [
        "A|on_track|97.5|0.975",
        "B|done|100.0|1.0",
        "C|late|70.0|0.7",
        "D|at_risk|85.0|0.85",
        "E|stopped|10.0|0.2",
        "F|on_track|24.5|0.98",
        "G|not_started|0.0|",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_compare_one_source_and_equal_sets() {
    let lake = TestLake::new().await;
    let month = |indicator: &str, day: &str, numbers: [&str; 3], source: &str| {
        value([indicator, "7407", "M", day], numbers, "ok", source)
    };
    let visits = |day: &str, count: &str, source: &str| {
        month("visits_total", day, [count, "null", count], source)
    };
    let values = [
        visits("2023-01-01", "100", "DISPAR_7407"),
        visits("2023-02-01", "100", "DISPAR_7407"),
        visits("2024-01-01", "120", "DISPAR_7407"),
        visits("2024-02-01", "60", "DISPAR_7407"),
        visits("2024-03-01", "70", "IMIGRASI"),
        month("tpk_room_occupancy", "2024-01-01", ["30", "100", "30"], "BPS_VHTS"),
        month("tpk_room_occupancy", "2024-02-01", ["45", "90", "50"], "BPS_VHTS"),
    ];
    let engine = engine_with(&lake, &values, &[]).await;
    let sql = "select change_kind, period, round(change, 6), change_unit, state
        from indicators.changes
        where indicator_id = 'visits_total' and period >= '2024-01-01' and change_kind <> 'c-to-c'
        order by change_kind, period";
    let expected = [
        "m-to-m|2024-01-01||%|no_data",
        "m-to-m|2024-02-01|-50.0|%|ok",
        "m-to-m|2024-03-01||%|series_break",
        "y-on-y|2024-01-01|20.0|%|ok",
        "y-on-y|2024-02-01|-40.0|%|ok",
        "y-on-y|2024-03-01||%|no_data",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
    // A year so far is of one source.
    let mixed = "select value, state, flags from indicators.changes
        where indicator_id = 'visits_total' and change_kind = 'c-to-c' and period = '2024-03-01'";
    let told = "|series_break|sources differ: DISPAR_7407 and IMIGRASI in the year so far";
    assert_eq!(rows(&engine, mixed).await, [told]);
    let so_far = "select period, round(change, 6), state from indicators.changes
        where indicator_id = 'visits_total' and change_kind = 'c-to-c' and period >= '2024-01-01'
        order by period";
    let expected = ["2024-01-01|20.0|ok", "2024-02-01|-10.0|ok", "2024-03-01||series_break"];
    assert_eq!(rows(&engine, so_far).await, expected);
    let points = "select round(change, 6), change_unit, percent from indicators.changes
        where indicator_id = 'tpk_room_occupancy' and change_kind = 'm-to-m' and state = 'ok'";
    assert_eq!(rows(&engine, points).await, ["20.0|poin|"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_compare_equal_sets_of_what_a_source_adds_up() {
    let lake = TestLake::new().await;
    let month = |indicator: &str, day: &str, value: &str, basis: &str| {
        let key = [indicator, "7407", "M", day];
        value_of(key, [value, "null", value], ["ok", "DISPAR_7407", basis])
    };
    let values = [
        month("visits_total", "2024-01-01", "100", "attraction A"),
        month("visits_total", "2024-02-01", "100", "attraction A, hotel *"),
        month("visits_total", "2025-01-01", "900", "attraction A, attraction B"),
        month("visits_total", "2025-02-01", "110", "attraction A, hotel *"),
        month("seats_offered_inbound", "2024-01-01", "100", "route:A"),
        month("seats_offered_inbound", "2025-01-01", "150", "route:A, route:B"),
    ];
    let engine = engine_with(&lake, &values, &[]).await;
    let sql = "select indicator_id, period, round(change, 6), state, flags
        from indicators.changes
        where change_kind = 'y-on-y' and period >= '2025-01-01' order by 1, 2";
    let expected = [
        "seats_offered_inbound|2025-01-01|50.0|ok|places differ: only now route:B",
        "visits_total|2025-01-01||series_break|sets differ: only now attraction B",
        "visits_total|2025-02-01|10.0|ok|",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
    // January of both years is in the year so far, and was of other sets.
    let so_far =
        "select period, state, flags from indicators.changes where indicator_id = 'visits_total'
        and change_kind = 'c-to-c' and period >= '2025-01-01' order by 1";
    let expected = [
        "2025-01-01|series_break|sets differ: only now attraction B",
        "2025-02-01|series_break|sets differ: in earlier periods",
    ];
    assert_eq!(rows(&engine, so_far).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_over_lebaran_says_so_and_stands_beside_the_two_months() {
    let lake = TestLake::new().await;
    let visits = |day: &str, count: &str| {
        value(["visits_total", "7407", "M", day], [count, "null", count], "ok", "DISPAR_7407")
    };
    let values = [
        visits("2024-03-01", "100"),
        visits("2024-04-01", "300"),
        visits("2025-03-01", "250"),
        visits("2025-04-01", "170"),
    ];
    let engine = engine_with(&lake, &values, &[]).await;
    let months =
        ["('2024-03-01', 0)", "('2024-04-01', 15)", "('2025-03-01', 8)", "('2025-04-01', 7)"];
    let columns = [("period_month", "date"), ("lebaran_days", "bigint")];
    stand_in(&engine, "core.lebaran_months", &columns, &months).await;
    let sql = "select period, round(change, 4), flags, pooled_with, pooled_value,
          pooled_value_before, pooled_change
        from indicators.changes where change_kind = 'y-on-y' and period >= '2025-01-01' order by 1";
    let expected = [
        "2025-03-01|150.0|lebaran_days: 8 against 0|2025-04-01|420.0|400.0|5.0",
        "2025-04-01|-43.3333|lebaran_days: 7 against 15|2025-03-01|420.0|400.0|5.0",
    ];
    assert_eq!(rows(&engine, sql).await, expected);
}
