//! Remarks beside rows and notes around a table that say that figures are plans: `Target`, `angka
//! proyeksi`, `Angka merupakan target RPJMD`. A title says it in other ways (`plan_words`).

use super::plan_lists::{
    COMPARED, DENIALS, ELSEWHERE, MARKETS, OF_PLANS, PEOPLE, PLANS, Plan, REACHED, REALISED,
    SETTING,
};
use super::plan_words::{holds_figure, names_figures, plan_alone, plan_of};
use super::remark_lists::{
    AROUND, CONTAINING, COPULAS, COUNTED, FIGURES, LEADS, NO_NAMES, NOT_COUNTED, NOT_YET,
    NOTE_LEADS, OF_DOCUMENTS, OTHERS, PLACES, REALISED_STEMS, REASONS, SCOPE, SOURCES, STATUSES,
    SUBJECT, SUBJECT_OF_FIGURES, TAILS, WHEN,
};
use super::title_word::{Word, words_of};
use koridor_contract::date::month_by_name;

/// Where a remark stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// In a column that says what rows are: `Status`, `Jenis data`.
    Kind,
    /// In a column of remarks.
    Remarks,
    /// In a column that says where figures are from.
    Source,
    /// In any other column: there it is no more than the word, with a year.
    Other,
    /// In a column of work, of what hinders it or of what comes next: no remark there is on
    /// figures.
    Work,
}

/// Most words of the name of a place.
const MOST_NAMES: usize = 3;

/// Most letters of a remark or a note that is looked at.
const MOST_LETTERS: usize = 240;

/// The plan that a remark beside a row says its figures are.
pub(super) fn plan_of_remark(text: &str, room: Room) -> Option<&'static Plan> {
    if room == Room::Work || !may_name_plan(text) {
        return None;
    }
    let words = words_of(text);
    let own = without_number(&words);
    let of_source = || plan_of_source(own, room == Room::Source);
    if matches!(room, Room::Source | Room::Other) {
        return plan_alone(text).filter(|plan| !plan.is_weak()).or_else(of_source);
    }
    if let Some(plan) = of_source() {
        return Some(plan);
    }
    let parts = parts(own);
    let plan = |part: &[Word]| {
        let plan = plan_of_phrase(part, &[]).or_else(|| plan_of_kind(part, text));
        plan.filter(|plan| room == Room::Kind || !plan.is_weak())
    };
    let found = parts.iter().find_map(|part| plan(part))?;
    let is_said = |part: &&[Word]| plan(part).is_some() || is_status(part);
    (!holds_figure(own) && !is_schedule(own) && parts.iter().all(is_said)).then_some(found)
}

/// Whether a remark beside a row says that its figures were reached: `Realisasi`, `angka tetap`.
pub(super) fn is_of_reached(text: &str) -> bool {
    text.len() <= MOST_LETTERS && words_of(text).iter().any(is_reached)
}

/// The plan that a note around a table says its figures are; of one that explains a mark no more
/// than the word need be there.
pub(super) fn plan_of_note(text: &str, is_marked: bool) -> Option<&'static Plan> {
    if !may_name_plan(text) {
        return None;
    }
    let words = words_of(text);
    let is_lead =
        |word: &&Word| word.is_among(&NOTE_LEADS) || (word.is_numbering() && !word.is_year());
    let (before, own) = words.split_at(words.iter().take_while(is_lead).count());
    let is_led = is_marked || before.iter().any(|word| word.is_among(&NOTE_LEADS));
    // `T = target` explains a letter.
    if own.first().is_some_and(|word| !is_marked && word.marks.contains('=')) {
        return None;
    }
    let parts = parts(own);
    if let Some(plan) = plan_by_copulas(&parts, is_led).or_else(|| plan_of_source(own, false)) {
        return Some(plan);
    }
    let plan = |part: &[Word]| {
        let is_of_figures = part.iter().any(|word| word.is_among(&FIGURES));
        // `Data merupakan rencana kerja` is of a document.
        let is_plain = part.iter().any(|word| word.is_among(&COPULAS));
        let documents: &[&str] = if is_of_figures && !is_plain { &OF_DOCUMENTS } else { &[] };
        let plan = plan_of_phrase(part, documents).filter(|_| is_led || is_of_figures);
        plan.filter(|plan| is_of_figures || !plan.is_weak())
    };
    let found = parts.iter().find_map(|part| plan(part))?;
    let is_of_any = own.iter().any(|word| word.is_among(&FIGURES));
    let is_said =
        |part: &&[Word]| plan(part).is_some() || is_status(part) || (is_of_any && is_beside(part));
    (!holds_figure(own) && !is_schedule(own) && parts.iter().all(is_said)).then_some(found)
}

/// Whether a note says plainly what figures are, as a title that says otherwise does.
pub(crate) fn is_plain(text: &str) -> bool {
    words_of(text).iter().any(|word| word.is_among(&COPULAS))
}

/// The plan of a note that says plainly what figures are. What a table holds may be more than what
/// one part of a note names.
fn plan_by_copulas(parts: &[&[Word]], is_led: bool) -> Option<&'static Plan> {
    let (part, plan) =
        parts.iter().find_map(|part| Some((*part, plan_by_copula(part, is_led)?)))?;
    let is_of_table = part.iter().any(|word| word.is_among(&CONTAINING));
    let is_said = |own: &&[Word]| plan_by_copula(own, is_led).is_some() || is_status(own);
    (!is_of_table || parts.iter().all(is_said)).then_some(plan)
}

/// The plan of a part of a note that says plainly what figures are: nothing stands behind it but
/// whose plan it is, and when.
fn plan_by_copula(part: &[Word], is_led: bool) -> Option<&'static Plan> {
    let is_copula = |word: &Word| word.is_among(&COPULAS) || word.is_among(&CONTAINING);
    let at = part.iter().position(is_copula)?;
    let (subject, said) = part.split_at(at);
    let is_subject = |word: &Word| {
        word.text != OTHERS
            && (word.is_among(&SUBJECT)
                || word.is_of_figures()
                || word.is_of_year()
                || word.is_numbering()
                || is_month(word))
    };
    let is_of_figures = |word: &Word| {
        word.is_among(&FIGURES) || word.is_among(&SUBJECT_OF_FIGURES) || is_month(word)
    };
    let is_meant = if subject.is_empty() {
        is_led
    } else {
        subject.iter().all(is_subject) && subject.iter().any(is_of_figures)
    };
    let mut said = said.iter().skip_while(|word| is_copula(word) || word.is_among(&LEADS));
    let plan = said.next().filter(|_| is_meant)?.plan()?;
    let behind: Vec<&Word> = said.collect();
    is_scope(&behind).then_some(plan)
}

/// Whether words behind a plan say no more than whose it is, of what and when.
fn is_scope(words: &[&Word]) -> bool {
    let mut before = "";
    words.iter().all(|word| {
        let is_place = PLACES.contains(&before);
        before = &word.text;
        is_place || is_of_title(word) || word.is_among(&SCOPE) || word.is_among(&PLACES)
    })
}

/// The plan of a part that is its word, with words around it that say no more.
fn plan_of_phrase(part: &[Word], documents: &[&str]) -> Option<&'static Plan> {
    let at = part.iter().position(|word| word.plan().is_some())?;
    let (before, behind) = part.split_at(at);
    let (word, rest) = behind.split_first()?;
    let is_tail = |word: &Word| is_tail(word) || word.is_among(documents);
    let is_plain = before.iter().all(|word| word.is_among(&LEADS)) && rest.iter().all(is_tail);
    word.plan().filter(|_| is_plain)
}

/// The plan that figures are said to be taken from, and nothing else: `Sumber: Target RPJMD`. Plans
/// of work are documents, from which what was counted may be told too.
fn plan_of_source(words: &[Word], is_source: bool) -> Option<&'static Plan> {
    let (first, rest) = words.split_first()?;
    let is_led = first.is_among(&SOURCES);
    let rest = if is_led { rest } else { words };
    let before = rest.iter().take_while(|word| word.is_among(&FIGURES)).count();
    let (word, rest) = rest.split_at(before).1.split_first()?;
    let plan = word.plan().filter(|plan| !plan.is_weak() && !plan.is_of_work())?;
    let own = without_place(rest);
    let is_of_people = !own.is_empty() && own.iter().all(|word| is_of_people(word));
    let is_said = (is_led || is_source) && own.iter().all(|word| is_of_title(word));
    (is_said && !is_of_people && !holds_figure(rest)).then_some(plan)
}

/// Words without the name of a place: `Target Kunjungan Kabupaten Utara`. What begins with a small
/// letter there is none.
fn without_place(words: &[Word]) -> Vec<&Word> {
    let is_name = |word: &&Word| {
        let is_judged = is_reached(word) || word.is_among(&NO_NAMES) || is_of_title(word);
        word.is_capital && word.is_close() && !is_judged
    };
    let name = |at: usize| words.iter().skip(at + 1).take_while(is_name).take(MOST_NAMES).count();
    let is_kind = |at: &usize| words.get(*at).is_some_and(|word| word.is_among(&PLACES));
    let Some(at) = (0..words.len()).filter(is_kind).find(|at| name(*at) > 0) else {
        return words.iter().collect();
    };
    let is_before = |word: &Word| word.is_among(&["di", "se", "pada"]);
    let before = at.checked_sub(1).filter(|at| words.get(*at).is_some_and(is_before));
    let place = before.unwrap_or(at)..=at + name(at);
    words.iter().enumerate().filter(|(at, _)| !place.contains(at)).map(|(_, word)| word).collect()
}

fn is_of_people(word: &Word) -> bool {
    word.is_among(&PEOPLE) || word.is_among(&MARKETS)
}

/// Whether a word behind that of a plan says no more than when or by whom.
fn is_tail(word: &Word) -> bool {
    word.is_of_year()
        || word.is_numbering()
        || word.is_among(&TAILS)
        || word.is_among(&SETTING)
        || is_month(word)
}

/// Whether a word behind that of a plan is one of a title of figures.
fn is_of_title(word: &Word) -> bool {
    let is_counted = word.is_of_figures() && !is_reached(word) && !word.is_among(&NOT_COUNTED);
    is_counted || is_tail(word) || word.is_among(&OF_PLANS) || word.is_among(&MARKETS)
}

fn is_month(word: &Word) -> bool {
    month_by_name(word.text.as_bytes()).is_some()
}

/// The plan of a remark that goes on as a title of figures does, to its end: `Target Kunjungan
/// Wisman`, and not `Target kunjungan terpenuhi`.
fn plan_of_kind(part: &[Word], text: &str) -> Option<&'static Plan> {
    let (first, rest) = part.split_first()?;
    let plan = first.plan()?;
    let own = without_place(rest);
    // `Target wisatawan` may say at whom one aims.
    let is_of_people = own.iter().all(|word| is_of_people(word));
    // `Rencana kunjungan` may be somebody's.
    let is_told = |word: &Word| word.is_year() || word.is_among(&MARKETS);
    let is_of_work = plan.is_of_work() && !rest.iter().any(is_told);
    let is_title = names_figures(rest)
        && !is_of_people
        && !is_of_work
        && own.iter().all(|word| is_of_title(word) && !is_reached(word));
    plan_of(text).filter(|_| is_title)
}

/// Whether a remark says when something is planned: `Rencana Juli`, `rencana awal Mei, mundur ke
/// Juni`, `Target Desember`.
fn is_schedule(words: &[Word]) -> bool {
    let holds = |is_meant: fn(&Word) -> bool| words.iter().any(is_meant);
    let is_of_work = words.iter().filter_map(Word::plan).any(Plan::is_of_work);
    let is_when = (is_of_work && holds(|word| word.is_among(&WHEN) || is_month(word)))
        || (holds(is_month) && !holds(Word::is_year));
    is_when && !holds(|word| word.is_among(&FIGURES) || word.is_among(&COPULAS))
}

/// Whether a part beside a plan says when it is, or that what was reached comes later: `2024`,
/// `belum realisasi`, `menunggu laporan`.
fn is_status(part: &[Word]) -> bool {
    let is_realised = |word: &Word| {
        REALISED_STEMS.iter().any(|stem| word.text.starts_with(stem)) || word.is_among(&COUNTED)
    };
    let is_word = |word: &Word| {
        is_realised(word)
            || word.is_of_year()
            || [&STATUSES[..], &NOT_YET, &AROUND].iter().any(|list| word.is_among(list))
    };
    let is_denied = part.iter().any(|word| word.is_among(&NOT_YET)) && part.iter().any(is_realised);
    let is_later = is_denied || part.iter().any(|word| word.is_among(&STATUSES));
    let is_scope = |word: &Word| is_tail(word) && !is_month(word);
    part.iter().all(is_scope) || (is_later && part.iter().all(is_word))
}

/// Whether a part says nothing against the plan that another names: what was not reached yet may
/// stand beside it (`Target, belum realisasi`).
fn is_beside(part: &[Word]) -> bool {
    let is_denied = part.first().is_some_and(|word| word.is_among(&DENIALS));
    let is_against = |word: &Word| {
        word.plan().is_some() || word.is_among(&ELSEWHERE) || (!is_denied && is_reached(word))
    };
    !part.iter().any(is_against)
}

/// Whether a word says that figures were reached, or compared with what was.
fn is_reached(word: &Word) -> bool {
    REALISED_STEMS.iter().any(|stem| word.text.starts_with(stem))
        || ["tetap", "final", "aktual", "riil", "terlaksana", "melebihi", "melampaui"]
            .contains(&word.text.as_str())
        || word.is_among(&REACHED)
        || word.is_among(&REALISED)
        || word.is_among(&COMPARED)
}

/// Words without a number that counts the text in a list.
fn without_number(words: &[Word]) -> &[Word] {
    let is_number = |word: &&Word| word.is_numbering() && !word.is_year();
    words.split_at(words.iter().take_while(is_number).count()).1
}

/// The parts of a text: what marks part, sentences too.
fn parts(words: &[Word]) -> Vec<&[Word]> {
    let begins = |word: &Word| {
        word.begins_part()
            || !word.is_close()
            || word.marks.contains(". ")
            || word.is_among(&REASONS)
    };
    // `Kab. Utara`
    let is_short = |word: &Word, next: &Word| word.text == "kab" && next.marks.trim() == ".";
    words.chunk_by(|word, next| is_short(word, next) || !begins(next)).collect()
}

/// Whether a text may hold the word of a plan: told without bringing it into another form, as every
/// cell beside the figures is asked.
fn may_name_plan(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        !before.is_some_and(u8::is_ascii_alphanumeric)
    };
    let names = |at: usize, own: &Plan| {
        let word = bytes.get(at..at + own.word.len());
        word.is_some_and(|word| word.eq_ignore_ascii_case(own.word.as_bytes()))
    };
    bytes.len() <= MOST_LETTERS
        && (0..bytes.len()).any(|at| {
            bytes.get(at).is_some_and(u8::is_ascii_alphabetic)
                && begins(at)
                && PLANS.iter().any(|own| names(at, own))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_that_is_the_word_of_a_plan_says_it_and_ordinary_ones_do_not() {
        for (text, kind, remark) in [
            ("Target", true, true),
            ("TARGET 2024", true, true),
            ("Rencana", true, true),
            ("(proyeksi)", true, true),
            ("Prognosis", true, true),
            ("angka proyeksi", true, true),
            ("Masih berupa target", true, true),
            ("Angka yang ditargetkan", true, true),
            ("Target RPJMD", true, true),
            ("Target Triwulan I", true, true),
            ("Prognosis, belum realisasi", true, true),
            ("Target (bukan realisasi)", true, true),
            ("Rencana, menunggu laporan", true, true),
            ("1. Target", true, true),
            ("Target Kunjungan Wisman", true, true),
            ("Planned", true, true),
            ("Perencanaan", true, false),
            ("Sasaran", true, false),
            ("Anggaran 2024", true, false),
            ("Realisasi", false, false),
            ("Terealisasi", false, false),
            ("Tetap", false, false),
            ("target tercapai", false, false),
            ("Target kunjungan tercapai", false, false),
            ("di atas target", false, false),
            ("sesuai target", false, false),
            ("realisasi melebihi target", false, false),
            ("belum target", false, false),
            ("bukan target", false, false),
            ("Target/Realisasi", false, false),
            ("Target dan realisasi", false, false),
            ("Target: 120 ton", false, false),
            ("Target 100%", false, false),
            ("Target, tercapai 98%", false, false),
            ("Target terlampir", false, false),
            ("Lihat rencana", false, false),
            ("Sesuai rencana kerja", false, false),
            ("Rencana kerja 2024", false, false),
            ("Target pasar", false, false),
            ("Target kunjungan terpenuhi", false, false),
            ("Target, belum tercapai", false, false),
            ("Target, tidak terealisasi", false, false),
            ("Target, realisasi menyusul", true, true),
            ("Target (2024)", true, true),
            ("Rencana: perbaikan", false, false),
            ("Rencana Juli", false, false),
            ("Target Desember", false, false),
            ("Target: Desember 2024", false, false),
            ("Target Desember 2024", true, true),
            ("Target bulan depan", false, false),
            ("Isian target", true, true),
            ("Data rencana Juli", true, true),
            ("Rencana kunjungan", false, false),
            ("Target wisatawan mancanegara", false, false),
            ("Angka proyeksi karena laporan belum masuk", true, true),
            ("Targetindo", false, false),
            ("", false, false),
        ] {
            let told = |room: Room| plan_of_remark(text, room).is_some();
            assert_eq!((told(Room::Kind), told(Room::Remarks)), (kind, remark), "{text}");
        }
        let other = |text: &str| plan_of_remark(text, Room::Other).is_some();
        assert!(other("Target 2024") && other("proyeksi") && other("Sumber: Target RPJMD"));
        assert!(!other("Anggaran 2024") && !other("Perencanaan") && !other("Masih target"));
        assert!(is_of_reached("Realisasi") && is_of_reached("angka tetap"));
        assert!(!is_of_reached("Hujan"));
    }

    #[test]
    fn a_remark_that_names_a_place_or_a_source_says_it_too() {
        for (text, is_plan) in [
            ("Target Kunjungan Kabupaten Utara", true),
            ("Target Kunjungan Kab. Utara 2024", true),
            ("Target Kunjungan di Kota Laut Selatan Tahun 2024", true),
            ("Sumber: Target RPJMD", true),
            ("Sumber: Target RPJMD Kabupaten Utara 2021-2026", true),
            ("Sumber data: proyeksi", true),
            ("Sumber: Rencana Strategis Dinas", false),
            ("Sumber: RPJMD", false),
            ("Sumber: Target dan realisasi", false),
            ("Sumber: Proyeksi penduduk BPS", false),
            ("Sumber dana: Anggaran 2024", false),
            ("Target wisatawan Kabupaten Utara", false),
            ("Target kunjungan kabupaten meningkat", false),
            ("Target Kunjungan Kabupaten Utara terpenuhi", false),
            ("TARGET KUNJUNGAN KABUPATEN TERPENUHI", false),
            ("Target kunjungan Kota Laut tercapai", false),
        ] {
            let told = |room: Room| plan_of_remark(text, room).is_some();
            assert_eq!([told(Room::Kind), told(Room::Remarks)], [is_plan; 2], "{text}");
        }
        let source = |text: &str| plan_of_remark(text, Room::Source).is_some();
        assert!(source("Target RPJMD 2021-2026") && source("Target") && source("Data proyeksi"));
        assert!(!source("Rencana Strategis Dinas") && !source("Target wisatawan"));
        assert!(!source("Realisasi") && !source("Proyeksi Penduduk BPS") && !source("Anggaran"));
    }

    #[test]
    fn a_note_says_of_figures_that_they_are_plans() {
        for (text, is_plan) in [
            ("Catatan: angka merupakan target", true),
            ("Keterangan: data rencana kerja 2024", true),
            ("Catatan: seluruh angka di atas masih berupa rencana", true),
            ("Angka Oktober s.d. Desember 2024 merupakan proyeksi", true),
            ("Catatan: merupakan target RPJMD 2021-2026", true),
            ("Angka merupakan target, realisasi menyusul", true),
            ("Keterangan : Angka Target", true),
            ("Ket: proyeksi", true),
            ("Note: figures are targets", true),
            ("Angka proyeksi", true),
            ("Seluruh angka pada tabel merupakan target kinerja 2024", true),
            ("tabel berisi target, belum realisasi", true),
            ("Tabel ini memuat target", true),
            ("Angka ini target", true),
            ("diisi dengan angka target", true),
            ("Angka merupakan target RPJMD Kabupaten Utara tahun 2024", true),
            ("Sumber: Target RPJMD 2021-2026", true),
            ("Sumber: Target dan Realisasi RPJMD", false),
            ("Keterangan: T = target", false),
            ("Tabel ini memuat target dan realisasi", false),
            ("Tabel ini memuat target, realisasi dan capaian", false),
            ("Tabel memuat target (kolom D)", false),
            ("Pengurangan sampah adalah target RPJMD", false),
            ("Data merupakan rencana kerja dinas", false),
            ("Jumlah penumpang adalah rencana kapasitas kursi x load factor", false),
            ("Penanganan sampah merupakan sasaran strategis DLH", false),
            ("Kunjungan adalah target utama pembangunan pariwisata", false),
            ("Catatan: rencana - perbaikan alat berat", false),
            ("Catatan: rencana Juli", false),
            ("Angka merupakan realisasi", false),
            ("Angka bukan merupakan target", false),
            ("Data merupakan realisasi terhadap target", false),
            ("Jumlah penduduk merupakan hasil proyeksi BPS", false),
            ("Data merupakan proyeksi penduduk", false),
            ("Catatan: target 2024 tercapai", false),
            ("Catatan: Target 2024: 200 ton", false),
            ("Keterangan: Anggaran 2024", false),
            ("Sumber: Rencana Strategis Dinas Pariwisata 2021-2026", false),
            ("Sumber: Badan Perencanaan Pembangunan Daerah", false),
            ("Catatan: rencana kerja terlampir", false),
            ("Catatan: angka sesuai laporan, target pada lembar lain", false),
            ("Target", false),
            ("Kepala Bidang Perencanaan", false),
        ] {
            assert_eq!(plan_of_note(text, false).is_some(), is_plan, "{text}");
        }
        assert!(plan_of_note(" Angka proyeksi", true).is_some());
        assert!(plan_of_note("target", true).is_some());
        assert!(plan_of_note("target tercapai", true).is_none());
    }
}
