//! Sources, method, glossary, and whose pages these are.

use super::address::{CORRIDOR, Place};
use super::content::{Block, Cell, DataTable, Line, Mark, Piece, Section, plain};
use super::draft::Draft;
use super::say::Say;

fn draft(say: &Say<'_>, title: &str, summary: &str, sections: Vec<Section>) -> Draft {
    Draft {
        title: title.to_owned(),
        area: say.words.region(CORRIDOR),
        summary: summary.to_owned(),
        above: Vec::new(),
        menus: Vec::new(),
        lead: vec![plain(summary)],
        sections,
        is_synthetic: false,
    }
}

fn section(id: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), title: title.to_owned(), blocks }
}

fn two_columns(
    id: &str,
    caption: &str,
    headings: [&str; 2],
    rows: impl Iterator<Item = [String; 2]>,
) -> Block {
    Block::Table(DataTable {
        id: id.to_owned(),
        caption: caption.to_owned(),
        columns: DataTable::columns(headings.map(|own| (own, false))),
        rows: rows.map(|row| row.map(Cell::text).to_vec()).collect(),
        nothing: String::new(),
    })
}

/// Where numbers come from.
pub(super) fn sources(say: &Say<'_>) -> Draft {
    let row = |own: &super::facts::Source| {
        let mark = own.is_synthetic.then(|| format!(" {}", Mark::Synthetic.text()));
        vec![
            Cell::text(format!("{}{}", own.code, mark.unwrap_or_default())),
            Cell::text(say.words.source_name(&own.code, &own.name)),
            Cell::text(say.pick(&own.method[0], &own.method[1]).as_str()),
            Cell::text(say.pick(&own.coverage[0], &own.coverage[1]).as_str()),
        ]
    };
    let title = say.pick("Sumber data", "Sources of data");
    let table = DataTable {
        id: "sources-table".to_owned(),
        caption: say
            .pick("Sumber, cara menghitung dan cakupannya", "Sources, methods and coverage")
            .to_owned(),
        columns: DataTable::columns([
            (say.pick("Kode", "Code"), false),
            (say.pick("Instansi", "Office"), false),
            (say.pick("Cara menghitung", "Method"), false),
            (say.pick("Cakupan", "Coverage"), false),
        ]),
        rows: say.facts.sources.iter().map(row).collect(),
        nothing: say.pick("tidak ada", "none").to_owned(),
    };
    let is_synthetic = say.facts.sources.iter().any(|own| own.is_synthetic);
    let summary = match is_synthetic {
        true => say.pick(
            "Instansi dan survei yang datanya ada dalam rilis ini. [s] adalah contoh buatan.",
            "Offices and surveys whose data is in this release. [s] is a made-up sample.",
        ),
        false => say.pick(
            "Instansi dan survei yang datanya ada dalam rilis ini.",
            "Offices and surveys whose data is in this release.",
        ),
    };
    let sections = vec![section("sources", title, vec![Block::Table(table)])];
    Draft { is_synthetic, ..draft(say, title, summary, sections) }
}

/// How numbers are made, and what marks, states and flags mean.
pub(super) fn method(say: &Say<'_>) -> Draft {
    let rules = [
        say.pick(
            "Nilai koridor adalah rasio dari jumlah, bukan rata-rata rasio.",
            "A corridor value is a ratio of sums and no mean of ratios.",
        ),
        say.pick(
            "Triwulan dan tahun dibuat dari semua bulannya, atau tidak dibuat.",
            "A quarter or year is made of all its months, or not at all.",
        ),
        say.pick(
            "Kosong bukan nol. Angka yang tidak ada menyebut sebabnya.",
            "Blank is not zero. A figure that is not there says why.",
        ),
        say.pick(
            "Bila dua sumber berbeda, keduanya ditampilkan.",
            "Where two sources disagree, both are shown.",
        ),
        say.pick(
            "Perubahan membandingkan sumber dan wilayah yang sama, tidak melewati patahan deret.",
            "A change compares the same source and areas, and does not cross a series break.",
        ),
        say.pick(
            "Semua angka terbit bersama sebagai satu rilis, yang tidak berubah lagi.",
            "All figures are published together as one release, which never changes.",
        ),
        say.pick(
            "Angka yang dapat membuka data satu orang atau usaha tidak diterbitkan [c].",
            "A figure that could tell of a single person or business is suppressed [c].",
        ),
    ];
    let heading = |id: &'static str, en: &'static str| say.pick(id, en);
    let meaning = heading("Arti", "Meaning");
    let marks = Mark::ALL.into_iter().map(|own| {
        let [id, en] = own.meaning();
        [own.text().to_owned(), say.pick(id, en).to_owned()]
    });
    let states = say.words.states().map(|(word, means)| [word.to_owned(), means.to_owned()]);
    let flags = say.words.project.codes.get("flag");
    let flags = flags.iter().flat_map(|own| own.codes()).map(|own| {
        let column = say.pick("name", "name_en");
        let means = own.attributes.get(column).cloned().unwrap_or_default();
        [own.code.clone(), means]
    });
    let sections = vec![
        section("rules", heading("Cara menghitung", "How figures are made"), {
            vec![Block::List(rules.into_iter().map(plain).collect::<Vec<Line>>())]
        }),
        section("marks", heading("Tanda", "Marks"), {
            let caption = heading("Tanda di belakang angka", "Marks behind figures");
            vec![two_columns("marks-table", caption, [heading("Tanda", "Mark"), meaning], marks)]
        }),
        section("states", heading("Keadaan", "States"), {
            let caption = heading("Keadaan sebuah angka", "States of a figure");
            let words = [heading("Keadaan", "State"), meaning];
            vec![two_columns("states-table", caption, words, states)]
        }),
        section("flags", heading("Catatan", "Notes"), {
            let caption = heading("Kode catatan", "Codes of notes");
            vec![two_columns("flags-table", caption, [heading("Kode", "Code"), meaning], flags)]
        }),
    ];
    let summary = heading(
        "Aturan yang dipakai semua angka, dan arti tanda serta keadaannya.",
        "The rules that all figures follow, and what marks and states mean.",
    );
    draft(say, heading("Metode", "Method"), summary, sections)
}

/// A word of `schemas/glossary.json`.
#[derive(serde::Deserialize)]
struct Term {
    term: String,
    term_en: String,
    meaning: String,
    meaning_en: String,
}

/// Words.
pub(super) fn glossary(say: &Say<'_>) -> Draft {
    let text = say.words.project.file("schemas/glossary.json").unwrap_or("[]");
    let mut terms: Vec<Term> = serde_json::from_str(text).unwrap_or_default();
    terms.sort_by_key(|own| say.pick(&own.term, &own.term_en).to_lowercase());
    let row = |own: &Term| {
        let other = say.pick(&own.term_en, &own.term).clone();
        let own_word = say.pick(&own.term, &own.term_en).clone();
        let means = say.pick(&own.meaning, &own.meaning_en).clone();
        [own_word, means, other].map(Cell::text).to_vec()
    };
    let title = say.pick("Glosarium", "Glossary");
    let table = DataTable {
        id: "glossary-table".to_owned(),
        caption: say.pick("Istilah dan artinya", "Words and their meaning").to_owned(),
        columns: DataTable::columns([
            (say.pick("Istilah", "Word"), false),
            (say.pick("Arti", "Meaning"), false),
            (say.pick("Dalam bahasa Inggris", "In Bahasa Indonesia"), false),
        ]),
        rows: terms.iter().map(row).collect(),
        nothing: say.pick("tidak ada", "none").to_owned(),
    };
    let summary =
        say.pick("Arti istilah pada halaman-halaman ini.", "What the words on these pages mean.");
    draft(say, title, summary, vec![section("words", title, vec![Block::Table(table)])])
}

/// How figures may be used: whose they are, under which licence, and what is no data.
fn use_of(say: &Say<'_>) -> Vec<Line> {
    let corridor = &say.words.project.corridor;
    let rights = corridor.publication.rights.as_ref();
    let rights = rights.map(|own| plain(own.text_in(say.language())));
    let licence = corridor.licence.as_ref().map(|own| {
        let name = say.pick("Lisensi", "Licence");
        plain(format!("{name}: {} ({}), {}", own.title, own.name, own.path))
    });
    let mut use_of: Vec<Line> = rights.into_iter().chain(licence).collect();
    use_of.extend([
        plain(say.pick(
            "Angka boleh dipakai ulang dengan menyebut sumber, rilis dan tanggalnya.",
            "Figures may be used again where source, release and day are named.",
        )),
        plain(say.pick(
            "Angka bertanda [s] adalah contoh buatan dan tidak boleh dikutip sebagai data.",
            "Figures marked [s] are made-up samples and must not be quoted as data.",
        )),
    ]);
    use_of
}

/// Whose pages these are, how they may be used, how they are made.
pub(super) fn about(say: &Say<'_>, facts: &[(String, Line)]) -> Draft {
    let area = say.words.region(CORRIDOR);
    let piece = |text: &str, to: Option<Place>| Piece { text: text.to_owned(), to };
    let what = vec![
        plain(say.pick(
            format!("Halaman ini memuat indikator pariwisata {area}, dari data instansi daerah."),
            format!("These pages hold the tourism indicators of {area}, of data of its offices."),
        )),
        vec![
            piece(say.pick("Cara menghitung: ", "How figures are made: "), None),
            piece(say.pick("metode", "method"), Some(Place::Method)),
            piece(say.pick("; asal data: ", "; where data comes from: "), None),
            piece(say.pick("sumber", "sources"), Some(Place::Sources)),
            piece(".", None),
        ],
        plain(say.pick(
            "Setiap grafik dan tabel dapat diunduh; unduhan memuat tepat yang ditampilkan.",
            "Each chart and table can be downloaded; a download holds exactly what is shown.",
        )),
    ];
    let access = vec![
        plain(say.pick(
            "Halaman bekerja tanpa JavaScript dan tanpa jaringan, dengan papan ketik dan pembaca \
             layar, dan dapat dicetak.",
            "The pages work without JavaScript and without a network, with a keyboard and a screen \
             reader, and can be printed.",
        )),
        plain(say.pick(
            "Setiap gambar mempunyai tabel dengan angka yang sama; warna tidak pernah menjadi \
             satu-satunya tanda.",
            "Each picture has a table of the same figures; colour is never the only sign.",
        )),
    ];
    let mut sections = vec![
        section("what", say.pick("Isi", "What is here"), {
            what.into_iter().map(Block::Text).collect()
        }),
        section("release", say.pick("Rilis dan kontak", "Release and contact"), {
            vec![Block::Facts(facts.to_vec())]
        }),
        section("use", say.pick("Pemakaian ulang", "Use"), vec![Block::List(use_of(say))]),
        section("access", say.pick("Aksesibilitas", "Accessibility"), vec![Block::List(access)]),
    ];
    let maps = &say.words.project.geography.sources;
    if say.words.project.has_map() {
        let title = say.pick("Peta", "Maps");
        let lines = maps.iter().map(|own| plain(own.as_str())).collect();
        sections.push(section("maps", title, vec![Block::List(lines)]));
    }
    let summary = say.pick(
        "Isi, rilis, kontak, pemakaian ulang dan aksesibilitas.",
        "Content, release, contact, use and accessibility.",
    );
    draft(say, say.pick("Tentang", "About"), summary, sections)
}
