//! What is not published stands in nothing that is written for others: extracts, reports, letters,
//! answers. Releases, nights and resubmissions included.

use super::Place;

const HEADER: &str = "region_code,period_quarter,kbli2,scale,is_tourism,n_frame,n_resp,\
                      turnover_resp_rp,turnover_est_rp,top2_rp\n";

/// Buton: two businesses answered. Konawe Selatan is the smallest of the others.
const FIRST: &str = "7401,2024-01,55,mikro,true,4,2,777123451,1554246902,777123451
7405,2024-01,55,mikro,true,40,20,3000000017,6000000034,500000001
7407,2024-01,55,mikro,true,60,30,4000000019,8000000038,500000003
7472,2024-01,55,mikro,true,80,40,5000000023,10000000046,500000007
";

/// Buton again, a row that is refused, and figures in another unit.
const SECOND: &str = "7401,2024-01,55,mikro,true,4,2,788123451,1576246902,788123451
7407,2024-01,55,mikro,true,60,30,4000000019,8000000038,500000003
7401,2024-04,55,mikro,true,60,70,4000000021,8111111138,500000003
7401,2025-01,55,mikro,true,4,2,78812,157624,78812
";

/// Victims 7, 12, 34 and 21, all of whom were given a service.
const CASES: &str =
    "region_code,case_id,month_reported,n_victims,age_group,sex,violence_type,service_given
7401,A1,2024-02,7,18+,P,fisik,true
7405,A2,2024-02,12,18+,P,fisik,true
7407,A3,2024-02,34,18+,P,fisik,true
7472,A4,2024-02,21,18+,P,fisik,true
";

/// Digits that nobody may read.
const WITHHELD: [&str; 9] = [
    "1554246902",
    "777123451",
    "1576246902",
    "788123451",
    "6000000034",
    "3000000017",
    "8111111138",
    "157624",
    "78812",
];

/// A text without the marks that group digits.
fn digits(text: &str) -> String {
    let is_between = |at: usize, text: &[char]| {
        let digit =
            |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(char::is_ascii_digit);
        digit(at.checked_sub(1)) && digit(Some(at + 1))
    };
    let marks: Vec<char> = text.chars().collect();
    let kept = marks.iter().enumerate();
    kept.filter(|(at, mark)| !(matches!(mark, ',' | '.') && is_between(*at, &marks)))
        .map(|(_, mark)| mark)
        .collect()
}

fn holds_nothing_withheld(what: &str, text: &str) {
    for part in [text.to_owned(), digits(text)] {
        for number in WITHHELD {
            assert!(!part.contains(number), "{what} tells {number}:\n{text}");
        }
    }
}

/// All files below a folder, as text; workbooks are unpacked.
fn written(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(written(&path));
        } else {
            found.push((path.display().to_string(), super::plain_text(&path)));
        }
    }
    found
}

fn sql(place: &Place, query: &str, further: &[&str]) -> String {
    let mut arguments = vec!["sql", query, "--format", "csv"];
    arguments.extend(further);
    place.stdout(&arguments)
}

/// What each region's value of an indicator is at a grain: state and reason.
fn states(place: &Place, indicator: &str, grain: &str) -> String {
    let query = format!(
        "select region_code, state, flags from indicators.values \
         where indicator_id = '{indicator}' and grain = '{grain}' \
         and date_part('year', period) = 2024 \
         and date_part('quarter', period) = 1 order by region_code"
    );
    sql(place, &query, &[])
}

/// Every extract, in the formats that hold its numbers in other ways.
fn write_extracts(place: &Place) {
    place.run(&["extract", "indicators", "--format", "csv", "--output", "all.csv"]);
    for name in ["indicators", "targets", "sources", "status"] {
        for ending in ["ndjson", "xlsx", "zip"] {
            place.run(&["extract", name, "--output", &format!("{name}.{ending}")]);
        }
    }
    place.run(&["extract", "evaluation", "--year", "2025", "--output", "evaluation.ndjson"]);
    assert!(super::plain_text(&place.path().join("indicators.xlsx")).contains("<worksheet"));
    place.say("extract indicators --format sdmx-csv --output out/");
    place.say("extract indicators --excel --output out/");
    place.say("extract indicators --format datapackage --output package");
}

#[test]
fn nothing_that_is_withheld_stands_in_anything_written() {
    let place = Place::new();
    place.write("landing/SAMPLE_SYNTHETIC/umkm.csv", &format!("{HEADER}{FIRST}"));
    place.write("landing/sapa_case/SAMPLE_SYNTHETIC/kasus.csv", CASES);
    place.run(&["run", "--landing", "landing", "--format", "json", "--output", "report1.json"]);
    let expected = "region_code,state,flags\n\
                    7401,suppressed,\"suppressed: few_respondents, synthetic\"\n\
                    7405,suppressed,\"suppressed: secondary, synthetic\"\n\
                    7407,ok,synthetic\n7472,ok,synthetic\nCORR,ok,synthetic\n";
    assert_eq!(states(&place, "umkm_turnover", "Q"), expected);
    let sapa = states(&place, "sapa_service_rate", "Y").replace("annual_source, ", "");
    let expected = "region_code,state,flags\n\
                    7401,suppressed,\"suppressed: small_count, synthetic\"\n\
                    7405,suppressed,\"suppressed: small_count, synthetic\"\n";
    assert!(sapa.starts_with(expected), "{sapa}");
    assert!(sapa.contains("7407,ok") && sapa.contains("7472,ok") && sapa.contains("CORR,ok"));

    place.write("landing/SAMPLE_SYNTHETIC/umkm2.csv", &format!("{HEADER}{SECOND}"));
    place.run(&["run", "--landing", "landing", "--format", "json", "--output", "report2.json"]);
    let releases = sql(&place, "select release_id from ops.releases order by release_id", &[]);
    let releases: Vec<&str> = releases.lines().skip(1).collect();
    assert_eq!(releases.len(), 2);
    assert_eq!(states(&place, "umkm_turnover", "Q").matches("suppressed,").count(), 2);

    let outside = |path: &str| !path.contains("/lake/") && !path.contains("/landing/");
    write_extracts(&place);
    place.run(&["extract", "indicators", "--as-of", releases[0], "--output", "first.json"]);
    let month = sql(&place, "select max(substr(release_id, 1, 7)) from ops.releases", &[]);
    let month = month.lines().nth(1).unwrap();
    let letter = ["quarantine", "letter", "SAMPLE_SYNTHETIC", "--month", month];
    place.run(&[&letter[..], &["--output", "letter.html"]].concat());
    let mut count = 0;
    for (path, text) in written(place.path()).into_iter().filter(|(path, _)| outside(path)) {
        holds_nothing_withheld(&path, &text);
        count += 1;
    }
    assert!(count >= 5, "extracts, reports and the letter are written");
    let answers: [&[&str]; 6] = [
        &["releases", "diff", releases[0], releases[1]],
        &["status"],
        &["indicators", "show", "umkm_turnover"],
        &["explain", "umkm_turnover", "--region", "7401", "--period", "2024-Q1"],
        &[
            "explain",
            "umkm_turnover",
            "--region",
            "CORR",
            "--period",
            "2024-Q1",
            "--format",
            "json",
        ],
        &["sql", "select * from indicators.all_releases", "--format", "csv"],
    ];
    for arguments in answers {
        holds_nothing_withheld(&arguments.join(" "), &place.stdout(arguments));
    }
    let logs = sql(&place, "select * from ops.checks", &[]);
    holds_nothing_withheld("ops.checks", &logs);
    restricted_access_is_recorded(&place);
}

fn restricted_access_is_recorded(place: &Place) {
    let refused = |arguments: &[&str], told: &str| {
        let output = place.run(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(told), "{text}");
    };
    let cases = "select count(*) from core.sapa_case group by month_reported";
    refused(&["sql", "--tier", "open", cases], "restricted zone");
    let full = "select * from indicators.full_values";
    refused(&["sql", "--tier", "open", full], "not in the open tier");
    let named = "select key, value from ref.correction";
    refused(&["sql", "--tier", "open", named], "not in the open tier");
    refused(&["sql", "--tier", "restricted", full], "recorded");
    let query = "select value from indicators.values where indicator_id = 'umkm_turnover' \
                 and region_code = '7401' and period = date '2024-01-01' and grain = 'Q'";
    let own = ["--tier", "restricted", "--by", "Ani", "--reason", "audit"];
    assert_eq!(sql(place, query, &own), "value\n1576246902.0\n");
    let office = ["--tier", "office", "--office", "7405", "--by", "Budi", "--reason", "own"];
    assert_eq!(sql(place, query, &office), "value\n\"\"\n", "an office sees its own region's");
    let log = sql(place, "select accessed_by, tier from ops.access order by accessed_at", &[]);
    assert_eq!(log, "accessed_by,tier\nAni,restricted\nBudi,office\n");
    let all = sql(place, "select distinct reason from ops.disclosure order by reason", &[]);
    assert_eq!(all, "reason\nfew_respondents\nsecondary\nsecondary_count\nsmall_count\n");
}

/// Rows of accommodation for a quarter: six hotels responded, of Buton two in March. Buton has no
/// foreign guests.
fn stays() -> String {
    let mut rows = "region_code,period_month,accom_class,estab_operating,estab_responding,\
                    rooms_end,beds_end,room_nights_avail,room_nights_sold,bed_nights_avail,\
                    guests_wisman,guests_wisnus,nights_wisman,nights_wisnus\n"
        .to_owned();
    for (region, base) in [("7401", 1500), ("7405", 1800), ("7407", 2000), ("7472", 2200)] {
        for (month, days) in [(1, 31), (2, 28), (3, 31)] {
            let is_few = region == "7401" && month == 3;
            let (responding, nights) = if is_few { (2, 1737) } else { (6, base + 13 * month) };
            let foreign = if region == "7401" { 0 } else { 20 + month };
            let guests = nights / 2;
            rows += &format!(
                "{region},2025-0{month},bintang,6,{responding},60,120,{},{},{},{foreign},{guests},\
                 {},{nights}\n",
                60 * days,
                guests + 7,
                120 * days,
                2 * foreign,
            );
        }
    }
    rows
}

#[test]
fn a_zero_of_few_respondents_is_kept_and_withholds_nothing() {
    let place = Place::new();
    place.write("landing/accommodation_month/SAMPLE_SYNTHETIC/hunian.csv", &stays());
    place.run(&["run", "--landing", "landing"]);
    let count = |what: &str| sql(&place, &format!("select count(*) from {what}"), &[]);
    let suppressed = "indicators.values where state = 'suppressed' and indicator_id";
    // Buton and the smallest other, in March and in another month.
    let nights = count(&format!("{suppressed} = 'guest_nights'"));
    assert_eq!(nights.lines().nth(1), Some("4"), "{nights}");
    let foreign = count(&format!("{suppressed} = 'alos_rlmt' and breakdown = 'wisman'"));
    assert_eq!(foreign.lines().nth(1), Some("0"), "{foreign}");
    let kept = count(
        "indicators.values where indicator_id = 'alos_rlmt' and breakdown = 'wisman' \
         and region_code = '7401' and grain = 'M' and state = 'denom_zero' and denominator = 0",
    );
    assert_eq!(kept.lines().nth(1), Some("3"), "{kept}");
    let told = count("ops.checks where check_name like 'what is withheld%'");
    assert_eq!(told.lines().nth(1), Some("0"), "{told}");
}
