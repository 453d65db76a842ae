//! The line of a JSON document on which a value stands.

/// The line, from 1, of the value that a JSON pointer names: of its key, where it has one. Of a
/// value that is not there, the line of the nearest one around it.
pub fn line_of(text: &str, pointer: &str) -> u64 {
    let path = pointer.split('/').skip(1).map(|own| own.replace("~1", "/").replace("~0", "~"));
    let mut search = Search { text: text.as_bytes(), at: 0, path: path.collect(), found: (0, 1) };
    search.value(Some(0));
    search.found.1
}

/// Where a document is read, and the deepest part of the path so far.
struct Search<'text> {
    text: &'text [u8],
    at: usize,
    path: Vec<String>,
    /// Steps of the path, and the line.
    found: (usize, u64),
}

impl Search<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// Passes over a mark, where it stands there.
    fn takes(&mut self, mark: u8) -> bool {
        let is_there = self.peek() == Some(mark);
        self.at += usize::from(is_there);
        is_there
    }

    fn line(&self) -> u64 {
        let before = self.text.get(..self.at).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count() as u64
    }

    /// Reads a value; `steps` of the path lead to it, none where it is beside the path.
    fn value(&mut self, steps: Option<usize>) {
        match self.peek() {
            Some(b'{') => self.object(steps),
            Some(b'[') => self.array(steps),
            Some(b'"') => drop(self.string()),
            _ => {
                let is_over = |byte: &u8| matches!(byte, b',' | b']' | b'}');
                while self.text.get(self.at).is_some_and(|byte| !is_over(byte)) {
                    self.at += 1;
                }
            }
        }
    }

    fn step(&mut self, steps: Option<usize>, name: &str) -> Option<usize> {
        let steps = steps.filter(|steps| self.path.get(*steps).is_some_and(|own| own == name))? + 1;
        if steps > self.found.0 {
            self.found = (steps, self.line());
        }
        Some(steps)
    }

    fn object(&mut self, steps: Option<usize>) {
        self.at += 1;
        while self.peek() == Some(b'"') {
            let line_start = self.at;
            let name = self.string();
            let end = std::mem::replace(&mut self.at, line_start);
            let inner = self.step(steps, &name);
            self.at = end;
            if !self.takes(b':') {
                return;
            }
            self.value(inner);
            if !self.takes(b',') {
                break;
            }
        }
        self.takes(b'}');
    }

    fn array(&mut self, steps: Option<usize>) {
        self.at += 1;
        let mut index = 0;
        while self.peek().is_some_and(|byte| byte != b']') {
            let inner = self.step(steps, &index.to_string());
            let before = self.at;
            self.value(inner);
            if !self.takes(b',') || self.at == before {
                break;
            }
            index += 1;
        }
        self.takes(b']');
    }

    /// A text without its marks; what is escaped in it stays as it is.
    fn string(&mut self) -> String {
        self.at += 1;
        let begin = self.at;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        let text = self.text.get(begin..self.at.min(self.text.len())).unwrap_or_default();
        self.at += 1;
        String::from_utf8_lossy(text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn a_pointer_names_its_line_and_a_missing_one_that_of_its_parent() {
        let text = "{\n \"a\": [1,\n  {\"b\": \"}\\\"\",\n   \"c/d\": null}],\n \"e\": 2\n}";
        let cases = [("", 1), ("/a", 2), ("/a/0", 2), ("/a/1", 3), ("/a/1/c~1d", 4), ("/a/1/x", 3)];
        for (pointer, line) in cases.into_iter().chain([("/e", 5), ("/f", 1)]) {
            assert_eq!(line_of(text, pointer), line, "{pointer}");
        }
        for cut in 0..text.len() {
            line_of(&text[..cut], "/a/1/c~1d");
        }
    }
}
