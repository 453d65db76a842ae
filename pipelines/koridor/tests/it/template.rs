//! The workbook that an office fills in: empty it is told to be empty, filled in it loads as it is.

use super::Place;
use std::collections::{BTreeMap, BTreeSet};
use umya_spreadsheet::{Worksheet, reader, writer};

/// A file's outcome as `check` tells it.
fn checked(place: &Place, file: &str) -> serde_json::Value {
    let output = place.say(&format!("--format json check {file} --allow-rejected"));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Lines of a generated file, by heading.
fn generated(place: &Place, dataset: &str) -> Vec<BTreeMap<String, String>> {
    let file = format!("{dataset}.csv");
    let words = format!("generate {dataset} --rows 600 --faults 0 --output {file}");
    assert!(place.say(&words).status.success(), "{dataset}");
    let text = std::fs::read_to_string(place.path().join(file)).unwrap();
    let cells = |line: &str| -> Vec<String> {
        line.split(';').map(|cell| cell.trim_matches('"').to_owned()).collect()
    };
    let mut lines = text.lines();
    let headings = cells(lines.next().unwrap());
    lines.map(|line| headings.iter().cloned().zip(cells(line)).collect()).collect()
}

/// The row of the headings and the headings, from the sheet itself.
fn header(sheet: &Worksheet, known: &BTreeMap<String, String>) -> (u32, Vec<String>) {
    let texts = |row: u32| -> Vec<String> {
        let text = |column: u32| sheet.value((column, row));
        (1..=sheet.highest_column()).map(text).collect()
    };
    let row =
        (1..10).find(|row| texts(*row).iter().filter(|text| known.contains_key(*text)).count() > 1);
    let row = row.unwrap();
    (row, texts(row))
}

/// What the sheet that explains the columns says of each heading.
fn notes(guide: &Worksheet) -> BTreeMap<String, String> {
    let rows = 1..=guide.highest_row();
    rows.map(|row| (guide.value((1, row)), guide.value((2, row)))).collect()
}

/// Types the blank cells of the rows that a template gives; returns how many then hold more than
/// was given.
fn fill_in(path: &std::path::Path, rows: &[BTreeMap<String, String>]) -> u64 {
    let mut book = reader::xlsx::read(path).unwrap();
    let notes = notes(book.sheet(1).unwrap());
    let says =
        |heading: &String, word: &str| notes.get(heading).is_some_and(|note| note.contains(word));
    let is_number = |heading: &String| says(heading, " Angka") || says(heading, " Bilangan bulat");
    // The year beside a month has no note of its own.
    let is_key = |heading: &String| says(heading, "kunci baris") || !notes.contains_key(heading);
    let sheet = book.sheet_mut(0).unwrap();
    let (header, headings) = header(sheet, &rows[0]);
    let last = sheet.highest_row();
    let given = (header + 1..=last).filter(|row| {
        (1..=headings.len() as u32).any(|column| !sheet.value((column, *row)).is_empty())
    });
    let given: Vec<u32> = given.collect();
    let mut rows = rows.iter();
    let mut known = BTreeSet::new();
    let mut typed = 0;
    for row in given {
        let own: Vec<String> =
            (1..=headings.len() as u32).map(|column| sheet.value((column, row))).collect();
        let cell = |values: &BTreeMap<String, String>, column: usize| {
            let heading = &headings[column];
            let own = Some(&own[column]).filter(|own| !own.is_empty() || heading.is_empty());
            own.or_else(|| values.get(heading)).unwrap().clone()
        };
        // A generated row of another year may have the key of one before it.
        let is_new = |values: &&BTreeMap<String, String>| {
            let key = (0..headings.len()).filter(|column| is_key(&headings[*column]));
            known.insert(key.map(|column| cell(values, column)).collect::<Vec<_>>())
        };
        let Some(values) = rows.find(is_new) else { break };
        let cells: Vec<String> = (0..headings.len()).map(|column| cell(values, column)).collect();
        typed += u64::from(cells != own);
        for (column, text) in cells.iter().enumerate().filter(|(at, text)| **text != own[*at]) {
            let at = (column as u32 + 1, row);
            // A dot before less than three digits parts no thousands: the office writes `2.95`.
            let is_plain = text.rsplit_once('.').is_some_and(|(_, last)| last.len() < 3);
            let number = match is_plain && !text.contains(',') {
                true => text.parse::<f64>(),
                false => text.replace('.', "").replace(',', ".").parse::<f64>(),
            };
            match number.ok().filter(|_| is_number(&headings[column])) {
                Some(number) => sheet.cell_mut(at).set_value_number(number),
                None => sheet.cell_mut(at).set_value_string(text),
            };
        }
    }
    writer::xlsx::write(&book, path).unwrap();
    typed
}

#[test]
fn a_template_of_every_dataset_loads_as_it_is() {
    let place = Place::new();
    let listed = place.stdout(&["template"]);
    let names = listed.lines().take_while(|line| !line.is_empty());
    let datasets: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(datasets.len() >= 17, "{listed}");
    for dataset in datasets {
        let file = format!("new/{dataset}.xlsx");
        let words = format!("template {dataset} --region Wakatobi --year 2025 --output {file}");
        let made = place.say(&words);
        assert!(made.status.success(), "{dataset}: {}", String::from_utf8_lossy(&made.stderr));
        let empty = checked(&place, &file);
        assert_eq!(empty.as_array().unwrap().len(), 1, "{dataset}: {empty}");
        let own = &empty[0]["file"];
        assert_eq!((&own["rows_accepted"], &own["rows_rejected"]), (&0.into(), &0.into()), "{own}");
        assert!(own["warnings"][0].as_str().unwrap().contains("not filled in yet"), "{own}");
        // Every fourth generated row is of the first region.
        let rows: Vec<_> = generated(&place, dataset).into_iter().step_by(4).collect();
        let count = fill_in(&place.path().join(&file), &rows);
        let full = checked(&place, &file);
        let own = &full[0]["file"];
        assert!(count > 0 && full.as_array().unwrap().len() == 1, "{full}");
        assert_eq!(
            (&own["rows_accepted"], &own["rows_rejected"]),
            (&count.into(), &0.into()),
            "{dataset}: {full}"
        );
    }
}

#[test]
fn a_file_that_fits_nothing_names_the_template_that_would() {
    let place = Place::new();
    place.write(
        "laporan 2025.csv",
        "KABUPATEN WAKATOBI;;\nKabupaten/Kota;Bulan;Pengurangan (kuintal)\n\
         Wakatobi;Januari 2025;1\n",
    );
    let told = |arguments: &[&str]| {
        let told = place.stdout(arguments);
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let report = told(&["check", "laporan 2025.csv", "--lang", "en"]);
    let command = "koridor template waste_handling --region 7407 --year 2025";
    assert!(report.contains(command), "{report}");
    place.write(
        "Rekap Kunjungan.csv",
        "Kabupaten Wakatobi, 2025;;;\nKabupaten/Kota;Bulan;Wisman;Wisnus\nWakatobi;Januari;1;2\n",
    );
    let words = told(&["check", "Rekap Kunjungan.csv", "--lang", "en"]);
    let command = "koridor template visitor_flow --region 7407 --year 2025";
    assert!(words.contains(command), "{words}");
    place.write("apa.csv", "Nama;Warna\nsatu;biru\n");
    let unknown = told(&["check", "apa.csv", "--lang", "id"]);
    assert!(unknown.contains("buku kerja yang cocok: koridor template"), "{unknown}");
    place.write("DISPAR_7472/apa.csv", "Nama;Warna\nsatu;biru\n");
    let sent = told(&["check", "DISPAR_7472/apa.csv", "--dataset", "visitor_flow", "--lang", "id"]);
    let command = "koridor template visitor_flow --region 7472 --year TAHUN";
    assert!(sent.contains(command), "{sent}");
}

#[test]
fn a_dataset_that_nobody_describes_has_a_template_of_its_field_names() {
    let place = Place::new();
    let contract = serde_json::json!({
        "name": "boat_trips", "title": "Perjalanan kapal", "description": "One row a month.",
        "fields": [
            {"name": "region_code", "type": "string", "title": "Wilayah",
             "constraints": {"required": true}, "koridor": {"codes": "region"}},
            {"name": "period_month", "type": "date", "title": "Bulan",
             "constraints": {"required": true}, "koridor": {"month": true}},
            {"name": "kind", "type": "string", "title": "Jenis",
             "constraints": {"required": true, "enum": ["slow", "fast"]}},
            {"name": "trips", "type": "integer", "title": "Perjalanan",
             "constraints": {"required": true, "minimum": 0}}
        ],
        "primaryKey": ["region_code", "period_month", "kind"],
        "koridor": {"title_en": "Boat trips", "dimension": "living", "theme": "'boats'",
                    "slice": {"region": "region_code", "period": "period_month"}}
    });
    place.write("p/schemas/datasets/boat_trips.json", &contract.to_string());
    let told = place.shown(&["--project", "p", "template", "boat_trips", "--region", "7472"]);
    assert!(told.contains("exit 2") && told.contains("--source: "), "{told}");
    let words = "--project p template boat_trips --source DISHUB_7472 --year 2025 --output t.xlsx";
    assert!(place.say(words).status.success());
    let row = BTreeMap::from([("kind".into(), "slow".into()), ("trips".into(), "5".to_owned())]);
    let path = place.path().join("t.xlsx");
    assert_eq!(fill_in(&path, &vec![row; 30]), 24);
    let output = place.say("--project p --format json check t.xlsx");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let own = &found[0]["file"];
    assert_eq!((&own["rows_accepted"], &own["source_id"]), (&24.into(), &"DISHUB_7472".into()));
    let half = "--project p template boat_trips --source DISHUB_7472 --year 2024 --output h.xlsx";
    assert!(place.say(half).status.success());
    let row = BTreeMap::from([("kind".into(), "slow".into()), ("trips".into(), "5".to_owned())]);
    assert_eq!(fill_in(&place.path().join("h.xlsx"), &[row.clone(), row]), 2);
    let told = place.stdout(&["--project", "p", "check", "h.xlsx", "--lang", "en"]);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("2 of 2 rows are accepted"), "{told}");
    assert!(told.contains("10 in all, 22 rows are not filled in yet"), "{told}");
}

#[test]
fn what_cannot_be_made_is_said_with_what_to_do() {
    let place = Place::new();
    let cases = [
        ("template visitor_flw --region 7407", "did you mean `visitor_flow`"),
        ("template ref_source --region 7407", "schemas/codes/source.csv"),
        ("template visitor_flow", "give --region"),
        ("template visitor_flow --region CORR", "is no regency of the corridor"),
        ("template visitor_flow --region 7407 --year 25", "--year 2025"),
        ("template visitor_flow --region 7407 --source DISPR_7407", "did you mean"),
    ];
    for (words, expected) in cases {
        let output = place.say(words);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && told.contains(expected), "{words}: {told}");
    }
    let words = "template visitor_flow --region 7407 --output t.xlsx";
    assert!(place.say(words).status.success());
    let again = place.say(words);
    assert_eq!(again.status.code(), Some(2), "a workbook that may be filled in stays");
}
