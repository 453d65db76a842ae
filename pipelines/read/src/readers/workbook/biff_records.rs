//! The records of an XLS workbook's stream.

/// The records of a stream from a place on, each by its kind.
pub(super) fn records(stream: &[u8], begin: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream.get(begin..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (kind, length) = (number(rest, 0)?, number(rest, 2)?);
        let data = rest.get(4..4 + usize::from(length))?;
        rest = rest.get(4 + usize::from(length)..).unwrap_or_default();
        Some((kind, data))
    })
}

/// The number of two bytes that stands at a place.
pub(super) fn number(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2).and_then(|two| Some(u16::from_le_bytes(two.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_follow_one_another_to_the_last_whole_one() {
        let stream = [0, 0x0A, 0, 1, 0, 7, 0xFC, 0, 2, 0, 1, 2, 0x3C, 0, 9, 0, 1];
        let found: Vec<(u16, &[u8])> = records(&stream, 1).collect();
        assert_eq!(found, [(0x0A, &[7u8][..]), (0xFC, &[1, 2][..])]);
        assert_eq!((number(&stream, 1), number(&stream, 16)), (Some(10), None));
    }
}
