//! What is said of a sheet whose header is not as it is described.

use super::band::{Band, Bands, band_labels};
use super::description_keys::{ColumnKeys, column_keys, named_keys};
use super::header_key::header_key;
use super::likely_header::likely_header;
use super::plan_words::plan_among;
use super::unit_names::unit_of;
use crate::readers::address::column_letters;
use crate::readers::{Refusal, RefusalCode};
use koridor_contract::codes::did_you_mean;
use koridor_contract::source::Column;
use koridor_contract::{RawBatch, Source};

/// Labels that are shown.
const SHOWN: usize = 12;

/// One of so many required columns may be missing altogether where a table is nearly read.
const MOST_STRANGE: usize = 4;

/// The band that comes nearest to a header.
pub(super) struct Nearest<'source> {
    /// Described columns that it holds.
    pub(super) hits: usize,
    /// Where it holds none: its cells with words.
    pub(super) labels: usize,
    /// Required columns that it does not hold.
    pub(super) missing: Vec<&'source Column>,
    /// Its first row.
    pub(super) row: usize,
}

/// Refuses a header in which a described column stands twice.
pub(super) fn refuse_twice(
    source: &Source,
    keys: &[ColumnKeys<'_>],
    band: &Band,
    places: &[Option<usize>],
    labels: &[Vec<String>],
) -> Result<(), Refusal> {
    let stands_twice = |key: &String| band.keys.iter().filter(|own| *own == key).count() > 1;
    let twice = keys
        .iter()
        .flat_map(|keys| keys.column.header.iter().zip(&keys.headers))
        .find(|(_, key)| stands_twice(key))
        .map(|(header, _)| header);
    let planned = || {
        let mut found = keys.iter().zip(places);
        let (keys, _) =
            found.find(|(keys, place)| is_planned_first(keys, band, **place, labels))?;
        keys.column.header.first()
    };
    let Some(header) = twice.or_else(planned) else { return Ok(()) };
    let places = match source.transpose {
        true => String::new(),
        false => places_of(header, labels),
    };
    Err(Refusal::new(
        RefusalCode::ColumnTwice,
        format!("kolom \"{header}\" ada dua kali{places}; hapus atau ganti nama salah satunya"),
        format!("column \"{header}\" is there twice{places}; remove or rename one of them"),
    ))
}

/// The columns that a label stands in, with their heads: ` (C: "Target", E: "Realisasi")`.
fn places_of(header: &str, labels: &[Vec<String>]) -> String {
    let key = header_key(header);
    let is_meant = |parts: &Vec<String>| {
        header_key(&parts.join(" ")) == key
            || parts.last().is_some_and(|own| header_key(own) == key)
    };
    let place = |(column, parts): (usize, &Vec<String>)| {
        let (_, upper) = parts.split_last()?;
        let letters = column_letters(column);
        let head = upper.iter().rev().find(|head| !head.is_empty());
        Some(head.map_or_else(|| letters.clone(), |head| format!("{letters}: \"{head}\"")))
    };
    let meant = labels.iter().enumerate().filter(|(_, parts)| is_meant(parts));
    let places: Vec<String> = meant.filter_map(place).take(SHOWN).collect();
    if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) }
}

/// What is said of a table that lacks columns which stand twice in a row below other heads, where
/// the description reads no row of heads: nobody knows which of them is meant.
fn twice_below(missing: &[&Column], source: &Source, cells: &RawBatch) -> Option<(String, String)> {
    if source.transpose {
        return None;
    }
    let head_above = |row: usize, column: usize| {
        let mut texts = (0..=column).rev().map(|own| cells.text(row, own).trim());
        texts.find(|text| text.contains(char::is_alphanumeric))
    };
    let stands_in = |row: usize, header: &String| -> Vec<(usize, &str)> {
        let key = header_key(header);
        let own = (0..cells.width()).filter(|column| header_key(cells.text(row, *column)) == key);
        own.filter_map(|column| Some((column, head_above(row.checked_sub(1)?, column)?))).collect()
    };
    let rows = 1..cells.len().min(source.header.within + source.header.rows);
    let mut rows = rows.flat_map(|row| {
        let headers = missing.iter().flat_map(|column| &column.header);
        headers.map(move |header| (row, header))
    });
    let (row, header, found) = rows.find_map(|(row, header)| {
        let found = stands_in(row, header);
        let is_told = found.windows(2).any(|pair| matches!(pair, [(_, a), (_, b)] if a != b));
        is_told.then_some((row, header, found))
    })?;
    let number = cells.row_number(row);
    let places = |word: &str| {
        let own = found.iter().take(SHOWN);
        let own = own
            .map(|(column, head)| format!("{}{number} {word} \"{head}\"", column_letters(*column)));
        own.collect::<Vec<_>>().join(", ")
    };
    Some((
        format!(
            "kolom \"{header}\" ada lebih dari sekali ({}); sisakan yang dimaksud, misalnya yang \
             berisi realisasi, dan tulis judul kolom dalam satu baris",
            places("di bawah")
        ),
        format!(
            "column \"{header}\" is there more than once ({}); leave the one that is meant, such \
             as that of what was reached, and write the header in one row",
            places("below")
        ),
    ))
}

/// Whether a column that is told by its lowest label alone is that of plans, and another with the
/// same label is not: `Target | Realisasi` above `Kunjungan | Kunjungan`.
fn is_planned_first(
    keys: &ColumnKeys<'_>,
    band: &Band,
    place: Option<usize>,
    labels: &[Vec<String>],
) -> bool {
    let parts_of = |column: usize| labels.get(column).and_then(|parts| parts.split_last());
    let Some((place, (last, upper))) = place.and_then(|at| Some((at, parts_of(at)?))) else {
        return false;
    };
    let is_named_whole = band.keys.get(place).is_some_and(|own| keys.all().any(|key| key == own));
    let key = header_key(last);
    if is_named_whole || key.is_empty() || plan_among(upper).is_none() {
        return false;
    }
    (0..labels.len())
        .filter_map(parts_of)
        .any(|(other, heads)| header_key(other) == key && plan_among(heads).is_none())
}

/// Refuses a header with a label that is all but the one of a column that was not found: an
/// optional column under it would be lost without a word.
pub(super) fn refuse_misspelled(
    source: &Source,
    keys: &[ColumnKeys<'_>],
    places: &[Option<usize>],
    labels: &[Vec<String>],
) -> Result<(), Refusal> {
    if places.iter().all(Option::is_some) {
        return Ok(());
    }
    let named = named_keys(source);
    let lasts = labels.iter().filter_map(|parts| parts.last()).filter(|last| !last.is_empty());
    let spare: Vec<(&str, String)> = lasts
        .map(|label| (label.as_str(), header_key(label)))
        .filter(|(_, key)| !named.contains(key))
        .collect();
    let found = keys
        .iter()
        .zip(places)
        .filter(|(_, place)| place.is_none())
        .flat_map(|(keys, _)| keys.column.header.iter().zip(&keys.headers))
        .filter_map(|(header, key)| Some((misspelled(key, &spare)?, header)))
        .find(|(label, header)| !is_other_unit(label, header));
    let Some((label, header)) = found else { return Ok(()) };
    Err(Refusal::new(
        RefusalCode::MisspelledColumn,
        format!(
            "kolom \"{label}\" tidak dikenal; mungkin salah ketik: \"{label}\" -> \"{header}\""
        ),
        format!("column \"{label}\" is not known; perhaps misspelled: \"{label}\" -> \"{header}\""),
    ))
}

/// The spare label that is a letter or two from a header.
fn misspelled<'label>(wanted: &str, spare: &[(&'label str, String)]) -> Option<&'label str> {
    let most = (wanted.chars().count() / 6).min(2);
    spare
        .iter()
        .find(|(_, key)| most > 0 && strsim::damerau_levenshtein(wanted, key) <= most)
        .map(|(label, _)| *label)
}

/// The refusal of a table without the column that a rule of the description looks at.
pub(super) fn absent_column(key: &str, headers: &[String]) -> Refusal {
    let expected = quoted(headers.iter());
    Refusal::new(
        RefusalCode::MissingRuleColumn,
        format!("kolom yang disebut {key} tidak ada: {expected}"),
        format!("the column that {key} names is missing: {expected}"),
    )
}

/// The refusal of a sheet in which no band is the header.
pub(super) fn missing_columns(
    nearest: Option<Nearest<'_>>,
    source: &Source,
    cells: &RawBatch,
) -> Refusal {
    let Some(Nearest { hits, missing, row, .. }) = nearest else {
        return Refusal::new(
            RefusalCode::NoRows,
            "berkas tidak berisi baris sama sekali",
            "the file holds no rows",
        );
    };
    if missing.is_empty() && hits > 0 {
        let wanted = source.header.has.join(", ");
        return Refusal::new(
            RefusalCode::NoHeader,
            format!("judul kolom tidak cocok; diharapkan juga: {wanted}"),
            format!("the header does not fit; expected besides: {wanted}"),
        );
    }
    let labels: Vec<String> = band_labels(cells, row, source.header.rows)
        .iter()
        .map(|parts| parts.join(" "))
        .filter(|label| !label.is_empty())
        .collect();
    let twice = twice_below(&missing, source, cells);
    if hits == 0 {
        if let Some((id, en)) = twice {
            return Refusal::new(RefusalCode::NoHeader, id, en);
        }
        if let Some(refusal) = in_one_row(source, cells) {
            return refusal;
        }
        let all = source.headed().filter(|column| !column.optional);
        let expected = quoted(all.filter_map(|column| column.header.first()));
        // Where nothing is as described, the rows below each other are no band of labels.
        let labels = likely_header(cells).unwrap_or_default();
        let shown = labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        return Refusal::new(
            RefusalCode::NoHeader,
            format!("judul kolom tidak ditemukan; diharapkan {expected}; yang ada: {shown}"),
            format!("no header was found; expected {expected}; found: {shown}"),
        );
    }
    let near: Vec<(&str, &str)> = missing
        .iter()
        .filter_map(|column| {
            let wanted = column.header.first()?;
            let label = did_you_mean(wanted, labels.iter().map(String::as_str))?;
            Some((label, wanted.as_str()))
        })
        .collect();
    let (hint_id, hint_en) = hints(&near);
    let expected = quoted(missing.iter().filter_map(|column| column.header.first()));
    let (id, en) = twice.unwrap_or_else(|| {
        (
            format!("kolom wajib tidak ada: {expected}{hint_id}"),
            format!("required columns are missing: {expected}{hint_en}"),
        )
    });
    let refusal = Refusal::new(RefusalCode::MissingColumn, id, en);
    let required = source.headed().filter(|column| !column.optional).count();
    let strange = missing.len().saturating_sub(near.len());
    let is_nearly_read = hits + near.len() > 1 && strange * MOST_STRANGE <= required;
    Refusal { is_nearly_read, ..refusal }
}

/// The refusal of a header that stands in one row where the description reads several as one: with
/// what stands below them its labels are others.
fn in_one_row(source: &Source, cells: &RawBatch) -> Option<Refusal> {
    let rows = source.header.rows;
    let keys: Vec<ColumnKeys<'_>> =
        column_keys(source).filter(|keys| !keys.column.optional).collect();
    if rows == 1 || keys.is_empty() {
        return None;
    }
    let bands = Bands::default();
    let row = (0..cells.len().min(source.header.within)).find(|row| {
        let band = bands.get(cells, *row, 1);
        keys.iter().all(|keys| keys.position(&band).is_some())
    })?;
    let labels = band_labels(cells, row, rows);
    let labels = labels.iter().map(|parts| parts.join(" "));
    let labels: Vec<String> = labels.filter(|own| !own.trim().is_empty()).take(SHOWN).collect();
    let (read, (id, en)) = (
        quoted(labels.iter()),
        match source.transpose {
            true => ("satu kolom", "one column"),
            false => ("satu baris", "one row"),
        },
    );
    Some(Refusal::new(
        RefusalCode::NoHeader,
        format!(
            "judul kolom ada di {id}, padahal uraian sumber membaca {rows} sekaligus, sehingga \
             terbaca {read}; `header` perlu `rows`: 1"
        ),
        format!(
            "the header stands in {en} and the description reads {rows} of them as one, which \
             gives {read}; `header` needs `rows`: 1"
        ),
    ))
}

/// What to do about labels that are near the wanted ones. Another unit is no slip of the pen: to
/// change the word alone would make a number of it that is wrong by a factor.
fn hints(near: &[(&str, &str)]) -> (String, String) {
    let (mut id, mut en) = (String::new(), String::new());
    let (units, slips): (Vec<_>, Vec<_>) =
        near.iter().partition(|(label, wanted)| is_other_unit(label, wanted));
    for (label, wanted) in units {
        let unit = unit_of(wanted).unwrap_or_default();
        id += &format!(
            "; \"{label}\" bersatuan lain: hitung angkanya ke {unit}, jangan hanya judulnya"
        );
        en += &format!(
            "; \"{label}\" is in another unit: convert the figures to {unit}, not the title alone"
        );
    }
    if !slips.is_empty() {
        let slips = slips.iter().map(|(label, wanted)| format!("\"{label}\" -> \"{wanted}\""));
        let slips = slips.collect::<Vec<_>>().join(", ");
        id += &format!("; mungkin salah ketik: {slips}");
        en += &format!("; perhaps misspelled: {slips}");
    }
    (id, en)
}

/// Whether two labels name units that are not the same.
fn is_other_unit(label: &str, wanted: &str) -> bool {
    let (own, wanted) = (unit_of(label), unit_of(wanted));
    own.is_some() && wanted.is_some() && own != wanted
}

fn quoted<'text>(texts: impl Iterator<Item = &'text String>) -> String {
    texts.map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ")
}
