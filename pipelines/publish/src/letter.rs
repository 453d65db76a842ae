//! What a letter to an office says for a month, in one language: what came, what must be mended,
//! what is withheld, what is still awaited.

use crate::contested;
use crate::delivery_states::delivery_words;
use crate::error::PublishError;
use crate::filed_lines;
use crate::letter_verdict::{ALL_ACCEPTED, Found};
use crate::readable::{ReadableColumn, texts};
use crate::shared_views::share_views_of;
use crate::shown_cell::{ShownCell, shown_cell};
use crate::table::{Record, Table};
use crate::words::{Words, grouped, period_name};
use datafusion::common::ScalarValue;
use koridor_contract::Project;
use koridor_contract::date::{from_days, parse_date};
use koridor_contract::message::Language;
use koridor_lake::engine::text_parameter;
use koridor_lake::load::outcome::shortened;
use koridor_lake::{Engine, LakeError};
use std::collections::{BTreeMap, BTreeSet};

/// What a letter says.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The language it is in.
    pub language: Language,
    /// What it is about.
    pub subject: &'static str,
    /// Name of the office.
    pub office: String,
    /// Its code.
    pub source_id: String,
    /// The month, such as `November 2026`.
    pub month: String,
    /// The first lines.
    pub greeting: &'static str,
    /// What was found, in a sentence: also where nothing is wrong.
    pub verdict: String,
    /// Parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a letter.
#[derive(Debug, Clone)]
pub struct Part {
    /// Title.
    pub title: &'static str,
    /// Title where it must be short, such as the name of a sheet.
    pub short_title: &'static str,
    /// Columns.
    pub columns: Vec<ReadableColumn>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// What stands there in place of no rows.
    pub nothing: &'static str,
}

/// Names of the months.
const MONTHS: [[&str; 2]; 12] = [
    ["Januari", "January"],
    ["Februari", "February"],
    ["Maret", "March"],
    ["April", "April"],
    ["Mei", "May"],
    ["Juni", "June"],
    ["Juli", "July"],
    ["Agustus", "August"],
    ["September", "September"],
    ["Oktober", "October"],
    ["November", "November"],
    ["Desember", "December"],
];

/// The letter to an office for a month, given by its first day (`2026-11-01`), in a language.
///
/// # Errors
/// Where the office or the month is unknown or the lake cannot be read.
pub async fn letter(
    engine: &Engine,
    project: &Project,
    source_id: &str,
    month: &str,
    language: Language,
) -> Result<Letter, PublishError> {
    let offices = project.codes.get("source").filter(|list| list.contains(source_id));
    let Some(office) = offices.and_then(|list| list.attribute(source_id, "name")) else {
        return Err(LakeError::usage(
            format!("no office `{source_id}`"),
            "`koridor sql \"select code, name from ref.source\"` lists them".to_owned(),
        )
        .into());
    };
    let writer = Writer::new(engine, Words { project, language }, source_id, month)?;
    let (files, received) = writer.files().await?;
    let (to_mend, found) = writer.to_mend(&received).await?;
    Ok(Letter {
        language,
        subject: language.pick("Hasil pemeriksaan data", "Result of the data check"),
        office: office.to_owned(),
        source_id: source_id.to_owned(),
        month: writer.month_name(),
        greeting: language.pick(
            "Terima kasih atas data yang dikirim. Baris yang ditolak tidak hilang: perbaiki di \
             berkas Anda dan kirim ulang, berkas baru menggantikan yang lama.",
            "Thank you for your data. Refused rows are not lost: mend them in your file and send \
             it again; the new file takes the place of the old one.",
        ),
        verdict: found.sentence(language),
        parts: vec![files, to_mend, writer.deliveries().await?],
    })
}

/// Where the rows of a letter come from.
struct Writer<'letter> {
    engine: &'letter Engine,
    words: Words<'letter>,
    source_id: &'letter str,
    /// First day.
    month: &'letter str,
    /// The month's first moment and the one after its last, UTC.
    moments: [String; 2],
}

impl<'letter> Writer<'letter> {
    fn new(
        engine: &'letter Engine,
        words: Words<'letter>,
        source_id: &'letter str,
        month: &'letter str,
    ) -> Result<Self, PublishError> {
        let no_month =
            || LakeError::usage(format!("`{month}` is no month"), "write it as 2026-11".to_owned());
        let first = parse_date(month.as_bytes(), Default::default()).ok_or_else(no_month)?;
        let days = [first, next_month(first)];
        let zone = words.project.corridor.zone();
        let moment = |day: i32| {
            let hours = i64::from(day) * 24 - i64::from(zone.offset_hours);
            let date = i32::try_from(hours.div_euclid(24)).ok().and_then(from_days);
            let date = date.map(|date| date.to_string()).unwrap_or_default();
            format!("{date}T{:02}:00:00", hours.rem_euclid(24))
        };
        Ok(Self { engine, words, source_id, month, moments: days.map(moment) })
    }

    fn say<Said>(&self, id: Said, en: Said) -> Said {
        self.words.language.pick(id, en)
    }

    fn columns(&self, columns: &[(&str, &str, f64)]) -> Vec<ReadableColumn> {
        let column = |(id, en, width): &(&str, &str, f64)| texts(self.say(id, en), *width);
        columns.iter().map(column).collect()
    }

    fn month_name(&self) -> String {
        let (year, month) = (self.month.get(..4), self.month.get(5..7));
        let month = month.and_then(|month| month.parse::<usize>().ok());
        let names = month.and_then(|month| MONTHS.get(month.wrapping_sub(1)));
        match (year, names) {
            (Some(year), Some([id, en])) => format!("{} {year}", self.say(id, en)),
            _ => self.month.to_owned(),
        }
    }

    /// The rows of a statement about the office's files of the month.
    async fn received(&self, name: &str) -> Result<Table, PublishError> {
        let [from, until] = &self.moments;
        let office: (&str, ScalarValue) = ("office", text_parameter(self.source_id));
        let parameters = [office, ("from", text_parameter(from)), ("until", text_parameter(until))];
        Table::named(self.engine, name, parameters).await
    }

    async fn files(&self) -> Result<(Part, Table), PublishError> {
        let received = self.received("letter_files").await?;
        let row = |file: Record<'_>| {
            let count = |name: &str| grouped(file.count(name) as f64, 0, self.words.language);
            vec![
                file.text_or_empty("file_name"),
                self.day(&file.text_or_empty("received_at")),
                self.words.dataset(&file.text_or_empty("dataset")).to_owned(),
                count("rows_read"),
                count("rows_accepted"),
                count("rows_rejected"),
                count("rows_ignored"),
                self.status(&file),
            ]
        };
        let part = Part {
            title: self.say("Berkas yang diterima", "Files received"),
            short_title: self.say("Berkas", "Files"),
            columns: self.columns(&[
                ("Berkas", "File", 34.0),
                ("Tanggal", "Day", 12.0),
                ("Dataset", "Dataset", 24.0),
                ("Dibaca", "Read", 10.0),
                ("Diterima", "Accepted", 11.0),
                ("Ditolak", "Refused", 10.0),
                ("Diabaikan", "Ignored", 11.0),
                ("Catatan", "Note", 60.0),
            ]),
            rows: received.records().map(row).collect(),
            nothing: self.say(
                "Tidak ada berkas yang diterima bulan ini.",
                "No file was received this month.",
            ),
        };
        Ok((part, received))
    }

    /// The day of a moment, in the corridor's zone.
    fn day(&self, moment: &str) -> String {
        let zone = self.words.project.corridor.zone();
        match chrono::DateTime::parse_from_rfc3339(moment) {
            Ok(moment) => zone.written(moment.timestamp_micros()).chars().take(10).collect(),
            Err(_) => moment.chars().take(10).collect(),
        }
    }

    /// What is to be said of a file as a whole.
    fn status(&self, file: &Record<'_>) -> String {
        let note = file.text_or_empty(self.say("note_ind", "note_en"));
        let state = match file.text_or_empty("status").as_str() {
            "refused" => self.say("ditolak", "refused"),
            "held" => self.say("ditahan", "held"),
            "waived" => self.say("tetap ditolak", "stays refused"),
            _ => "",
        };
        match (state, note.is_empty()) {
            ("", _) => note,
            (state, true) => state.to_owned(),
            (state, false) if note.starts_with(state) => note,
            (state, false) => format!("{state}: {note}"),
        }
    }

    /// Refused cells, figures that look like another unit or that two files give differently,
    /// files that are held.
    async fn to_mend(&self, files: &Table) -> Result<(Part, Found), PublishError> {
        let refusals = self.received("letter_refusals").await?;
        let magnitudes = self.received("letter_magnitudes").await?;
        share_views_of(self.engine, &["letter_contested"]).await?;
        let contested = self.received("letter_contested").await?;
        let is_stopped =
            |file: &Record<'_>| matches!(file.text_or_empty("status").as_str(), "refused" | "held");
        let stopped = files.records().filter(is_stopped);
        let stopped = stopped.map(|file| {
            let name = file.text_or_empty("file_name");
            vec![name, String::new(), String::new(), self.status(&file)]
        });
        let mut rows: Vec<Vec<String>> = stopped.collect();
        let is_waived = |file: &Record<'_>| file.text_or_empty("status") == "waived";
        let found = Found {
            files: files.len(),
            stopped: rows.len(),
            waived: files.records().filter(is_waived).count(),
            refusals: refusals.len(),
            withheld: magnitudes.len(),
            contested: contested.records().map(|figure| figure.count("figures") as usize).sum(),
        };
        let lines = self.lines(&refusals).await;
        rows.extend(refusals.records().map(|refusal| self.refusal(&refusal, &lines)));
        rows.extend(magnitudes.records().map(|figure| self.magnitude(&figure)));
        rows.extend(contested.records().map(|figure| {
            let hides_figures = self.hides_figures(&figure.text_or_empty("dataset"));
            contested::line(self.words, &figure, hides_figures)
        }));
        let part = Part {
            title: self.say("Yang perlu diperbaiki", "To be mended"),
            short_title: self.say("Perbaikan", "To mend"),
            columns: self.columns(&[
                ("Berkas", "File", 34.0),
                ("Tempat", "Place", 24.0),
                ("Isi", "Value", 26.0),
                ("Yang perlu diperbaiki", "What to mend", 80.0),
            ]),
            rows,
            nothing: match (found.files, found.waived) {
                (0, _) | (_, 1..) => self.say("Tidak ada.", "Nothing."),
                _ => self.say(ALL_ACCEPTED.0, ALL_ACCEPTED.1),
            },
        };
        Ok((part, found))
    }

    /// The lines that are refused as a whole, as far as they may be told.
    async fn lines(&self, refusals: &Table) -> BTreeMap<(String, u64), String> {
        let mut wanted: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        for refusal in refusals.records() {
            let dataset = refusal.text_or_empty("dataset");
            let contract = self.engine.snapshot().project.datasets.get(&dataset);
            let is_hidden = contract
                .is_some_and(|own| own.hides_figures() || filed_lines::may_be_personal(own));
            let is_line = filed_lines::is_of_line(&refusal.text_or_empty("rule"))
                && refusal.text_or_empty("sheet").is_empty()
                && refusal.text_or_empty("found").is_empty();
            if is_line && !is_hidden {
                let numbers = wanted.entry(refusal.text_or_empty("sha256")).or_default();
                numbers.insert(refusal.count("row_number"));
            }
        }
        filed_lines::of_files(&self.engine.snapshot().storage, &wanted).await
    }

    fn refusal(
        &self,
        refusal: &Record<'_>,
        lines: &BTreeMap<(String, u64), String>,
    ) -> Vec<String> {
        let sheet = refusal.text("sheet").map(|sheet| format!("{sheet}!")).unwrap_or_default();
        let place = refusal.text("place").unwrap_or_else(|| {
            format!("{} {}", self.say("baris", "row"), refusal.count("row_number"))
        });
        let mut message = refusal.text_or_empty(self.say("message_ind", "message_en"));
        let records = refusal.count("records");
        if records > 1 {
            message = format!("{message} ({records} {})", self.say("nilai", "values"));
        }
        let file = refusal.text_or_empty("file_name");
        let found = match self.hides_figures(&refusal.text_or_empty("dataset")) {
            true => String::new(),
            false => refusal.text_or_empty("found"),
        };
        let ShownCell { text, note } = shown_cell(&found);
        if let Some(note) = note {
            message = format!("{message}; {}", self.say(note.id, note.en));
        }
        let line = lines.get(&(refusal.text_or_empty("sha256"), refusal.count("row_number")));
        let found = line.filter(|_| text.is_empty()).map_or(&*text, String::as_str);
        vec![file, format!("{sheet}{place}"), shortened(found), message]
    }

    /// Whether figures of a dataset are told by their place alone.
    fn hides_figures(&self, dataset: &str) -> bool {
        let datasets = &self.engine.snapshot().project.datasets;
        datasets.get(dataset).is_some_and(|own| own.hides_figures())
    }

    fn magnitude(&self, figure: &Record<'_>) -> Vec<String> {
        let text = |name: &str| figure.text_or_empty(name);
        let number = |name: &str| {
            let number = figure.number(name).unwrap_or_default();
            let digits = if number.fract() == 0.0 { 0 } else { 2 };
            grouped(number, digits, self.words.language)
        };
        let (unit, looks_like) = (text("unit"), text("looks_like"));
        let period = period_name(&text("period_type"), &text("period"));
        let hides_figures = self.hides_figures(&text("dataset"));
        let usually = |words: &str| match hides_figures {
            true => String::new(),
            false => format!(" ({words} {} {unit})", number("compared_with")),
        };
        let why = match self.words.language {
            Language::Id => format!(
                "Ditahan: tampak seperti {looks_like}, bukan {unit}{}. Kirim ulang dalam {unit}, \
                 atau tuliskan satuannya di judul kolom",
                usually("biasanya sekitar"),
            ),
            Language::En => format!(
                "Withheld: looks like {looks_like} and not {unit}{}. Send it again in {unit}, or \
                 write its unit in the column header",
                usually("usually about"),
            ),
        };
        let field = self.words.text(&text("field"));
        let figure = match hides_figures {
            true => field.to_string(),
            false => format!("{field}: {} {unit}", number("value")),
        };
        vec![
            text("file_name"),
            format!("{}, {period}", self.words.region(&text("region_code"))),
            figure,
            why,
        ]
    }

    async fn deliveries(&self) -> Result<Part, PublishError> {
        let office = || ("office", text_parameter(self.source_id));
        let month = ("month", text_parameter(self.month));
        share_views_of(self.engine, &["letter_deliveries"]).await?;
        let due = Table::named(self.engine, "letter_deliveries", [office(), month]).await?;
        let agreed = Table::named(self.engine, "letter_agreements", [office()]).await?;
        let row = |delivery: Record<'_>| {
            let text = |name: &str| delivery.text_or_empty(name);
            vec![
                self.words.dataset(&text("dataset")).to_owned(),
                self.words.region(&text("region_code")),
                period_name(&text("cadence"), &text("period")),
                text("due_on"),
                delivery_words(&text("state"), self.words.language).to_owned(),
            ]
        };
        Ok(Part {
            title: self.say(
                "Yang terlambat, belum datang, atau perlu dilihat",
                "Late, missing, or to be looked at",
            ),
            short_title: self.say("Ditunggu", "Awaited"),
            columns: self.columns(&[
                ("Dataset", "Dataset", 34.0),
                ("Wilayah", "Region", 30.0),
                ("Periode", "Period", 12.0),
                ("Jatuh tempo", "Due", 14.0),
                ("Keadaan", "State", 36.0),
            ]),
            rows: due.records().map(row).collect(),
            nothing: match agreed.is_empty() {
                false => self.say(
                    "Semua kiriman yang disepakati sudah datang.",
                    "All agreed deliveries have come.",
                ),
                true => self.say(
                    "Belum ada jadwal kiriman yang disepakati.",
                    "No deliveries are agreed upon yet.",
                ),
            },
        })
    }
}

/// The first day of the month after that of a day.
fn next_month(day: i32) -> i32 {
    // No month is longer than 31 days, and none shorter than 28.
    let is_other = |later: &i32| {
        let month =
            |day: i32| from_days(day).map(|date| date.to_string().get(..7).map(str::to_owned));
        month(*later) != month(day)
    };
    (day..day + 32).find(is_other).unwrap_or(day + 31)
}
