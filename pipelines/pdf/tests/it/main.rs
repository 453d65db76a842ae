//! A bulletin as the program gives it, small: what its PDF says of itself, that texts are texts,
//! that the same content gives the same bytes, and what is no bulletin.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use koridor_pdf::{PdfError, typeset};
use serde_json::{Value, json};

/// Marks of the typesetter's language, an office's name in none of its scripts, and of SVG.
const ODD: &str = "#panic() *b* _i_ $x$ = h `c` <l> @r // \\ 日";

fn content() -> Value {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 90 30\" width=\"90\" \
               height=\"30\" font-family=\"system-ui,sans-serif\">\
               <text x=\"4\" y=\"20\">日 5</text></svg>";
    json!({
        "lang": "id",
        "title": format!("Buletin tahunan, {ODD}, 2025"),
        "heading": "Indikator pariwisata",
        "kind": "Buletin tahunan",
        "area": ODD,
        "period": "2025",
        "release": "2026-11-27.1",
        "release_word": "Rilis",
        "released": "2026-11-27",
        "publisher": "",
        "notice": ["Memuat contoh buatan.", ODD],
        "sections": [
            {"id": "numbers", "title": ODD, "blocks": [
                {"kind": "text", "text": ODD},
                {"kind": "list", "lines": [ODD]},
                {"kind": "facts", "facts": [{"name": ODD, "text": ODD}]},
                {"kind": "numbers", "numbers": [{
                    "title": ODD, "value": "1.234,5", "marks": "[s]", "unit": ODD, "period": ODD,
                    "says": [ODD], "spark": svg, "spark_says": ODD
                }]},
            ]},
            {"id": "trends", "title": "Perkembangan", "blocks": [
                {"kind": "figure", "id": "a", "title": ODD, "caption": ODD, "svg": svg,
                 "numbers": ODD},
            ]},
            {"id": "tables", "title": "Tabel", "blocks": [
                {"kind": "table", "id": "t", "caption": ODD, "nothing": "tidak ada",
                 "columns": [{"heading": ODD, "is_number": false},
                             {"heading": "n", "is_number": true}],
                 "rows": [[{"text": ODD, "class": ""}, {"text": "[c]", "class": "n"}]]},
                {"kind": "table", "id": "u", "caption": ODD, "nothing": ODD,
                 "columns": [{"heading": ODD, "is_number": false}], "rows": []},
            ]},
        ],
        "marks": [["[c]", "tidak diterbitkan"], ["[s]", "contoh buatan"]],
        "facts": [{"name": "Rilis", "text": "2026-11-27.1"}],
        "outlines": [ODD],
    })
}

fn bytes_of(content: &Value) -> Vec<u8> {
    typeset(content.to_string().as_bytes()).unwrap()
}

/// What the program that embeds the crate counts on.
const _: fn(&[u8]) -> Result<Vec<u8>, PdfError> = typeset;

#[test]
fn texts_are_no_markup_and_the_file_says_what_it_is() {
    let bytes = bytes_of(&content());
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("%PDF-1.7"));
    let said = [
        "<pdfaid:part>2<",
        "<pdfaid:conformance>B<",
        "<pdfuaid:part>1<",
        "<xmp:CreateDate>2026-11-27",
        "Buletin tahunan, #panic() *b* _i_ $x$ = h `c` &lt;l&gt; @r // \\ \u{fffd}, 2025",
    ];
    for said in said {
        assert!(text.contains(said), "{said}");
    }
}

#[test]
fn the_same_content_gives_the_same_bytes_and_another_one_others() {
    let mut content = content();
    assert_eq!(bytes_of(&content), bytes_of(&content));
    let before = bytes_of(&content);
    content["period"] = json!("2024");
    assert_ne!(before, bytes_of(&content));
}

#[test]
fn what_is_no_bulletin_is_told() {
    let told = |bytes: &[u8]| typeset(bytes).unwrap_err();
    assert!(matches!(told(b"{"), PdfError::Content(_)));
    let mut content = content();
    content.as_object_mut().unwrap().remove("sections");
    let PdfError::Typesetting(said) = told(content.to_string().as_bytes()) else { panic!() };
    assert!(said.contains("sections"), "{said}");
    // An error that the program can pass on.
    let _: Box<dyn std::error::Error + Send + Sync> = Box::new(told(b"{"));
}
