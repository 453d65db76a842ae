//! Titles of plans and estimates: figures that were aimed at, planned or forecast, and not counted.

use super::plan_lists::{
    COMPARED, COMPARED_IF_JOINED, DOCUMENTS, ESTIMATE_STEMS, ESTIMATED_ELSEWHERE, ESTIMATES, FUNDS,
    JOINTS, MARKETS, MARKS, MEASURES, MONEY, NUMBERED, OF_PLANS, OPENINGS, OPENINGS_OF_TARGETS,
    PEOPLE, PLANS, Plan, REACHED, REALISED, SASARAN, SETTING, TARGET, is_not_here,
};
use super::title_word::{Word, words_of};
use super::title_words::spaced;
use koridor_contract::date::month_by_name;

/// The plan that a title says its figures are: it begins with a word for one, or the word stands
/// alone in a part of it (`Kunjungan 2025 (target)`), and no other says what was reached.
pub(crate) fn plan_of(title: &str) -> Option<&'static Plan> {
    let lower = title.to_lowercase();
    if !PLANS.iter().any(|own| lower.contains(own.stem)) {
        return None;
    }
    let text = spaced(title);
    let is_document = DOCUMENTS.iter().any(|document| text.contains(document));
    let words = words_of(title);
    let opening = opening_of(&words);
    let is_measure = words.get(opening).is_some_and(|word| word.is_among(&MEASURES))
        && words.get(opening + 1).is_some_and(|word| word.is_close() && word.plan().is_some());
    let (before, body) = words.split_at(opening + usize::from(is_measure));
    let plan = match body.first().and_then(Word::plan) {
        Some(plan) => begins(plan, before, body).then_some(plan),
        None if is_of_others(title, body) => None,
        None => plan_of_part(&words).or_else(|| plan_behind(&words)),
    };
    plan.filter(|plan| plan.stem == TARGET || !is_document)
}

/// The plan that the name of a sheet says its figures are: a number behind it is that of a copy.
pub(crate) fn plan_of_sheet(name: &str) -> Option<&'static Plan> {
    let is_of_copy = |mark: char| mark.is_ascii_digit() || "()_ ".contains(mark);
    let bare = name.trim_end_matches(is_of_copy);
    let is_copy = name.trim_end().ends_with(')');
    let of_copy = || plan_of(bare).filter(|plan| plan.stem == TARGET || is_copy);
    plan_of(name).or_else(of_copy).or_else(|| plan_alone(name))
}

/// The plan that a text names which is no more than its word, with a year: the head of columns.
pub(crate) fn plan_alone(text: &str) -> Option<&'static Plan> {
    let words = words_of(text);
    let plan = words.first()?.plan()?;
    words.iter().skip(1).all(Word::is_of_year).then_some(plan)
}

/// The one of the heads of a column that is a word for plans, where none says what was reached.
pub(super) fn plan_among(heads: &[String]) -> Option<&str> {
    let plan = heads.iter().find(|head| plan_alone(head).is_some())?;
    (!heads.iter().any(|head| says_realised(head))).then_some(plan.as_str())
}

/// Words at the beginning of a title that say no more than that data follow, and their numbers.
fn opening_of(words: &[Word]) -> usize {
    let is_opening = |word: &&Word| {
        word.is_among(&OPENINGS) || word.is_among(&OPENINGS_OF_TARGETS) || word.is_numbering()
    };
    words.iter().take_while(is_opening).count()
}

/// Whether a title that begins with the word of a plan is of its figures.
fn begins(plan: &Plan, before: &[Word], body: &[Word]) -> bool {
    let rest = body.get(1..).unwrap_or_default();
    let is_of_targets = before.iter().any(|word| word.is_among(&OPENINGS_OF_TARGETS));
    // `1. Target peserta` is an entry of a list, `1. Target Kunjungan` a title.
    let is_in_list = before.first().is_some_and(|word| word.is_numbering() && !word.is_year());
    let is_aim = plan.stem == TARGET;
    // `Anggaran 2024` says whose money pays for what is counted, `Data Anggaran 2024` what it is.
    let is_fund = plan.is_budget() && is_of_fund(rest);
    let is_office = plan.is_planning() && !rest.is_empty() && !names_figures(rest);
    let is_title = (!is_of_targets || is_aim)
        && !is_office
        && (!is_fund || before.iter().any(|word| word.is_among(&OPENINGS)))
        && (!is_in_list || names_figures(rest) || (is_aim && rest.is_empty()));
    let is_of_weather = rest.first().is_some_and(|word| word.is_among(&ESTIMATED_ELSEWHERE));
    is_title
        && !is_of_weather
        && !is_compared(rest)
        && !holds_figure(rest)
        && !is_entry(plan, rest)
        && !rest.iter().any(|word| is_not_here(&word.text))
}

/// Whether no more than a year, and whose money it is, stands behind the word for a budget.
fn is_of_fund(rest: &[Word]) -> bool {
    rest.iter().any(Word::is_year)
        && rest.iter().all(|word| word.is_of_year() || word.is_among(&FUNDS))
}

/// Whether words are those of a title of figures.
fn is_of_counts(words: &[Word]) -> bool {
    let own = words.split_at(opening_of(words)).1;
    own.first().is_some_and(Word::is_of_figures)
}

/// Whether a title says of its figures that they were reached, or tells of one or of others.
fn is_of_others(title: &str, own: &[Word]) -> bool {
    says_reached(title) || holds_figure(own) || is_elsewhere(title)
}

/// The plan whose word stands alone in a part of a title behind the first, or that a part behind a
/// dash begins with.
fn plan_of_part(words: &[Word]) -> Option<&'static Plan> {
    let mut starts = (1..words.len()).filter(|at| words.get(*at).is_some_and(Word::begins_part));
    starts.find_map(|at| {
        let (before, part) = words.split_at(at);
        let (first, rest) = part.split_first()?;
        let plan = first.plan()?;
        let is_set = plan.stem == TARGET && first.marks.contains(['(', '[']);
        let length = rest.iter().take_while(|word| !word.begins_part()).count();
        let own = rest.get(..length).unwrap_or_default();
        // With its year: `target tahun 2025`, and not `tahun anggaran 2025`.
        let is_alone = own.iter().all(|word| {
            word.is_number() || word.text == "tahun" || (is_set && word.is_among(&SETTING))
        });
        let is_title = first.follows_dash() && names_figures(rest);
        let is_fund =
            plan.is_budget() && is_of_fund(own) && !before.iter().any(|word| word.is_among(&MONEY));
        let is_office = plan.is_planning() && !is_of_counts(before);
        let is_other = is_fund || is_office || is_entry(plan, rest);
        ((is_alone || is_title) && !is_other).then_some(plan)
    })
}

/// The plan whose word a title of figures ends with, behind a comma, a year or what is counted:
/// `Penanganan Sampah 2024, Target`. A year of its own beside another is that of a further column.
fn plan_behind(words: &[Word]) -> Option<&'static Plan> {
    let at = words.iter().rposition(|word| !word.is_of_year())?;
    let (before, behind) = words.split_at(at);
    let (last, years) = behind.split_first()?;
    let plan = last.plan().filter(|plan| !plan.is_budget())?;
    let next = before.last().filter(|_| is_of_counts(before))?;
    let has_year = before.iter().any(Word::is_year);
    // `Kunjungan yang Ditargetkan`, and not `di kawasan yang direncanakan`.
    let counted = before.iter().rev().nth(1).filter(|_| next.text == "yang");
    let is_participle = counted.is_some_and(|own| own.is_of_figures() || own.is_among(&MARKETS));
    let is_behind = if last.is_close() {
        let is_counted = next.is_of_figures() && !next.is_among(&PEOPLE);
        next.is_year() || is_participle || (is_counted && !years.is_empty())
    } else {
        plan.stem != SASARAN || has_year
    };
    (is_behind && (years.is_empty() || !has_year)).then_some(plan)
}

/// Whether words go on as a title of figures does.
pub(super) fn names_figures(rest: &[Word]) -> bool {
    let first = rest.first();
    first.is_some_and(|word| word.is_of_figures() || word.is_year() || word.is_among(&OF_PLANS))
}

/// Whether what stands behind the word of a plan says that figures are what was reached.
fn is_compared(rest: &[Word]) -> bool {
    let mut before = "";
    rest.iter().any(|word| {
        let is_joined = !word.is_close() || word.marks.contains(" - ") || JOINTS.contains(&before);
        before = &word.text;
        word.is_among(&COMPARED) || (is_joined && word.is_among(&COMPARED_IF_JOINED))
    })
}

/// Whether a title holds a figure that was planned (`Target Triwulan I: 200 ton`): a number that is
/// no year, and not that of a part of a year, of a day or of a table.
pub(super) fn holds_figure(words: &[Word]) -> bool {
    let mut is_named = false;
    words.iter().enumerate().any(|(at, word)| {
        if !word.is_number() {
            is_named = word.is_among(&NUMBERED);
            return false;
        }
        // `3.2` is two words, as is `1-12`; `1: 200` names a part and its figure.
        let goes_on = at == 0 || !word.marks.trim().is_empty();
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let is_own = before.is_some_and(|before| !before.is_number()) || goes_on;
        is_named = is_named && word.is_close() && is_own;
        let behind = words.get(at + 1).filter(|behind| behind.is_close());
        let is_day = behind.is_some_and(|word| month_by_name(word.text.as_bytes()).is_some());
        !is_named && !is_day && !word.is_year()
    })
}

/// Whether a text that begins with the word of a plan is an entry of a letterhead (`Sasaran :
/// Meningkatnya kunjungan`, `Target Market: Wisatawan`) and no title.
fn is_entry(plan: &Plan, rest: &[Word]) -> bool {
    let Some(at) = rest.iter().position(|word| word.marks.contains(':')) else { return false };
    let (between, behind) = rest.split_at(at);
    let is_budget = plan.is_budget();
    if behind.iter().all(Word::is_of_year) {
        return is_budget;
    }
    if is_budget || plan.stem == SASARAN {
        return true;
    }
    if between.iter().any(|word| !word.is_of_year()) {
        return !between.iter().any(Word::is_of_figures);
    }
    let has_year = behind.iter().any(Word::is_year);
    let is_of_figures = |word: &Word| word.is_of_figures() && (has_year || !word.is_among(&PEOPLE));
    !behind.first().is_some_and(is_of_figures)
}

/// The word by which a title says that its figures are estimates, and the one behind it.
pub(super) fn estimate_of(title: &str) -> Option<(String, String)> {
    let lower = title.to_lowercase();
    if !ESTIMATE_STEMS.iter().any(|stem| lower.contains(stem)) {
        return None;
    }
    let words = words_of(title);
    let own = words.split_at(opening_of(&words)).1;
    if is_of_others(title, own) {
        return None;
    }
    leading_word(title, |word| ESTIMATES.contains(&word))
        .filter(|(_, next)| !ESTIMATED_ELSEWHERE.contains(&next.as_str()))
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

/// Whether a title says of those beside it that their figures are what was reached.
pub(crate) fn says_realised(title: &str) -> bool {
    let words = words_of(title);
    let own = words.split_at(opening_of(&words)).1;
    let Some((first, rest)) = own.split_first() else { return false };
    own.iter().any(|word| word.is_among(&REALISED))
        || first.is_among(&["capaian", "pencapaian", "cakupan"])
        || (first.plan().is_some() && is_compared(rest))
}

fn is_elsewhere(title: &str) -> bool {
    spaced(title).split_whitespace().any(is_not_here)
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
    fn a_number_of_a_list_or_a_part_of_a_year_is_no_figure_that_was_planned() {
        for (text, expected) in [
            ("Target Kinerja Kunjungan Wisatawan Tahun 2024", Some("targets")),
            ("Target Capaian Penanganan Sampah 2024", Some("targets")),
            ("Target dan Capaian Kinerja 2024", None),
            ("Target, Capaian dan Kinerja", None),
            ("Target Penanganan Sampah terhadap Timbulan", None),
            ("Target Penanganan Semester 1 Tahun 2024", Some("targets")),
            ("Target Bulan 1 s.d. 12 Tahun 2024", Some("targets")),
            ("Target Penanganan Sampah per 31 Desember 2024", Some("targets")),
            ("Target 1 Januari - 31 Desember 2024", Some("targets")),
            ("Target Triwulan 1: 200 ton", None),
            ("Target per bulan: 200 ton", None),
            ("Target Bulan Ini 200 Ton", None),
            ("1. Target Penanganan Sampah 2024", Some("targets")),
            ("A. Target", Some("targets")),
            ("I. TARGET PENANGANAN SAMPAH", Some("targets")),
            ("1. Target peserta pelatihan", None),
            ("1. Sasaran", None),
            ("Tabel III.2 Target Penanganan", Some("targets")),
            ("Tabel A.1. Target Penanganan", Some("targets")),
            ("Lampiran II Target Penanganan Sampah Tahun 2024", Some("targets")),
            ("Lampiran Rencana Penanganan", None),
            ("Rincian Target Bulanan 2024", Some("targets")),
            ("Penetapan Target Penanganan Sampah", Some("targets")),
            ("Kabupaten Utara - Target Penanganan Sampah 2024", Some("targets")),
            ("Dinas Pariwisata - Target Market", None),
            ("Penanganan Sampah Tahun 2024 (Target RPJMD)", Some("targets")),
            ("Target: Kunjungan Wisatawan 2024", Some("targets")),
            ("Target Kunjungan: Januari-Desember", Some("targets")),
            ("Target: 2024", Some("targets")),
        ] {
            assert_eq!(plan_of(text).map(|plan| plan.en), expected, "{text}");
        }
    }

    #[test]
    fn a_title_of_figures_may_end_with_the_word_of_a_plan() {
        for (text, expected) in [
            ("Penanganan Sampah 2024, Target", Some("targets")),
            ("Penanganan Sampah 2024 / Target", Some("targets")),
            ("Kunjungan Wisatawan 2024 Proyeksi", Some("projections")),
            ("Data Penanganan Sampah Target 2024", Some("targets")),
            ("Kunjungan Wisatawan, Rencana Tahun 2025", Some("plans")),
            ("Kunjungan 2023 dan 2024, Target 2025", None),
            ("Kunjungan Wisatawan 2024 dan Target", None),
            ("Data Kunjungan menurut Pasar Target 2024", None),
            ("Data Wisatawan Target 2024", None),
            ("Penanganan Sampah, Sasaran", None),
            ("Penanganan Sampah 2024, Anggaran 2024", None),
            ("Dinas Pariwisata, Rencana", None),
            ("Laporan Kinerja 2024, Target", None),
            ("Kunjungan yang Ditargetkan Tahun 2024", Some("targets")),
            ("Jumlah Kunjungan yang Direncanakan 2024", Some("plans")),
            ("Jumlah Sampah di Kawasan yang Direncanakan", None),
            ("Usulan Target Penanganan Sampah 2024", Some("targets")),
            ("Rancangan Target Penanganan Sampah 2024", Some("targets")),
            ("Usulan Rencana Kegiatan", None),
            ("Volume Target Penanganan Sampah 2024", Some("targets")),
            ("Volume Penanganan Sampah 2024", None),
            ("Prediksi Kunjungan Wisatawan 2024", Some("forecasts")),
            ("Kunjungan Wisatawan 2024 (Prediksi)", Some("forecasts")),
            ("Prediksi Cuaca BMKG", None),
        ] {
            assert_eq!(plan_of(text).map(|plan| plan.en), expected, "{text}");
        }
    }

    #[test]
    fn the_word_for_planning_is_that_of_offices_and_documents_too() {
        for (text, is_plan) in [
            ("Perencanaan Kunjungan 2024", true),
            ("Perencanaan Tahun 2024", true),
            ("Kunjungan Wisatawan 2024 - Perencanaan", true),
            ("Data Kunjungan (Perencanaan)", true),
            ("Perencanaan", true),
            ("Badan Perencanaan Pembangunan Daerah (Bappeda)", false),
            ("Perencanaan Pembangunan Daerah", false),
            ("Perencanaan Kinerja 2024", false),
            ("Perencanaan dan Evaluasi", false),
            ("Bappeda (Perencanaan)", false),
            ("Dinas Pariwisata - Perencanaan", false),
            ("Sub Bagian Perencanaan dan Keuangan", false),
        ] {
            assert_eq!(plan_of(text).is_some(), is_plan, "{text}");
        }
        assert!(plan_of_sheet("Perencanaan 2024").is_some());
    }

    #[test]
    fn a_budget_with_a_year_says_whose_money_pays() {
        for (text, is_plan) in [
            ("Anggaran 2024", false),
            ("ANGGARAN TAHUN 2024", false),
            ("Tahun Anggaran 2024", false),
            ("Anggaran DAK Fisik 2024", false),
            ("Sumber dana: Anggaran 2024", false),
            ("Penanganan Sampah (Anggaran 2024)", false),
            ("Penanganan Sampah - Anggaran 2024", false),
            ("Data Anggaran 2024", true),
            ("Anggaran Pendapatan 2024", true),
            ("Retribusi Wisata (Anggaran 2024)", true),
            ("Retribusi Wisata (Anggaran)", true),
        ] {
            assert_eq!(plan_of(text).is_some(), is_plan, "{text}");
        }
        assert!(plan_of_sheet("Anggaran 2024").is_some() && plan_alone("Anggaran 2024").is_some());
    }

    #[test]
    fn the_number_of_a_copy_is_no_figure_of_a_sheet() {
        for (name, expected) in [
            ("Target2024", true),
            ("TARGET_2024", true),
            ("Target (2)", true),
            ("Target 1", true),
            ("Target Kinerja", true),
            ("Rencana (2)", true),
            ("Sasaran 1", false),
            ("Sasaran Strategis 1", false),
            ("Target vs Realisasi", false),
        ] {
            assert_eq!(plan_of_sheet(name).is_some(), expected, "{name}");
        }
    }

    #[test]
    fn entries_of_letterheads_and_documents_are_no_titles_of_plans() {
        for text in [
            "Sasaran : Meningkatnya kualitas pengelolaan sampah",
            "Sasaran penerima: rumah tangga",
            "Sasaran Kegiatan: Masyarakat",
            "Sasaran: wisatawan nusantara",
            "Sasaran RPJMD 2021-2026: sampah tertangani",
            "Anggaran : APBD Kabupaten",
            "Anggaran: DAK Fisik 2024",
            "Anggaran: 2024",
            "Program Wisata - Sasaran: masyarakat",
            "Target Market: Wisatawan Nusantara",
            "Target Group: Households",
            "Target : Lima puluh ribu orang",
            "Target : 50.000 orang",
            "Rencana Tindak Lanjut Penanganan Sampah",
            "Rencana Zonasi Wilayah Pesisir",
            "Rencana Kinerja Tahunan 2024",
            "Sasaran Kinerja Pegawai",
            "Plan International Indonesia",
            "Anggaran Berjalan 2024",
        ] {
            assert!(plan_of(text).is_none(), "{text}");
        }
    }

    #[test]
    fn one_title_says_of_another_that_figures_were_reached() {
        for (text, expected) in [
            ("REALISASI PENANGANAN SAMPAH", true),
            ("Laporan Target dan Realisasi", true),
            ("Target dan Capaian", true),
            ("Capaian Kunjungan 2024", true),
            ("Hasil rapat tanggal 3 Januari", false),
            ("Dasar: Perjanjian Kinerja", false),
            ("Target Capaian 2024", false),
        ] {
            assert_eq!(says_realised(text), expected, "{text}");
        }
        assert!(plan_alone("TARGET 2024").is_some() && plan_alone("Target Kunjungan").is_none());
    }

    #[test]
    fn estimates_of_the_weather_are_none_of_a_table() {
        assert_eq!(estimate_of("Perkiraan Cuaca BMKG"), None);
        assert!(estimate_of("Perkiraan Penanganan Sampah Triwulan 1").is_some());
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
