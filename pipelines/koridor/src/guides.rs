//! The guides that the program brings: they stand in `docs/` and are pages of each site.

use koridor_contract::message::Language;
use koridor_publish::pages::Guide;

const fn guide(file: &'static str, text: &'static str, language: Option<Language>) -> Guide {
    Guide { file, text, language }
}

const EN: Option<Language> = Some(Language::En);

/// All of them; `README.md` is the page that leads to the others.
pub static GUIDES: [Guide; 11] = [
    guide("README.md", include_str!("../../../docs/README.md"), None),
    guide(
        "panduan-petugas.md",
        include_str!("../../../docs/panduan-petugas.md"),
        Some(Language::Id),
    ),
    guide("operations.md", include_str!("../../../docs/operations.md"), EN),
    guide("indicators.md", include_str!("../../../docs/indicators.md"), EN),
    guide("evaluator.md", include_str!("../../../docs/evaluator.md"), EN),
    guide("doors.md", include_str!("../../../docs/doors.md"), EN),
    guide("http.md", include_str!("../../../docs/http.md"), EN),
    guide("catalogue.md", include_str!("../../../docs/catalogue.md"), EN),
    guide("extracts.md", include_str!("../../../docs/extracts.md"), EN),
    guide("disclosure.md", include_str!("../../../docs/disclosure.md"), EN),
    guide("glossary.md", include_str!("../../../docs/glossary.md"), EN),
];
