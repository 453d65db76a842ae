//! The house as its plan says it: crates and folders know only those below them, files form no
//! circle, and no function, file or line is too long to read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The crates, from the ground up.
const CRATES: [&str; 7] = ["contract", "read", "lake", "publish", "serve", "pdf", "koridor"];

/// Folders of a crate whose order is fixed, from the ground up.
const FLOORS: [(&str, &[&str]); 2] =
    [("lake", &["store", "ledger", "engine", "load"]), ("read", &["readers", "layout", "check"])];

const MOST_LINES_OF_FUNCTION: usize = 70;
const MOST_LINES_OF_FILE: usize = 500;
const MOST_CHARACTERS: usize = 100;
const MOST_CHARACTERS_OF_SQL: usize = 120;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// One source file of a crate.
struct Room {
    /// Modules from the crate's root; of `a/mod.rs` and `a.rs` alike `["a"]`.
    module: Vec<String>,
    text: String,
    shown: String,
}

fn rooms(own: &str) -> Vec<Room> {
    let source = repository().join("pipelines").join(own).join("src");
    let rooms = files_below(&source, ".rs").into_iter().map(|path| {
        let within = path.strip_prefix(&source).unwrap().with_extension("");
        let mut module: Vec<String> =
            within.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            module.pop();
        }
        let shown = format!("{own}/{}", path.strip_prefix(&source).unwrap().display());
        Room { module, text: std::fs::read_to_string(&path).unwrap(), shown }
    });
    rooms.collect()
}

/// The code of a file without its comments and its unit tests.
fn code(text: &str) -> String {
    let own = text.split("#[cfg(test)]").next().unwrap_or(text);
    let lines = own.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn crates_know_only_those_below_them() {
    let mut wrong = Vec::new();
    for (floor, own) in CRATES.iter().enumerate() {
        let manifest = repository().join("pipelines").join(own).join("Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        let normal = manifest.split("[dev-dependencies]").next().unwrap();
        for above in &CRATES[floor..] {
            let name =
                if *above == "koridor" { "koridor.workspace" } else { &format!("koridor-{above}") };
            if above != own && normal.contains(name) {
                wrong.push(format!("{own}/Cargo.toml names {above}"));
            }
            let path = format!("koridor_{above}::");
            for room in rooms(own).iter().filter(|room| code(&room.text).contains(&path)) {
                wrong.push(format!("{} names {above}", room.shown));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Statements that begin with `use` or `pub use`, each as one line without its `;`.
fn uses(text: &str) -> Vec<(bool, String)> {
    let mut uses = Vec::new();
    let own = code(text);
    let mut lines = own.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_start();
        let is_face = line.starts_with("pub use ") || line.starts_with("pub(crate) use ");
        if !is_face && !line.starts_with("use ") {
            continue;
        }
        let mut statement = line.to_owned();
        while !statement.contains(';') {
            statement.push_str(lines.next().unwrap_or(";").trim());
        }
        let (_, tree) = statement.split_once("use ").unwrap();
        let tree = tree.trim_end_matches(';').replace(" as ", "@").replace(' ', "");
        uses.push((is_face, tree));
    }
    uses
}

/// The paths of a tree such as `a::{b,c::{d}}`.
fn paths(tree: &str) -> Vec<Vec<String>> {
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![
            tree.split("::").map(|part| part.split('@').next().unwrap().to_owned()).collect(),
        ];
    };
    let head: Vec<String> = head
        .trim_end_matches("::")
        .split("::")
        .map(str::to_owned)
        .filter(|p| !p.is_empty())
        .collect();
    let inner = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, mark) in inner.char_indices() {
        match mark {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    let below = parts.into_iter().filter(|part| !part.is_empty()).flat_map(paths);
    below.map(|path| head.iter().cloned().chain(path).collect()).collect()
}

/// A path of a room as one from the crate's root; `None` for one into another crate.
fn from_root(room: &Room, path: &[String]) -> Option<Vec<String>> {
    let is_face = room.shown.ends_with("/mod.rs") || room.shown.ends_with("/lib.rs");
    match path.first().map(String::as_str) {
        Some("crate") => Some(path[1..].to_vec()),
        Some("super") => {
            let supers = path.iter().take_while(|part| *part == "super").count();
            let up = room.module.len().checked_sub(supers)?;
            Some(room.module[..up].iter().chain(&path[supers..]).cloned().collect())
        }
        Some("self") => Some(room.module.iter().chain(&path[1..]).cloned().collect()),
        // `mod.rs` names the modules below it without a prefix.
        Some(_) if is_face => Some(room.module.iter().chain(path).cloned().collect()),
        _ => None,
    }
}

/// Which room a path means: through what faces hand on, to where it is defined.
fn target(
    path: &[String],
    rooms: &[Room],
    faces: &BTreeMap<Vec<String>, Vec<String>>,
) -> Option<usize> {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let Some(further) = faces.get(&path) else { break };
        path.clone_from(further);
    }
    (0..=path.len()).rev().find_map(|length| {
        rooms.iter().position(|room| room.module == path[..length] && length > 0)
    })
}

#[test]
fn files_form_no_circle_and_folders_keep_their_floors() {
    let mut wrong = Vec::new();
    for own in CRATES {
        let rooms = rooms(own);
        let mut faces = BTreeMap::new();
        for room in &rooms {
            for (_, tree) in uses(&room.text).iter().filter(|(is_face, _)| *is_face) {
                for path in paths(tree).iter().filter_map(|path| from_root(room, path)) {
                    let name = path.last().cloned().unwrap_or_default();
                    let shown: Vec<String> = room.module.iter().cloned().chain([name]).collect();
                    if shown != path {
                        faces.insert(shown, path);
                    }
                }
            }
        }
        let mut arrows: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); rooms.len()];
        for (from, room) in rooms.iter().enumerate() {
            for (_, tree) in uses(&room.text).iter().filter(|(is_face, _)| !is_face) {
                for path in paths(tree).iter().filter_map(|path| from_root(room, path)) {
                    arrows[from].extend(target(&path, &rooms, &faces).filter(|to| *to != from));
                }
            }
        }
        wrong.extend(circles(&rooms, &arrows));
        wrong.extend(arrows_that_run_up(own, &rooms, &arrows));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rooms that reach themselves.
fn circles(rooms: &[Room], arrows: &[BTreeSet<usize>]) -> Vec<String> {
    let reaches = |from: usize| {
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<usize> = arrows[from].iter().copied().collect();
        while let Some(next) = waiting.pop() {
            if seen.insert(next) {
                waiting.extend(&arrows[next]);
            }
        }
        seen
    };
    let in_circle = (0..rooms.len()).filter(|room| reaches(*room).contains(room));
    let line = |room: usize| {
        let next = arrows[room].iter().filter(|next| reaches(**next).contains(&room));
        let next: Vec<&str> = next.map(|next| rooms[*next].shown.as_str()).collect();
        format!("circle: {} -> {}", rooms[room].shown, next.join(", "))
    };
    in_circle.map(line).collect()
}

fn arrows_that_run_up(own: &str, rooms: &[Room], arrows: &[BTreeSet<usize>]) -> Vec<String> {
    let Some((_, floors)) = FLOORS.iter().find(|(name, _)| *name == own) else { return Vec::new() };
    let floor = |room: usize| {
        let folder = rooms[room].module.first()?;
        floors.iter().position(|floor| floor == folder)
    };
    let mut wrong = Vec::new();
    for (from, targets) in arrows.iter().enumerate() {
        for to in targets {
            if let (Some(low), Some(high)) = (floor(from), floor(*to))
                && low < high
            {
                wrong.push(format!("up: {} -> {}", rooms[from].shown, rooms[*to].shown));
            }
        }
    }
    wrong
}

/// Functions of a text that are too long, by the indent of their first and last line.
fn long_functions(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut long = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let words: Vec<&str> = code.split([' ', '(', '<']).take(6).collect();
        let Some(at) = words.iter().position(|word| *word == "fn") else { continue };
        let is_declaration = words[..at]
            .iter()
            .all(|word| ["pub", "async", "const", "crate)", "super)", "in"].contains(word));
        if !is_declaration || code.ends_with(['}', ';']) {
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        let is_end = |line: &&str| {
            line.strip_prefix(indent)
                .is_some_and(|rest| rest == "}" || rest.starts_with(") -> ") && rest.ends_with(';'))
        };
        let length = lines[first..].iter().position(is_end).map_or(0, |last| last + 1);
        if length > MOST_LINES_OF_FUNCTION {
            long.push(format!("fn {} has {length} lines", words[at + 1]));
        }
    }
    long
}

#[test]
fn nothing_is_too_long_to_read() {
    let mut wrong = Vec::new();
    let shown = |path: &Path| path.strip_prefix(repository()).unwrap().display().to_string();
    for path in files_below(&repository().join("pipelines"), ".rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = shown(&path);
        if text.lines().count() > MOST_LINES_OF_FILE {
            wrong.push(format!("{name} has {} lines", text.lines().count()));
        }
        wrong.extend(long_functions(&text).into_iter().map(|long| format!("{name}: {long}")));
        for (number, line) in text.lines().enumerate() {
            if line.chars().count() > MOST_CHARACTERS {
                wrong.push(format!("{name}:{} is {} wide", number + 1, line.chars().count()));
            }
        }
    }
    for path in files_below(&repository().join("sql"), ".sql") {
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            if line.chars().count() > MOST_CHARACTERS_OF_SQL {
                wrong.push(format!("{}:{} is too wide", shown(&path), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{} findings\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn nobody_is_excused_from_short_argument_lists() {
    for own in CRATES {
        for room in rooms(own) {
            assert!(!room.text.contains("too_many_arguments"), "{}", room.shown);
        }
    }
}
