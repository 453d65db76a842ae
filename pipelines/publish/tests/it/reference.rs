//! The pages of the reference: fresh, whole, and with links that lead somewhere.

use crate::lake::{PROJECT, TestLake, project_files};
use koridor_contract::message::Language;
use koridor_contract::remedy::Remedies;
use koridor_contract::{CellRule, Project, RecordRule, card};
use koridor_lake::{Engine, Snapshot};
use koridor_publish::reference::{self, Pages};
use koridor_publish::words::STATES;
use koridor_read::readers::RefusalCode;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::OnceCell;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn link(path: &str) -> Option<String> {
    repository().join(path).is_file().then(|| format!("../../{path}"))
}

async fn pages_of(project: Arc<Project>) -> Pages {
    let lake = TestLake::new().await;
    let snapshot = Snapshot::empty(Arc::clone(&project), lake.storage.clone());
    let engine = Engine::open(snapshot).unwrap();
    reference::pages(&engine, &project, &link).await.unwrap()
}

async fn pages() -> &'static Pages {
    static PAGES: OnceCell<Pages> = OnceCell::const_new();
    PAGES.get_or_init(|| pages_of(Arc::clone(&PROJECT))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_repository_are_fresh() {
    let folder = repository().join("docs/reference");
    let mut found = BTreeMap::new();
    for inner in ["", "codes", "indicators", "rules", "tables"] {
        for entry in std::fs::read_dir(folder.join(inner)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(&folder).unwrap().display().to_string();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let pages = pages().await;
    let differs = |path: &&&String| pages.get(**path) != found.get(**path);
    let all: BTreeSet<&String> = pages.keys().chain(found.keys()).collect();
    let stale: Vec<_> = all.iter().filter(differs).collect();
    assert!(stale.is_empty(), "stale, `koridor reference docs/reference` writes them: {stale:?}");
}

/// Targets of the links of a page: what stands in parentheses behind brackets.
fn targets(page: &str) -> Vec<&str> {
    let parts = page.split("](").skip(1);
    parts.filter_map(|part| part.split_once(')')).map(|(target, _)| target).collect()
}

/// The anchors of a page as GitHub makes them, written apart from what makes the pages.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for line in page.lines() {
        let heading = line.trim_start_matches('#');
        if heading.len() < line.len() && heading.starts_with(' ') {
            let slug = heading.trim().to_lowercase().replace(' ', "-");
            anchors.insert(
                slug.chars().filter(|own| own.is_alphanumeric() || "-_".contains(*own)).collect(),
            );
        }
        let ids = line.split("<a id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
        anchors.extend(ids.map(|(id, _)| id.to_owned()));
    }
    anchors
}

/// Why a link leads nowhere.
fn broken(pages: &Pages, page: &str, target: &str) -> Option<String> {
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    let mut place = repository().join("docs/reference").join(parts.join("/"));
    for part in path.split('/').filter(|part| !part.is_empty()) {
        match part {
            ".." => drop(place.pop()),
            part => place.push(part),
        }
    }
    let own = place.strip_prefix(repository().join("docs/reference")).ok();
    let own = own.and_then(|own| pages.get(&own.display().to_string()));
    let text = match own {
        _ if path.is_empty() => pages.get(page).cloned(),
        Some(own) => Some(own.clone()),
        None => std::fs::read_to_string(&place).ok(),
    };
    match text {
        None => Some(format!("{page}: {target}: no file")),
        Some(text) if !anchor.is_empty() && !anchors(&text).contains(anchor) => {
            Some(format!("{page}: {target}: no anchor"))
        }
        Some(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_leads_to_a_page_or_a_file() {
    let pages = pages().await;
    let links = pages.iter().flat_map(|(page, text)| {
        targets(text).into_iter().map(move |target| (page.as_str(), target))
    });
    let links: Vec<(&str, &str)> = links.filter(|(_, own)| !own.starts_with("http")).collect();
    assert!(links.len() > 1000, "{}", links.len());
    let broken: Vec<_> =
        links.iter().filter_map(|(page, target)| broken(pages, page, target)).collect();
    assert_eq!(broken, Vec::<String>::new());
    let planted = broken_of(pages, &["tables/none.md", "#none", "../../sql/none.sql"]);
    assert_eq!(planted, 3, "what leads nowhere is found");
}

/// The guides lead to pages of the reference, to each other and to files.
#[tokio::test(flavor = "multi_thread")]
async fn every_link_of_a_guide_leads_to_a_page_or_a_file() {
    let pages = pages().await;
    let mut checked = 0;
    let mut lost = Vec::new();
    for entry in std::fs::read_dir(repository().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for target in targets(&text).into_iter().filter(|own| !own.starts_with("http")) {
            checked += 1;
            // Seen from a page of the reference, the guides are one folder up.
            let from = match target.strip_prefix('#') {
                Some(anchor) => format!("../{name}#{anchor}"),
                None => format!("../{target}"),
            };
            lost.extend(broken(pages, "README.md", &from).map(|own| format!("{name}: {own}")));
        }
    }
    assert!(checked > 100, "{checked}");
    assert_eq!(lost, Vec::<String>::new());
}

fn broken_of(pages: &Pages, targets: &[&str]) -> usize {
    targets.iter().filter_map(|target| broken(pages, "README.md", target)).count()
}

/// Pages that no link of another page leads to.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_reached_from_the_first() {
    let pages = pages().await;
    let (mut reached, mut next) = (BTreeSet::new(), vec!["README.md".to_owned()]);
    while let Some(page) = next.pop() {
        let Some(text) = pages.get(&page) else { continue };
        if !reached.insert(page.clone()) {
            continue;
        }
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in targets(text) {
            let target = target.split('#').next().unwrap();
            next.push(match target.strip_prefix("../") {
                Some(above) => above.to_owned(),
                None if folder.is_empty() => target.to_owned(),
                None => format!("{folder}/{target}"),
            });
        }
    }
    let lost: Vec<&String> = pages.keys().filter(|page| !reached.contains(*page)).collect();
    assert_eq!(lost, Vec::<&String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_the_project_says_is_on_its_page() {
    let (pages, project) = (pages().await, &PROJECT);
    let mut missing = Vec::new();
    let mut need = |page: &str, what: &str| {
        let words = |text: &str| {
            let plain = text.replace('\\', "").replace("&lt;", "<").replace("&gt;", ">");
            plain.replace("&amp;", "&")
        };
        if !pages.get(page).is_some_and(|text| words(text).contains(what)) {
            missing.push(format!("{page}: {what}"));
        }
    };
    let references = project.references.values().map(|own| &own.contract);
    for contract in project.datasets.values().chain(references) {
        let page = format!("tables/{}.md", contract.name);
        contract.fields.iter().for_each(|own| need(&page, &format!("| `{}`", own.name)));
        contract.fields.iter().for_each(|own| need(&page, &own.title));
        for rule in &contract.koridor.rules {
            need(&page, &rule.message_id);
            need("rules.md", &rule.message_en);
        }
    }
    for (name, list) in project.codes.iter() {
        let page = format!("codes/{name}.md");
        list.codes().iter().for_each(|own| need(&page, &format!("| `{}` |", own.code)));
    }
    for own in card::load(project).unwrap() {
        let (card, page) = (&own.card, format!("indicators/{}.md", own.card.id));
        for text in [&card.title_en, &card.definition, &card.owner_en] {
            need(&page, text);
        }
        need(&page, card.formula_in(Language::Id));
        need("indicators/README.md", &format!("[`{}`]", card.id));
    }
    let remedies = Remedies::of(project).unwrap();
    for own in codes() {
        need("rules.md", &format!("| [`{own}`](rules/{own}.md) |"));
        let remedy = remedies.get(own).unwrap_or_else(|| panic!("{own} has no remedy"));
        let page = format!("rules/{own}.md");
        for said in [&remedy.meaning, &remedy.remedy].into_iter().chain(&remedy.operator) {
            need(&page, &said.id);
            need(&page, &said.en);
        }
    }
    STATES.iter().for_each(|(state, ..)| need("states.md", &format!("| `{state}` |")));
    for (path, _) in project.files_under("sql/views/", ".sql") {
        let name = path.trim_start_matches("sql/views/").trim_end_matches(".sql");
        if !name.ends_with("superseded_attempts") {
            let (schema, _) = name.split_once('.').unwrap();
            need(&format!("tables/schema-{schema}.md"), &format!("## `{name}`"));
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// The codes of the closed sets: those that no contract gives.
fn codes() -> impl Iterator<Item = &'static str> {
    let rules = CellRule::ALL.iter().map(|own| own.code());
    let rules = rules.chain(RecordRule::ALL.iter().map(|own| own.code()));
    rules.chain(RefusalCode::ALL.iter().map(|own| own.code()))
}

/// A remedy for a code that nobody gives would be read by nobody.
#[tokio::test(flavor = "multi_thread")]
async fn every_remedy_is_of_a_code_and_every_rule_page_says_what_to_do() {
    let (pages, remedies) = (pages().await, Remedies::of(&PROJECT).unwrap());
    let rules = PROJECT.datasets.values().flat_map(|own| &own.koridor.rules);
    let known: BTreeSet<&str> = codes().chain(rules.map(|own| own.id.as_str())).collect();
    let unknown: Vec<&str> = remedies.codes().filter(|own| !known.contains(own)).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    let own = pages.iter().filter(|(path, _)| path.starts_with("rules/"));
    let silent: Vec<&String> = own
        .filter(|(_, page)| {
            let says = |what: &str| page.contains(what);
            !says("| Yang dilakukan instansi") || !(says("Contoh pesan") || says("| Pesan /"))
        })
        .map(|(path, _)| path)
        .collect();
    // A description's own mistake has the message of the expression's reader.
    assert_eq!(silent, ["rules/bad_pattern.md"]);
    assert!(pages["rules/quarter_start.md"].matches("## `").count() > 1, "one page, all contracts");
    assert!(pages["rules/below_minimum.md"].contains("`visitor_flow`](../tables"));
}

/// The texts between quotes of the sources of crates, as the program has them: `{}` stands for
/// anything.
fn literals() -> Vec<String> {
    let text = regex::Regex::new(r#""((?:[^"\\]|\\[\s\S])*)""#).unwrap();
    let hole = regex::Regex::new(r"\{[^{}]*\}").unwrap();
    let broken = regex::Regex::new(r"\\\n\s*").unwrap();
    let mut folders = ["read", "lake"].map(|own| repository().join("pipelines").join(own)).to_vec();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == "rs") {
                let source = std::fs::read_to_string(path).unwrap();
                found.extend(text.captures_iter(&source).map(|own| {
                    let own = broken.replace_all(&own[1], "").replace("\\\"", "\"");
                    let own = own.replace("{{", "\u{1}").replace("}}", "\u{2}");
                    let parts: Vec<String> = hole.split(&own).map(regex::escape).collect();
                    parts.join(".*").replace('\u{1}', r"\{").replace('\u{2}', r"\}")
                }));
            }
        }
    }
    found.retain(|own| own.replace(".*", "").len() > 12);
    found
}

/// An example is what the program says: a message that is changed has its page changed.
#[test]
fn every_example_message_is_one_that_the_program_gives() {
    let literals: Vec<regex::Regex> =
        literals().iter().filter_map(|own| regex::Regex::new(&format!("^{own}$")).ok()).collect();
    assert!(literals.len() > 200, "{}", literals.len());
    let remedies = Remedies::of(&PROJECT).unwrap();
    let mut strange = Vec::new();
    for own in RefusalCode::ALL {
        let Some(example) = &remedies.get(own.code()).unwrap().example else { continue };
        for said in [&example.id, &example.en] {
            if !literals.iter().any(|own| own.is_match(said)) {
                strange.push(format!("{}: {said}", own.code()));
            }
        }
    }
    assert_eq!(strange, Vec::<String>::new());
    assert!(!literals.iter().any(|own| own.is_match("berkas ini gambar, bukan tabel")));
}

/// Rows of tables that have another number of cells than their head.
fn uneven(pages: &Pages) -> Vec<String> {
    // A bar behind a backslash that is not itself behind one is text.
    let cells = |line: &str| {
        let mut is_escaped = false;
        line.chars()
            .filter(|own| {
                let is_bar = *own == '|' && !is_escaped;
                is_escaped = *own == '\\' && !is_escaped;
                is_bar
            })
            .count()
    };
    let mut uneven = Vec::new();
    for (page, text) in pages {
        let mut width = None;
        for line in text.lines() {
            if !line.starts_with('|') {
                width = None;
            } else if *width.get_or_insert(cells(line)) != cells(line) {
                uneven.push(format!("{page}: {line}"));
            }
        }
    }
    uneven
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_project_breaks_a_page() {
    assert_eq!(uneven(pages().await), Vec::<String>::new());
    let mut files = project_files();
    let hostile = r"a | b <script>x</script> [c](d) `e \\| f";
    for file in files.values_mut().filter(|text| text.contains("\"message_en\"")) {
        *file = file.replace("\"title\": \"Wilayah\"", &format!("\"title\": \"{hostile}\""));
    }
    let flags = files.get_mut("schemas/codes/flag.csv").unwrap();
    flags.push_str("hostile,a|b <b>,\"two\nlines \\| `x|y`\",,\n");
    let pages = pages_of(Arc::new(Project::from_files(files).unwrap())).await;
    assert_eq!(uneven(&pages), Vec::<String>::new());
    assert!(pages.values().all(|page| !page.contains("<script>") && !page.contains("[c](d)")));
    assert!(pages["flags.md"].contains(r"a\|b &lt;b&gt;"), "{}", pages["flags.md"]);
    assert!(pages["tables/waste_handling.md"].contains("&lt;script&gt;"));
}
