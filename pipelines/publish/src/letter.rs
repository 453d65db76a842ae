//! What a letter to an office says for a month: what came, what must be mended, what is still
//! awaited.

use crate::error::PublishError;
use arrow::array::{Array, AsArray};
use koridor_contract::Project;
use koridor_lake::engine::text_parameter;
use koridor_lake::{Engine, LakeError};

/// What a letter says.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Name of the office.
    pub office: String,
    /// Its code.
    pub source_id: String,
    /// The month, such as `2026-11`.
    pub month: String,
    /// Parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a letter.
#[derive(Debug, Clone)]
pub struct Part {
    /// Title in both languages.
    pub title: &'static str,
    /// Title where it must be short, such as the name of a sheet.
    pub short_title: &'static str,
    /// Headings of the columns.
    pub headings: &'static [&'static str],
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// What stands there in place of no rows.
    pub nothing: &'static str,
}

/// What a letter is about.
pub const SUBJECT: &str = "Hasil pemeriksaan data / Result of the data check";

/// The first lines of a letter, in Bahasa Indonesia and English.
pub const GREETING: [&str; 2] = [
    "Terima kasih atas data yang dikirim. Baris yang ditolak tidak hilang: perbaiki di berkas Anda \
     dan kirim ulang, berkas baru menggantikan yang lama.",
    "Thank you for your data. Refused rows are not lost: mend them in your file and send it again; \
     the new file takes the place of the old one.",
];

/// The letter to an office for a month, given by its first day (`2026-11-01`).
///
/// # Errors
/// Where the office is unknown or the lake cannot be read.
pub async fn letter(
    engine: &Engine,
    project: &Project,
    source_id: &str,
    month: &str,
) -> Result<Letter, PublishError> {
    let offices = project.codes.get("source").filter(|list| list.contains(source_id));
    let Some(office) = offices.and_then(|list| list.attribute(source_id, "name")) else {
        return Err(LakeError::usage(
            format!("no office `{source_id}`"),
            "`koridor sql \"select code, name from ref.source\"` lists them".to_owned(),
        )
        .into());
    };
    let source = Source { engine, source_id, month };
    Ok(Letter {
        office: office.to_owned(),
        source_id: source_id.to_owned(),
        month: month.get(..7).unwrap_or(month).to_owned(),
        parts: vec![files(&source).await?, refusals(&source).await?, deliveries(&source).await?],
    })
}

/// Where the rows of a letter come from.
struct Source<'letter> {
    engine: &'letter Engine,
    source_id: &'letter str,
    month: &'letter str,
}

impl Source<'_> {
    /// The rows of a statement (`sql/queries/<name>.sql`) of texts; a null is an empty one.
    async fn rows(&self, name: &str) -> Result<Vec<Vec<String>>, PublishError> {
        let parameters =
            [("office", text_parameter(self.source_id)), ("month", text_parameter(self.month))];
        let mut rows = Vec::new();
        for batch in self.engine.run_named(name, parameters).await? {
            let columns = || batch.columns().iter().map(|column| column.as_string::<i32>());
            let text = |column: &arrow::array::StringArray, row: usize| match column.is_null(row) {
                true => String::new(),
                false => column.value(row).to_owned(),
            };
            let own = 0..batch.num_rows();
            rows.extend(own.map(|row| columns().map(|column| text(column, row)).collect()));
        }
        Ok(rows)
    }
}

async fn files(source: &Source<'_>) -> Result<Part, PublishError> {
    Ok(Part {
        title: "Berkas yang diterima / Files received",
        short_title: "Berkas",
        headings: &[
            "Berkas / File",
            "Tanggal / Day",
            "Dataset",
            "Dibaca / Read",
            "Diterima / Accepted",
            "Ditolak / Refused",
            "Diabaikan / Ignored",
            "Catatan / Note",
        ],
        rows: source.rows("letter_files").await?,
        nothing: "Tidak ada berkas yang diterima bulan ini. / No file was received this month.",
    })
}

async fn refusals(source: &Source<'_>) -> Result<Part, PublishError> {
    Ok(Part {
        title: "Yang perlu diperbaiki / To be mended",
        short_title: "Perbaikan",
        headings: &["Berkas / File", "Sel / Cell", "Isi / Value", "Pesan", "Message"],
        rows: source.rows("letter_refusals").await?,
        nothing: "Tidak ada baris yang ditolak. / No row was refused.",
    })
}

async fn deliveries(source: &Source<'_>) -> Result<Part, PublishError> {
    let mut rows = source.rows("letter_deliveries").await?;
    for state in rows.iter_mut().filter_map(|row| row.last_mut()) {
        *state = state_name(state).to_owned();
    }
    let office = [("office", text_parameter(source.source_id))];
    let agreed = source.engine.run_named("letter_agreements", office).await?;
    let is_agreed = agreed.iter().any(|rows| rows.num_rows() > 0);
    Ok(Part {
        title: "Yang terlambat, belum datang, atau perlu dilihat / \
                Late, missing, or to be looked at",
        short_title: "Ditunggu",
        headings: &[
            "Dataset",
            "Wilayah / Region",
            "Periode / Period",
            "Jatuh tempo / Due",
            "Keadaan / State",
        ],
        rows,
        nothing: if is_agreed {
            "Semua kiriman yang disepakati sudah datang. / All agreed deliveries have come."
        } else {
            "Belum ada jadwal kiriman yang disepakati. / No deliveries are agreed upon yet."
        },
    })
}

/// What an office reads for a state of `ops.expectations`.
fn state_name(state: &str) -> &str {
    match state {
        "late" => "terlambat / late",
        "missing" => "belum datang / missing",
        "too_small" => "baris terlalu sedikit / too few rows",
        "too_large" => "baris terlalu banyak / too many rows",
        "copy_of_last" => "sama dengan periode sebelumnya / a copy of the period before",
        "all_zeros" => "semua nol / all zeros",
        "incomplete" => "belum lengkap / incomplete",
        other => other,
    }
}
