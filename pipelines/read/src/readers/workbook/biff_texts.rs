//! The table of texts of an XLS workbook: those with characters that are raised or struck out.

use super::biff_records::number;
use super::marks::Meaning;
use super::raised::raised;
use super::struck::left;
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use std::collections::HashMap;
use std::rc::Rc;

/// The letters of a text, and where its runs begin with the fonts they have.
type RichText = (Vec<u16>, Vec<(u16, u16)>);

/// Memory that a text takes beside its characters.
const ENTRY_BYTES: u64 = 96;

/// How the characters of a font stand.
#[derive(Clone, Copy, Default)]
pub(super) struct Font {
    is_raised: bool,
    is_struck: bool,
}

impl Font {
    /// That of a record.
    pub(super) fn of(data: &[u8]) -> Self {
        let is_struck = number(data, 2).is_some_and(|marks| marks & 8 != 0);
        Self { is_raised: number(data, 8) == Some(1), is_struck }
    }

    /// The font of an index; none has the index four.
    pub(super) fn at(fonts: &[Self], index: u16) -> Self {
        let place = usize::from(if index > 4 { index - 1 } else { index });
        fonts.get(place).copied().unwrap_or_default()
    }

    /// Whether what has it is struck out.
    pub(super) fn is_struck(self) -> bool {
        self.is_struck
    }

    fn is_marked(&self) -> bool {
        self.is_raised || self.is_struck
    }
}

/// The records of the table, in which texts go on from one to the next.
pub(super) struct Texts<'stream> {
    records: &'stream [&'stream [u8]],
    record: usize,
    at: usize,
}

impl<'stream> Texts<'stream> {
    /// The table of these records.
    pub(super) fn of(records: &'stream [&'stream [u8]]) -> Self {
        // Two counts stand before the texts.
        Self { records, record: 0, at: 8 }
    }

    /// Texts with characters that are raised or struck out, as they are meant, by their places in
    /// the table; those up to the place where it is damaged, which its reader tells.
    ///
    /// # Errors
    /// Where they take more memory or time than the file may.
    pub(super) fn marked(
        mut self,
        fonts: &[Font],
        meter: Meter,
    ) -> Result<HashMap<u32, Rc<Meaning>>, Refusal> {
        let mut texts = HashMap::new();
        // Most workbooks have no such font.
        if !fonts.iter().any(Font::is_marked) {
            return Ok(texts);
        }
        let mut bytes = 0u64;
        for place in 0u32.. {
            meter.time_at(place as usize)?;
            let Some((letters, runs)) = self.text() else { break };
            let Some(meant) = meant(&letters, &runs, fonts) else { continue };
            bytes = bytes.saturating_add(meant.len() as u64 + ENTRY_BYTES);
            meter.memory(bytes)?;
            texts.insert(place, Rc::new(Meaning::Text(meant)));
        }
        Ok(texts)
    }

    /// The next text, as the units of its characters and where which font begins.
    fn text(&mut self) -> Option<RichText> {
        let length = self.two()?;
        let marks = self.byte()?;
        let runs = if marks & 8 != 0 { self.two()? } else { 0 };
        let further =
            if marks & 4 != 0 { u32::from(self.two()?) | u32::from(self.two()?) << 16 } else { 0 };
        let letters = self.letters(length, marks & 1 != 0)?;
        let runs = (0..runs).map(|_| self.two().zip(self.two()));
        let runs = runs.collect::<Option<Vec<_>>>()?;
        self.skip(further as usize)?;
        Some((letters, runs))
    }

    fn letters(&mut self, length: u16, mut is_wide: bool) -> Option<Vec<u16>> {
        let mut letters = Vec::new();
        for _ in 0..length {
            // A text that goes on in another record says there again how wide its letters are.
            if self.rest().is_empty() {
                self.turn()?;
                is_wide = self.byte()? & 1 != 0;
            }
            letters.push(if is_wide { self.two()? } else { u16::from(self.byte()?) });
        }
        Some(letters)
    }

    /// What is left of the record.
    fn rest(&self) -> &'stream [u8] {
        self.records.get(self.record).and_then(|own| own.get(self.at..)).unwrap_or_default()
    }

    /// Turns to the next record that holds anything.
    fn turn(&mut self) -> Option<()> {
        while self.rest().is_empty() {
            self.record += 1;
            self.at = 0;
            self.records.get(self.record)?;
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        self.turn()?;
        let byte = self.rest().first().copied();
        self.at += 1;
        byte
    }

    fn two(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            self.turn()?;
            let own = bytes.min(self.rest().len());
            self.at += own;
            bytes -= own;
        }
        Some(())
    }
}

/// A text as it is meant, where that is not as its characters follow one another.
fn meant(letters: &[u16], runs: &[(u16, u16)], fonts: &[Font]) -> Option<String> {
    let mut meant = String::new();
    let mut is_other = false;
    let ends = runs.iter().skip(1).map(|(begin, _)| *begin).chain([u16::MAX]);
    let first = runs.first().map_or(u16::MAX, |(begin, _)| *begin);
    let plain = [(0, first, Font::default())].into_iter();
    let marked =
        runs.iter().zip(ends).map(|((begin, index), end)| (*begin, end, Font::at(fonts, *index)));
    for (begin, end, font) in plain.chain(marked) {
        let end = usize::from(end).min(letters.len());
        let units = letters.get(usize::from(begin)..end).unwrap_or_default();
        let own = char::decode_utf16(units.iter().copied()).map(|own| own.unwrap_or(' '));
        is_other |= font.is_marked() && !units.is_empty();
        match (font.is_struck, font.is_raised) {
            (true, _) => {}
            (false, true) => meant.extend(own.map(raised)),
            (false, false) => meant.extend(own),
        }
    }
    is_other.then(|| left(&String::from_utf16_lossy(letters), meant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;

    const PLAIN: Font = Font { is_raised: false, is_struck: false };

    fn marked(records: &[&[u8]]) -> Vec<(u32, Meaning)> {
        let raised = Font::of(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        let struck = Font::of(&[0, 0, 8, 0, 0, 0, 0, 0, 0, 0]);
        let fonts = [PLAIN, PLAIN, raised, PLAIN, struck];
        let texts = Texts::of(records).marked(&fonts, Budget::default().meter()).unwrap();
        let own = texts.into_iter().map(|(place, own)| (place, Rc::try_unwrap(own).unwrap()));
        let mut texts: Vec<(u32, Meaning)> = own.collect();
        texts.sort_by_key(|(place, _)| *place);
        texts
    }

    #[test]
    fn raised_and_struck_characters_of_a_text_are_told() {
        let mut table = vec![0; 8];
        table.extend([3, 0, 0, b'a', b'b', b'c']);
        // 3001 with a raised 1, by the font 2.
        table.extend([4, 0, 8, 1, 0, b'3', b'0', b'0', b'1', 3, 0, 2, 0]);
        // 1020 of which 10 is struck out, by the font 5, which is the fifth as there is no fourth.
        table.extend([4, 0, 12, 2, 0, 2, 0, 0, 0, b'1', b'0', b'2', b'0']);
        table.extend([0, 0, 5, 0, 2, 0, 0, 0, 9, 9]);
        // 9 that is struck out as a whole.
        table.extend([1, 0, 8, 1, 0, b'9', 0, 0, 5, 0]);
        let texts = ["300¹", "20", "9 [?]"].map(|text| Meaning::Text(text.into()));
        assert_eq!(marked(&[&table]), Vec::from_iter((1u32..).zip(texts)));
    }

    #[test]
    fn a_text_goes_on_in_the_next_record_with_letters_of_another_width() {
        let mut table = vec![0; 8];
        table.extend([3, 0, 8, 1, 0, b'3', b'0']);
        let further = [1, b'1', 0, 2, 0, 2, 0];
        assert_eq!(marked(&[&table, &further]), [(0, Meaning::Text("30¹".into()))]);
        // A table that is cut off has no further texts.
        assert!(marked(&[&table]).is_empty() && marked(&[]).is_empty());
    }
}
