//! Drafts of descriptions: what they must not conclude.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use koridor_read::infer;
use koridor_read::readers::{FileReader, cells};
use serde_json::Value;
use std::path::Path;

fn draft(name: &str, text: &str) -> Option<infer::Draft> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Files::new();
    read_project_folder(&root, &mut files).unwrap();
    let project = Project::from_files(files).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    infer::draft(&project, name, &cells(&FileReader::default(), &path).unwrap().unwrap(), None)
}

fn dataset(draft: &Option<infer::Draft>) -> &Value {
    draft.as_ref().map_or(&Value::Null, |draft| &draft.description["dataset"])
}

#[test]
fn poor_persons_are_no_population() {
    let people = "Kabupaten/Kota;Tahun;Jumlah Penduduk\nWakatobi;2024;118793\nBaubau;2024;160000\n";
    assert_eq!(dataset(&draft("a.csv", people)), "population");
    for poor in ["Jumlah Penduduk Miskin", "Penduduk Miskin (ribu)", "Jumlah Penduduk (Miskin)"] {
        let found = draft("a.csv", &people.replace("Jumlah Penduduk", poor));
        assert_ne!(dataset(&found), "population", "{poor}");
    }
    let wide = "Jumlah Penduduk Miskin Menurut Kabupaten/Kota\n\
                Kabupaten/Kota;2022;2023;2024\nWakatobi;15;16;17\nBaubau;12;13;14\n";
    assert_ne!(dataset(&draft("miskin.csv", wide)), "population");
}

#[test]
fn rows_of_data_without_figures_are_no_header() {
    let file = "Kabupaten/Kota;Bulan;Metode;Timbulan (ton)\n\
                Wakatobi;Januari 2024;timbang;-\n\
                Wakatobi;Pebruari 2024;timbang;\n\
                Wakatobi;Maret 2024;timbang;12\n\
                Wakatobi;April 2024;timbang;13\n";
    let found = draft("timbulan_dlh.csv", file).unwrap();
    assert_eq!(found.description["dataset"], "waste_generation");
    assert_eq!(found.description["header"]["rows"].as_u64().unwrap_or(1), 1);
    assert!(!found.description.to_string().contains("Maret"), "{}", found.description);
    assert_eq!(found.description["missing"], serde_json::json!(["-"]));
}

#[test]
fn numbers_of_which_none_tells_its_marks_are_a_doubt_that_is_told() {
    let file = "Kabupaten/Kota;Bulan;Metode;Timbulan (ton)\n\
                Wakatobi;Januari 2024;factor;12.345\nWakatobi;Maret 2024;factor;13.500\n";
    let doubts = |file: &str| {
        let found = draft("timbulan_dlh.csv", file).unwrap();
        found.unsure.iter().filter(|message| message.en.contains("thousands")).count()
    };
    assert_eq!(doubts(file), 1);
    assert_eq!(doubts(&file.replace("13.500", "13.500,25")), 0);
}

#[test]
fn a_title_over_an_empty_column_is_no_header() {
    let file = "LAPORAN TIMBULAN SAMPAH\n\
                ;Kabupaten/Kota;Bulan;Metode;Timbulan (ton)\n\
                ;Wakatobi;Januari 2024;timbang;12\n\
                ;Wakatobi;Pebruari 2024;timbang;13\n";
    let found = draft("timbulan_dlh.csv", file).unwrap();
    assert_eq!(found.description["header"]["rows"].as_u64().unwrap_or(1), 1);
    assert_eq!(found.description["dataset"], "waste_generation");
}

#[test]
fn titles_and_labels_of_groups_are_no_header() {
    let rows = "Kabupaten/Kota;Bulan;Metode;Timbulan (ton)\n\
                WILAYAH KEPULAUAN;;;\n\
                Wakatobi;Januari 2024;factor;12\n\
                Wakatobi;Pebruari 2024;factor;13\n\
                WILAYAH DARATAN;;;\n\
                Buton;Januari 2024;factor;14\n";
    for above in ["", "LAPORAN TIMBULAN\n", "LAPORAN TIMBULAN\n;;;Sampah\n"] {
        let found = draft("timbulan_dlh.csv", &format!("{above}{rows}")).unwrap();
        assert_eq!(found.description["header"]["rows"].as_u64().unwrap_or(1), 1, "{above}");
        let columns = found.description["columns"].to_string();
        assert!(columns.contains("\"Kabupaten/Kota\""), "{above}: {columns}");
        assert!(!columns.contains("WILAYAH") && !columns.contains("LAPORAN"), "{above}: {columns}");
    }
    // A title above a band whose first column has its name in the lower row.
    let wide = "LAPORAN TIMBULAN;;;;\n\
                ;2023;;2024;\n\
                Kabupaten/Kota;Januari;Pebruari;Januari;Pebruari\n\
                Wakatobi;10;20;30;40\n\
                Baubau;10;20;30;40\n";
    let found = draft("timbulan_dlh.csv", wide).unwrap();
    assert_eq!(found.description["header"]["rows"], 2);
    assert!(!found.description["columns"].to_string().contains("LAPORAN"));
    // A name that is merged down beside a group, and a unit below its name, are of the band.
    let merged = "Kabupaten/Kota;;\n\
                  ;Sampah;\n\
                  ;Pengurangan;Penanganan\n\
                  Wakatobi;10;20\n\
                  Baubau;10;20\n";
    let found = draft("sampah_dlh.csv", merged).unwrap();
    assert_eq!(found.description["header"]["rows"], 3);
    let unit = "Kabupaten/Kota;Bulan;Metode;Timbulan\n;;;(ton)\n\
                Wakatobi;Januari 2024;factor;12\nBaubau;Januari 2024;factor;13\n";
    let found = draft("timbulan_dlh.csv", unit).unwrap();
    assert_eq!(found.description["header"]["rows"], 2);
}

#[test]
fn a_row_of_months_below_a_year_is_of_the_header() {
    let file = "Kabupaten/Kota;2024;;\n;Januari;Pebruari;Maret\n\
                Wakatobi;10;20;30\nBaubau;11;21;31\n";
    let found = draft("timbulan_dlh.csv", file).unwrap();
    assert_eq!(found.description["header"]["rows"], 2, "{}", found.description);
    assert!(found.description["unpivot"].is_object(), "{}", found.description);
}

#[test]
fn a_dataset_that_fits_nearly_as_well_is_told_with_what_differs() {
    let file = "Kabupaten/Kota;Bulan;Timbulan (ton);Penanganan (ton)\n\
                Wakatobi;Januari 2024;12,5;1\nBaubau;Januari 2024;12,5;1\n";
    let found = draft("a.csv", file).unwrap();
    assert_eq!(found.description["dataset"], "waste_generation");
    let told = "waste_handling fits nearly as well (--dataset waste_handling); what differs, \
                waste_generation / waste_handling: \"Timbulan (ton)\" gen_ton / -; \
                \"Penanganan (ton)\" - / handled_ton";
    let is_told = found.unsure.iter().any(|message| message.en.contains(told));
    assert!(is_told, "{:?}", found.unsure);
}

#[test]
fn columns_that_are_written_in_different_ways_are_drafted_each_in_its_own() {
    let file = |population: [&str; 2]| {
        let [one, two] = population;
        format!(
            "Kabupaten/Kota;Bulan;Metode;Timbulan (ton);Penduduk\n\
             Wakatobi;Januari 2024;factor;12.5;{one}\n\
             Baubau;Januari 2024;factor;13.25;{two}\n"
        )
    };
    let found = |population| draft("timbulan_dlh.csv", &file(population)).unwrap().description;
    let numbers = |description: &Value| {
        let columns = description["columns"].as_array().unwrap();
        let population = columns.iter().find(|own| own["field"] == "pop_used").unwrap();
        (description["numbers"].clone(), population["numbers"].clone())
    };
    // Whole numbers have no decimals.
    for population in [["1.250", "12.500"], ["1.250.000", "12.500"]] {
        assert_eq!(numbers(&found(population)), ("plain".into(), "id".into()), "{population:?}");
    }
    assert_eq!(numbers(&found(["1,250", "12,500"])), ("en".into(), Value::Null));
    // Two columns of tonnes, of which one alone tells its marks.
    let tonnes = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                  Wakatobi;Januari 2024;12.345;80.5\nBaubau;Januari 2024;13.500;90.25\n";
    let found = draft("penanganan_dlh.csv", tonnes).unwrap();
    let is_doubt = |text: &str| text.contains("12.345 may be of thousands");
    assert!(found.unsure.iter().any(|own| is_doubt(&own.en)), "{:?}", found.unsure);
}

#[test]
fn a_header_that_counts_from_january_on_is_drafted_as_such() {
    let file = "Kabupaten/Kota;Bulan;KUR Disalurkan s.d. bulan ini (Rp);Debitur Baru\n\
                Wakatobi;Januari 2024;100000000;10\nWakatobi;Pebruari 2024;250000000;22\n";
    let found = draft("kur.csv", file).unwrap();
    let columns = found.description["columns"].as_array().unwrap();
    let own = columns.iter().find(|column| column["field"] == "kur_disbursed_rp").unwrap();
    assert_eq!(own["cumulative"], true, "{}", found.description);
    assert!(columns.iter().filter(|column| column.get("cumulative").is_some()).count() == 1);
    assert!(found.unsure.iter().any(|message| message.en.contains("counts from January on")));
}

#[test]
fn months_with_marks_and_months_as_days_are_months() {
    let rows = "Wakatobi;100;107;102\nKota Baubau;110;117;112\nButon;120;127;122\n";
    let title = "Timbulan Sampah (ton)";
    for header in [
        "Januari 2024;Februari 2024*;Maret 2024",
        "Januari 2024;Februari 2024 *);Maret 2024 1)",
        "2024-01-01;2024-02-01;2024-03-01",
    ] {
        let file = format!("{title};;;\nKabupaten/Kota;{header}\n{rows}");
        let found = draft("timbulan_dlh.csv", &file).unwrap();
        let unpivot = &found.description["unpivot"];
        assert_eq!(unpivot["header"][0]["field"], "period_month", "{header}: {unpivot}");
        assert!(!unpivot.to_string().contains('*'), "{header}: {unpivot}");
        let ignored = unpivot["ignore"].as_array().is_none_or(Vec::is_empty);
        assert!(ignored, "{header}: {unpivot}");
        let constants = &found.description["constants"];
        assert!(constants["join:period_month"].is_null(), "{header}: {constants}");
    }
}

/// A wide table of waste with a header and two rows of data.
fn wide(header: &str, columns: usize) -> infer::Draft {
    let cells: Vec<String> = (0..columns).map(|column| (column * 7 % 5 + 20).to_string()).collect();
    let cells = cells.join(";");
    let file =
        format!("TIMBULAN SAMPAH (TON) TAHUN 2024\n{header}\nWakatobi;{cells}\nBaubau;{cells}\n");
    draft("timbulan_dlh.csv", &file).unwrap()
}

fn is_told(draft: &infer::Draft, words: &str) -> bool {
    draft.unsure.iter().any(|message| message.en.contains(words))
}

const ROMAN: &str = "I;II;III;IV;V;VI;VII;VIII;IX;X;XI;XII";
const NUMBERS: &str = "1;2;3;4;5;6;7;8;9;10;11;12";
const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

#[test]
fn months_that_are_counted_are_drafted_as_months_and_told() {
    for (header, first, last) in [
        (format!("Kabupaten/Kota;{ROMAN}"), "I", "XII"),
        (format!("Kabupaten/Kota;{NUMBERS}"), "1", "12"),
        (format!("Kabupaten/Kota;Bulan;;;;;;;;;;;\n;{ROMAN}"), "I", "XII"),
        (format!("Kabupaten/Kota;Bulan;;;;;;;;;;;\n;{NUMBERS}"), "1", "12"),
    ] {
        let found = wide(&header, 12);
        assert_eq!(found.description["dataset"], "waste_generation", "{header}");
        let part = &found.description["unpivot"]["header"][0];
        assert_eq!(part["field"], "period_month", "{header}: {}", found.description);
        assert_eq!(part["values"][first], "Januari", "{header}");
        assert_eq!(part["values"][last], "Desember", "{header}");
        assert!(is_told(&found, "are read as the months Januari to Desember"), "{header}");
        let context = found.description["context"].to_string();
        assert!(context.contains("join:period_month"), "{context}");
    }
}

#[test]
fn numbers_that_may_be_quarters_are_no_months() {
    for header in ["Kabupaten/Kota;I;II;III;IV", "Kabupaten/Kota;1;2;3;4;5;6"] {
        let found = wide(header, header.split(';').count() - 1);
        assert!(found.description["unpivot"].is_null(), "{header}: {}", found.description);
        assert!(is_told(&found, "is not known (months? quarters?)"), "{:?}", found.unsure);
    }
}

#[test]
fn a_row_that_numbers_its_columns_is_no_row_of_months() {
    let header = format!("Kabupaten/Kota;{}\n;{NUMBERS}", MONTHS.join(";"));
    let found = wide(&header, 12);
    assert!(found.description["unpivot"]["header"][0]["values"].is_null());
    assert!(!is_told(&found, "are read as the months"), "{:?}", found.unsure);
}

#[test]
fn sums_of_quarters_halves_and_years_among_months_are_left_out() {
    let quarters: Vec<String> = MONTHS
        .chunks(3)
        .zip(["I", "II", "III", "IV"])
        .map(|(months, number)| format!("{};Triwulan {number}", months.join(";")))
        .collect();
    let halves =
        format!("{};Semester I;{};Semester II", MONTHS[..6].join(";"), MONTHS[6..].join(";"));
    let year = format!("{};2024", MONTHS.join(";"));
    for (header, columns, ignored) in [
        (quarters.join(";"), 16, "triwulan iv"),
        (quarters.join(";").replace("Triwulan", "TW"), 16, "tw i"),
        (halves, 14, "semester ii"),
        (year, 13, "2024"),
    ] {
        let found = wide(&format!("Kabupaten/Kota;{header}"), columns);
        let unpivot = &found.description["unpivot"];
        assert_eq!(unpivot["header"].as_array().map(Vec::len), Some(1), "{unpivot}");
        assert_eq!(unpivot["header"][0]["field"], "period_month", "{unpivot}");
        let ignore: Vec<&str> =
            unpivot["ignore"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(ignore.contains(&ignored), "{ignore:?}");
        assert!(is_told(&found, "columns that sum the months beside them are left out"));
        assert_ne!(found.description["dates"], "year");
    }
}

#[test]
fn quarters_alone_are_told_to_be_refused() {
    let found = wide("Kabupaten/Kota;Triwulan I;Triwulan II;Triwulan III;Triwulan IV", 4);
    assert_eq!(found.description["unpivot"]["header"][0]["field"], "period_month");
    assert_ne!(found.description["dates"], "year");
    assert!(is_told(&found, "values of quarters are refused"), "{:?}", found.unsure);
}

#[test]
fn months_by_numbers_and_short_years_are_months() {
    let numbers = |format: &dyn Fn(usize) -> String| -> String {
        (1..=12).map(format).collect::<Vec<_>>().join(";")
    };
    let short: Vec<String> = MONTHS.iter().map(|month| format!("{} '24", &month[..3])).collect();
    for header in [
        numbers(&|month| format!("2024-{month:02}")),
        numbers(&|month| format!("{month:02}/2024")),
        short.join(";").replace('\'', "").replace(' ', "-"),
        short.join(";"),
    ] {
        let found = wide(&format!("Kabupaten/Kota;{header}"), 12);
        let part = &found.description["unpivot"]["header"][0];
        assert_eq!(part["field"], "period_month", "{header}: {}", found.description);
        assert!(found.description["context"].is_null(), "{}", found.description);
        let is_mapped = part["values"]["Jan '24"] == "Jan 24";
        assert_eq!(is_mapped, header.contains('\''), "{part}");
    }
}

#[test]
fn regions_across_are_drafted_as_regions() {
    let rows: String = MONTHS.iter().map(|month| format!("{month};10;20;30;40;50\n")).collect();
    let title = "TIMBULAN SAMPAH (TON) TAHUN 2024\n";
    for header in [
        "Bulan;Wakatobi;Baubau;Buton;Konawe Selatan;Jumlah\n",
        "Bulan;Wakatobi;Baubau;Buton;Konawe Selatan;Kolaka\n",
        "Bulan;Kabupaten/Kota;;;;\n;Wakatobi;Baubau;Buton;Konawe Selatan;Jumlah\n",
    ] {
        let found = draft("timbulan_dlh.csv", &format!("{title}{header}{rows}")).unwrap();
        assert_eq!(found.description["dataset"], "waste_generation", "{header}");
        let unpivot = &found.description["unpivot"];
        assert_eq!(unpivot["header"][0]["field"], "region_code", "{header}: {unpivot}");
        assert_eq!(unpivot["header"][0]["values"]["Konawe Selatan"], "7405", "{unpivot}");
        assert!(unpivot["header"][0]["values"]["Kolaka"].is_null(), "{unpivot}");
        assert_eq!(found.description["columns"][0]["field"], "period_month", "{header}");
        let context = found.description["context"].to_string();
        assert!(context.contains("join:period_month"), "{context}");
        let is_ignored = unpivot["ignore"].to_string().contains("kolaka");
        assert_eq!(is_ignored, header.contains("Kolaka"), "{unpivot}");
    }
}

#[test]
fn the_year_below_a_total_is_no_pattern_that_leaves_out_years() {
    let file = "TIMBULAN SAMPAH (TON)\nKabupaten/Kota;Januari;;Februari;;Jumlah;\n\
                ;2023;2024;2023;2024;2023;2024\nWakatobi;1;2;3;4;4;6\nBaubau;1;2;3;4;4;6\n";
    let found = draft("timbulan_dlh.csv", file).unwrap();
    assert_eq!(found.description["unpivot"]["ignore"], serde_json::json!(["jumlah"]));
}

#[test]
fn a_quarter_in_a_title_is_no_year() {
    let file = "TIMBULAN SAMPAH TRIWULAN II TAHUN 2024\nKabupaten/Kota;Timbulan (ton)\n\
                Wakatobi;120\nBaubau;130\n";
    let found = draft("timbulan_dlh.csv", file).unwrap();
    assert_ne!(found.description["dates"], "year", "{}", found.description);
    assert_eq!(found.description["constants"]["period_month"], "?");
    assert!(is_told(&found, "speaks of a quarter"), "{:?}", found.unsure);
}

#[test]
fn what_stands_in_brackets_is_a_unit_only_where_it_names_one() {
    let told = |label: &str| {
        let head = format!("Kabupaten/Kota;Bulan;Pengurangan Sampah (ton);{label}");
        let file = format!("{head}\nWakatobi;Januari 2024;10;20\n");
        let found = draft("sampah_dlh.csv", &file).unwrap();
        let said: Vec<String> = found.unsure.into_iter().map(|own| own.en).collect();
        (found.description.to_string(), said.join("; "))
    };
    for label in ["Penanganan Sampah (angkutan darat)", "Penanganan Sampah (dalam kota)"] {
        let (_, said) = told(label);
        assert!(!said.contains("is not known"), "{label}: {said}");
    }
    let (_, said) = told("Penanganan Sampah (rit)");
    assert!(said.contains("\"rit\" is not known"), "{said}");
    let (description, said) = told("Penanganan Sampah (angkutan darat) (kg)");
    assert!(description.contains("\"0.001\""), "{description} {said}");
}
