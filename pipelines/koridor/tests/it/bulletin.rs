//! The bulletin: both languages, a month and a year, what is withheld, another corridor, mistakes.

use super::{OTHER_CORRIDOR, Place, SAMPLE};

/// Most bytes of a bulletin.
const MOST_BYTES: usize = 150_000;

fn bulletin(place: &Place, words: &[&str]) -> String {
    let words: Vec<&str> = ["bulletin"].iter().chain(words).copied().collect();
    let output = place.run(&words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// It is one file that asks no host for anything, runs nothing and prints its area on each sheet.
fn check(text: &str, area: &str) {
    assert!(text.len() < MOST_BYTES, "{} bytes", text.len());
    let own = text.replace("http://www.w3.org/2000/svg", "");
    for word in ["<script", "<img", "<link", "href=", "src=", "@import", "url(http", "NaN"] {
        assert!(!own.contains(word), "{word}");
    }
    assert!(text.contains("@page{size:A4"));
    assert!(text.contains(&format!("@bottom-left{{content:\"{area} ·")), "{area}");
}

#[test]
fn a_year_and_a_month_are_told_in_both_languages() {
    let year = bulletin(&SAMPLE, &["--year", "2025", "--lang", "id"]);
    check(&year, "Kawasan Pariwisata Prioritas Nasional Wakatobi");
    let parts = ["Pesan utama", "Angka utama", "Perkembangan", "Wilayah berdampingan"];
    let more = ["Buku V", "Buku III", "Kelengkapan data", "Revisi sejak", "Catatan metode"];
    for said in parts.iter().chain(&more) {
        assert!(year.contains(said), "{said}");
    }
    // The map and who drew its outlines; what is made up says so; numbers in the language's marks.
    assert!(year.contains("Bukan batas hukum") && year.contains("Memuat contoh buatan"));
    assert!(year.contains("<strong>220.491</strong> [s]"));
    // What is counted adds up, and what is of some regencies names the others beside its number.
    for said in [
        "Target tahun 2025, seluruhnya 16: tercapai 3, belum tercapai 12, belum terukur 0, tidak \
         berlaku 1.",
        "11 dari 12 angka utama tersedia; tidak berlaku: Indeks SPBE.",
        ">Tanpa wilayah</th>",
    ] {
        assert!(year.contains(said), "{said}");
    }
    let month = ["--region", "7472", "--month", "2025-12", "--lang", "en"];
    let month = bulletin(&SAMPLE, &month);
    check(&month, "Baubau City");
    for said in ["Monthly bulletin", "December 2025", "Key messages", "on the month before"] {
        assert!(month.contains(said), "{said}");
    }
    assert!(month.contains("<strong>10,933</strong> [s]") && !month.contains("Areas side by side"));
}

#[test]
fn a_typesetter_is_given_what_the_page_shows() {
    let words = ["--region", "7472", "--year", "2025", "--lang", "id"];
    let page = bulletin(&SAMPLE, &words);
    let document = bulletin(&SAMPLE, &[&words[..], &["--format", "json"]].concat());
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["area"], "Kota Baubau");
    let release = document["release"].as_str().unwrap();
    assert!(release.starts_with(document["released"].as_str().unwrap()), "{release}");
    let mut tables = 0;
    for section in document["sections"].as_array().unwrap() {
        let title = section["title"].as_str().unwrap();
        assert!(page.contains(&format!(">{title}</h2>")), "{title}");
        for block in section["blocks"].as_array().unwrap() {
            let Some(rows) = block["rows"].as_array() else { continue };
            tables += 1;
            let cells = rows.iter().flat_map(|row| row.as_array().unwrap());
            for cell in cells.map(|own| own["text"].as_str().unwrap()) {
                let escaped = cell.replace('&', "&amp;").replace('<', "&lt;");
                assert!(page.contains(&format!(">{escaped}</t")), "{cell}");
            }
        }
    }
    assert!(tables > 5, "{tables} tables");
}

#[cfg(not(feature = "pdf"))]
#[test]
fn a_program_without_pdf_says_so_and_leaves_no_file() {
    let words = ["bulletin", "--year", "2025", "--output", "buletin.pdf", "--lang", "en"];
    let output = SAMPLE.run(&words);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("built without PDF") && told.contains("--features pdf"), "{told}");
    assert!(!SAMPLE.path().join("buletin.pdf").exists());
}

#[cfg(feature = "pdf")]
#[test]
fn the_same_release_gives_the_same_pdf() {
    let pdf = || {
        let output = SAMPLE.run(&["bulletin", "--year", "2025", "--format", "pdf"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let bytes = pdf();
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes == pdf());
}

#[test]
fn what_a_release_withholds_stands_in_no_bulletin() {
    let query = "select v.value, v.numerator, v.denominator, v.region_code
         from indicators.values_log v
         join indicators.disclosure_log d on d.indicator_id = v.indicator_id
          and d.region_code = v.region_code and d.grain = v.grain and d.period = v.period
          and d.breakdown = v.breakdown where v.value is not null";
    let rows = SAMPLE.stdout(&["sql", "--head", "--format", "csv", query]);
    let withheld: Vec<&str> = rows.lines().skip(1).flat_map(|line| line.split(',')).collect();
    let long: Vec<&str> = withheld.into_iter().filter(|own| own.len() > 6).collect();
    assert!(!long.is_empty(), "the sample withholds numbers: {rows}");
    // Of a withheld value the bulletin shows the mark, and no number in its row.
    let suppressed = "select distinct region_code from indicators.values where grain = 'Y' and \
        breakdown = '' and state = 'suppressed' and period = date '2025-01-01'";
    let regions = SAMPLE.run(&["sql", "--tier", "open", suppressed, "--format", "csv"]);
    let regions = String::from_utf8(regions.stdout).unwrap();
    let mut seen = 0;
    for region in regions.lines().skip(1).filter(|own| *own != "CORR") {
        let text = bulletin(&SAMPLE, &["--region", region, "--year", "2025", "--lang", "en"]);
        for digits in &long {
            assert!(!text.contains(*digits), "{region}: {digits}");
        }
        let rows = text.split("<tr>").filter(|row| row.contains("<td>suppressed"));
        for row in rows {
            seen += 1;
            let own = row.split("<td class=\"n\">").nth(1).unwrap();
            assert!(own.starts_with("[c]"), "{region}: {row}");
        }
    }
    assert!(seen > 0, "the sample withholds a value of 2025");
}

#[test]
fn another_corridor_has_its_own_bulletin_without_a_map() {
    let place = &*OTHER_CORRIDOR;
    let years = "select max(date_part('year', period)) from indicators.values where grain = 'Y' \
        and region_code = 'CORR' and value is not null";
    let year = place.run(&["sql", years, "--format", "csv"]);
    let year = String::from_utf8(year.stdout).unwrap();
    let year = year.lines().nth(1).unwrap().trim();
    let text = bulletin(place, &["--year", year, "--lang", "en"]);
    for word in ["Wakatobi", "7407", "Konsel", "No legal boundary"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.contains("Key figures"));
}

#[test]
fn a_period_without_values_and_a_mistake_end_with_2() {
    for words in [
        &["--year", "1999"][..],
        &["--month", "2025-13"],
        &["--month", "Juli"],
        &["--year", "2025", "--since", "2020-01-01.1"],
        &["--region", "Nowhere", "--year", "2025"],
        &["--year", "2025", "--month", "2025-01"],
        &["--year", "2025", "--format", "csv"],
        &["--year", "2025", "--output", "buletin.xlsx"],
        &[],
    ] {
        let words: Vec<&str> = ["bulletin"].iter().chain(words).copied().collect();
        let output = SAMPLE.run(&words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
    }
    let output = SAMPLE.run(&["bulletin", "--year", "1999", "--lang", "en"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("there is nothing of CORR for 1999"), "{told}");
}
