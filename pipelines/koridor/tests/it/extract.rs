//! What people take away: closed names, published columns alone, whole periods, formats, names of
//! files, and the night's folder.

use super::Place;
use calamine::{Data, Reader, Xlsx, open_workbook};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::process::Output;

const HANDLING: &str = "region_code,period_month,period_type,reduced_ton,handled_ton\n\
    7407,2023-01,Y,100,500\n7407,2024-01,M,10.5,50\n7407,2024-02,M,11,51\n\
    7472,2024-01,M,20,70\n";

const VISITS: &str = "region_code,point_id,period_month,channel,method,measure,market,origin_code,\
    stay,value\n\
    7407,,2024-01,attraction,ticket,visits,wisnus,74,unknown,1234\n\
    7407,,2024-01,attraction,ticket,visits,wisman,XXX,unknown,0\n\
    7407,,2024-01,accommodation,estimate,guests,wisnus,74,overnight,77777\n";

const PROGRAMS: &str = "region_code,program_id,program_title,milestone_id,report_date,dimension,\
    kind,weight,planned_pct,actual_pct,status,evidence_url,obstacle_code\n\
    7407,QW-01,=HYPERLINK(1),M1,2024-03-31,governance,quick_win,0.5,46.5,10,running,\
    https://rahasia.example,\n";

/// A released lake of a few files.
fn lake() -> Place {
    let place = Place::new();
    for (file, text, dataset) in [
        ("a.csv", HANDLING, "waste_handling"),
        ("b.csv", VISITS, "visitor_flow"),
        ("c.csv", PROGRAMS, "quick_win"),
    ] {
        place.write(file, text);
        let words = format!("ingest {file} --dataset {dataset} --source SAMPLE_SYNTHETIC");
        let output = place.say(&words);
        assert!(output.status.success(), "{}", told(&output));
    }
    std::fs::create_dir(place.path().join("landing")).unwrap();
    let output = place.say("run --landing landing --lang id");
    assert!(output.status.success(), "{}", told(&output));
    place
}

fn told(output: &Output) -> String {
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What an extract writes to stdout.
fn extract(place: &Place, words: &str) -> String {
    let output = place.say(&format!("extract {words}"));
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    text(&output.stdout)
}

/// What an extract that is refused says.
fn refused(place: &Place, words: &str) -> String {
    let output = place.say(&format!("extract {words}"));
    assert_eq!(output.status.code(), Some(2), "{words}: {}", told(&output));
    assert!(output.stdout.is_empty(), "{words}: nothing is written");
    text(&output.stderr)
}

fn files(place: &Place, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(place.path().join(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|own| own.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn an_extract_is_asked_for_by_name_and_holds_what_is_published() {
    let place = lake();
    names_are_closed(&place);
    only_published_columns_and_rows_are_given(&place);
    whole_periods_are_given(&place);
    files_are_named_by_what_they_hold(&place);
    texts_stay_texts(&place);
    a_data_package_says_what_it_holds(&place);
    observations_have_the_codes_of_sdmx(&place);
    a_workbook_has_a_front_page_and_a_sheet_a_theme(&place);
    a_night_remembers_its_language(&place);
}

#[test]
fn a_list_is_rows_in_the_format_that_is_asked_for_and_a_report_is_not() {
    let place = Place::new();
    let rows = text(&place.say("sources list --format csv").stdout);
    assert!(rows.starts_with("name,dataset,title,title_en\n"), "{rows}");
    let all = text(&place.say("sources list --format json").stdout);
    let all: serde_json::Value = serde_json::from_str(&all).unwrap();
    assert_eq!(rows.lines().count(), 1 + all.as_array().unwrap().len());
    let lines = text(&place.say("sources list --format ndjson").stdout);
    assert_eq!(lines.lines().count() + 1, rows.lines().count());
    let names = text(&place.say("extract --format csv").stdout);
    assert!(names.starts_with("name,title,what\nindicators,"), "{names}");
    for report in ["plan --landing .", "retention", "sources explain a.csv"] {
        let output = place.say(&format!("{report} --format csv"));
        assert_eq!(output.status.code(), Some(2), "{report}: {}", told(&output));
        assert!(told(&output).contains("--format json"), "{}", told(&output));
    }
}

/// A landfill's months of a year, in a number's unit.
fn generation(year: u32, tons: u32) -> String {
    let row = |month: u32| format!("7472,{year}-{month:02},measured,{},M\n", tons + month);
    let rows: String = (1..=12).map(row).collect();
    format!("region_code,period_month,method,gen_ton,period_type\n{rows}")
}

#[test]
fn a_figure_that_is_withheld_says_so_in_its_dataset() {
    let place = Place::new();
    for (year, tons) in [(2024, 2_700), (2025, 2_750_000)] {
        place.write("a.csv", &generation(year, tons));
        let output = place.say("ingest a.csv --dataset waste_generation --source DLH_7472");
        assert!(output.status.code().is_some_and(|code| code != 1), "{}", told(&output));
    }
    let rows = extract(&place, "waste_generation");
    let own: Vec<&str> = rows.lines().filter(|row| row.contains("2025-")).collect();
    assert_eq!(own.len(), 12, "{rows}");
    let why = ",true,magnitude: looks like kg (gen_ton)";
    assert!(own.iter().all(|row| row.ends_with(why)), "{rows}");
    let others = rows.lines().filter(|row| row.contains("2024-"));
    assert!(others.clone().count() == 12 && others.clone().all(|row| row.ends_with(",true,")));

    extract(&place, "waste_generation --lang en --output buku.xlsx");
    let mut book: Xlsx<_> = open_workbook(place.path().join("buku.xlsx")).unwrap();
    let sheet = book.worksheet_range("Waste generation").unwrap();
    let cells: Vec<String> = sheet.used_cells().map(|(.., cell)| cell.to_string()).collect();
    assert_eq!(cells.iter().filter(|cell| cell.contains("looks like another unit")).count(), 12);
    assert_eq!(cells.iter().filter(|cell| cell.as_str() == "Withheld").count(), 1, "{cells:?}");
}

fn names_are_closed(place: &Place) {
    let listed = place.stdout(&["extract", "--lang", "en"]);
    for name in ["indicators", "targets", "evaluation", "sources", "status", "visitor_flow"] {
        assert!(listed.lines().any(|line| line.starts_with(&format!("{name} "))), "{listed}");
    }
    for name in ["sapa_case", "umkm_register", "waste_weighbridge"] {
        assert!(!listed.contains(name), "{listed}");
    }
    let cases = [
        ("indicatrs", "did you mean `indicators`?"),
        ("sapa_case", "restricted zone"),
        ("umkm_register", "no column of it is published"),
        ("indicators --region 7499", "no region `7499`"),
        ("indicators --dimension envronment", "did you mean"),
        ("indicators --from 2025 --to 2024", "later than"),
        ("indicators --from 2024-13", "is no period"),
        ("indicators --excel --format json", "a form of CSV"),
        ("waste_handling --format sdmx-csv", "values of indicators"),
        ("indicators --format datapackage", "give --output FILE.zip"),
        ("waste_handling --year 1990", "years there are: 2023, 2024; regions: 7407, 7472"),
        ("visitor_flow --dimension economy", "there is nothing"),
    ];
    for (words, expected) in cases {
        let said = refused(place, words);
        assert!(said.contains(expected), "{words}: {said}");
    }
    let sql = place.say("sql select_1 --format datapackage --output x.zip");
    assert_eq!(sql.status.code(), Some(2), "{}", told(&sql));
}

fn only_published_columns_and_rows_are_given(place: &Place) {
    let visits = extract(place, "visitor_flow");
    assert!(visits.contains("1234") && !visits.contains("77777"), "{visits}");
    let programs = extract(place, "quick_win --format json");
    assert!(!programs.contains("evidence_url") && !programs.contains("rahasia"), "{programs}");
    let header = visits.lines().next().unwrap();
    let last = "value,source_id,release_date,period_type,obs_status,is_headline,withheld";
    assert!(header.ends_with(last), "{header}");
    for name in ["src_file_sha256", "ingested_at", "qc_flags"] {
        assert!(!header.contains(name), "{header}");
    }
}

fn whole_periods_are_given(place: &Place) {
    let rows = |words: &str| {
        let text = extract(place, &format!("waste_handling {words} --format ndjson"));
        let row = |line: &str| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let [region, period] = ["region_code", "period_month"].map(|name| row[name].clone());
            format!("{} {}", region.as_str().unwrap(), period.as_str().unwrap())
        };
        text.lines().map(row).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(rows("--year 2023"), "7407 2023-01-01");
    assert_eq!(rows("--from 2023-02 --to 2024-01"), "7407 2024-01-01, 7472 2024-01-01");
    assert_eq!(rows("--to 2023"), "7407 2023-01-01");
    assert!(refused(place, "waste_handling --to 2023-11-30").contains("there is nothing"));
}

fn files_are_named_by_what_they_hold(place: &Place) {
    extract(place, "waste_handling --region Wakatobi --from 2024-01 --to 2024-02 --output out/");
    extract(place, "waste_handling --format parquet --output out");
    let names = files(place, "out");
    let is_named = |beginning: &str, ending: &str| {
        names.iter().any(|name| name.starts_with(beginning) && name.ends_with(ending))
    };
    assert!(is_named("waste_handling_7407_2024-01_2024-02_20", ".1.csv"), "{names:?}");
    assert!(is_named("waste_handling_all-regions_all_20", ".1.parquet"), "{names:?}");
    assert_eq!(names.len(), 2, "{names:?}");
}

fn texts_stay_texts(place: &Place) {
    let plain = extract(place, "quick_win");
    assert!(plain.contains(",'=HYPERLINK(1),"), "{plain}");
    let excel = place.run(&["extract", "quick_win", "--excel"]).stdout;
    let excel = text(&excel);
    assert!(excel.starts_with("\u{feff}region_code;"), "{excel}");
    assert!(excel.contains(";'=HYPERLINK(1);") && excel.contains(";46,50;"), "{excel}");
    assert!(excel.lines().count() == 2 && excel.contains("\r\n"), "{excel}");
}

fn a_data_package_says_what_it_holds(place: &Place) {
    extract(place, "waste_handling --lang id --output paket.zip");
    let file = std::fs::File::open(place.path().join("paket.zip")).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut part = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let document: serde_json::Value = serde_json::from_slice(&part("datapackage.json")).unwrap();
    let resource = &document["resources"][0];
    let data = part(resource["path"].as_str().unwrap());
    let hash: String = Sha256::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(resource["hash"], format!("sha256:{hash}"));
    assert_eq!(resource["bytes"], data.len());
    let fields = resource["schema"]["fields"].as_array().unwrap();
    let names: Vec<&str> = fields.iter().map(|own| own["name"].as_str().unwrap()).collect();
    assert_eq!(text(&data).lines().next().unwrap(), names.join(","));
    assert_eq!(fields[0]["title"], "Wilayah");
    assert_eq!(fields[2]["type"], "number");
    assert_eq!(fields[2]["constraints"]["minimum"], 0);
    // The built-in project names no licence, and none is made up.
    assert!(document["licenses"][0].is_null(), "{document}");
    assert!(document["sources"].to_string().contains("SINTETIS"), "{document}");
    extract(place, "waste_handling --format datapackage --output paket");
    assert_eq!(files(place, "paket"), ["data", "datapackage.json"]);
    assert_eq!(std::fs::read(place.path().join("paket/data/waste_handling.csv")).unwrap(), data);
}

fn observations_have_the_codes_of_sdmx(place: &Place) {
    let rows = extract(place, "indicators --region 7407 --year 2024 --format sdmx-csv");
    let header = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,INDICATOR,BREAKDOWN,TIME_PERIOD,\
                  OBS_VALUE,OBS_STATUS,CONF_STATUS,UNIT_MEASURE,UNIT_MULT,";
    assert!(rows.starts_with(header), "{rows}");
    let structure = "datastructure,KORIDOR:INDICATORS(1.0.0),I,";
    let value = format!("{structure}M,7407,visits_total,_T,2024-01,1234.0,G,F,");
    assert!(rows.contains(&value), "{rows}");
    let missing = format!("{structure}A,7407,visits_total,_T,2024,NaN,L,F,");
    assert!(rows.contains(&missing), "{rows}");
}

fn a_workbook_has_a_front_page_and_a_sheet_a_theme(place: &Place) {
    for (language, sheets, title) in [
        ("id", ["Ringkasan", "Smart Branding", "Kamus", "Metode"], "Kabupaten Wakatobi"),
        ("en", ["Summary", "Smart Branding", "Dictionary", "Method"], "Wakatobi Regency"),
    ] {
        let asked = format!("indicators --region 7407 --lang {language} --output buku.xlsx");
        extract(place, &asked);
        let path = place.path().join("buku.xlsx");
        let mut book: Xlsx<_> = open_workbook(&path).unwrap();
        let names = book.sheet_names();
        assert_eq!(names[0], sheets[0]);
        assert!(sheets.iter().all(|name| names.iter().any(|own| own == name)), "{names:?}");
        let front = book.worksheet_range(sheets[0]).unwrap();
        let first = front.get_value((0, 0)).unwrap().to_string();
        assert!(first.contains(title), "{first}");
        let values = book.worksheet_range("Smart Branding").unwrap();
        let is_number = values.used_cells().any(|(.., cell)| *cell == Data::Float(1234.0));
        assert!(is_number, "numbers are numbers");
        let file = std::fs::File::open(&path).unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let mut part = |name: &str| {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let workbook = part("xl/workbook.xml");
        assert!(workbook.contains("_xlnm.Print_Area") && workbook.contains("_xlnm.Print_Titles"));
        let sheet = part("xl/worksheets/sheet2.xml");
        assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter"), "{sheet}");
        assert!(sheet.contains("orientation=\"landscape\"") && sheet.contains("paperSize=\"9\""));
    }
}

fn a_night_remembers_its_language(place: &Place) {
    let read = || std::fs::read(place.path().join("extracts/nightly/indicators.xlsx")).unwrap();
    let names = files(place, "extracts/nightly");
    for name in ["indicators.csv", "indicators.sdmx.csv", "indicators_7407.xlsx"] {
        assert!(names.iter().any(|own| own == name), "{names:?}");
    }
    let before = read();
    let night = |words: &str| {
        let output = place.say(&format!("run --landing landing {words}"));
        assert!(output.status.success(), "{}", told(&output));
        told(&output)
    };
    let same = night("--lang id");
    assert!(!same.contains("extracts"), "nothing is written again: {same}");
    assert_eq!(read(), before);
    let other = night("--lang en");
    assert!(other.contains("extracts"), "{other}");
    assert_ne!(read(), before, "another language is another workbook");
}

#[test]
fn a_release_of_the_same_name_has_extracts_of_its_own() {
    let place = Place::new();
    // As a lake does that was put back from a backup.
    for (lake, values) in [("one", VISITS.to_owned()), ("two", VISITS.replace("1234", "1235"))] {
        place.write("a.csv", &values);
        std::fs::create_dir_all(place.path().join("landing")).unwrap();
        for words in [
            "ingest a.csv --dataset visitor_flow --source SAMPLE_SYNTHETIC",
            "run --landing landing",
        ] {
            let output = place.say(&format!("{words} --lake {lake}"));
            assert!(output.status.success(), "{}", told(&output));
        }
        let read = |name: &str| {
            std::fs::read_to_string(place.path().join("extracts/nightly").join(name)).unwrap()
        };
        assert!(read("release.txt").ends_with(".1\n"), "{}", read("release.txt"));
        let has = |value: &str| read("indicators.csv").contains(value);
        assert_eq!([has("1234"), has("1235")], [lake == "one", lake == "two"], "{lake}");
    }
}

/// Tonnes of two months; the office calls the second figure provisional.
const GENERATION: &str = "region_code,period_month,method,gen_ton,obs_status\n\
    7407,2024-01,measured,110,final\n7407,2024-02,measured,120,provisional\n";

#[test]
fn a_provisional_value_says_so_wherever_it_is_given() {
    let place = Place::new();
    place.write("a.csv", GENERATION);
    std::fs::create_dir(place.path().join("landing")).unwrap();
    for words in [
        "ingest a.csv --dataset waste_generation --source DLH_7407",
        "run --landing landing --allow-rejected --lang en",
    ] {
        let output = place.say(words);
        assert!(output.status.success(), "{}", told(&output));
    }
    let rows = extract(&place, "indicators --region 7407 --format sdmx-csv");
    let status = |month: &str, value: &str, status: &str| {
        let row = format!("M,7407,waste_generated,_T,{month},{value},{status},F,");
        assert!(rows.contains(&row), "{row}: {rows}");
    };
    status("2024-01", "110.0", "A");
    status("2024-02", "120.0", "P");
    let explain = |month: &str| {
        let asked = format!("explain waste_generated --region 7407 --period {month}");
        let told = place.say(&format!("{asked} --lang en"));
        let document = place.say(&format!("{asked} --format json"));
        let document: serde_json::Value = serde_json::from_slice(&document.stdout).unwrap();
        (text(&told.stdout), document[0]["provisional"].clone())
    };
    let (told, is_provisional) = explain("2024-02");
    assert!(told.contains("provisional: provisional figures"), "{told}");
    assert_eq!(is_provisional, true);
    let (told, is_provisional) = explain("2024-01");
    assert!(!told.contains("provisional"), "{told}");
    assert_eq!(is_provisional, false);
    let shown = place.stdout(&["indicators", "show", "waste_generated"]);
    let is_told = |row: &str| row.starts_with("2024-02") && row.ends_with("provisional");
    assert!(shown.lines().any(is_told), "{shown}");
    extract(&place, "indicators --region 7407 --lang en --output buku.xlsx");
    let mut book: Xlsx<_> = open_workbook(place.path().join("buku.xlsx")).unwrap();
    let front = book.worksheet_range("Summary").unwrap();
    let cells: Vec<String> = front.used_cells().map(|(.., cell)| cell.to_string()).collect();
    for said in ["Waste generated [p]", "[p] provisional"] {
        assert!(cells.iter().any(|own| own == said), "{said}: {cells:?}");
    }
}
