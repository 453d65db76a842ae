//! Letters by which rows say that they are plans: `T` and `R` below `T/R`, or where a note explains
//! them (`T = target, R = realisasi`).

use super::plan_lists::Plan;
use super::plan_words::plan_alone;
use super::remark_lists::{FIGURES, REALISED_STEMS};
use super::title_word::{Word, words_of};
use std::collections::BTreeMap;

/// Most letters of such a code.
const MOST_LETTERS: usize = 2;

/// Most letters of a text that explains codes.
const MOST_TEXT: usize = 240;

/// What stands between a code and what it means, the code first.
const MEANS: [&str; 5] = ["=", ":", "(", "-", "–"];

/// Those of them that stand between nothing else.
const PLAIN: [&str; 2] = ["=", ":"];

/// As [`MEANS`], what is meant first: `Target (T)`.
const IS_MEANT: [&str; 2] = ["(", "="];

/// Letters that tell plans from what was reached, the plan first or last.
const PAIRS: [&str; 2] = ["t/r", "r/t"];

/// Words beside them in a header.
const AROUND: [&str; 13] = [
    "jenis",
    "status",
    "data",
    "angka",
    "nilai",
    "sifat",
    "kategori",
    "tipe",
    "kode",
    "ket",
    "keterangan",
    "target",
    "realisasi",
];

/// Codes for plans and for what was reached, in small letters; of the latter with no plan.
#[derive(Debug, Clone, Default)]
pub(super) struct PlanCodes {
    codes: BTreeMap<String, Option<&'static Plan>>,
    /// Whether other letters may stand beside them: a note need not explain all.
    is_of_notes: bool,
    /// Whether one is explained in so many words, as a plan of figures: `T = target`.
    is_plain: bool,
}

impl PlanCodes {
    /// Those that texts explain together; none where they explain no plan, or one that work may be
    /// too beside nothing that was reached.
    pub(super) fn explained<'text>(texts: impl Iterator<Item = &'text str>) -> Option<Self> {
        let mut own = Self::default();
        for text in texts.filter(|text| text.len() <= MOST_TEXT && may_explain(text)) {
            own.explain(&words_of(text));
        }
        own.is_of_notes = true;
        if own.is_plain { Some(own) } else { own.told_apart() }
    }

    /// Those that the header of a column tells: `T/R`, `Jenis (T/R)`, `Target/Realisasi`.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        if header.len() > MOST_TEXT {
            return None;
        }
        let lower = header.to_lowercase().replace(" / ", "/");
        let marks = |mark: char| mark.is_whitespace() || "()[]:".contains(mark);
        let mut parts = lower.split(marks).filter(|part| !part.is_empty());
        let is_around = |part: &str| {
            PAIRS.contains(&part) || part.split('/').all(|word| AROUND.contains(&word))
        };
        let is_pair = lower.split(marks).any(|part| PAIRS.contains(&part));
        let mut own = Self::default();
        if is_pair && parts.all(is_around) {
            own.codes.insert("t".to_owned(), plan_alone("target"));
            own.codes.insert("r".to_owned(), None);
            return own.told_apart();
        }
        let words = words_of(header);
        let is_compared =
            words.iter().any(|word| word.plan().is_some()) && words.iter().any(is_reached);
        for word in words.iter().filter(|word| is_compared && may_be_meant(word)) {
            let first = word.text.chars().take(1).collect();
            own.add(first, word);
        }
        own.explain(&words);
        own.told_apart()
    }

    /// The plan that the text of a cell is the code of.
    pub(super) fn plan(&self, text: &str) -> Option<&'static Plan> {
        self.codes.get(&bare(text)).copied().flatten()
    }

    /// Whether the text of a cell is a code.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.codes.contains_key(&bare(text))
    }

    /// Whether the text of a cell is a code, or may be one that nothing explains.
    pub(super) fn may_hold(&self, text: &str) -> bool {
        let is_short = || bare(text).chars().count() <= MOST_LETTERS;
        self.holds(text) || (self.is_of_notes && is_short())
    }

    /// Adds what words explain: `T = target`, `Target (T)`.
    fn explain(&mut self, words: &[Word]) {
        for (at, word) in words.iter().enumerate() {
            let Some(next) = words.get(at + 1) else { continue };
            let marks = next.marks.trim();
            if is_code(word) && MEANS.contains(&marks) {
                let behind = words.get(at + 1..).unwrap_or_default();
                let meant = behind.iter().find(|own| !own.is_among(&FIGURES));
                if let Some(meant) = meant.filter(|own| may_be_meant(own)) {
                    let is_of_figures = |plan: &Plan| !plan.is_weak() && !plan.is_of_work();
                    self.is_plain |=
                        meant.plan().is_some_and(is_of_figures) && PLAIN.contains(&marks);
                    self.add(word.text.clone(), meant);
                }
            } else if may_be_meant(word) && is_code(next) && IS_MEANT.contains(&marks) {
                self.add(next.text.clone(), word);
            }
        }
    }

    /// Adds a code. One that means both means neither: `Target (t), Realisasi (t)`.
    fn add(&mut self, code: String, meant: &Word) {
        let plan = meant.plan();
        let before = self.codes.insert(code.clone(), plan);
        if before.is_some_and(|before| before.is_some() != plan.is_some()) {
            self.codes.remove(&code);
        }
    }

    fn told_apart(self) -> Option<Self> {
        let is_apart =
            self.codes.values().any(Option::is_some) && self.codes.values().any(Option::is_none);
        is_apart.then_some(self)
    }
}

/// A cell without the dot or the brackets around its code.
fn bare(text: &str) -> String {
    text.trim().trim_matches(['(', ')', '.']).to_lowercase()
}

fn is_code(word: &Word) -> bool {
    word.text.chars().count() <= MOST_LETTERS && word.text.chars().all(char::is_alphabetic)
}

/// Whether a word may be what a code means.
fn may_be_meant(word: &Word) -> bool {
    word.plan().is_some() || is_reached(word)
}

fn is_reached(word: &Word) -> bool {
    REALISED_STEMS.iter().any(|stem| word.text.starts_with(stem))
        || word.is_among(&["capaian", "aktual", "actual"])
}

/// Whether a text may explain a code: told without its words, as every text around a table is
/// asked.
fn may_explain(text: &str) -> bool {
    text.contains(['=', ':', '(', '-', '–'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_explained_by_a_note_or_a_header() {
        for texts in [
            &["T = target, R = realisasi"][..],
            &["Keterangan: T = Target; R = Realisasi"],
            &["T : Target", "R : Realisasi"],
            &["T = angka target dan R = angka realisasi"],
            &["Target (T) dan Realisasi (R)"],
            &["Ket. T (target), R (realisasi)"],
        ] {
            let codes = PlanCodes::explained(texts.iter().copied()).unwrap();
            assert!(codes.plan("T").is_some() && codes.plan("t.").is_some(), "{texts:?}");
            assert!(codes.holds("R") && codes.plan("R").is_none(), "{texts:?}");
            assert!(!codes.holds("S") && !codes.holds("Target"), "{texts:?}");
        }
        for texts in [
            &["T = tetap, R = revisi"][..],
            &["P = perencanaan, K = konstruksi"],
            &["R = rencana, S = selesai"],
            &["Target (t)"],
            &["Target (t), Realisasi (t)"],
            &["Target: 200 ton"],
            &["Realisasi = target"],
            &["TPS 3R = reduce"],
            &[],
        ] {
            assert!(PlanCodes::explained(texts.iter().copied()).is_none(), "{texts:?}");
        }
        let codes = PlanCodes::explained(["T = target"].into_iter()).unwrap();
        assert!(codes.may_hold("R") && !codes.may_hold("Rutin") && !codes.holds("R"));
        for header in ["T/R", "t / r", "Jenis (T/R)", "R/T", "Jenis Data T/R", "Target/Realisasi"] {
            let codes = PlanCodes::of_header(header).unwrap();
            assert!(codes.plan("T").is_some() && codes.holds("R"), "{header}");
        }
        let codes = PlanCodes::of_header("Jenis (P = proyeksi, R = realisasi)").unwrap();
        assert!(codes.plan("P").is_some() && codes.holds("r"));
        for header in
            ["Risiko (T/R)", "Jenis", "Status", "Rencana/Realisasi", "Target", "RT/RW", ""]
        {
            assert!(PlanCodes::of_header(header).is_none(), "{header}");
        }
    }
}
