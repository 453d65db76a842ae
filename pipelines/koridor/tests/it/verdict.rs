//! Each check ends with one sentence: what is accepted, what it is about, what it adds up to.

use super::Place;

/// What a check says of a file last, on one line, and that all it says fits.
fn verdict(place: &Place, file: &str, said: &str, language: &str) -> String {
    let words = format!("check {file} {said} --lang {language} --allow-rejected");
    let told = String::from_utf8(place.say(&words).stdout).unwrap();
    assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
    let (_, verdict) = told.split_once("=> ").unwrap();
    verdict.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A file of visits: a month, a measure and a figure a line.
fn visits(lines: &[(&str, &str, &str)]) -> String {
    let header = "region_code,period_month,channel,method,measure,market,origin_code,stay,value\n";
    let line = |(month, measure, value): &(&str, &str, &str)| {
        format!("7407,{month},attraction,ticket,{measure},wisman,XXX,unknown,{value}\n")
    };
    header.to_owned() + &lines.iter().map(line).collect::<String>()
}

const VISITS: &str = "--dataset visitor_flow --source DISPAR_7407";

#[test]
fn the_last_sentence_says_rows_region_period_and_sums() {
    let place = Place::new();
    let months: Vec<String> = (1..=12).map(|month| format!("2025-{month:02}")).collect();
    let year: Vec<_> = months.iter().map(|month| (month.as_str(), "visits", "1189")).collect();
    place.write("year.csv", &visits(&year));
    assert_eq!(
        verdict(&place, "year.csv", VISITS, "en"),
        "12 of 12 rows are accepted: Visitor flow of Kabupaten Wakatobi, January to December \
         2025; visits 14,268 in all"
    );
    assert_eq!(
        verdict(&place, "year.csv", VISITS, "id"),
        "12 dari 12 baris diterima: Kunjungan Kabupaten Wakatobi, Januari s.d. Desember 2025; \
         kunjungan 14.268 seluruhnya"
    );
    let output = place.say(&format!("check year.csv {VISITS} --format json"));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(found[0]["verdict_en"].as_str().unwrap().ends_with("visits 14,268 in all"));
    // Measures are never added together; a month between the others is missing, one is refused.
    let parts = [
        ("2024-12", "visits", "5"),
        ("2025-02", "visits", "7"),
        ("2025-02", "guests", "1000"),
        ("2025-03", "visits", "x"),
    ];
    place.write("parts.csv", &visits(&parts));
    assert_eq!(
        verdict(&place, "parts.csv", VISITS, "en"),
        "3 of 4 rows are accepted, 1 refused: Visitor flow of Kabupaten Wakatobi, December 2024 \
         to February 2025 (2 of 3 months); guests 1,000 in all, visits 12 in all"
    );
}

#[test]
fn parts_are_not_added_to_their_total() {
    let place = Place::new();
    let line = |(month, market, value): (&str, &str, &str)| {
        format!("7407,{month},attraction,ticket,visits,{market},XXX,unknown,{value}\n")
    };
    let lines = [
        ("2025-01", "wisman", "20"),
        ("2025-01", "wisnus", "100"),
        ("2025-01", "total", "120"),
        ("2025-02", "total", "130"),
        ("2025-03", "wisman", "20"),
        ("2025-03", "total", "140"),
    ];
    let header = "region_code,period_month,channel,method,measure,market,origin_code,stay,value\n";
    place.write("both.csv", &(header.to_owned() + &lines.map(line).concat()));
    assert!(verdict(&place, "both.csv", VISITS, "en").ends_with("visits 390 in all"));
}

#[test]
fn stocks_are_not_added_and_nothing_is_said_to_be_something() {
    let place = Place::new();
    let header = "region_code,year,pop_mid\n";
    place.write("people.csv", &format!("{header}7407,2023,110000\n7472,2024,160000\n"));
    assert_eq!(
        verdict(&place, "people.csv", "--dataset population --source BPS", "en"),
        "2 of 2 rows are accepted: Population of Kabupaten Wakatobi, Kota Baubau, 2023 to 2024"
    );
    place.write("one.csv", &format!("{header}7407,2023,110000\n"));
    assert_eq!(
        verdict(&place, "one.csv", "--dataset population --source BPS", "en"),
        "1 of 1 row is accepted: Population of Kabupaten Wakatobi, 2023; Population 110,000 \
         persons in all"
    );
    place.write("none.csv", &visits(&[("2025-01", "visits", "x")]));
    assert!(verdict(&place, "none.csv", VISITS, "en").starts_with("none of 1 rows is accepted"));
    place.write("header.csv", &visits(&[]));
    assert!(verdict(&place, "header.csv", VISITS, "id").starts_with("tidak ada baris data"));
    place.write("other.csv", "Nama;Warna\nsatu;biru\n");
    assert!(verdict(&place, "other.csv", "", "en").starts_with("nothing of this file"));
    place.write(
        "waste.csv",
        "region_code,period_month,gen_ton,method\n7407,2025-01,1.25,measured\n",
    );
    assert!(
        verdict(&place, "waste.csv", "--dataset waste_generation --source DLH_7407", "id")
            .ends_with("Januari 2025; Timbulan 1,25 t seluruhnya")
    );
}

/// Targets are in as many units as there are indicators: they make no sum.
#[test]
fn figures_whose_rows_name_their_unit_are_not_added() {
    let place = Place::new();
    let sample = "samples/landing/synthetic/SAMPLE_SYNTHETIC/target_2025_sintetis.csv";
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(sample);
    let text = std::fs::read(sample).unwrap();
    std::fs::write(place.path().join("target_2025_sintetis.csv"), text).unwrap();
    for language in ["en", "id"] {
        let said = "--source SAMPLE_SYNTHETIC";
        let told = verdict(&place, "target_2025_sintetis.csv", said, language);
        assert!(!told.contains(" in all") && !told.contains(" seluruhnya"), "{told}");
    }
}
