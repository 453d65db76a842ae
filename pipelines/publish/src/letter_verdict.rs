//! The sentence at the head of a letter: how much was found.

use koridor_contract::message::Language;

/// What is said where nothing was refused.
pub(crate) const ALL_ACCEPTED: (&str, &str) = (
    "Semua berkas diterima, tidak ada yang ditolak.",
    "All files were accepted, nothing was refused.",
);

/// How much was found.
#[derive(Default)]
pub(crate) struct Found {
    /// Files that came.
    pub(crate) files: usize,
    /// Files that were refused or are held as a whole.
    pub(crate) stopped: usize,
    /// Files that stay refused: somebody said that they are asked for no more.
    pub(crate) waived: usize,
    /// Cells that were refused.
    pub(crate) refusals: usize,
    /// Figures that look like another unit.
    pub(crate) withheld: usize,
    /// Figures that two files give differently.
    pub(crate) contested: usize,
}

impl Found {
    /// What was found, in one sentence.
    pub(crate) fn sentence(&self, language: Language) -> String {
        if self.files == 0 {
            let (id, en) = ("Tidak ada berkas yang diterima.", "No file was received.");
            return language.pick(id, en).to_owned();
        }
        let open = self.stopped + self.refusals + self.withheld + self.contested;
        if open + self.waived == 0 {
            return language.pick(ALL_ACCEPTED.0, ALL_ACCEPTED.1).to_owned();
        }
        let counted = |count: usize, id: &str, one: &str, more: &str| {
            let en = if count == 1 { one } else { more };
            (count > 0).then(|| format!("{count} {}", language.pick(id, en)))
        };
        let counts = [
            counted(
                self.stopped,
                "berkas ditolak atau ditahan",
                "file was refused or is held",
                "files were refused or are held",
            ),
            counted(
                self.waived,
                "berkas tetap ditolak dan tidak perlu dikirim ulang",
                "file stays refused and need not be sent again",
                "files stay refused and need not be sent again",
            ),
            counted(
                self.refusals,
                "sel perlu diperbaiki",
                "cell is to be mended",
                "cells are to be mended",
            ),
            counted(
                self.withheld,
                "angka ditahan karena tampak memakai satuan lain",
                "figure is withheld, as it looks like another unit",
                "figures are withheld, as they look like another unit",
            ),
            counted(
                self.contested,
                "angka berbeda antara dua berkas",
                "figure differs between two files",
                "figures differ between two files",
            ),
        ];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        format!("{}.", counts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_stays_refused_is_in_the_headline() {
        let found = Found { files: 2, waived: 1, ..Found::default() };
        let en = "1 file stays refused and need not be sent again.";
        assert_eq!(found.sentence(Language::En), en);
        assert!(found.sentence(Language::Id).starts_with("1 berkas tetap ditolak"));
        let found = Found { waived: 0, ..found };
        assert_eq!(found.sentence(Language::En), "All files were accepted, nothing was refused.");
    }
}
