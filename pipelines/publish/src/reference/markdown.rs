//! Markdown as GitHub reads it: text that stays text, tables, links, anchors.

/// The first line of each page: what has it may be written over and removed.
pub const MARK: &str = "<!-- koridor reference: generated, not edited by hand -->";

/// Text in which no mark is taken for Markdown or HTML, on one line; what stands between backticks
/// is code.
pub(super) fn text(plain: &str) -> String {
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<&str> = plain.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return words(&plain);
    }
    let parts = parts.iter().enumerate();
    parts.map(|(at, part)| if at.is_multiple_of(2) { words(part) } else { code(part) }).collect()
}

fn words(plain: &str) -> String {
    plain.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn word(word: &str) -> String {
    // An address is linked as it stands.
    let is_address = word.starts_with("https://") || word.starts_with("http://");
    let mut safe = String::with_capacity(word.len());
    for mark in word.chars() {
        match mark {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '*' | '_' | '`' | '[' | ']' | '~' | '$' | '#' if !is_address => {
                safe.push('\\');
                safe.push(mark);
            }
            _ => safe.push(mark),
        }
    }
    safe
}

/// A text in Bahasa Indonesia and in English, once where they are the same.
pub(super) fn both(id: &str, en: &str) -> String {
    match (id, en) {
        ("", only) | (only, "") => text(only),
        _ if id == en => text(id),
        _ => format!("{} / {}", text(id), text(en)),
    }
}

/// A code as it stands, in a table or out of it; nothing for nothing.
pub(super) fn code(plain: &str) -> String {
    let plain = plain.replace(['\n', '\r'], " ");
    if plain.is_empty() {
        return plain;
    }
    // In a table a backslash before a bar would part the cell.
    if plain.contains("\\|") || plain.contains('`') {
        let marks = plain.chars().map(|mark| match mark {
            '&' | '<' | '>' | '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' => {
                format!("&#{};", u32::from(mark))
            }
            mark => mark.to_string(),
        });
        return format!("<code>{}</code>", marks.collect::<String>());
    }
    format!("`{plain}`")
}

/// Codes behind each other.
pub(super) fn codes<'code>(all: impl IntoIterator<Item = &'code str>) -> String {
    all.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

/// A link whose text is a code.
pub(super) fn code_link(shown: &str, target: &str) -> String {
    format!("[{}]({target})", code(shown))
}

/// The code of a rule as a link to its page, from a page in so many folders.
pub(super) fn rule_link(depth: usize, own: &str) -> String {
    code_link(own, &format!("{}rules/{own}.md", "../".repeat(depth)))
}

/// The anchor that GitHub gives to a heading.
pub fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|mark| match mark {
        ' ' => Some('-'),
        '-' | '_' => Some(mark),
        mark if mark.is_alphanumeric() => Some(mark),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}

/// A page that grows from its title down.
pub(super) struct Page {
    text: String,
}

impl Page {
    /// A page with its title, and where it belongs: the text of links above it.
    pub(super) fn new(title: &str, above: &str) -> Self {
        let mut page = Self { text: format!("{}\n\n# {title}\n", MARK) };
        page.paragraph(above);
        page
    }

    /// A heading; its anchor is that of the text without Markdown.
    pub(super) fn heading(&mut self, heading: &str) {
        self.text.push_str(&format!("\n## {heading}\n"));
    }

    /// A paragraph; nothing for nothing.
    pub(super) fn paragraph(&mut self, paragraph: &str) {
        if !paragraph.is_empty() {
            // A mark of a list or a heading at the beginning is text.
            let is_mark = paragraph.starts_with(['+', '-', '=']);
            let escape = if is_mark { "\\" } else { "" };
            self.text.push_str(&format!("\n{escape}{paragraph}\n"));
        }
    }

    /// A list; nothing without items.
    pub(super) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let lines: String = items.into_iter().map(|item| format!("- {item}\n")).collect();
        if !lines.is_empty() {
            self.text.push_str(&format!("\n{lines}"));
        }
    }

    /// A table; nothing without rows. A bar within a cell is text.
    pub(super) fn table<const WIDTH: usize>(
        &mut self,
        head: [&str; WIDTH],
        rows: impl IntoIterator<Item = [String; WIDTH]>,
    ) {
        let head = head.map(str::to_owned).to_vec();
        self.wide_table(head, rows.into_iter().map(Vec::from));
    }

    /// A table whose width is known when it is made.
    pub(super) fn wide_table(
        &mut self,
        head: Vec<String>,
        rows: impl IntoIterator<Item = Vec<String>>,
    ) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        let width = head.len();
        self.text.push('\n');
        self.row(head);
        self.text.push_str(&format!("|{}\n", "---|".repeat(width)));
        rows.for_each(|row| self.row(row));
    }

    fn row(&mut self, cells: Vec<String>) {
        let cells = cells.into_iter().map(|cell| cell.replace('|', "\\|"));
        self.text.push_str(&format!("| {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    }

    /// The page as it is written.
    pub(super) fn end(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, anchor, both, code, text};

    #[test]
    fn marks_of_markdown_and_html_are_text() {
        assert_eq!(
            text("a*b_c <script> & [x](y)\n# z"),
            r"a\*b\_c &lt;script&gt; &amp; \[x\](y) \# z"
        );
        assert_eq!(text("see https://a.b/c_d*"), "see https://a.b/c_d*");
        assert_eq!(text("see `a_b`, c_d"), r"see `a_b`, c\_d");
        assert_eq!(text("a ` b"), r"a \` b");
        assert_eq!(code("a_b"), "`a_b`");
        assert_eq!(code("`"), "<code>&#96;</code>");
        assert_eq!(both("sama", "sama"), "sama");
        assert_eq!(both("", "only"), "only");
    }

    #[test]
    fn a_bar_parts_no_cell() {
        let mut page = Page::new("T", "");
        page.table(["a"], [[text("x|y")], [code("x|y")], [code(r"x\|y")]]);
        let page = page.end();
        let rows: Vec<&str> = page.lines().rev().take(3).collect();
        assert_eq!(rows, ["| <code>x&#92;&#124;y</code> |", r"| `x\|y` |", r"| x\|y |",]);
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchor("ops.current_slices"), "opscurrent_slices");
        assert_eq!(anchor("Kolom / Columns"), "kolom--columns");
    }
}
