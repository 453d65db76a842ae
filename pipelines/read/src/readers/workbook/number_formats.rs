//! What a number format makes of a number: what reads a workbook gives the number alone, and a
//! person reads another one where the format shows a percentage, money, a unit or other digits.

use super::format_pieces::{Piece, sections};

/// How a number is shown where a person reads more than the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// A hundred times the value, with a percent sign.
    Percent,
    /// An amount of rupiah.
    Rupiah,
    /// With a word that makes another number of it: `12 kg`, `12 ribu`.
    Unit(String),
    /// With other digits than its own: in thousands (`#,##0,`), or with `.000` written behind it.
    /// Holds the format.
    Altered(String),
}

/// Sections of a format that are of numbers; the fourth is of texts.
const NUMBER_SECTIONS: usize = 3;
/// Longest format: Excel takes 255 characters.
const MOST_BYTES: usize = 1024;
/// Characters of a format that are told.
const MOST_TOLD: usize = 60;

impl Shown {
    /// How a format shows numbers; none where as they are.
    pub(super) fn of(format: &str) -> Option<Self> {
        if format.len() > MOST_BYTES {
            return Some(Self::Altered(format.chars().take(MOST_TOLD).collect()));
        }
        let sections = sections(format);
        let numbers = sections.get(..NUMBER_SECTIONS).unwrap_or(&sections);
        // First, as a unit or a currency that fits would let the number through.
        if is_fixed(numbers) || numbers.iter().any(|pieces| is_altered(pieces)) {
            return Some(Self::Altered(format.chars().take(MOST_TOLD).collect()));
        }
        // A word that makes another number of it says more than the sign of money before it.
        if let Some(unit) = numbers.iter().find_map(|pieces| other_unit(pieces)) {
            return Some(Self::Unit(unit));
        }
        if numbers.iter().flatten().any(|piece| *piece == Piece::Percent) {
            return Some(Self::Percent);
        }
        let is_rupiah = |word: String| ["rp", "idr", "rupiah"].contains(&word.as_str());
        numbers.iter().flat_map(|pieces| words(pieces)).any(is_rupiah).then_some(Self::Rupiah)
    }
}

/// Words of a number format that make another number of the one that is stored: a reader of the
/// sheet sees `12 kg`, `12 ribu`.
const WORDS_OF_OTHER_NUMBERS: [&str; 29] = [
    "k",
    "kgs",
    "kilo",
    "gr",
    "ku",
    "kw",
    "lb",
    "lbs",
    "thousands",
    "millions",
    "bn",
    "kg",
    "kilogram",
    "gram",
    "kuintal",
    "kwintal",
    "ribu",
    "ribuan",
    "rb",
    "juta",
    "jt",
    "jutaan",
    "m",
    "miliar",
    "milyar",
    "triliun",
    "thousand",
    "million",
    "billion",
];

/// The word of a section that makes another number of the one that is stored.
fn other_unit(pieces: &[Piece]) -> Option<String> {
    let is_unit = |word: &String| WORDS_OF_OTHER_NUMBERS.contains(&word.as_str());
    let found: Vec<String> = words(pieces).filter(is_unit).collect();
    let is_rate = |text: &str| {
        let text = text.to_lowercase();
        let mut words = text.split_whitespace();
        words
            .any(|word| ["kg/", "ton/", "t/", "m3/", "m³/"].iter().any(|own| word.starts_with(own)))
    };
    let rate = pieces.iter().find_map(|piece| match piece {
        Piece::Text(text) if is_rate(text) => Some(text.trim().to_lowercase()),
        _ => None,
    });
    // Thousands of kilograms, or kilograms a hectare, are no kilograms.
    found.iter().find(|word| *word != "kg").cloned().or(rate).or(found.first().cloned())
}

/// The words of a section that shows a number, in small letters.
fn words(pieces: &[Piece]) -> impl Iterator<Item = String> {
    let shows_number = pieces.iter().any(Piece::is_number);
    let texts = pieces.iter().filter_map(move |piece| match piece {
        Piece::Text(text) if shows_number => Some(text),
        _ => None,
    });
    // `m²` and `m3` are other words than `m`.
    let words = texts.flat_map(|text| text.split(|mark: char| !mark.is_alphanumeric()));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Whether a format shows digits of its own and never those of the number.
fn is_fixed(numbers: &[Vec<Piece>]) -> bool {
    let has_digit = |piece: &Piece| match piece {
        Piece::Text(text) => text.contains(|mark: char| mark.is_ascii_digit()),
        _ => false,
    };
    let is_plain = |piece: &Piece| matches!(piece, Piece::Text(_));
    !numbers.iter().flatten().any(Piece::is_number)
        && numbers.first().is_some_and(|own| own.iter().all(is_plain) && own.iter().any(has_digit))
}

/// Whether a section shows other digits than those of the number.
fn is_altered(pieces: &[Piece]) -> bool {
    pieces.iter().enumerate().any(|(at, piece)| {
        let Piece::Digits(digits) = piece else { return false };
        if !piece.is_number() {
            return false;
        }
        let before = at.checked_sub(1).and_then(|before| pieces.get(before));
        let is_first = !pieces.get(..at).unwrap_or_default().iter().any(Piece::is_number);
        let is_parted = match (pieces.get(at + 1), pieces.get(at + 2)) {
            (Some(Piece::Text(mark)), Some(Piece::Digits(next))) => {
                parts_wrongly(digits, mark, next)
            }
            _ => false,
        };
        is_scaled(digits)
            || is_parted
            || matches!(before, Some(Piece::Text(text)) if begins_number(text, is_first))
            || matches!(pieces.get(at + 1), Some(Piece::Text(text)) if continues_number(text))
    })
}

/// Whether commas behind the last place of digits divide by thousands.
fn is_scaled(digits: &str) -> bool {
    let mantissa = digits.split('E').next().unwrap_or(digits);
    mantissa.split('.').any(|part| {
        let places = part.trim_end_matches(',');
        places.len() < part.len() && places.ends_with(['0', '#', '?'])
    })
}

/// Whether a written text before the places of digits adds digits to them: `"1"000`, `","00`.
fn begins_number(text: &str, is_first: bool) -> bool {
    let own = text.trim_end_matches(['.', ',']);
    let is_mark = own.len() < text.len() && own.trim().is_empty();
    own.ends_with(|mark: char| mark.is_ascii_digit()) || (is_first && is_mark)
}

/// Whether a written text behind the places of digits adds digits to them: `0"000"`, `0".000"`,
/// `0" 000"`, `0" x 1000"`.
fn continues_number(text: &str) -> bool {
    let leading = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let own = text.trim_start_matches(['.', ',']);
    let count = leading(own);
    if count > 0 {
        // `1.000,00`: decimals of nought change nothing.
        let is_nought = own.bytes().take(count).all(|digit| digit == b'0');
        return own.len() == text.len() || count > 2 || !is_nought;
    }
    let behind =
        text.trim_start_matches(|mark: char| mark.is_whitespace() || "'(.,".contains(mark));
    let count = leading(behind);
    let is_nought = count > 1 && behind.bytes().take(count).all(|digit| digit == b'0');
    let is_power = |text: &str| ["10", "1.0", "1,0"].iter().any(|own| text.starts_with(own));
    // A mark of a footnote (`12 1)`) has fewer digits, a year more.
    if behind.len() < text.len() && (count == 3 || is_nought || is_power(behind)) {
        return true;
    }
    let factor = behind.strip_prefix(['x', 'X', '×', '*']).map(str::trim_start);
    let exponent = behind.strip_prefix(['e', 'E']);
    factor.is_some_and(is_power) || exponent.is_some_and(|own| leading(own) > 0)
}

/// Whether a written mark parts the digits of a number otherwise than in thousands: `0","0` shows
/// 1,2 for 12. An identifier has places of a fixed number, such as `00"."00`.
fn parts_wrongly(digits: &str, mark: &str, next: &str) -> bool {
    let whole = next.split('.').next().unwrap_or(next);
    let places = whole.chars().filter(|mark| matches!(mark, '0' | '#' | '?')).count();
    let is_fixed = digits.len() > 1 && digits.bytes().all(|digit| digit == b'0');
    matches!(mark, "." | ",") && places != 3 && !is_fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(format: &str) -> Option<String> {
        match Shown::of(format) {
            Some(Shown::Unit(unit)) => Some(unit),
            _ => None,
        }
    }

    #[test]
    fn percentages_and_money_are_told_by_marks_that_are_no_quoted_text() {
        for percent in ["0.00%", "0%;[Red]-0%", "0 %"] {
            assert_eq!(Shown::of(percent), Some(Shown::Percent), "{percent}");
        }
        for text in ["0.0\"%\"", "0\\%", "General", "#,##0"] {
            assert_eq!(Shown::of(text), None, "{text}");
        }
        for rupiah in [
            "\"Rp\"#,##0",
            "\"Rp.\" #,##0",
            "[$Rp-421]#,##0",
            "[$Rp-421] #,##0;-[$Rp-421] #,##0",
            "_(\"Rp\"* #,##0_);_(\"Rp\"* (#,##0);_(\"Rp\"* \"-\"_);_(@_)",
            "\"Rp\"#,##0\",-\"",
            "\"Rp\"#,##0\",00\"",
            "[$IDR] #,##0",
            "Rp#,##0",
        ] {
            assert_eq!(Shown::of(rupiah), Some(Shown::Rupiah), "{rupiah}");
        }
    }

    #[test]
    fn a_word_that_makes_another_number_is_told_however_it_is_written() {
        for format in ["#,##0 \"kg\"", "0\\ \\k\\g", "#,##0\\ \"Kg\"", "0 kg", "[$kg] 0"] {
            assert_eq!(unit(format).as_deref(), Some("kg"), "{format}");
        }
        assert_eq!(unit("\"Rp\"#,##0\" juta\"").as_deref(), Some("juta"));
        assert_eq!(unit("#,##0 \"ribu kg\"").as_deref(), Some("ribu"));
        assert_eq!(unit("#,##0 \"kg/ha\"").as_deref(), Some("kg/ha"));
        assert_eq!(unit("General\" rb\"").as_deref(), Some("rb"));
        for format in ["#,##0 \"orang\"", "#,##0.0", "0 \"m²\"", "0 \"m3\"", "d mmm yyyy"] {
            assert_eq!(Shown::of(format), None, "{format}");
        }
    }

    #[test]
    fn digits_of_the_format_and_scaling_commas_alter_the_number() {
        for format in [
            "#,##0\".000\"",
            "#,##0\",000\"",
            "0\"000\"",
            "0\\.\\0\\0\\0",
            "0\" 000\"",
            "0\"000 kg\"",
            "#,##0,",
            "0,,",
            "0.0,,",
            "#,##0,.0",
            "#,##0,\"rb\"",
            "#,##0,\"kg\"",
            "0.0,,\"jt\"",
            "[>=1000000]0.0,,\"jt\";[>=1000]0,\"rb\";0",
            "\"1\"000",
            "\",\"00",
            "0\",\"0",
            "0\" x 1000\"",
            "0\" (000)\"",
            "0\" (x1.000)\"",
            "0\" * 1000\"",
            "0\" 1.000\"",
            "0\"e3\"",
            "\"100\"",
        ] {
            let altered = Shown::of(format);
            assert_eq!(altered, Some(Shown::Altered(format.to_owned())), "{format}");
        }
    }

    #[test]
    fn usual_formats_show_the_number_as_it_is() {
        for format in [
            "",
            "General",
            "0",
            "0.0",
            "#,##0",
            "#,##0.00",
            "#,##0;[Red]-#,##0",
            "_(* #,##0_);_(* (#,##0);_(* \"-\"??_);_(@_)",
            "_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-",
            "#,##0_-",
            "000000",
            "00\".\"00",
            "00\\.00\\.00\\.0000",
            "#\".\"##0",
            "#\\.##0",
            "0\" \"",
            "\"-\"",
            "0\"*\"",
            "0\" 1)\"",
            "0;-0;\"0\"",
            "@",
            "yyyy",
            "dd.mm.yyyy",
            "[$-421]d mmmm yyyy",
            "[$-421]dddd, dd mmmm yyyy",
            "[h]:mm:ss",
            "0.00E+00",
            "# ?/?",
            "# ??/100",
            "0\"/100\"",
        ] {
            assert_eq!(Shown::of(format), None, "{format}");
        }
    }
}
