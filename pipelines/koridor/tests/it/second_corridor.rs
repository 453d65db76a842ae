//! Another corridor by data alone: `examples/second-corridor`, six regencies of another province,
//! and a corridor of all regencies of the built-in province. Nothing shared names a place of ours.

use super::Place;
use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn example() -> String {
    repository().join("examples/second-corridor").display().to_string()
}

/// The project of the repository, with the files of a folder in place of its own.
fn project(folder: &Path) -> Project {
    let mut files = Files::new();
    read_project_folder(&repository(), &mut files).unwrap();
    read_project_folder(folder, &mut files).unwrap();
    Project::from_files(files).unwrap()
}

/// Words of a project's places and offices: codes of regions, points and offices in both systems,
/// names and spellings, the words that its office codes begin with. `BPS` and `KEMENDAGRI` are
/// systems of codes.
fn words_of(folder: &Path) -> BTreeSet<String> {
    let project = project(folder);
    let mut words = BTreeSet::new();
    for list in ["region", "point", "source"] {
        for own in project.codes[list].codes() {
            let cell = |name: &str| own.attributes.get(name).cloned().unwrap_or_default();
            if list != "source" {
                words.extend(cell("aliases").split('|').map(str::to_owned));
                words.insert(cell("name"));
            } else if !cell("region_code").is_empty() {
                words.extend(own.code.rsplit_once('_').map(|(office, _)| office.to_owned()));
            }
            words.extend([own.code.clone(), cell("kemendagri_code")]);
        }
    }
    words.retain(|word| !word.is_empty() && word != "BPS" && word != "KEMENDAGRI");
    words
}

/// Words of a text that are in a set, each as a whole, with the lines that they stand in.
fn found(text: &str, words: &BTreeSet<String>) -> Vec<String> {
    let is_part = |mark: char| mark.is_alphanumeric() || mark == '_';
    let stands_in = |line: &str, word: &str| {
        line.match_indices(word).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + word.len()..]);
            !before.ends_with(is_part) && !after.starts_with(is_part)
        })
    };
    let lines = text.lines().enumerate();
    let own = |(number, line): (usize, &str)| {
        let hits = words.iter().filter(|word| stands_in(line, word));
        hits.map(|word| format!("{}: {word}: {}", number + 1, line.trim())).collect::<Vec<_>>()
    };
    lines.flat_map(own).collect()
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| match path.is_dir() {
            true => files_below(&path, ending),
            false => vec![path],
        })
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}

#[test]
fn neither_the_program_nor_shared_sql_names_a_place_or_an_office() {
    let words = words_of(&repository());
    assert!(["7407", "74.04", "WNI", "DISPAR", "UPBU_KDI"].iter().all(|own| words.contains(*own)));
    assert_eq!(found("where entry = '7472' -- 174723", &words).len(), 1, "the test of the test");
    let mut wrong = Vec::new();
    let mut look = |path: &Path, text: &str| {
        let shown = path.strip_prefix(repository()).unwrap().display().to_string();
        wrong.extend(found(text, &words).into_iter().map(|hit| format!("{shown}:{hit}")));
    };
    for path in files_below(&repository().join("pipelines"), ".rs") {
        let shown = path.to_string_lossy().into_owned();
        if shown.contains("/tests/") || shown.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let own = |line: &&str| !(line.starts_with("#[cfg(") && line.contains("test"));
        look(&path, &text.lines().take_while(own).collect::<Vec<_>>().join("\n"));
    }
    for path in files_below(&repository().join("sql"), ".sql") {
        let text = std::fs::read_to_string(&path).unwrap();
        // A recipe names the layout that it is written in.
        let own = |line: &&str| !line.starts_with("-- layout: ");
        look(&path, &text.lines().filter(own).collect::<Vec<_>>().join("\n"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn fits(text: &str) {
    let wide = text.lines().filter(|line| line.chars().count() > 100);
    assert_eq!(wide.collect::<Vec<_>>(), Vec::<&str>::new());
}

/// The values of a query in CSV, without its header.
fn values(place: &Place, sql: &str) -> Vec<String> {
    let text = place.stdout(&["sql", "--format", "csv", sql]);
    text.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn six_regencies_of_another_province_are_a_corridor_by_data_alone() {
    let place = Place::new();
    let demo = ["--project", &example(), "demo", "--lang", "en"];
    let first = place.run(&demo);
    let notes = String::from_utf8_lossy(&first.stderr).into_owned();
    assert_eq!(first.status.code(), Some(0), "{notes}");
    let shown = String::from_utf8(first.stdout).unwrap();
    fits(&shown);
    let names = ["Morotai", "Ternate", "Tidore", "Halbar", "Halut", "Halsel", "Corridor"];
    let heading = shown.lines().find(|line| line.starts_with("SMART BRANDING")).unwrap();
    assert_eq!(heading.split_whitespace().skip(2).collect::<Vec<_>>(), names);
    let ours = words_of(&repository());
    let theirs = words_of(Path::new(&example()));
    // A number such as 74.14 is no code of Kemendagri.
    let only_ours =
        ours.difference(&theirs).filter(|word| word.parse::<f64>().is_err() || word.len() == 4);
    let only_ours: BTreeSet<String> = only_ours.cloned().collect();
    assert_eq!(found(&shown, &only_ours), Vec::<String>::new());
    assert!(shown.contains("(5/6 regencies, 72/72 periods)"), "{shown}");
    let again = place.stdout(&demo);
    assert_eq!(again.replace("\nNothing is new: the lake is as it was.\n", ""), shown);
    numbers_are_sensible(&place);
    the_doors_speak_of_the_corridor(&place, &only_ours);
    offices_are_served(&place);
    codes_of_ours_are_not_theirs(&place);
}

/// Values of the sample: those of regencies lie within the cards' bounds, the corridor's are
/// ratios of sums.
fn numbers_are_sensible(place: &Place) {
    let with_value = "select count(distinct indicator_id) as n from indicators.values
        where grain in ('Q', 'Y') and region_code = 'CORR' and value is not null";
    let count: u64 = values(place, with_value)[0].parse().unwrap();
    assert!(count >= 30, "{count} indicators have a value of the corridor");
    let impossible = "select indicator_id, region_code, flags from indicators.values
        where flags like '%impossible%' and grain = 'Y'";
    assert_eq!(values(place, impossible), Vec::<String>::new());
    let sums = "select v.value - 100 * sum(m.numerator) / sum(m.denominator) as difference
        from indicators.values v
        join indicators.values m on m.indicator_id = v.indicator_id and m.grain = v.grain
          and m.period = v.period and m.breakdown = v.breakdown and m.region_code <> 'CORR'
        where v.indicator_id = 'waste_managed_rate' and v.region_code = 'CORR' and v.grain = 'Y'
          and v.period = date '2025-01-01'
        group by v.value";
    let difference: f64 = values(place, sums)[0].parse().unwrap();
    assert!(difference.abs() < 1e-6, "{difference}");
    let made_up = "select count(*) as n from indicators.values
        where value is not null and grain = 'Y' and not coalesce(flags, '') like '%synthetic%'
          and indicator_id <> 'data_timeliness'";
    assert_eq!(values(place, made_up), ["0"]);
    let onward = "select round(value, 1), regions_present, regions_expected
        from indicators.corridor_spillover where grain = 'Q' and period = date '2025-04-01'";
    assert_eq!(values(place, onward).len(), 1, "the corridor's own transit has a value");
}

fn the_doors_speak_of_the_corridor(place: &Place, only_ours: &BTreeSet<String>) {
    let state = place.stdout(&["status", "--lang", "en"]);
    assert!(state.contains(" WIT") && !state.contains("WITA"), "{state}");
    let asked = ["explain", "waste_managed_rate", "--region", "Kota Ternate", "--period", "2025"];
    let explained = place.stdout(&asked);
    assert!(explained.contains("terkelola_sintetis.csv"), "{explained}");
    let extract = ["extract", "indicators", "--region", "Morotai", "--year", "2025"];
    let extract = place.stdout(&[&extract[..], &["--format", "csv"]].concat());
    assert!(extract.lines().count() > 100, "{extract}");
    let listed = place.stdout(&["quarantine", "list", "--lang", "en"]);
    assert!(listed.starts_with("Refused rows: 7 open"), "{listed}");
    let letter = ["quarantine", "letter", "SAMPLE_SYNTHETIC", "--month", "2025-06"];
    let letter = place.stdout(&letter);
    assert!(letter.contains("Kota Tidore Kepulauan"), "{letter}");
    for text in [state, explained, extract, listed, letter] {
        assert_eq!(found(&text, only_ours), Vec::<String>::new());
    }
    let back = place.say("quarantine export kunjungan_sintetis.csv --output back.xlsx");
    assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
    let releases = place.stdout(&["releases", "list", "--format", "csv"]);
    assert_eq!(releases.lines().count(), 2, "{releases}");
    let whole = place.say("verify");
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
}

/// What an office sends in its own layout is read as its; a template of it loads as it is.
fn offices_are_served(place: &Place) {
    place.write(
        "landing/PARIWISATA_8207/laporan.csv",
        "Klasifikasi;Kab/Kota;Bln;Thn;KMT;KMI;Jml Kamar;Jml Bed;Unit Usaha;Unit Melapor;\
         Tamu Dalam Negeri;Tamu Luar Negeri;Malam Dalam Negeri;Malam Luar Negeri\n\
         bintang;Pulau Morotai;Januari;2026;3.100;1.550;100;200;4;4;900;60;1.800;240\n",
    );
    let run = place.say("run --landing landing --lang en");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let made = "select source_id, value from indicators.tpk_room_occupancy v
        join core.accommodation_month a on a.region_code = v.region_code
          and a.period_month = v.period
        where v.region_code = '8207' and v.grain = 'M' and v.period = date '2026-01-01'";
    assert_eq!(values(place, made), ["PARIWISATA_8207,50.0"]);
    for (dataset, region, mark) in [
        ("accommodation_month", "Ternate", "KMT"),
        ("waste_handling", "Tidore", "Penanganan (ton)"),
        ("transport_service", "Halut", "Kode Rute"),
    ] {
        let words =
            format!("template {dataset} --region {region} --year 2026 --output {dataset}.xlsx");
        let told = place.say(&words);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook(place.path().join(format!("{dataset}.xlsx"))).unwrap();
        let sheet = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
        let has = sheet.used_cells().any(|(.., cell)| *cell == *mark);
        assert!(has, "{dataset}: no column {mark}");
        let checked = place.say(&format!("check {dataset}.xlsx"));
        assert!(checked.status.success(), "{dataset}");
    }
}

/// BPS 8203 is Kepulauan Sula, Kemendagri 82.03 is Halmahera Utara; a regency of ours is unknown.
fn codes_of_ours_are_not_theirs(place: &Place) {
    place.write(
        "codes.csv",
        "region_code,period_month,reduced_ton,handled_ton\n8205,2024-01,1,2\n82.03,2024-01,1,2\n\
         8203,2024-01,1,2\n7472,2024-01,1,2\nKota Tidore Kepulauan,2024-01,1,2\n",
    );
    let words = "check codes.csv --dataset waste_handling --source DLH_8207 --format json";
    let told: serde_json::Value = serde_json::from_slice(&place.say(words).stdout).unwrap();
    assert_eq!(told[0]["file"]["rows_accepted"], 2, "{told}");
    let rules = told[0]["rejected"].to_string();
    for rule in ["other_code_system", "outside_corridor", "unknown_code"] {
        assert!(rules.contains(rule), "{rule}: {told}");
    }
}

#[test]
fn every_dataset_of_another_corridor_is_generated_in_its_layouts_and_loads() {
    let place = Place::new();
    let (folder, sql) = (example(), repository().join("sql/generate"));
    let datasets = files_below(&sql, ".sql").into_iter();
    let datasets = datasets.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let layouts = [
        ("accommodation_month", "PARIWISATA_HOTEL"),
        ("visitor_onward", "PARIWISATA_TRANSIT"),
        ("waste_handling", "DLH_SAMPAH_TERKELOLA"),
    ];
    let own = layouts.map(|(dataset, layout)| (dataset.to_owned(), Some(layout)));
    for (dataset, layout) in datasets.map(|dataset| (dataset, None)).chain(own) {
        let file = format!("{dataset}.csv");
        let words = format!("--project {folder} generate {dataset} --rows 180 --faults 0.05");
        let layout = layout.map(|name| format!(" --layout {name}")).unwrap_or_default();
        let made = place.say(&format!("{words}{layout} --output {file}"));
        let expected: serde_json::Value = serde_json::from_slice(&made.stderr)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&made.stderr)));
        let words = format!("--project {folder} --format json check {file} --dataset {dataset}");
        let told = place.say(&format!("{words} --source SAMPLE_SYNTHETIC"));
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(
            (&told[0]["file"]["rows_read"], &told[0]["file"]["rows_rejected"]),
            (&expected["rows"], &expected["bad"]),
            "{dataset}{layout}: {told}"
        );
    }
    let wrong = place.say("generate waste_handling --layout DISPAR_VISITS");
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(told.contains("no plain layout") && told.contains("DLH_HANDLING"), "{told}");
}

#[test]
fn cases_are_tested_in_the_corridor_that_they_were_written_for() {
    let place = Place::new();
    let ids = ["corridor_spillover", "tpk_room_occupancy", "seats_offered_inbound"];
    let (folder, lang) = (example(), ["--lang", "en"]);
    let words = ["--project", &folder, "indicators", "test"];
    let told = place.stdout(&[&words[..], &ids, &lang].concat());
    let cases: Vec<&str> = told.lines().collect();
    assert!(cases.len() > 6 && cases.iter().all(|line| line.contains(": ok")), "{told}");
    let (own, built_in): (Vec<&str>, Vec<&str>) =
        cases.iter().partition(|line| line.ends_with(": ok"));
    assert_eq!(own.len(), 2, "{told}");
    let is_told = |line: &&str| line.ends_with("ok (in the built-in corridor)");
    assert!(built_in.iter().all(is_told), "{told}");
    // The same case where it does not hold fails, in either corridor.
    place.write(
        "wrong/schemas/corridor.json",
        "{\"name\": \"x\", \"title\": \"X\", \"title_en\": \"X\", \"regions\": [\"7471\", \"7402\"],
          \"utc_offset_hours\": 8}",
    );
    let folder = "wrong/sql/indicators/branding/tpk_room_occupancy/cases/own";
    place.write(
        &format!("{folder}/accommodation_month.csv"),
        "region_code,period_month,accom_class,estab_operating,estab_responding,rooms_end,beds_end,\
         room_nights_avail,room_nights_sold,guests_wisman,guests_wisnus,nights_wisman,\
         nights_wisnus\n7471,2024-07,non_bintang,5,5,100,200,3100,1240,0,0,0,0\n",
    );
    let expect = "region_code,grain,period,breakdown,value,state\n7471,M,2024-07-01,,41,ok\n";
    place.write(&format!("{folder}/expect.csv"), expect);
    let words = ["--project", "wrong", "indicators", "test", "tpk_room_occupancy"];
    let output = place.run(&[&words[..], &lang].concat());
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("cases/own: wrong") && told.contains("expected 41 ok"), "{told}");
    assert_eq!(told.matches("ok (in the built-in corridor)").count(), 3, "{told}");
}

const ALL: [&str; 17] = [
    "7401", "7402", "7403", "7404", "7405", "7406", "7407", "7408", "7409", "7410", "7411", "7412",
    "7413", "7414", "7415", "7471", "7472",
];

#[test]
fn a_whole_province_is_a_corridor() {
    let place = Place::new();
    place.write(
        "province/schemas/corridor.json",
        &format!(
            "{{\"name\": \"province\", \"title\": \"Provinsi\", \"title_en\": \"Province\",
              \"regions\": {ALL:?}, \"utc_offset_hours\": 8, \"zone_name\": \"WITA\",
              \"province\": \"Sulawesi Tenggara\"}}"
        ),
    );
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/landing/published");
    let samples = samples.display().to_string();
    let run = ["--project", "province", "run", "--landing", &samples, "--allow-rejected"];
    let run = place.run(&run);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    // SIPSN 2024: eight of the province's regencies filed generation, Kendari handling too.
    let kendari = "select round(value, 2), state, sources from indicators.waste_managed_rate
        where region_code = '7471' and grain = 'Y' and period = date '2024-01-01'";
    assert_eq!(values(&place, kendari), ["98.01,ok,SIPSN"]);
    let outside = "select count(distinct region_code) as n from indicators.values
        where value is not null and region_code not in ('7401', '7405', '7407', '7472', 'CORR')";
    assert!(values(&place, outside)[0].parse::<u64>().unwrap() >= 5);
    let corridor = "select regions_present, regions_expected, value, state
        from indicators.waste_generated
        where region_code = 'CORR' and grain = 'Y' and period = date '2024-01-01'";
    assert_eq!(values(&place, corridor), ["8,17,,insufficient_coverage"]);
    nine_of_seventeen_are_more_than_half(&place);
    let shown = place.stdout(&["status", "--lang", "en"]);
    fits(&shown);
}

/// N4 (`sql/README.md`): more than half of the regencies give the corridor a value.
fn nine_of_seventeen_are_more_than_half(place: &Place) {
    let header = "region_code,period_month,method,gen_ton\n";
    for (month, count) in [("2026-01", 8), ("2026-02", 9), ("2026-03", 17)] {
        let row = |code: &&str| format!("{code},{month},measured,100\n");
        let rows: String = ALL[..count].iter().map(row).collect();
        place.write("month.csv", &format!("{header}{rows}"));
        let words = "ingest month.csv --dataset waste_generation --source SAMPLE_SYNTHETIC";
        let told = place.say(words);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    }
    std::fs::create_dir(place.path().join("nothing")).unwrap();
    let run = place.say("run --landing nothing");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let made = "select regions_present, regions_expected, value, state
        from indicators.waste_generated
        where region_code = 'CORR' and grain = 'M' and period >= date '2026-01-01' order by period";
    assert_eq!(
        values(place, made),
        ["8,17,,insufficient_coverage", "9,17,900.0,partial_coverage", "17,17,1700.0,ok"]
    );
}

#[test]
fn the_demo_of_a_corridor_too_wide_for_the_screen_stands_in_groups() {
    let place = Place::new();
    place.write(
        "province/schemas/corridor.json",
        &format!(
            "{{\"name\": \"province\", \"title\": \"Provinsi\", \"title_en\": \"Province\",
              \"regions\": {ALL:?}, \"utc_offset_hours\": 8}}"
        ),
    );
    let header = "region_code,period_month,method,gen_ton\n";
    let row = |code: &&str| format!("{code},2024-01,measured,100\n");
    let rows: String = ALL.iter().map(row).collect();
    place.write("province/samples/SAMPLE_SYNTHETIC/month.csv", &format!("{header}{rows}"));
    place.write("province/samples/SAMPLE_SYNTHETIC/scan.csv", "%PDF-1.4");
    let shown = place.stdout(&["--project", "province", "demo", "--lang", "en"]);
    fits(&shown);
    let (_, stopped) =
        shown.split_once("Files that were refused or are held, and why (1)").unwrap();
    assert!(stopped.starts_with("\n  sample/SAMPLE_SYNTHETIC/scan.csv\n      the file is a PDF"));
    let lines = shown.lines().filter(|line| line.starts_with("* waste_generated "));
    let numbers: Vec<usize> = lines.map(|line| line.matches(" 100").count()).collect();
    assert!(numbers.len() > 1, "{shown}");
    assert_eq!(numbers.iter().sum::<usize>(), ALL.len(), "{shown}");
    assert!(shown.contains("koridor explain waste_generated --region 7472"), "{shown}");
    let (wide, all) = (shown.lines().filter(|line| line.starts_with("SMART")), numbers.len());
    assert!(wide.filter(|line| line.ends_with("Corridor")).count() >= all, "{shown}");
}

#[test]
fn a_project_of_another_corridor_without_a_sample_says_what_to_do() {
    let place = Place::new();
    let copied = Path::new(&example()).join("schemas");
    for path in files_below(&copied, "") {
        let within = path.strip_prefix(&copied).unwrap().display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        place.write(&format!("other/schemas/{within}"), &text);
    }
    let told = place.run(&["--project", "other", "demo"]);
    let text = String::from_utf8_lossy(&told.stderr).into_owned();
    assert_eq!(told.status.code(), Some(2), "{text}");
    assert!(text.contains("`samples`") && text.contains("run --landing"), "{text}");
    assert!(!place.path().join("lake").exists());
}

/// National files hold all provinces; a corridor that names its own leaves out the others, one
/// that names none leaves out all but its regencies.
#[test]
fn national_files_serve_any_province() {
    let place = Place::new();
    place.write(
        "Data_Timbulan_Sampah.csv",
        "Tahun,Provinsi,Kabupaten/Kota,Timbulan Sampah Harian(ton),Timbulan Sampah Tahunan(ton)\n\
         2024,Maluku Utara,Kab. Pulau Morotai,10,\"3,650.00\"\n\
         2024,Maluku Utara,Kab. Halmahera Timur,10,\"3,650.00\"\n\
         2024,Jawa Timur,Kota Ternate,10,\"3,650.00\"\n\
         2024,Sulawesi Tenggara,Kota Baubau,91,\"33,215.00\"\n",
    );
    let told = |project: &str| {
        let words = format!("--project {project} --lang en sources explain");
        let file = "--source SIPSN_GENERATION Data_Timbulan_Sampah.csv";
        String::from_utf8(place.say(&format!("{words} {file}")).stdout).unwrap()
    };
    let theirs = told(&example());
    for part in ["1 accepted", "1 rows left out: outside_corridor", "2 rows left out: outside_pr"] {
        assert!(theirs.contains(part), "{part}: {theirs}");
    }
    place.write(
        "none/schemas/corridor.json",
        "{\"name\": \"x\", \"title\": \"X\", \"title_en\": \"X\", \"regions\": [\"7472\"],
          \"utc_offset_hours\": 8}",
    );
    let none = told("none");
    assert!(none.contains("1 accepted") && none.contains("3 rows left out: outside_c"), "{none}");
}

#[test]
fn what_a_corridor_says_of_transit_is_checked() {
    let place = Place::new();
    let corridor = |transit: &str| {
        format!(
            "{{\"name\": \"x\", \"title\": \"X\", \"title_en\": \"X\",
              \"regions\": [\"7407\", \"7472\"], \"utc_offset_hours\": 8,
              \"transit\": [{transit}]}}"
        )
    };
    let pair = |entry: &str, visited: &str| {
        format!("{{\"entry\": \"{entry}\", \"visited\": \"{visited}\"}}")
    };
    for (transit, told) in [
        (pair("7401", "7407"), "/transit/0: `7401` is no region of the corridor"),
        (pair("7472", "9999"), "/transit/0: region `9999` is not in"),
        ([pair("7472", "7407"), pair("7472", "7401")].join(","), "/transit/1: `7472` has two"),
    ] {
        place.write("p/schemas/corridor.json", &corridor(&transit));
        let output = place.say("--project p sources list");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(told), "{text}");
    }
}
