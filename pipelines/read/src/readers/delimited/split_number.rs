//! Decimal commas without quotes where commas part cells: `1,250` becomes two, and a row with a
//! blank last cell is shifted.

/// Whether the empty cells that a row has beyond its header may come of numbers that were parted:
/// there are as many pairs of whole numbers beside each other.
pub(crate) fn may_be_parted<'cells>(
    cells: impl Iterator<Item = &'cells [u8]>,
    surplus: usize,
) -> bool {
    let mut was_number = false;
    let mut pairs = 0;
    for cell in cells {
        let digits = cell.trim_ascii();
        let unsigned = digits.strip_prefix(b"-").unwrap_or(digits);
        let is_number = !unsigned.is_empty() && unsigned.iter().all(u8::is_ascii_digit);
        pairs += usize::from(was_number && is_number && digits == unsigned);
        was_number = is_number;
    }
    surplus > 0 && pairs >= surplus
}

#[cfg(test)]
mod tests {
    use super::may_be_parted;

    #[test]
    fn as_many_pairs_as_cells_too_many() {
        let asked =
            |line: &str, surplus| may_be_parted(line.split(',').map(str::as_bytes), surplus);
        assert!(asked("7407,Maret,2025,1,250,", 1) && asked("Buton,Mei,12,5,120,", 1));
        assert!(!asked("7407,2024-01,1,2,,,", 3) && !asked("Buton,Mei,12.5,x,120,", 1));
    }
}
