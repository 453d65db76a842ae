//! The letter to an office for a month: what came, what must be mended, what is still awaited. HTML to print or send, or a workbook.

use crate::error::ServeError;
use crate::workbook::Book;
use arrow::array::{Array, AsArray, RecordBatch};
use koridor_contract::Project;
use koridor_lake::{Engine, LakeError};
use std::fmt::Write as _;
use std::io::Write;

/// Refused rows that a letter lists one by one.
const MOST_LISTED: usize = 500;

/// A part of a letter: a title in both languages, headings, lines of texts.
struct Part {
    title: &'static str,
    sheet: &'static str,
    headings: Vec<&'static str>,
    lines: Vec<Vec<String>>,
    nothing: &'static str,
}

/// Forms of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page.
    Html,
    /// A workbook.
    Xlsx,
}

/// Writes the letter to an office (`source_id`) for a month (its first day, ISO).
///
/// # Errors
/// Where the office is unknown, the lake cannot be read or the letter not be written.
pub async fn write(
    engine: &Engine,
    project: &Project,
    source_id: &str,
    month: &str,
    form: Form,
    output: &mut (dyn Write + Send),
) -> Result<(), ServeError> {
    let offices = project.codes.get("source");
    let Some(office) = offices
        .filter(|list| list.contains(source_id))
        .and_then(|list| list.attribute(source_id, "name"))
    else {
        return Err(LakeError::usage(
            format!("no office `{source_id}`"),
            "`koridor sql \"select code, name from ref.source\"` lists them".to_owned(),
        )
        .into());
    };
    let parts = parts(engine, source_id, month).await?;
    match form {
        Form::Html => output.write_all(page(office, source_id, month, &parts).as_bytes())?,
        Form::Xlsx => {
            let mut book = Book::new();
            let about = [
                vec!["Kepada / To".to_owned(), office.to_owned()],
                vec!["Bulan / Month".to_owned(), month.get(..7).unwrap_or(month).to_owned()],
                vec!["Isi / Content".to_owned(), GREETING.join(" ")],
            ];
            book.texts(
                "Surat",
                &["Koridor", "Hasil pemeriksaan data / Result of the data check"],
                &[24.0, 90.0],
                &about,
            )?;
            for part in &parts {
                let widths: Vec<f64> = part
                    .headings
                    .iter()
                    .map(|heading| (heading.chars().count() as f64 + 6.0).clamp(12.0, 50.0))
                    .collect();
                book.texts(part.sheet, &part.headings, &widths, &part.lines)?;
            }
            book.save(output)?;
        }
    }
    Ok(())
}

const GREETING: [&str; 2] = [
    "Terima kasih atas data yang dikirim. Baris yang ditolak tidak hilang: perbaiki di berkas Anda dan kirim ulang, berkas baru menggantikan yang lama.",
    "Thank you for your data. Refused rows are not lost: mend them in your file and send it again; the new file takes the place of the old one.",
];

async fn parts(engine: &Engine, source_id: &str, month: &str) -> Result<Vec<Part>, ServeError> {
    // A file that was refused as a whole has no office of its own: the folder it came in tells.
    let of_office = format!(
        "(f.source_id = '{source_id}' or (f.source_id is null and strpos(f.file_path, '/{source_id}/') > 0))"
    );
    let within = format!(
        "f.received_at >= timestamp '{month}' and f.received_at < timestamp '{month}' + interval '1 month'"
    );
    let files = lines(
        engine,
        &format!(
            "select f.file_name, substr(cast(f.received_at as varchar), 1, 10), coalesce(f.dataset, '-'), cast(f.rows_read as varchar),
               cast(f.rows_accepted as varchar), cast(f.rows_rejected as varchar), cast(f.rows_ignored as varchar), coalesce(f.error_id, '')
             from ops.files f where {of_office} and {within} order by f.sequence"
        ),
    )
    .await?;
    let refused = lines(
        engine,
        &format!(
            "select q.file_name, concat(case when q.sheet = '' then '' else concat(q.sheet, '!') end, coalesce(q.cell, concat('baris ', q.row_number))),
               coalesce(min(q.value), ''), concat(q.message_id, case when count(*) > 1 then concat(' (', count(*), ' nilai)') else '' end),
               concat(q.message_en, case when count(*) > 1 then concat(' (', count(*), ' values)') else '' end)
             from ops.quarantine q join ops.files f on f.sha256 = q.sha256
             where {of_office} and {within} and q.status = 'open'
             group by q.file_name, q.sheet, q.row_number, q.cell, q.message_id, q.message_en
             order by q.file_name, q.sheet, q.row_number, q.cell limit {MOST_LISTED}"
        ),
    )
    .await?;
    let awaited = lines(
        engine,
        &format!(
            "select dataset, coalesce(region_code, '') as region, cast(period as varchar) as of_period, cast(due_on as varchar) as due, state
             from ops.expectations where source_id = '{source_id}' and state not in ('on_time', 'pending')
               and due_on < date '{month}' + interval '1 month'
               and (state = 'missing' or due_on >= date '{month}' - interval '11 months')
             order by state, dataset, region, of_period limit {MOST_LISTED}"
        ),
    )
    .await?;
    let awaited: Vec<Vec<String>> = awaited
        .into_iter()
        .map(|mut line| {
            if let Some(state) = line.last_mut() {
                *state = state_name(state);
            }
            line
        })
        .collect();
    let agreed = lines(
        engine,
        &format!("select source_id from ref.arrival where source_id = '{source_id}' limit 1"),
    )
    .await?;
    Ok(vec![
        Part {
            title: "Berkas yang diterima / Files received",
            sheet: "Berkas",
            headings: vec![
                "Berkas / File",
                "Tanggal / Day",
                "Dataset",
                "Dibaca / Read",
                "Diterima / Accepted",
                "Ditolak / Refused",
                "Diabaikan / Ignored",
                "Catatan / Note",
            ],
            lines: files,
            nothing: "Tidak ada berkas yang diterima bulan ini. / No file was received this month.",
        },
        Part {
            title: "Yang perlu diperbaiki / To be mended",
            sheet: "Perbaikan",
            headings: vec!["Berkas / File", "Sel / Cell", "Isi / Value", "Pesan", "Message"],
            lines: refused,
            nothing: "Tidak ada baris yang ditolak. / No row was refused.",
        },
        Part {
            title: "Yang terlambat, belum datang, atau perlu dilihat / Late, missing, or to be looked at",
            sheet: "Ditunggu",
            headings: vec![
                "Dataset",
                "Wilayah / Region",
                "Periode / Period",
                "Jatuh tempo / Due",
                "Keadaan / State",
            ],
            lines: awaited,
            nothing: if agreed.is_empty() {
                "Belum ada jadwal kiriman yang disepakati. / No deliveries are agreed upon yet."
            } else {
                "Semua kiriman yang disepakati sudah datang. / All agreed deliveries have come."
            },
        },
    ])
}

/// What an office reads for a state of `ops.expectations`.
fn state_name(state: &str) -> String {
    let known = match state {
        "late" => "terlambat / late",
        "missing" => "belum datang / missing",
        "too_small" => "baris terlalu sedikit / too few rows",
        "too_large" => "baris terlalu banyak / too many rows",
        "copy_of_last" => "sama dengan periode sebelumnya / a copy of the period before",
        "all_zeros" => "semua nol / all zeros",
        "incomplete" => "belum lengkap / incomplete",
        other => return other.to_owned(),
    };
    known.to_owned()
}

async fn lines(engine: &Engine, sql: &str) -> Result<Vec<Vec<String>>, ServeError> {
    let text = |rows: &RecordBatch, column: usize, row: usize| {
        let texts = rows.column(column).as_string::<i32>();
        if texts.is_null(row) { String::new() } else { texts.value(row).to_owned() }
    };
    let rows = engine.rows(sql).await?;
    Ok(rows
        .iter()
        .flat_map(|rows| {
            (0..rows.num_rows()).map(move |row| {
                (0..rows.num_columns()).map(|column| text(rows, column, row)).collect()
            })
        })
        .collect())
}

fn page(office: &str, source_id: &str, month: &str, parts: &[Part]) -> String {
    let month = month.get(..7).unwrap_or(month);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"id\"><head><meta charset=\"utf-8\"><title>Koridor: {0} {month}</title>\n<style>{STYLE}</style></head><body>\n\
         <h1>Hasil pemeriksaan data / Result of the data check</h1>\n<p><strong>{0}</strong> ({1}) &middot; {month}</p>\n<p lang=\"id\">{2}</p>\n<p lang=\"en\">{3}</p>\n",
        escape(office),
        escape(source_id),
        GREETING[0],
        GREETING[1]
    );
    for part in parts {
        // Writing to a text does not fail.
        let _ = writeln!(html, "<h2>{}</h2>", part.title);
        if part.lines.is_empty() {
            let _ = writeln!(html, "<p>{}</p>", part.nothing);
            continue;
        }
        let headings: String = part
            .headings
            .iter()
            .map(|heading| format!("<th scope=\"col\">{heading}</th>"))
            .collect();
        let _ = writeln!(html, "<table><thead><tr>{headings}</tr></thead><tbody>");
        for line in &part.lines {
            let cells: String =
                line.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
            let _ = writeln!(html, "<tr>{cells}</tr>");
        }
        html.push_str("</tbody></table>\n");
    }
    html.push_str("</body></html>\n");
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #c9d1d9;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#dce6f1}\
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}";
