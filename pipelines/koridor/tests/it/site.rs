//! The pages of a release as files: weights, links, downloads, languages, what is withheld, another
//! corridor.

use super::{HASH_KEY, OTHER_CORRIDOR, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A page with its style, in bytes.
const MOST_BYTES: usize = 100_000;

/// The site of the sample, made once for all tests.
pub static SAMPLE: LazyLock<(&Place, BTreeMap<String, String>)> = LazyLock::new(|| {
    let place = &*super::SAMPLE;
    let output = place.run(&["site", "site", "--lang", "en"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Doors within this process are given it by the lake.
    place.write("lake/_secrets/hash.key", HASH_KEY);
    let all = files(&place.path().join("site"));
    (place, all)
});

/// All files of a folder by their paths.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(own) = folders.pop() {
        for entry in std::fs::read_dir(own).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                all.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    all
}

fn pages(all: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    let own = all.iter().filter(|(path, _)| path.ends_with(".html"));
    own.map(|(path, text)| (path.as_str(), text.as_str()))
}

/// What stands between quotes behind each `name="`.
fn attributes<'text>(text: &'text str, name: &str) -> Vec<&'text str> {
    let begin = format!(" {name}=\"");
    let parts = text.split(begin.as_str()).skip(1);
    parts.filter_map(|part| Some(part.split_once('"')?.0)).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "the weights are told")]
fn every_page_is_light_and_needs_nothing_but_its_style() {
    let all = &SAMPLE.1;
    let style = all["style.css"].len();
    let mut weights: Vec<(usize, &str)> =
        pages(all).map(|(path, text)| (text.len() + style, path)).collect();
    weights.sort_unstable();
    let mean = weights.iter().map(|own| own.0).sum::<usize>() / weights.len();
    println!("{} pages, {mean} bytes in the mean; the heaviest:", weights.len());
    for (weight, path) in weights.iter().rev().take(5) {
        println!("{weight:>8} {path}");
    }
    assert!(weights.len() > 600, "{} pages", weights.len());
    assert!(weights.last().unwrap().0 <= MOST_BYTES);
    for (path, text) in pages(all) {
        for word in ["<script", "<img", "<iframe", "@import", "javascript:"] {
            assert!(!text.contains(word), "{path}: {word}");
        }
        let others = text.replace("http://www.w3.org/2000/svg", "");
        let hosts = attributes(&others, "href").into_iter().chain(attributes(&others, "src"));
        for link in hosts {
            assert!(!link.contains("://") && !link.starts_with("//"), "{path}: {link}");
        }
    }
    for word in ["url(", "@import", "http"] {
        assert!(!all["style.css"].contains(word), "style.css: {word}");
    }
}

#[test]
fn every_link_leads_to_a_file_or_a_part_of_the_page() {
    let all = &SAMPLE.1;
    let mut wrong = BTreeSet::new();
    let ids = |text| attributes(text, "id").into_iter().collect::<BTreeSet<&str>>();
    let parts: BTreeMap<&str, BTreeSet<&str>> =
        pages(all).map(|(path, text)| (path, ids(text))).collect();
    for (path, text) in pages(all) {
        for link in attributes(text, "href") {
            let is_there = match link.split_once('#') {
                Some(("", part)) => parts[path].contains(part),
                Some((page, part)) => {
                    let page = resolved(path, page);
                    parts.get(page.as_str()).is_some_and(|own| own.contains(part))
                }
                None => all.contains_key(&resolved(path, link)),
            };
            if !is_there {
                wrong.insert(format!("{path}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} links: {:?}", wrong.len(), wrong.iter().next());
}

/// The path that a relative link means, seen from a file.
fn resolved(from: &str, link: &str) -> String {
    let mut path = PathBuf::from(from);
    path.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(path.pop()),
            part => path.push(part),
        }
    }
    path.to_str().unwrap().to_owned()
}

#[test]
fn guides_and_the_reference_are_pages_that_lead_to_one_another() {
    let all = &SAMPLE.1;
    let steward = &all["id/guide/panduan-petugas.html"];
    assert!(steward.contains("href=\"../reference/rules/not_a_number.html\""));
    assert!(!steward.contains("<div class=\"text\" lang"), "it is in the language of its page");
    let operator = &all["id/guide/operations.html"];
    assert!(operator.contains("<div class=\"text\" lang=\"en\">"));
    assert!(operator.contains("aria-current=\"page\">Panduan<"), "the menu says where one is");
    // What leads out of the site is text.
    let index = &all["en/guide/index.html"];
    assert!(index.contains("schemas/README.md") && !index.contains("schemas/README.md\""));
    let indicator = &all["en/indicator/waste_managed_rate-7407.html"];
    assert!(indicator.contains("../reference/indicators/waste_managed_rate.html"));
    assert!(indicator.contains("../guide/extracts.html"));
    let card = &all["en/reference/indicators/waste_managed_rate.html"];
    assert!(card.contains("<h1>waste_managed_rate: ") && !card.contains("koridor reference:"));
    // The longest one is parted, and links find its parts.
    assert!(all.contains_key("en/reference/tables/schema-ops-2.html"));
}

#[test]
fn both_languages_have_the_same_pages_and_each_its_numbers() {
    let all = &SAMPLE.1;
    let of = |language: &str| -> BTreeSet<&str> {
        let begin = format!("{language}/");
        pages(all).filter_map(|(path, _)| path.strip_prefix(begin.as_str())).collect()
    };
    assert_eq!(of("id"), of("en"));
    let [id, en] = ["id", "en"].map(|own| all[&format!("{own}/index.html")].as_str());
    assert!(id.contains("<html lang=\"id\"") && en.contains("<html lang=\"en\""));
    assert!(id.contains(">220.491<") && en.contains(">220,491<"), "the visits of the corridor");
    assert!(id.contains("Contoh buatan.") && en.contains("Made-up sample."));
    for (path, text) in pages(all) {
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
        assert!(text.contains(" aria-current=\"true\""), "{path}");
    }
    // The first page is that of the first language, with ways of its own.
    assert!(all["index.html"].contains("href=\"id/region/7407.html\""));
}

#[test]
fn a_download_holds_the_rows_of_its_page_and_a_picture_says_what_is_made_up() {
    let all = &SAMPLE.1;
    let page = &all["en/indicator/visits_total-7407.html"];
    let csv = &all["en/indicator/visits_total-7407-y-table.csv"];
    let lines: Vec<&str> = csv.split("\r\n").filter(|own| !own.is_empty()).collect();
    assert!(lines[0].starts_with("Period,Value (visits),Value (visits): marks,"), "{}", lines[0]);
    assert!(lines[1].starts_with("2025,52198,[b] [s],"), "{}", lines[1]);
    // Years that nobody filed are told.
    assert!(csv.contains("\r\n2022,,[x],"), "{csv}");
    let (_, from) = page.split_once("<table id=\"y-table\">").unwrap();
    let (table, _) = from.split_once("</table>").unwrap();
    assert_eq!(table.matches("<tr>").count(), lines.len());
    assert!(table.contains("52,198\u{a0}[b]"), "{table}");
    let picture = &all["en/indicator/visits_total-7407-y.svg"];
    for said in ["<svg", "made-up sample", "Release", "Wakatobi"] {
        assert!(picture.contains(said), "{said}: {picture}");
    }
    // Where two sources disagree both stand there.
    assert!(page.contains("IMIGRASI") && page.contains("Sources differ by up to"));
    let tables = all.keys().filter(|path| path.ends_with(".csv")).count();
    let shown: usize = pages(all)
        .filter(|(path, _)| *path != "index.html")
        .map(|(_, text)| text.matches("<table ").count())
        .sum();
    assert_eq!(tables, shown, "each table has its file");
}

#[test]
fn what_a_release_withholds_stands_on_no_page() {
    let (place, all) = (SAMPLE.0, &SAMPLE.1);
    let query = "select v.value, v.numerator, v.denominator from indicators.values_log v
         join indicators.disclosure_log d on d.indicator_id = v.indicator_id
          and d.region_code = v.region_code and d.grain = v.grain and d.period = v.period
          and d.breakdown = v.breakdown where v.value is not null";
    let rows = place.stdout(&["sql", "--head", "--format", "csv", query]);
    let withheld: Vec<&str> = rows.lines().skip(1).flat_map(|line| line.split(',')).collect();
    let long: Vec<&str> = withheld.into_iter().filter(|own| own.len() > 6).collect();
    assert!(!long.is_empty(), "the sample withholds numbers: {rows}");
    for (path, text) in all {
        for digits in &long {
            assert!(!text.contains(*digits), "{path}: {digits}");
        }
    }
    let page = &all["en/indicator/sapa_service_rate-7407.html"];
    assert!(page.contains("[c]") && page.contains("suppressed: too few"), "{page}");
}

#[test]
fn changes_are_those_of_the_view() {
    let place = SAMPLE.0;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sql/queries/page_changes.sql");
    let own = place.stdout(&["sql", "--format", "csv", "-f", file]);
    let view = "select indicator_id, region_code, breakdown, grain,
          cast(period as varchar) as first_day, change, change_unit
         from indicators.changes where change_kind = 'y-on-y' and change is not null
         order by indicator_id, region_code, breakdown, grain, period";
    let view = place.stdout(&["sql", "--format", "csv", view]);
    assert!(own.lines().count() > 1000, "{}", own.lines().count());
    assert!(own == view, "page_changes.sql is not indicators.changes");
}

#[test]
fn a_site_takes_the_place_of_the_one_before_and_of_nothing_else() {
    let place = Place::new();
    place.write("mine/notes.txt", "mine");
    let refused = place.say("site mine --lang en");
    assert_eq!(refused.status.code(), Some(2));
    let none = place.say("site www --lang en");
    assert_eq!(none.status.code(), Some(2), "no release was made yet");
    assert!(!place.path().join("www").exists());
    let wrong = place.say("site www --base-url example.org --lang en");
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn another_corridor_has_its_own_site() {
    let place = &*OTHER_CORRIDOR;
    let words = ["site", "www", "--base-url", "https://example.org/x/", "--lang", "en"];
    let output = place.run(&words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all = files(&place.path().join("www"));
    for (path, text) in pages(&all) {
        // A guide is about the program; its examples are of the project that comes with it.
        let is_guide = path.contains("guide/");
        for word in ["Wakatobi", "7407", "Konsel"] {
            // Not as a part of a number: `9,97407E+15` is an example of lost digits.
            let is_word = |at: usize| !text[..at].ends_with(|own: char| own.is_ascii_digit());
            let found = text.match_indices(word).any(|(at, _)| is_word(at));
            assert!(is_guide || !found, "{path}: {word}");
        }
        if path != "index.html" {
            let own = format!("rel=\"canonical\" href=\"https://example.org/x/{path}\"");
            assert!(text.contains(&own), "{path}");
        }
    }
    let again = place.run(&words);
    assert!(again.status.success());
    assert_eq!(files(&place.path().join("www")), all, "the same release gives the same bytes");
}
