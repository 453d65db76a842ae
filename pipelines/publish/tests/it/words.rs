//! Words for people in place of codes, in one language.

use crate::lake::PROJECT;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use koridor_contract::message::Language;
use koridor_publish::Table;
use koridor_publish::coverage_text::Covered;
use koridor_publish::words::Words;
use std::sync::Arc;

#[test]
fn flags_coverage_and_sources_are_said_in_one_language() {
    let words = |language| Words { project: &PROJECT, language };
    let (id, en) = (words(Language::Id), words(Language::En));
    let flags = "annual_source, missing_class: homestay, annual_source";
    assert_eq!(
        id.flags(flags),
        "dibuat dari baris yang disampaikan untuk setahun, bukan dari 12 bulan; kelas akomodasi \
         yang tidak disampaikan untuk periode ini: pondok wisata"
    );
    assert!(en.flags(flags).ends_with("were not filed for this period: homestay"));
    assert_eq!(
        id.flags("7407 series_break: DISPAR_7407 did not file it a year before"),
        "Wakatobi: patahan deret: kedua periode tidak dapat dibandingkan: DISPAR_7407 tidak \
         menyampaikannya setahun sebelumnya"
    );
    let coverage = "3/4 regencies, 12/12 periods (missing 7407)";
    assert_eq!(id.text(coverage), "3/4 wilayah, 12/12 periode (tidak ada Wakatobi)");
    assert_eq!(en.text(coverage), "3/4 regencies, 12/12 periods (missing Wakatobi)");
    let missing = "1/4 regencies, 1/4 periods (missing 7401, 7405, 7407)";
    let said = "1/4 regencies, 1/4 periods (missing Wakatobi, Buton, Konsel)";
    assert_eq!(en.text(missing), said, "regions in the order of the corridor");
    assert_eq!(en.sources("7401 A + B, 7405 C, 7407 A + B"), "Wakatobi, Buton: A + B; Konsel: C");
    assert_eq!(en.sources("A + B"), "A + B");
    assert_eq!(
        (id.region("7407").as_str(), en.region("7407").as_str()),
        ("Kabupaten Wakatobi", "Wakatobi Regency")
    );
}

#[test]
fn values_are_shown_with_their_coverage_in_words() {
    let words = Words { project: &PROJECT, language: Language::Id };
    let column = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
    let rows = RecordBatch::try_from_iter([
        ("state", column("ok")),
        ("coverage", column("3/4 regencies, 12/12 periods (missing 7407)")),
        ("flags", column("")),
    ])
    .unwrap();
    let values = Table { schema: rows.schema(), rows: vec![rows] };
    let told = words.with_coverage("CORR", &values).unwrap();
    let said: Vec<String> = told.records().map(|row| row.text_or_empty("coverage")).collect();
    assert_eq!(said, ["3/4 wilayah, 12/12 periode (tidak ada Wakatobi)"]);
    let none = values.select(&["state"]).unwrap();
    assert_eq!(words.with_coverage("CORR", &none).unwrap().schema, none.schema);
}

#[test]
fn an_incomplete_value_says_what_is_not_complete() {
    let words = |language| Words { project: &PROJECT, language };
    let (id, en) = (words(Language::Id), words(Language::En));
    let own = Covered {
        region: "7407",
        state: "incomplete",
        coverage: "0/1 regencies, 12/12 periods (missing 7407)",
        flags: "missing_class: homestay, running_month",
    };
    let months = ["Maret".to_owned(), "April".to_owned()];
    assert_eq!(id.coverage(own, &months), "12/12 periode, tidak lengkap: Maret, April");
    assert_eq!(en.coverage(own, &[]), "12/12 periods, not complete: homestay");
    let unknown = Covered { flags: "", ..own };
    assert_eq!(en.coverage(unknown, &[]), "12/12 periods, not all parts of it");
    let coverage = "0/1 regencies, 11/12 periods (missing 7407)";
    let running = Covered { flags: "running_month", coverage, ..own };
    assert_eq!(en.coverage(running, &[]), "11/12 periods");
    // Of the corridor the regencies that are missing are told on.
    let corridor = Covered { region: "CORR", coverage: "0/4 regencies, 3/4 periods", ..unknown };
    assert_eq!(en.coverage(corridor, &[]), "0/4 regencies, 3/4 periods");
    let complete = Covered { state: "ok", coverage: "1/1 regencies, 12/12 periods", ..own };
    assert_eq!(en.coverage(complete, &months), "1/1 regencies, 12/12 periods");
    // Nor does a value that is withheld lack its own region.
    let withheld = Covered { state: "no_data", flags: "impossible_value: 101.0 > 100.0", ..own };
    assert_eq!(id.coverage(withheld, &[]), "12/12 periode");
}

#[test]
fn a_list_within_a_flag_stays_with_it() {
    let words = Words { project: &PROJECT, language: Language::En };
    let flags = "missing_class: homestay, non_bintang, refused_rows, 7407 running_month";
    let each = ["missing_class: homestay, non_bintang", "refused_rows", "7407 running_month"];
    assert_eq!(words.each_flag(flags), each);
    assert!(words.each_flag("").is_empty());
}
