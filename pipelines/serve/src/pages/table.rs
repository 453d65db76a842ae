//! A table as CSV (RFC 4180): the rows that are shown, numbers as programs read them, marks in a
//! column of their own.

use crate::cell_text::escape_formula;
use koridor_contract::message::Language;
use koridor_publish::decimal::rounded;
use koridor_publish::pages::{Cell, DataTable, Line, Mark};
use koridor_publish::words::grouped;

/// The text of a line.
pub fn text(line: &Line) -> String {
    line.iter().map(|piece| piece.text.as_str()).collect()
}

/// The marks of a cell.
fn marks(cell: &Cell) -> &[Mark] {
    match cell {
        Cell::Number(_, _, marks) => marks,
        Cell::None(mark) => std::slice::from_ref(mark),
        _ => &[],
    }
}

fn value(cell: &Cell) -> String {
    match cell {
        Cell::Blank | Cell::None(_) => String::new(),
        Cell::Text(line) => escape_formula(&text(line)).to_string(),
        Cell::Number(number, digits, _) => rounded(*number, (*digits).into()),
        Cell::Word(word, _) => word.clone(),
    }
}

/// A cell as it is read: the class of its looks, and its text without links.
pub fn shown(cell: &Cell, language: Language) -> (&'static str, String) {
    match cell {
        Cell::Blank => ("", String::new()),
        Cell::Text(line) => ("", text(line)),
        Cell::Number(number, digits, marks) => {
            let mut said = grouped(*number, (*digits).into(), language);
            for mark in marks {
                said.push('\u{a0}');
                said.push_str(mark.text());
            }
            ("n", said)
        }
        Cell::None(mark) => ("n", mark.text().to_owned()),
        Cell::Word(word, kind) => (*kind, word.clone()),
    }
}

/// The table.
pub fn csv(table: &DataTable, language: Language) -> String {
    let is_marked = |place: usize| {
        let mut cells = table.rows.iter().filter_map(|row| row.get(place));
        cells.any(|cell| !marks(cell).is_empty())
    };
    let marked: Vec<bool> = (0..table.columns.len()).map(is_marked).collect();
    let mut lines = String::new();
    let headings = table.columns.iter().zip(&marked).flat_map(|(column, is_marked)| {
        let word = language.pick("tanda", "marks");
        let marks = is_marked.then(|| format!("{}: {word}", column.heading));
        std::iter::once(column.heading.clone()).chain(marks)
    });
    add(&mut lines, headings);
    for row in &table.rows {
        let cells = row.iter().zip(&marked).flat_map(|(cell, is_marked)| {
            let said = marks(cell).iter().map(|own| own.text()).collect::<Vec<_>>().join(" ");
            std::iter::once(value(cell)).chain(is_marked.then_some(said))
        });
        add(&mut lines, cells);
    }
    lines
}

fn add(lines: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            lines.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            lines.push('"');
            lines.push_str(&cell.replace('"', "\"\""));
            lines.push('"');
        } else {
            lines.push_str(&cell);
        }
    }
    lines.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::csv;
    use koridor_contract::message::Language;
    use koridor_publish::pages::{Cell, DataTable, Mark};

    #[test]
    fn numbers_are_for_programs_and_marks_have_a_column() {
        let table = DataTable {
            id: "t".into(),
            caption: String::new(),
            columns: DataTable::columns([("Periode", false), ("Nilai", true), ("Catatan", false)]),
            rows: vec![
                vec![
                    Cell::text("2025"),
                    Cell::Number(-1234.567, 2, vec![Mark::Provisional, Mark::Synthetic]),
                    Cell::text("a \"b\", c"),
                ],
                vec![Cell::text("2024"), Cell::None(Mark::Suppressed), Cell::text("=1+1")],
                vec![Cell::text("2023"), Cell::Number(-0.001, 1, vec![]), Cell::Blank],
            ],
            nothing: String::new(),
        };
        let lines = csv(&table, Language::Id);
        let lines: Vec<&str> = lines.split("\r\n").collect();
        assert_eq!(lines[0], "Periode,Nilai,Nilai: tanda,Catatan");
        assert_eq!(lines[1], "2025,-1234.57,[p] [s],\"a \"\"b\"\", c\"");
        assert!(lines[2].starts_with("2024,,[c],") && !lines[2].contains(",=1"), "{}", lines[2]);
        assert_eq!(lines[3], "2023,0.0,,");
    }
}
