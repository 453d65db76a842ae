//! Patterns of file names, sheets and cells.

/// Whether a text matches a pattern in which `*` stands for any run of characters.
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.strip_prefix(head).is_some_and(|rest| {
            // The shortest run first: patterns are a few characters long.
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| matches(tail, rest.get(at..).unwrap_or_default()))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run() {
        assert!(matches("*timbulan*.csv", "data_timbulan_2024.csv"));
        assert!(matches("jumlah*", "jumlah"));
        assert!(!matches("jumlah*", "sejumlah"));
        assert!(matches("*", ""));
    }
}
