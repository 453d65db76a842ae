//! Words for people in place of codes, in one language.

use crate::lake::PROJECT;
use koridor_contract::message::Language;
use koridor_publish::words::Words;

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
    assert_eq!(en.sources("7401 A + B, 7405 C, 7407 A + B"), "Buton, Wakatobi: A + B; Konsel: C");
    assert_eq!(en.sources("A + B"), "A + B");
    assert_eq!(
        (id.region("7407").as_str(), en.region("7407").as_str()),
        ("Kabupaten Wakatobi", "Wakatobi Regency")
    );
}
