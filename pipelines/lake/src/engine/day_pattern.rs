//! Patterns of days and moments: those of strftime as they are, those of PostgreSQL as strftime
//! writes them.

/// What PostgreSQL writes as a number, in either case; one before those that it begins with. What
/// strftime cannot write is empty.
const NUMBERS: [(&str, &str); 18] = [
    ("HH24", "%H"),
    ("HH12", "%I"),
    ("HH", "%I"),
    ("MI", "%M"),
    ("SSSS", ""),
    ("SS", "%S"),
    ("MS", "%3f"),
    ("US", "%6f"),
    ("YYYY", "%Y"),
    ("YY", "%y"),
    ("IYYY", "%G"),
    ("IW", "%V"),
    ("IDDD", ""),
    ("ID", "%u"),
    ("MM", "%m"),
    ("DDD", "%j"),
    ("DD", "%d"),
    ("Q", "%q"),
];

/// What it writes as a word, in this case alone.
const WORDS: [(&str, &str); 6] =
    [("Mon", "%b"), ("Dy", "%a"), ("AM", "%p"), ("PM", "%p"), ("am", "%P"), ("pm", "%P")];

/// Words that it fills up with blanks but for `FM`.
const BARE_WORDS: [(&str, &str); 2] = [("Month", "%B"), ("Day", "%A")];

/// A pattern as strftime has it.
///
/// # Errors
/// What is not known of a pattern of PostgreSQL.
pub(super) fn strftime(pattern: &str) -> Result<String, String> {
    if pattern.contains('%') {
        return Ok(pattern.to_owned());
    }
    let mut written = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(sign) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (text, behind) = quoted.split_once('"').ok_or_else(|| unknown(rest, pattern))?;
            written.push_str(text);
            rest = behind;
        } else if let Some((own, behind)) = keyword(rest) {
            written.push_str(&own);
            rest = behind;
        } else if sign.is_alphabetic() || sign == '\\' {
            return Err(unknown(rest, pattern));
        } else {
            written.push(sign);
            rest = rest.strip_prefix(sign).unwrap_or_default();
        }
    }
    Ok(written)
}

fn unknown(rest: &str, pattern: &str) -> String {
    format!(
        "to_char does not know `{rest}` of the pattern `{pattern}`; it knows YYYY YY MM DD HH24 \
         HH12 MI SS MS US Q DDD IYYY IW ID Mon Dy AM FMMonth FMDay FMDD FMMM, texts in \"..\", \
         and those of strftime, such as %Y-%m"
    )
}

/// What a pattern begins with, as strftime has it, and what follows.
fn keyword(rest: &str) -> Option<(String, &str)> {
    match rest.strip_prefix("FM").or_else(|| rest.strip_prefix("fm")) {
        Some(rest) => word(&BARE_WORDS, rest).or_else(|| bare_number(rest)),
        None => word(&WORDS, rest).or_else(|| number(rest)),
    }
}

fn word<'rest>(words: &[(&str, &str)], rest: &'rest str) -> Option<(String, &'rest str)> {
    words
        .iter()
        .find_map(|(name, written)| Some(((*written).to_owned(), rest.strip_prefix(*name)?)))
}

fn number(rest: &str) -> Option<(String, &str)> {
    let begins =
        |name: &str| rest.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name));
    let (name, written) = NUMBERS.iter().find(|(name, _)| begins(name))?;
    let behind = rest.get(name.len()..).unwrap_or_default();
    (!written.is_empty()).then(|| ((*written).to_owned(), behind))
}

/// A number without the noughts before it; parts of a second are none.
fn bare_number(rest: &str) -> Option<(String, &str)> {
    let (written, behind) = number(rest)?;
    (!written.ends_with('f')).then(|| (written.replace('%', "%-"), behind))
}

#[cfg(test)]
mod tests {
    use super::strftime;

    #[test]
    fn patterns_of_both_kinds_are_known() {
        for (pattern, expected) in [
            ("%Y-%m", "%Y-%m"),
            ("YYYY-MM-DD", "%Y-%m-%d"),
            ("yyyy-mm", "%Y-%m"),
            ("DD Mon YYYY", "%d %b %Y"),
            ("HH24:MI:SS.MS", "%H:%M:%S.%3f"),
            ("HH12:MI am", "%I:%M %P"),
            ("YYYY-\"Q\"Q", "%Y-Q%q"),
            ("YYYYMMDD\"T\"HH24MI", "%Y%m%dT%H%M"),
            ("FMDD FMMonth YYYY", "%-d %B %Y"),
            ("IYYY-\"W\"IW-ID", "%G-W%V-%u"),
            ("DDD/20YY", "%j/20%y"),
            ("", ""),
        ] {
            assert_eq!(strftime(pattern).as_deref(), Ok(expected), "{pattern}");
        }
    }

    #[test]
    fn what_is_not_known_is_told() {
        for (pattern, told) in [
            ("Month YYYY", "`th YYYY`"),
            ("DAY", "`DAY`"),
            ("DDth", "`th`"),
            ("YYYY-MM-DDTHH24", "`THH24`"),
            ("SSSS", "`SSSS`"),
            ("YYYY \"Q", "`\"Q`"),
            ("WW", "`WW`"),
            ("FMMS", "`FMMS`"),
            ("tahun", "`tahun`"),
            ("MON", "`MON`"),
        ] {
            let own = strftime(pattern).unwrap_err();
            assert!(own.contains(told), "{pattern}: {own}");
        }
    }
}
