//! What stands in the cells of a dataset in the restricted zone is shown to nobody who does not ask
//! for that tier, which is recorded: refused cells, sums, rows, keys; in no output of any command.

use super::{Place, plain_text};

const HEADER: &str = "region_code,case_id,month_reported,month_occurred,n_victims,age_group,sex,\
                      violence_type,service_given,referral\n";

/// Rows that are accepted, and rows with a cell that is refused: each with a text of its own.
const ROWS: &str = "7401,K71881,2024-02,,8117,18+,P,fisik,true,
7401,K71882,2024-03,,9229,18+,P,fisik,true,
7405,K71883,2024-02,,sepuluhribu,18+,P,fisik,true,
7405,K71884,2024-02,,-60413,18+,P,fisik,true,
7407,K71885,2024-02,,5,18+,P,fisikk,true,
7407,K71886,2024-02,,6,18+,P,fisik,mungkinsaja,
7472,K71887,2024-02,2024-07,74417,18+,P,fisik,true,
Baubauu,K71888,2024-02,,7,18+,P,fisik,true,
7401,K71881,2024-02,,8118,18+,P,fisik,true,
";

/// A later list, which changes a row that stands.
const LATER: &str = "7401,K71882,2024-03,,9331,18+,P,fisik,true,\n";

/// What nobody is told, and what is nearest to it.
const CELLS: [&str; 17] = [
    "8117",
    "8118",
    "9229",
    "9331",
    "17346",
    "17448",
    "sepuluhribu",
    "60413",
    "fisikk",
    "mungkinsaja",
    "74417",
    "Baubauu",
    "K71881",
    "K71883",
    "K71888",
    "you mean",
    "maksudnya",
];

fn tells(text: &str) -> Option<&'static str> {
    let digits = text.replace(['.', ','], "");
    CELLS.into_iter().find(|cell| text.contains(cell) || digits.contains(cell))
}

/// A place with a lake that holds cases.
fn with_cases() -> Place {
    let place = Place::new();
    place.write("landing/sapa_case/SAMPLE_SYNTHETIC/kasus.csv", &format!("{HEADER}{ROWS}"));
    let report = ["--format", "json", "--output", "report.json"];
    place.run(&[&["run", "--landing", "landing", "--extracts", "out"][..], &report].concat());
    place.write("landing/sapa_case/SAMPLE_SYNTHETIC/lagi.csv", &format!("{HEADER}{LATER}"));
    place
}

#[test]
fn no_cell_of_the_restricted_zone_is_shown() {
    let place = with_cases();
    let file = "landing/sapa_case/SAMPLE_SYNTHETIC/kasus.csv";
    let of = ["--dataset", "sapa_case", "--source", "SAMPLE_SYNTHETIC"];
    let month = place.stdout(&["sql", "--format", "csv", "select max(received_at) from ops.files"]);
    let month = month.lines().nth(1).unwrap().get(..7).unwrap().to_owned();
    let asked: [&[&str]; 14] = [
        &["run", "--landing", "landing", "--extracts", "out"],
        &["check", file],
        &["check", file, "--format", "json"],
        &["check", file, "--workbook", "checked.xlsx"],
        &["sources", "explain", file],
        &["quarantine", "list"],
        &["quarantine", "list", "--format", "json"],
        &["quarantine", "export", "kasus.csv", "--output", "back.xlsx"],
        &["quarantine", "letter", "SAMPLE_SYNTHETIC", "--month", &month],
        &["quarantine", "replay", "--file", "kasus"],
        &["status"],
        &["sql", "--format", "csv", "select * from ops.quarantine"],
        &["sql", "--format", "csv", "select * from ops.quarantine_log"],
        &["sql", "--format", "csv", "select * from ops.checks"],
    ];
    let (mut leaks, mut rules) = (Vec::new(), 0);
    for words in asked {
        let words = match words[0] {
            "check" | "sources" => [words, &of[..]].concat(),
            _ => words.to_vec(),
        };
        let output = place.run(&words);
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        rules += usize::from(text.contains("occurred_before_reported"));
        leaks.extend(tells(&text).map(|cell| format!("{cell} in {words:?}:\n{text}")));
    }
    assert!(rules >= 5, "places and rules are shown: {rules}");
    for path in ["checked.xlsx", "back.xlsx", "report.json"] {
        let text = plain_text(&place.path().join(path));
        leaks.extend(tells(&text).map(|cell| format!("{cell} in {path}")));
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n\n"));
}

#[test]
fn who_asks_for_them_is_recorded_and_shown_them() {
    let place = with_cases();
    let file = "landing/sapa_case/SAMPLE_SYNTHETIC/kasus.csv";
    let said = ["--tier", "restricted", "--by", "Ani", "--reason", "audit"];
    let asked: [&[&str]; 4] = [
        &["quarantine", "list", "--format", "csv"],
        &["check", file, "--dataset", "sapa_case", "--source", "SAMPLE_SYNTHETIC"],
        &["sql", "--format", "csv", "select value, row_json from ops.quarantine"],
        &["quarantine", "export", "kasus.csv", "--output", "back.xlsx"],
    ];
    for words in asked {
        let output = place.run(&[words, &said[..]].concat());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(words.contains(&"export") || text.contains("sepuluhribu"), "{words:?}: {text}");
    }
    assert!(plain_text(&place.path().join("back.xlsx")).contains("sepuluhribu"));
    let log = "select accessed_by, tier, asked from ops.access order by accessed_at";
    let log = place.stdout(&["sql", "--format", "csv", log]);
    assert_eq!(log.matches("Ani,restricted").count(), 4, "{log}");
    let unsaid = place.run(&["quarantine", "list", "--tier", "restricted", "--by", "Ani"]);
    assert_eq!(unsaid.status.code(), Some(2), "it is not said what for");
}

#[test]
fn a_lake_with_hidden_cells_is_built_again_and_read_again() {
    let place = with_cases();
    let rebuilt = place.stdout(&["rebuild", "--format", "json"]);
    assert!(rebuilt.contains("ops.quarantine") && !rebuilt.contains("false"), "{rebuilt}");
    // Other cells in the same places are another file, which the comparison sees.
    let again = place.stdout(&["quarantine", "replay", "--since", "2020-01-01", "--lang", "en"]);
    assert!(again.contains("nothing changes"), "{again}");
}
