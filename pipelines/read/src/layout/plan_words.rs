//! Titles of plans and estimates: figures that were aimed at, planned or forecast, and not counted.

use super::title_words::{has_figure, spaced};

/// A word that the title of a table of plans begins with.
pub(crate) struct Plan {
    /// The word.
    pub(crate) word: &'static str,
    /// The letters by which labels and fields name the same.
    stem: &'static str,
    /// What such figures are, in English.
    pub(crate) en: &'static str,
}

const fn plan(word: &'static str, stem: &'static str, en: &'static str) -> Plan {
    Plan { word, stem, en }
}

/// What is projected: of stocks, such as a population, that is how they are worked out.
const PROJECTIONS: &str = "projections";

/// Words of plans.
static PLANS: [Plan; 19] = [
    plan("target", TARGET, "targets"),
    plan("targets", TARGET, "targets"),
    plan("sasaran", "sasaran", "targets"),
    plan("rencana", "rencana", "plans"),
    plan("plan", "plan", "plans"),
    plan("planned", "plan", "plans"),
    plan("proyeksi", "proyeksi", PROJECTIONS),
    plan("projection", "project", PROJECTIONS),
    plan("projections", "project", PROJECTIONS),
    plan("projected", "project", PROJECTIONS),
    plan("prognosis", "progno", "forecasts"),
    plan("prognosa", "progno", "forecasts"),
    plan("ramalan", "ramal", "forecasts"),
    plan("peramalan", "ramal", "forecasts"),
    plan("prakiraan", "prakira", "forecasts"),
    plan("forecast", "forecast", "forecasts"),
    plan("forecasts", "forecast", "forecasts"),
    plan("anggaran", "anggaran", "budgets"),
    plan("budget", "budget", "budgets"),
];

/// The letters of targets.
const TARGET: &str = "target";

/// Words that a title of estimates begins with.
const ESTIMATES: [&str; 5] = ["perkiraan", "estimasi", "estimate", "estimates", "estimated"];

/// The letters by which labels name estimates.
const ESTIMATE_STEMS: [&str; 2] = ["perkira", "estima"];

/// Names of documents and headings that begin with such a word and are no title of figures.
const DOCUMENTS: [&str; 16] = [
    " rencana strategis ",
    " rencana kerja ",
    " rencana pembangunan ",
    " rencana pengembangan ",
    " rencana induk ",
    " rencana aksi ",
    " rencana tata ",
    " rencana umum ",
    " rencana detail ",
    " rencana jangka ",
    " sasaran strategis ",
    " sasaran program ",
    " sasaran pembangunan ",
    " pendapatan dan belanja ",
    " action plan ",
    " strategic plan ",
];

/// Words before such a word that say no more than that data follow.
const OPENINGS: [&str; 11] = [
    "tabel",
    "data",
    "daftar",
    "rekap",
    "rekapitulasi",
    "laporan",
    "angka",
    "table",
    "jumlah",
    "banyaknya",
    "total",
];

/// Words beside it that say that figures are what was reached.
const REACHED: [&str; 15] = [
    "realisasi",
    "capaian",
    "pencapaian",
    "cakupan",
    "tercapai",
    "terhadap",
    "hasil",
    "kinerja",
    "dibanding",
    "dibandingkan",
    "vs",
    "actual",
    "realization",
    "achievement",
    "and",
];

/// Words beside it that say that such figures are not meant, or stand elsewhere.
const NOT_HERE: [&str; 16] = [
    "bukan",
    "tidak",
    "belum",
    "non",
    "tanpa",
    "not",
    "no",
    "lihat",
    "terpisah",
    "terlampir",
    "lampiran",
    "lembar",
    "baris",
    "disajikan",
    "sumber",
    "see",
];

/// Marks between the parts of a title.
const MARKS: [char; 8] = ['(', ')', '[', ']', ':', '|', '–', '—'];

impl Plan {
    /// Whether a label, a field or a dataset is named after the same.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(self.stem)
    }

    /// Whether stocks are worked out so, such as a population.
    pub(crate) fn may_be_of_stocks(&self) -> bool {
        self.en == PROJECTIONS
    }
}

/// The plan that a title says its figures are: it begins with a word for one, or the word stands
/// alone in a part of it (`Kunjungan 2025 (target)`), and no other says what was reached.
pub(crate) fn plan_of(title: &str) -> Option<&'static Plan> {
    if says_reached(title) || has_figure(title) || is_elsewhere(title) {
        return None;
    }
    let (word, _) = leading_word(title, |word| PLANS.iter().any(|own| own.word == word))?;
    let plan = PLANS.iter().find(|own| own.word == word)?;
    let text = spaced(title);
    let is_document = DOCUMENTS.iter().any(|document| text.contains(document));
    (plan.stem == TARGET || !is_document).then_some(plan)
}

/// The word by which a title says that its figures are estimates, and the one behind it.
pub(super) fn estimate_of(title: &str) -> Option<(String, String)> {
    if says_reached(title) || has_figure(title) || is_elsewhere(title) {
        return None;
    }
    leading_word(title, |word| ESTIMATES.contains(&word))
}

/// Whether a label names estimates.
pub(super) fn names_estimates(label: &str) -> bool {
    let label = label.to_lowercase();
    ESTIMATE_STEMS.iter().any(|stem| label.contains(stem))
}

/// Whether a title says that its figures are what was reached.
pub(crate) fn says_reached(title: &str) -> bool {
    spaced(title).split_whitespace().any(|word| REACHED.contains(&word))
}

fn is_elsewhere(title: &str) -> bool {
    spaced(title).split_whitespace().any(|word| NOT_HERE.contains(&word))
}

/// The word of a kind that a title begins with, or that stands alone in a part of it, with the word
/// behind it.
fn leading_word(title: &str, is_meant: impl Fn(&str) -> bool) -> Option<(String, String)> {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let text = spaced(title);
    let mut words =
        text.split_whitespace().skip_while(|word| OPENINGS.contains(word) || is_number(word));
    if let Some(first) = words.next().filter(|word| is_meant(word)) {
        return Some((first.to_owned(), words.next().unwrap_or_default().to_owned()));
    }
    let title = title.replace(" - ", "|");
    let mut parts = title.split(MARKS).map(spaced);
    parts.find_map(|part| {
        let mut words = part.split_whitespace();
        let only = words.next().filter(|word| is_meant(word))?;
        // With its year: `target tahun 2025`, and not `tahun anggaran 2025`.
        let is_alone = words.all(|word| is_number(word) || word == "tahun");
        is_alone.then(|| (only.to_owned(), String::new()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_of_plans_begins_with_a_word_for_them_or_has_it_in_a_part_of_its_own() {
        for (text, expected) in [
            ("Target 2025", Some("targets")),
            ("Tabel 3. Target Timbulan Sampah Tahun 2025", Some("targets")),
            ("Rekap Target Bulanan Kunjungan 2025", Some("targets")),
            ("Sasaran Kunjungan Wisatawan Tahun 2025", Some("targets")),
            ("RENCANA KUNJUNGAN WISATAWAN 2025", Some("plans")),
            ("Jumlah Rencana Kunjungan", Some("plans")),
            ("Proyeksi kunjungan", Some("projections")),
            ("Prognosis kunjungan semester kedua", Some("forecasts")),
            ("Ramalan Kunjungan 2025", Some("forecasts")),
            ("Anggaran Pendapatan Pariwisata 2025", Some("budgets")),
            ("Kunjungan Wisatawan Tahun 2025 (Proyeksi)", Some("projections")),
            ("Kunjungan Wisatawan - Target Tahun 2025", Some("targets")),
            ("Forecast of visits 2025", Some("forecasts")),
            ("Target dan Realisasi Kunjungan", None),
            ("Capaian Target Kunjungan", None),
            ("Kunjungan menurut pasar target", None),
            ("Targetindo", None),
            ("Target Triwulan I: 200 ton", None),
            ("Target Jakstrada 30/70", None),
            ("Target: terlampir pada lembar lain", None),
            ("Rencana Strategis Dinas Pariwisata 2021-2026", None),
            ("RENCANA KERJA PEMERINTAH DAERAH TAHUN 2025", None),
            ("Anggaran Pendapatan dan Belanja Daerah 2024", None),
            ("Laporan Realisasi Anggaran", None),
            ("Tahun Anggaran 2024", None),
            ("Angka sementara kunjungan 2025", None),
            ("Perkiraan sementara", None),
            ("Kunjungan Wisatawan Berencana 2025", None),
        ] {
            assert_eq!(plan_of(text).map(|plan| plan.en), expected, "{text}");
        }
    }

    #[test]
    fn a_title_of_estimates_is_told_with_the_word_behind() {
        let told = |text: &str| estimate_of(text).map(|(word, next)| format!("{word} {next}"));
        assert_eq!(told("Perkiraan kunjungan 2024").as_deref(), Some("perkiraan kunjungan"));
        assert_eq!(told("Data Estimasi Timbulan").as_deref(), Some("estimasi timbulan"));
        assert_eq!(told("Kunjungan 2024 (perkiraan)").as_deref(), Some("perkiraan "));
        assert_eq!(told("Perkiraan dan realisasi"), None);
        assert_eq!(told("Kunjungan yang perkiraan"), None);
        assert!(names_estimates("Perkiraan Omzet (Rp)") && !names_estimates("Omzet"));
    }
}
