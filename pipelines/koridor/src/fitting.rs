//! Text that fits a width: columns side by side without a wrapped cell, sentences over more lines.

/// Narrowest that a column gets which may be cut.
pub const NARROWEST: usize = 8;

/// Between two columns.
const GAP: &str = "  ";

/// A column of a table for people.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Heading.
    pub title: String,
    /// Numbers stand at the right edge.
    pub is_number: bool,
    /// Whether its texts may end in an ellipsis where the width is too small for all.
    pub may_be_cut: bool,
}

impl Column {
    /// Texts that stay whole.
    pub fn whole(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// Texts that may be cut.
    pub fn cut(title: &str) -> Self {
        Self { title: title.to_owned(), may_be_cut: true, ..Self::default() }
    }

    /// Numbers.
    pub fn number(title: &str) -> Self {
        Self { title: title.to_owned(), is_number: true, ..Self::default() }
    }
}

/// A table in lines of at most `width`, as far as columns may be cut: headings first, if any.
pub fn table(columns: &[Column], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let widths = widths(columns, rows, width);
    let titles: Vec<String> = columns.iter().map(|column| column.title.clone()).collect();
    let has_titles = titles.iter().any(|title| !title.is_empty());
    let heading = has_titles.then(|| line(columns, &widths, &titles));
    heading.into_iter().chain(rows.iter().map(|row| line(columns, &widths, row))).collect()
}

/// The width of each column: as wide as its texts, the widest of those that may be cut narrowed
/// until all fit.
pub fn widths(columns: &[Column], rows: &[Vec<String>], width: usize) -> Vec<usize> {
    let natural = |(index, column): (usize, &Column)| {
        let texts = rows.iter().filter_map(|row| row.get(index));
        texts.map(|text| length(text)).chain([length(&column.title)]).max().unwrap_or_default()
    };
    let mut widths: Vec<usize> = columns.iter().enumerate().map(natural).collect();
    let gaps = GAP.len() * columns.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let may_be_cut = |(index, width): &(usize, &mut usize)| {
            **width > NARROWEST && columns.get(*index).is_some_and(|column| column.may_be_cut)
        };
        let wide = widths.iter_mut().enumerate().filter(may_be_cut);
        match wide.max_by_key(|(_, width)| **width) {
            Some((_, width)) => *width -= 1,
            None => break,
        }
    }
    widths
}

/// One line of a table.
pub fn line(columns: &[Column], widths: &[usize], row: &[String]) -> String {
    let cells = columns.iter().zip(widths).zip(row).map(|((column, width), text)| {
        let text = cut(text, *width);
        let blanks = " ".repeat(width.saturating_sub(length(&text)));
        if column.is_number { blanks + &text } else { text + &blanks }
    });
    cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
}

/// Number of characters.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// A text on one line, with an ellipsis where it is longer than `width`.
pub fn cut(text: &str, width: usize) -> String {
    let text = text.replace(['\n', '\r', '\t'], " ");
    if length(&text) <= width {
        return text;
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Words behind `lead` over lines of at most `width`; the lines after the first begin below the
/// first word. A word that is longer stands alone.
pub fn wrap(lead: &str, text: &str, width: usize) -> String {
    wrap_words(lead, text.split_whitespace(), width)
}

/// As [`wrap`], with a command of this program (`koridor ...`, up to a semicolon or the end) as one
/// word, so that it can be copied.
pub fn wrap_told(lead: &str, text: &str, width: usize) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = text.trim();
    while let Some(at) = rest.find("koridor ") {
        let (before, command) = rest.split_at(at);
        words.extend(before.split_whitespace());
        let (command, after) =
            command.split_at(command.find(';').map_or(command.len(), |at| at + 1));
        words.push(command.trim());
        rest = after;
    }
    words.extend(rest.split_whitespace());
    wrap_words(lead, words.into_iter(), width)
}

fn wrap_words<'text>(lead: &str, words: impl Iterator<Item = &'text str>, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = lead.to_owned();
    let mut is_begun = false;
    for word in words {
        if is_begun && length(&line) + 1 + length(word) > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(length(lead))));
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    lines.push(line);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Column, cut, table, wrap, wrap_told};

    #[test]
    fn the_widest_column_that_may_be_cut_gives_way() {
        let columns = [Column::whole("id"), Column::cut("title"), Column::number("n")];
        let rows = [["umkm_active", "Micro, small and medium businesses", "1,234"]];
        let rows: Vec<Vec<String>> = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let lines = table(&columns, &rows, 36);
        let expected =
            ["id           title                 n", "umkm_active  Micro, small an…  1,234"];
        assert_eq!(lines, expected);
    }

    #[test]
    fn words_go_to_the_next_line() {
        assert_eq!(wrap("- ", "one two three", 9), "- one two\n  three");
        assert_eq!(cut("abcdef", 4), "abc…");
        let told = wrap_told("", "held: koridor accept a.csv; or leave", 16);
        assert_eq!(told, "held:\nkoridor accept a.csv;\nor leave");
    }
}
