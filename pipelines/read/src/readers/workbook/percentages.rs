//! Which formats show a percentage or money: what reads a workbook gives the number alone.

/// Whether a number format shows a hundred times the value: it holds a percent sign that is no
/// quoted text.
pub(super) fn is_percent(format: &str) -> bool {
    let mut marks = format.chars();
    let mut is_quoted = false;
    while let Some(mark) = marks.next() {
        match mark {
            '"' => is_quoted = !is_quoted,
            '\\' | '_' | '*' if !is_quoted => drop(marks.next()),
            '%' if !is_quoted => return true,
            _ => {}
        }
    }
    false
}

/// Whether a number format shows an amount of rupiah: `"Rp"#,##0`, `[$Rp-421]#,##0`.
pub(super) fn is_rupiah(format: &str) -> bool {
    let format = format.to_lowercase();
    ["\"rp", "[$rp", "[$idr"].iter().any(|sign| format.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_in_quotes_is_text() {
        assert!(is_percent("0.00%") && is_percent("0%;[Red]-0%"));
        assert!(is_rupiah("\"Rp\"#,##0") && is_rupiah("[$Rp-421]#,##0") && !is_rupiah("#,##0"));
        assert!(!is_percent("0.0\"%\"") && !is_percent("0\\%") && !is_percent("General"));
    }
}
