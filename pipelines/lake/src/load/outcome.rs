//! What became of one landed file, as it is told.

use super::figures::Figures;
use super::landing::{LandedFile, changing};
use super::raw::Described;
use crate::ledger::report::FileReport;
use crate::ledger::{FileStatus, SubmissionId};
use koridor_contract::correction::Outcome;
use koridor_contract::message::Message;
use koridor_contract::scrub;
use koridor_read::check::RowCounts;
use koridor_read::layout::totals::TotalCheck;
use koridor_read::readers::{Refusal, RefusalCode};
use koridor_read::recognise::Recognised;

/// A refused row as one line: where it is, what is wrong, what stands there.
pub fn example(
    sheet: &str,
    cell: Option<&str>,
    rejection: &koridor_contract::Rejection,
) -> Message {
    let place = cell.map_or_else(|| rejection.row_number.to_string(), str::to_owned);
    let sheet = if sheet.is_empty() { String::new() } else { format!("{sheet}!") };
    let value = rejection.value.as_ref().map(|value| format!(" (\"{}\")", shortened(value)));
    let value = value.unwrap_or_default();
    let line = |text: &str| format!("{sheet}{place}: {text}{value}");
    Message { id: line(&rejection.message.id), en: line(&rejection.message.en) }
}

/// A cell's text as a line can show it.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Letters of a cell's text that are shown in a line.
const MOST_SHOWN: usize = 120;

/// What became of one landed file.
#[derive(Debug, Clone)]
pub struct FileOutcome {
    /// Path as given.
    pub path: String,
    /// The submission.
    pub id: SubmissionId,
    /// What became of it.
    pub status: FileStatus,
    /// Dataset.
    pub dataset: Option<String>,
    /// Source.
    pub source_id: Option<String>,
    /// Layout.
    pub layout: Option<String>,
    /// Rows read.
    pub read: u64,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Rows ignored.
    pub ignored: u64,
    /// Rows that were taken out.
    pub erased: u64,
    /// Which column became which field.
    pub columns: std::collections::BTreeMap<String, String>,
    /// Why rows were ignored, with their number.
    pub ignored_by: std::collections::BTreeMap<String, u64>,
    /// Accepted rows with a flag.
    pub flagged: u64,
    /// How often each flag was set.
    pub flags: std::collections::BTreeMap<String, u64>,
    /// Why nothing was read, or what is odd.
    pub message: Option<Message>,
    /// Up to a few refused rows, for showing; none where one sentence says it of all.
    pub examples: Vec<Message>,
    /// Whether all its rows are of regions that the corridor does not have.
    pub is_outside_corridor: bool,
    /// Whether the share of refused rows is above the contract's.
    pub is_over_ratio: bool,
    /// Totals that differ from their rows, as sentences.
    pub warnings: Vec<Message>,
    /// What the accepted rows add up to, where the file was only checked.
    pub figures: Figures,
}

impl FileOutcome {
    /// Whether somebody has to answer: too many rows were refused, or the file is held.
    pub fn needs_answer(&self) -> bool {
        self.is_over_ratio || self.status == FileStatus::Held
    }

    /// Without the sums of what stands in the file, for those who may not know them.
    pub fn hide_figures(&mut self) {
        self.figures.sums.clear();
    }

    /// Holds a file back that was read; the message says why.
    pub(crate) fn hold(&mut self, why: Message) {
        self.status = FileStatus::Held;
        self.message = Some(why);
    }
}

pub(crate) fn empty_outcome(file: &LandedFile, id: SubmissionId) -> FileOutcome {
    FileOutcome {
        path: file.told_path().to_owned(),
        id,
        status: FileStatus::Refused,
        dataset: None,
        source_id: None,
        layout: None,
        read: 0,
        accepted: 0,
        rejected: 0,
        ignored: 0,
        erased: 0,
        columns: Default::default(),
        ignored_by: Default::default(),
        flagged: 0,
        flags: Default::default(),
        message: None,
        examples: Vec::new(),
        is_outside_corridor: false,
        is_over_ratio: false,
        warnings: Vec::new(),
        figures: Figures::default(),
    }
}

pub(crate) fn refused(file: &LandedFile, id: SubmissionId, refusal: &Refusal) -> FileOutcome {
    FileOutcome {
        message: Some(refusal.message.clone()),
        is_over_ratio: true,
        ..empty_outcome(file, id)
    }
}

/// The outcome of what landed and is no file that can be read.
pub(crate) fn unreadable(file: &LandedFile) -> Option<FileOutcome> {
    let Message { id, en } = file.trouble.clone()?;
    let refusal = Refusal::new(RefusalCode::Unreadable, id, en);
    Some(refused(file, SubmissionId::of(""), &refusal))
}

/// The outcome of a file that changed while it was read: nothing of it is kept.
pub(crate) fn left_for_next(file: &LandedFile) -> FileOutcome {
    let Message { id, en } = changing();
    refused(file, SubmissionId::of(""), &Refusal::new(RefusalCode::Changing, id, en))
}

/// The refusal of a file whose bytes cannot be read.
pub(crate) fn unreadable_bytes(error: &std::io::Error) -> Refusal {
    Refusal::new(
        RefusalCode::Unreadable,
        format!("berkas tidak dapat dibaca: {error}"),
        format!("the file cannot be read: {error}"),
    )
}

/// What is told of rows whose key was erased before: another file is a new fact, and is loaded.
pub(crate) fn back_again(rows: u64) -> Option<Message> {
    (rows > 0).then(|| Message {
        id: format!(
            "{rows} baris memakai kunci yang pernah dihapus (`ops.erasures`); dimuat sebagai data \
             baru. Bila tidak boleh disimpan, jalankan `koridor erase` lagi dan beri tahu instansi"
        ),
        en: format!(
            "{rows} rows have a key that was erased before (`ops.erasures`); they were loaded as \
             new facts. Where they may not be kept, run `koridor erase` again and tell the office"
        ),
    })
}

/// The outcome of bytes of which rows were taken out: they do not come back.
pub(crate) fn erased_bytes(file: &LandedFile, id: SubmissionId) -> FileOutcome {
    let warning = Message {
        id: "isi berkas ini sudah dimuat, lalu baris seseorang dihapus daripadanya \
             (`ops.erasures`); tidak ada yang dimuat lagi. Hapus juga berkas ini dari folder \
             kiriman; bila ada data baru, kirim berkas tanpa baris itu"
            .into(),
        en: "the bytes of this file were loaded and rows of a person have been erased from them \
             since (`ops.erasures`); nothing of them was loaded again. Remove this file from the \
             landing folder as well; send new data in a file without those rows"
            .into(),
    };
    FileOutcome { status: FileStatus::Known, warnings: vec![warning], ..empty_outcome(file, id) }
}

/// The outcome of bytes that the lake has. Where another year stands in the name, which may be all
/// that tells the year of its rows, that is told.
pub(crate) fn known(file: &LandedFile, id: SubmissionId, then: Option<&str>) -> FileOutcome {
    let years = |name: &str| -> Vec<String> {
        let runs = name.split(|mark: char| !mark.is_ascii_digit());
        let is_year =
            |run: &&str| run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
        runs.filter(is_year).map(str::to_owned).collect()
    };
    let is_other = |then: &&str| {
        let (then, now) = (years(then), years(file.name()));
        !then.is_empty() && !now.is_empty() && then != now
    };
    let then = then.filter(is_other).map(scrub::cell);
    let warnings = then.map(|then| Message {
        id: format!(
            "isi berkas ini sama persis dengan \"{then}\" yang sudah dimuat, padahal tahun pada \
             namanya lain; tidak ada yang dimuat. Bila ini data tahun lain, isinya salah: kirim \
             berkas yang benar"
        ),
        en: format!(
            "the bytes are those of \"{then}\", which is loaded, though its name gives another \
             year; nothing was loaded. If these are data of another year the contents are wrong: \
             send the right file"
        ),
    });
    FileOutcome {
        status: FileStatus::Known,
        warnings: warnings.into_iter().collect(),
        ..empty_outcome(file, id)
    }
}

/// The office a file's rows come from; the first where they name several.
pub(crate) fn office(recognised: &Recognised, counts: &RowCounts) -> Option<String> {
    recognised
        .source_id()
        .map(str::to_owned)
        .or_else(|| counts.slices.keys().next().map(|key| key.source_id.clone()))
}

/// What is said of a file of which no row is data: why, where there were rows.
pub(crate) fn header_only(counts: &RowCounts) -> Option<Message> {
    // What stands around a table is no row of it.
    const NO_ROWS: [&str; 7] =
        ["blank", "title", "header", "other_sheet", "note", "numbering", "total"];
    const OUTSIDE: [&str; 2] = ["outside_corridor", "outside_province"];
    if counts.is_outside_corridor() {
        let left_out = OUTSIDE.iter().filter_map(|reason| counts.ignored.get(*reason));
        return Some(all_outside(counts.rejected + left_out.sum::<u64>()));
    }
    if counts.accepted + counts.rejected + counts.erased > 0 {
        return None;
    }
    let left_out = counts.ignored.iter().filter(|(reason, _)| !NO_ROWS.contains(&reason.as_str()));
    let left_out: Vec<(&str, u64)> =
        left_out.map(|(reason, rows)| (reason.as_str(), *rows)).collect();
    Some(match left_out.as_slice() {
        [] => Message {
            id: "berkas tidak berisi baris data".into(),
            en: "the file holds no rows of data".into(),
        },
        [("not_filled", rows)] => Message {
            id: format!("templat ini belum diisi; baris yang menunggu angkanya: {rows}"),
            en: format!(
                "this template is not filled in yet; rows that wait for their figures: {rows}"
            ),
        },
        outside if outside.iter().all(|(reason, _)| OUTSIDE.contains(reason)) => {
            all_outside(outside.iter().map(|(_, rows)| rows).sum())
        }
        several => {
            let rows: u64 = several.iter().map(|(_, rows)| rows).sum();
            let reasons: Vec<String> =
                several.iter().map(|(reason, rows)| format!("{reason} {rows}")).collect();
            let reasons = reasons.join(", ");
            Message {
                id: format!("semua {rows} baris diabaikan ({reasons}); tidak ada yang dimuat"),
                en: format!("all {rows} rows were left out ({reasons}); nothing was loaded"),
            }
        }
    })
}

fn all_outside(rows: u64) -> Message {
    Message {
        id: format!("semua {rows} baris terletak di luar koridor ini"),
        en: format!("all {rows} rows lie outside this corridor"),
    }
}

/// What became of known corrections in a file: none is silent.
fn corrected(counts: &RowCounts) -> Option<Message> {
    let count = |outcome: Outcome| {
        counts.corrections.iter().filter(|(_, met)| met.outcome == outcome).count()
    };
    let told = [
        (Outcome::Applied, "diterapkan", "applied"),
        (Outcome::Dropped, "menghapus baris", "dropped the row"),
        (Outcome::Stale, "basi: berkas sudah berbeda", "stale: the file says something else"),
        (Outcome::Expired, "lewat waktu, tidak diterapkan", "expired, not applied"),
    ];
    let told: Vec<_> = told
        .into_iter()
        .map(|(outcome, id, en)| (count(outcome), id, en))
        .filter(|(count, ..)| *count > 0)
        .collect();
    let list = |pick: &dyn Fn(&(usize, &'static str, &'static str)) -> &'static str| {
        told.iter().map(|one| format!("{} {}", one.0, pick(one))).collect::<Vec<_>>().join(", ")
    };
    (!told.is_empty()).then(|| Message {
        id: format!("koreksi: {} (ops.corrections)", list(&|one| one.1)),
        en: format!("corrections: {} (ops.corrections)", list(&|one| one.2)),
    })
}

/// The outcome of a file whose rows were read, the same for loading and checking.
pub(crate) fn loaded(
    file: &LandedFile,
    id: SubmissionId,
    recognised: &Recognised,
    counts: &RowCounts,
) -> FileOutcome {
    let data_rows = counts.accepted + counts.rejected;
    FileOutcome {
        status: FileStatus::Loaded,
        dataset: Some(recognised.contract.name.clone()),
        source_id: office(recognised, counts),
        layout: Some(recognised.layout().to_owned()),
        read: counts.read(),
        accepted: counts.accepted,
        rejected: counts.rejected,
        ignored: counts.ignored_rows(),
        erased: counts.erased,
        columns: counts.columns.clone(),
        ignored_by: counts.ignored.clone(),
        flagged: counts.flagged,
        flags: counts.flags.clone(),
        is_outside_corridor: counts.is_outside_corridor(),
        is_over_ratio: counts.rejected as f64
            > recognised.contract.koridor.max_rejected_ratio * data_rows as f64,
        warnings: header_only(counts)
            .into_iter()
            .chain(counts.totals.iter().map(TotalCheck::message))
            .chain(counts.titles.iter().cloned())
            .chain(corrected(counts))
            .collect(),
        ..empty_outcome(file, id)
    }
}

impl From<&FileOutcome> for FileReport {
    fn from(outcome: &FileOutcome) -> Self {
        Self {
            path: outcome.path.clone(),
            sha256: outcome.id.to_string(),
            status: outcome.status,
            dataset: outcome.dataset.clone(),
            source_id: outcome.source_id.clone(),
            rows_read: outcome.read,
            rows_accepted: outcome.accepted,
            rows_rejected: outcome.rejected,
            rows_ignored: outcome.ignored,
            rows_erased: outcome.erased,
            rows_flagged: outcome.flagged,
            error: outcome.message.as_ref().map(|message| message.en.clone()),
            error_id: outcome.message.as_ref().map(|message| message.id.clone()),
            warnings: outcome.warnings.iter().map(|warning| warning.en.clone()).collect(),
            warnings_id: outcome.warnings.iter().map(|warning| warning.id.clone()).collect(),
        }
    }
}

/// What is told of a file whose raw bytes are gone, or are no longer those that came.
pub(crate) fn damaged(file: &LandedFile, described: &Described) -> FileOutcome {
    let id = SubmissionId::parse(&described.sha256);
    let name = id.sha256();
    let refusal = Refusal::new(
        RefusalCode::RawDamaged,
        format!("isi asli raw/{name} hilang atau berubah; kembalikan dari cadangan"),
        format!("the bytes of raw/{name} are gone or changed; bring them back from a backup"),
    );
    refused(file, id, &refusal)
}
