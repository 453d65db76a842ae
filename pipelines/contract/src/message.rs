//! What an office reads about its data: one sentence a rule, in Bahasa Indonesia and English.

use crate::contract::{Field, FieldType};

/// One message in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Bahasa Indonesia.
    pub id: String,
    /// English.
    pub en: String,
}

/// The message for a broken field rule; `hint` is the nearest known value or the like.
pub fn field_message(rule: &str, field: &Field, hint: Option<&str>) -> Message {
    let name_id = &field.title;
    let name_en =
        if field.koridor.title_en.is_empty() { &field.name } else { &field.koridor.title_en };
    let show = |value: &Option<serde_json::Value>| {
        value
            .as_ref()
            .map(|value| value.to_string().trim_matches('"').to_owned())
            .unwrap_or_default()
    };
    let (least, most) = (show(&field.constraints.minimum), show(&field.constraints.maximum));
    let example = match (field.field_type, field.koridor.month) {
        (FieldType::Date, true) => ("2024-07 atau Juli 2024", "2024-07 or Juli 2024"),
        (FieldType::Datetime, _) => ("31/12/2024 06:15", "31/12/2024 06:15"),
        _ => ("31/12/2024 atau 2024-12-31", "31/12/2024 or 2024-12-31"),
    };
    let (id, en) = match rule {
        "required" => ("wajib diisi".into(), "must be given".into()),
        "not_a_number" => {
            ("bukan angka yang dapat dibaca dalam format sumber ini".into(), "is not a number in this source's format".into())
        }
        "ambiguous_number" => (
            "angka bermakna ganda (titik/koma bisa ribuan atau desimal); tulis dengan format yang jelas".into(),
            "is ambiguous: the mark may part thousands or decimals; write it so that it has one reading".into(),
        ),
        "not_whole" => ("harus bilangan bulat, tanpa desimal".into(), "must be a whole number".into()),
        "too_large" => ("angka terlalu besar untuk kolom ini".into(), "has more digits than the field can hold".into()),
        "below_minimum" => (format!("tidak boleh kurang dari {least}"), format!("must not be below {least}")),
        "above_maximum" => (format!("tidak boleh lebih dari {most}"), format!("must not be above {most}")),
        "not_a_date" => {
            (format!("bukan tanggal yang ada; contoh: {}", example.0), format!("is not a date of the calendar; example: {}", example.1))
        }
        "not_first_of_month" => {
            ("harus tanggal 1 atau bulan saja, misalnya 2024-07".into(), "must be the first of a month or a month, such as 2024-07".into())
        }
        "in_future" => ("tanggal berada di masa depan".into(), "lies in the future".into()),
        "not_a_boolean" => ("isi dengan ya atau tidak".into(), "must be yes or no (ya or tidak)".into()),
        "unknown_code" => (
            "tidak ada dalam daftar kode; ejaan harus sama persis dengan salah satu nama di daftar".into(),
            "is not in the code list; the spelling must be one of the list's".into(),
        ),
        "outside_corridor" => ("adalah wilayah di luar koridor ini".into(), "is a region outside this corridor".into()),
        "other_code_system" => (
            "adalah kode Kemendagri; kolom ini memakai kode BPS (7401 = Buton; 74.01 Kemendagri = Kolaka)".into(),
            "is a Kemendagri code where a BPS code belongs (BPS 7401 is Buton, Kemendagri 74.01 is Kolaka)".into(),
        ),
        "not_allowed" => (
            format!("harus salah satu dari: {}", field.constraints.allowed.clone().unwrap_or_default().join(", ")),
            format!("must be one of: {}", field.constraints.allowed.clone().unwrap_or_default().join(", ")),
        ),
        "too_short" => (
            format!("terlalu pendek, paling sedikit {} karakter", field.constraints.min_length.unwrap_or_default()),
            format!("is too short, at least {} characters", field.constraints.min_length.unwrap_or_default()),
        ),
        "too_long" => (
            format!("terlalu panjang, paling banyak {} karakter", field.constraints.max_length.unwrap_or_default()),
            format!("is too long, at most {} characters", field.constraints.max_length.unwrap_or_default()),
        ),
        "pattern" => (
            "bentuknya tidak sesuai ketentuan".into(),
            format!("does not have the form {}", field.constraints.pattern.clone().unwrap_or_default()),
        ),
        "error_cell" => (
            "berisi galat rumus Excel; perbaiki rumusnya atau tulis nilainya".into(),
            "holds a formula error; mend the formula or type the value".into(),
        ),
        "formula_without_value" => (
            "berisi rumus tanpa nilai tersimpan; buka dan simpan ulang berkas di Excel, lalu kirim lagi".into(),
            "holds a formula without a stored value; open the file in Excel, save it and send it again".into(),
        ),
        other => (format!("melanggar aturan {other}"), format!("breaks the rule {other}")),
    };
    let (hint_id, hint_en) = hint
        .map(|hint| (format!("; maksudnya \"{hint}\"?"), format!("; did you mean \"{hint}\"?")))
        .unwrap_or_default();
    Message { id: format!("{name_id} {id}{hint_id}"), en: format!("{name_en} {en}{hint_en}") }
}

/// The message for a row that could not be read as a row, or that stands twice.
pub fn row_message(rule: &str, detail: &str) -> Message {
    let (id, en) = match rule {
        "ragged_row" => (
            "jumlah kolom pada baris ini tidak sama dengan judul kolom",
            "the row does not have as many cells as the header",
        ),
        "unclosed_quote" => (
            "tanda kutip dibuka tetapi tidak ditutup pada baris ini",
            "a quote is opened on this line and never closed",
        ),
        "nul_byte" => (
            "baris mengandung bita NUL (berkas rusak)",
            "the line holds a NUL byte (a damaged file)",
        ),
        "invalid_utf8" => (
            "baris mengandung karakter yang rusak (bukan UTF-8)",
            "the line holds bytes that are not UTF-8",
        ),
        "line_too_long" => {
            ("baris terlalu panjang untuk sebuah baris data", "the line is too long to be a row")
        }
        "duplicate_key" => {
            ("kunci yang sama sudah ada pada baris lain", "another row has the same key")
        }
        "duplicate_key_across_files" => (
            "kunci yang sama sudah dimuat dari berkas lain",
            "another file has loaded the same key",
        ),
        _ => ("baris tidak dapat dimuat", "the row cannot be loaded"),
    };
    let tail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
    Message { id: format!("{id}{tail}"), en: format!("{en}{tail}") }
}
