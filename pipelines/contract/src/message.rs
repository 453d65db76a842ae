//! What an office reads about its data: one sentence a rule, in Bahasa Indonesia and English.

use crate::field::{Field, FieldType};
use crate::rule::{CellRule, RecordRule, Rule};
use crate::text_pattern::TextPattern;

/// A language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Bahasa Indonesia.
    Id,
    /// English.
    En,
}

impl Language {
    /// One of two things by language.
    pub fn pick<Said>(self, id: Said, en: Said) -> Said {
        match self {
            Self::Id => id,
            Self::En => en,
        }
    }
}

/// One message in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Bahasa Indonesia.
    pub id: String,
    /// English.
    pub en: String,
}

impl Rule {
    /// The message about a field that breaks the rule; `hint` is the nearest known value.
    ///
    /// A rule of a contract has its own message there; the one given here names its id, for a rule
    /// that the contract no longer has.
    pub fn message(&self, field: &Field, hint: Option<&str>) -> Message {
        let (ind, eng) = match self {
            Self::Cell(rule) => (rule.indonesian(field), rule.english(field)),
            Self::Record(_) | Self::Table(_) | Self::Contract(_) => {
                let code = self.code();
                (format!("melanggar aturan {code}"), format!("breaks the rule {code}"))
            }
        };
        let (hint_ind, hint_eng) = hint
            .map(|hint| (format!("; maksudnya \"{hint}\"?"), format!("; did you mean \"{hint}\"?")))
            .unwrap_or_default();
        let title = &field.title;
        let title_en = match field.koridor.title_en.as_str() {
            "" => &field.name,
            title_en => title_en,
        };
        Message {
            id: format!("{title} {ind}{hint_ind}"),
            en: format!("{title_en} {eng}{hint_eng}"),
        }
    }
}

impl CellRule {
    /// The message about a cell; `hint` is the nearest known value.
    pub fn message(self, field: &Field, hint: Option<&str>) -> Message {
        Rule::Cell(self).message(field, hint)
    }

    fn indonesian(self, field: &Field) -> String {
        let bounds = &field.constraints;
        match self {
            Self::Required => "wajib diisi".into(),
            Self::NotANumber => "bukan angka yang dapat dibaca dalam format sumber ini".into(),
            Self::AmbiguousNumber => "angka bermakna ganda (titik/koma bisa ribuan atau desimal); \
                 tulis dengan format yang jelas"
                .into(),
            Self::OtherUnit => {
                format!(
                    "ditulis dengan satuan lain (%, Rp, kg); tulis angkanya dalam {}",
                    unit(field)
                )
            }
            Self::LostDigits => "kehilangan digit karena disimpan sebagai angka (misalnya \
                 9,97407E+15); format kolom sebagai teks dan isi ulang nomornya"
                .into(),
            Self::NotWhole => "harus bilangan bulat, tanpa desimal".into(),
            Self::TooLarge => "angka terlalu besar untuk kolom ini".into(),
            Self::BelowMinimum => format!("tidak boleh kurang dari {}", bound(&bounds.minimum)),
            Self::AboveMaximum => format!("tidak boleh lebih dari {}", bound(&bounds.maximum)),
            Self::NotADate => format!("bukan tanggal yang ada; contoh: {}", example(field, "atau")),
            Self::AmbiguousDate => "bermakna ganda: tanggal lain di kolom ini menunjukkan urutan \
                 bulan dan hari yang lain; tulis 2024-12-31"
                .into(),
            Self::NotFirstOfMonth => "harus tanggal 1 atau bulan saja, misalnya 2024-07".into(),
            Self::InFuture => "tanggal berada di masa depan".into(),
            Self::NotABoolean => "isi dengan ya atau tidak; satu huruf t atau f bermakna ganda \
                 (tidak, true), jadi tulis ya/tidak atau beri `values`"
                .into(),
            Self::UnknownCode => "tidak ada dalam daftar kode; ejaan harus sama persis dengan \
                 salah satu nama di daftar"
                .into(),
            Self::OutsideCorridor => "adalah wilayah di luar koridor ini".into(),
            Self::OtherCodeSystem => {
                "adalah kode Kemendagri; kolom ini memakai kode BPS (angka yang \
                 sama di sana dapat berarti wilayah lain)"
                    .into()
            }
            Self::NotAllowed => format!("harus salah satu dari: {}", allowed(field)),
            Self::TooShort => format!(
                "terlalu pendek, paling sedikit {} karakter",
                bounds.min_length.unwrap_or_default()
            ),
            Self::TooLong => format!(
                "terlalu panjang, paling banyak {} karakter",
                bounds.max_length.unwrap_or_default()
            ),
            Self::Pattern => "bentuknya tidak sesuai ketentuan".into(),
            Self::ErrorCell => {
                "berisi galat rumus Excel; perbaiki rumusnya atau tulis nilainya".into()
            }
            Self::FormulaWithoutValue => "berisi rumus tanpa nilai tersimpan; buka dan simpan \
                 ulang berkas di Excel, lalu kirim lagi"
                .into(),
        }
    }

    fn english(self, field: &Field) -> String {
        let bounds = &field.constraints;
        match self {
            Self::Required => "must be given".into(),
            Self::NotANumber => "is not a number in this source's format".into(),
            Self::AmbiguousNumber => "is ambiguous: the mark may part thousands or decimals; \
                 write it so that it has one reading"
                .into(),
            Self::OtherUnit => {
                format!("is written with another unit (%, Rp, kg); write it in {}", unit(field))
            }
            Self::LostDigits => "has lost digits, as it was stored as a number (such as \
                 9,97407E+15); format the column as text and type the number again"
                .into(),
            Self::NotWhole => "must be a whole number".into(),
            Self::TooLarge => "has more digits than the field can hold".into(),
            Self::BelowMinimum => format!("must not be below {}", bound(&bounds.minimum)),
            Self::AboveMaximum => format!("must not be above {}", bound(&bounds.maximum)),
            Self::NotADate => {
                format!("is not a date of the calendar; example: {}", example(field, "or"))
            }
            Self::AmbiguousDate => "is ambiguous: other dates of the column show another order of \
                 day and month; write 2024-12-31"
                .into(),
            Self::NotFirstOfMonth => {
                "must be the first of a month or a month, such as 2024-07".into()
            }
            Self::InFuture => "lies in the future".into(),
            Self::NotABoolean => "must be yes or no (ya or tidak); a lone letter t or f has two \
                 meanings (tidak, true): write ya/tidak, or give `values`"
                .into(),
            Self::UnknownCode => {
                "is not in the code list; the spelling must be one of the list's".into()
            }
            Self::OutsideCorridor => "is a region outside this corridor".into(),
            Self::OtherCodeSystem => {
                "is a Kemendagri code where a BPS code belongs (the same digits \
                 may be another region there)"
                    .into()
            }
            Self::NotAllowed => format!("must be one of: {}", allowed(field)),
            Self::TooShort => format!(
                "is too short, at least {} characters",
                bounds.min_length.unwrap_or_default()
            ),
            Self::TooLong => {
                format!("is too long, at most {} characters", bounds.max_length.unwrap_or_default())
            }
            Self::Pattern => {
                format!(
                    "does not have the form {}",
                    bounds.pattern.as_ref().map(TextPattern::as_str).unwrap_or_default()
                )
            }
            Self::ErrorCell => "holds a formula error; mend the formula or type the value".into(),
            Self::FormulaWithoutValue => {
                "holds a formula without a stored value; open the file in \
                 Excel, save it and send it again"
                    .into()
            }
        }
    }
}

impl RecordRule {
    /// The message about a row; `detail` is what was found, such as its key.
    ///
    /// Who compares totals says both figures instead.
    pub fn message(self, detail: &str) -> Message {
        let (ind, eng) = match self {
            Self::RaggedRow => (
                "jumlah kolom pada baris ini tidak sama dengan judul kolom",
                "the row does not have as many cells as the header",
            ),
            Self::CutLine => (
                "baris terakhir terpotong: selnya lebih sedikit dari judul kolom dan barisnya \
                 tidak berakhir; kirim ulang berkas yang utuh",
                "the last line is cut: it has fewer cells than the header and no end; send the \
                 whole file again",
            ),
            Self::UnclosedQuote => (
                "tanda kutip dibuka tetapi tidak ditutup pada baris ini",
                "a quote is opened on this line and never closed",
            ),
            Self::NulByte => (
                "baris mengandung bita NUL (berkas rusak)",
                "the line holds a NUL byte (a damaged file)",
            ),
            Self::InvalidUtf8 => (
                "baris mengandung karakter yang rusak (bukan UTF-8)",
                "the line holds bytes that are not UTF-8",
            ),
            Self::LineTooLong => (
                "baris terlalu panjang untuk sebuah baris data",
                "the line is too long to be a row",
            ),
            Self::ContradictsConstant => CONTRADICTS,
            Self::PartOfWhole => (
                "baris ini hanya sebagian, bukan angka seluruhnya; uraian sumber tidak membaca \
                 kolom yang memerincinya",
                "the row is a part and not the whole; the description does not read the column \
                 that says so",
            ),
            Self::UnitOfRow => (
                "baris ini dalam satuan lain; uraian sumber tidak membaca kolom satuan",
                "the row is in another unit; the description does not read the column of units",
            ),
            Self::MergedCells => (
                "satu angka digabung di atas beberapa kolom atau baris; pisahkan selnya dan isi \
                 setiap sel",
                "one number is merged over several columns or rows; unmerge the cells and fill \
                 each",
            ),
            Self::SecondTable => (
                "baris ini di bawah judul tabel lain; kirim setiap tabel pada lembar sendiri",
                "the row stands below the header or title of another table; send each table in a \
                 sheet of its own",
            ),
            Self::OtherLevel => (
                "kode wilayah baris ini bukan kabupaten/kota yang disebut namanya (kecamatan, \
                 desa, atau kode lain)",
                "the code of the row is not that of the regency it names (a district, a village \
                 or another code)",
            ),
            Self::DuplicateKey => {
                ("kunci yang sama sudah ada pada baris lain", "another row has the same key")
            }
            Self::DuplicateKeyAcrossFiles => (
                "kunci yang sama sudah dimuat dari berkas lain",
                "another file has loaded the same key",
            ),
            Self::TotalDiffers => NOT_LOADED,
        };
        with_detail((ind, eng), detail)
    }
}

/// What is said of a row of which no more is known.
const NOT_LOADED: (&str, &str) = ("baris tidak dapat dimuat", "the row cannot be loaded");

/// What is said of a row that denies what its description says of all.
const CONTRADICTS: (&str, &str) = (
    "baris ini berisi lain dari yang dianggap tetap oleh uraian sumber, atau keterangannya \
     menyebut angkanya target, batal, atau dari masa lain",
    "the row says otherwise than what the description takes for granted, or a remark on it calls \
     its figures targets, void or those of another time",
);

fn with_detail((ind, eng): (&str, &str), detail: &str) -> Message {
    let tail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
    Message { id: format!("{ind}{tail}"), en: format!("{eng}{tail}") }
}

/// The unit of a field.
fn unit(field: &Field) -> &str {
    field.koridor.unit.as_deref().unwrap_or("-")
}

/// A bound as the contract writes it.
fn bound(value: &Option<serde_json::Value>) -> String {
    value.as_ref().map(|value| value.to_string().trim_matches('"').to_owned()).unwrap_or_default()
}

/// The allowed texts of a field.
fn allowed(field: &Field) -> String {
    field.constraints.allowed.as_deref().unwrap_or_default().join(", ")
}

/// Two ways to write a date of the field, parted by a language's `or`.
fn example(field: &Field, or: &str) -> String {
    match (field.field_type, field.koridor.month) {
        (FieldType::Date, true) if field.name.ends_with("quarter") => {
            format!("2024-Q3 {or} Triwulan III 2024")
        }
        (FieldType::Date, true) => format!("2024-07 {or} Juli 2024"),
        (FieldType::Datetime, _) => "31/12/2024 06:15".to_owned(),
        _ => format!("31/12/2024 {or} 2024-12-31"),
    }
}

/// The message about a field by a rule's code, as the quarantine keeps it.
pub fn field_message(rule: &str, field: &Field, hint: Option<&str>) -> Message {
    Rule::from_code(rule).message(field, hint)
}

/// The message about a row by a rule's code, as the readers of files give it.
pub fn row_message(rule: &str, detail: &str) -> Message {
    match Rule::from_code(rule) {
        Rule::Record(rule) => rule.message(detail),
        Rule::Cell(_) | Rule::Table(_) | Rule::Contract(_) => with_detail(NOT_LOADED, detail),
    }
}
