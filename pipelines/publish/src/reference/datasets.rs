//! One page a contract, and the list of all tables.

use super::catalogue::Catalogue;
use super::columns;
use super::markdown::{Page, both, code, code_link, codes, rule_link, text};
use koridor_contract::contract::{Scope, Slice};
use koridor_contract::retention::{AfterTime, Retention};
use koridor_contract::{Contract, ContractRule, Severity, Source, Supersedes};

const ABOVE: &str = "[Rujukan / Reference](../README.md) · [Tabel / Tables](README.md)";

/// Pages of contracts by their path, with the list of tables.
pub(super) fn pages(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let own = |contract| (format!("tables/{}.md", file_stem(contract)), page(catalogue, contract));
    let mut pages: Vec<(String, String)> = catalogue.contracts().map(own).collect();
    pages.push(("tables/README.md".to_owned(), list(catalogue)));
    pages
}

fn file_stem(contract: &Contract) -> &str {
    &contract.name
}

/// The name of a contract's table in SQL.
fn sql_name(contract: &Contract) -> String {
    match contract.name.strip_prefix("ref_") {
        Some(name) => format!("ref.{name}"),
        None => format!("core.{}", contract.name),
    }
}

fn page(catalogue: &Catalogue<'_>, contract: &Contract) -> String {
    let title = both(&contract.title, &contract.koridor.title_en);
    let mut page = Page::new(&format!("{}: {title}", code(&contract.name)), ABOVE);
    page.paragraph(&text(&contract.description));
    page.table(["", ""], facts(catalogue, contract));
    page.heading("Kolom / Columns");
    page.table(columns::HEAD, contract.fields.iter().map(|own| columns::row(contract, own)));
    if contract.is_reference() {
        rows(catalogue, contract, &mut page);
        return page.end();
    }
    page.heading("Aturan / Rules");
    match contract.koridor.rules.as_slice() {
        [] => page.paragraph(
            "Tidak ada aturan selain yang [berlaku untuk semua tabel](../rules.md). / No rules \
             besides those [of all tables](../rules.md).",
        ),
        rules => page.table(RULE_HEAD, rules.iter().map(rule)),
    }
    page.heading("Indikator / Indicators");
    let uses = catalogue.indicators.iter().map(|own| &own.card);
    let uses = uses.filter(|card| card.datasets.contains(&contract.name));
    let link = |id: &str| code_link(id, &format!("../indicators/{id}.md"));
    page.list(
        uses.map(|card| format!("{}: {}", link(&card.id), both(&card.title, &card.title_en))),
    );
    page.heading("Tata letak / Layouts");
    let sources = catalogue.project.sources.values().map(AsRef::as_ref);
    let sources = sources.filter(|source: &&Source| source.dataset == contract.name);
    page.table(LAYOUT_HEAD, sources.map(|source| layout(catalogue, source)));
    page.end()
}

const RULE_HEAD: [&str; 6] = [
    "Aturan / Rule",
    "Akibat / Severity",
    "Kolom / Column",
    "Pesan",
    "Message",
    "Yang diperiksa / Check",
];

fn rule(rule: &ContractRule) -> [String; 6] {
    let scope = match rule.scope {
        Scope::Row => "",
        Scope::File => "baris berkas bersama-sama / rows of the file together: ",
    };
    [
        rule_link(1, &rule.id),
        severity(rule.severity).to_owned(),
        code(&rule.field),
        text(&rule.message_id),
        text(&rule.message_en),
        format!("{scope}{}", code(&rule.check)),
    ]
}

/// What a broken rule does, in both languages.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Reject => "`reject`: baris ditolak / the row is refused",
        Severity::Warn => "`warn`: baris dimuat dengan tanda / the row is loaded with a flag",
    }
}

const LAYOUT_HEAD: [&str; 4] =
    ["Uraian sumber / Description", "Judul / Title", "Instansi / Offices", "Berkas / Files"];

fn layout(catalogue: &Catalogue<'_>, source: &Source) -> [String; 4] {
    let path = format!("schemas/sources/{}.json", source.name);
    let shown = match catalogue.address(1, &path) {
        Some(address) => code_link(&source.name, &address),
        None => code(&source.name),
    };
    let way = source.supersedes.map(|way| format!("; {}", files_come(way)));
    [
        shown,
        both(&source.title, &source.title_en),
        codes(source.source_ids.iter().map(String::as_str)),
        format!("{}{}", codes(source.files.iter().map(String::as_str)), way.unwrap_or_default()),
    ]
}

/// What a submission takes the place of.
fn files_come(way: Supersedes) -> &'static str {
    match way {
        Supersedes::Slice => {
            "`slice`: kiriman terbaru menggantikan seluruh tabel periodenya / the newest \
             submission of a slice replaces the older one as a whole"
        }
        Supersedes::Key => {
            "`key`: baris menggantikan baris dengan kunci yang sama, sisanya tetap / a row \
             replaces the row of its key, the rest stands"
        }
        Supersedes::Snapshot => {
            "`snapshot`: daftar lengkap; yang tidak disebut berakhir pada tanggal rilisnya / a \
             full list; what it does not name ends on its release date"
        }
    }
}

fn facts(catalogue: &Catalogue<'_>, contract: &Contract) -> Vec<[String; 2]> {
    let own = &contract.koridor;
    let dimension = catalogue.name_of("dimension", &own.dimension);
    let schemas = match contract.is_reference() {
        true => code(&sql_name(contract)),
        false => format!(
            "{} (baris yang berlaku / current rows), {} (semua baris diterima / all accepted rows)",
            code(&sql_name(contract)),
            code(&format!("silver.{}", contract.name))
        ),
    };
    let mut facts = vec![
        ["Tabel / Table".to_owned(), schemas],
        ["Dimensi / Dimension".to_owned(), dimension],
        ["Kunci / Key".to_owned(), codes(contract.primary_key.iter().map(String::as_str))],
    ];
    let mut fact = |name: &str, said: String| facts.push([name.to_owned(), said]);
    if let Some(slice) = &own.slice {
        fact("Yang dikatakan kiriman / A submission speaks for", slice_of(slice));
        fact("Cara berkas datang / How files come", files_come(own.supersedes).to_owned());
        let periods = own.period_types.iter().map(|period| period.as_str());
        fact("Jenis periode / Period types", codes(periods));
        fact("Zona / Zone", code(own.zone.as_str()));
        fact("Disimpan / Kept", own.retention.as_ref().map(kept).unwrap_or_default());
        fact("Tema / Theme", code(&own.theme));
        fact("Ukuran utama / Main measures", codes(contract.main_measures()));
        fact("Stok / Stock", if own.stock { "ya / yes" } else { "tidak / no" }.to_owned());
        fact("Beda baris jumlah / Total that differs", severity(own.totals).to_owned());
        let percent = |share: f64| format!("{} %", share * 100.0);
        fact("Batas baris ditolak / Most refused", percent(own.max_rejected_ratio));
        fact("Ditahan bila hilang lebih dari / Held above", percent(own.max_withdrawn_share));
    }
    let path = format!("schemas/datasets/{}.json", contract.name);
    fact("Kontrak / Contract", catalogue.file(1, &path));
    facts.retain(|[_, said]| !said.is_empty());
    facts
}

/// How long rows are kept, and what happens then.
fn kept(own: &Retention) -> String {
    let then = match own.then {
        AfterTime::Erase => "`erase`: dihapus / erased",
        AfterTime::Review => "`review`: menunggu keputusan / wait for a decision",
    };
    format!("{} tahun / years; {then}. {}", own.years, text(&own.basis))
}

fn slice_of(slice: &Slice) -> String {
    let period = match &slice.period {
        Some(period) => code(period),
        None => "seluruh daftar / the whole register".to_owned(),
    };
    let parts = slice.parts.iter().map(|part| format!(" × {}", code(part)));
    let parts: String = parts.collect();
    format!("sumber / source × {} × {period}{parts}", code(&slice.region))
}

/// Rows of a reference table: where it is a list of codes too, its page has them.
fn rows(catalogue: &Catalogue<'_>, contract: &Contract, page: &mut Page) {
    let name = contract.name.trim_start_matches("ref_");
    page.heading("Baris / Rows");
    page.paragraph(&catalogue.file(1, &format!("schemas/codes/{name}.csv")));
    if catalogue.project.codes.contains_key(name) {
        page.paragraph(&code_link(name, &format!("../codes/{name}.md")));
        return;
    }
    let Some(reference) = catalogue.project.references.get(name) else { return };
    let schema = reference.rows.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let head = names.iter().map(|name| code(name)).collect();
    let rows = (0..reference.rows.num_rows()).map(|row| {
        let record = crate::table::Record::of(&reference.rows, row);
        names.iter().map(|name| cell(&record.text_or_empty(name))).collect()
    });
    page.wide_table(head, rows);
}

/// A cell of a row; a decimal without the zeros of its scale.
fn cell(plain: &str) -> String {
    let is_decimal = plain.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte));
    match plain.split_once('.') {
        Some((whole, fraction)) if is_decimal && !fraction.contains('.') => {
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() { text(whole) } else { text(&format!("{whole}.{fraction}")) }
        }
        _ => text(plain),
    }
}

/// The list of tables.
fn list(catalogue: &Catalogue<'_>) -> String {
    let mut page = Page::new("Tabel / Tables", "[Rujukan / Reference](../README.md)");
    page.heading("Dataset");
    page.table(
        ["Tabel / Table", "Judul / Title", "Dimensi / Dimension", "Arti / Meaning"],
        catalogue.contracts().filter(|own| !own.is_reference()).map(|own| listed(catalogue, own)),
    );
    page.heading("Tabel rujukan / Reference tables");
    page.table(
        ["Tabel / Table", "Judul / Title", "Dimensi / Dimension", "Arti / Meaning"],
        catalogue.contracts().filter(|own| own.is_reference()).map(|own| listed(catalogue, own)),
    );
    page.heading("Tabel lain dan tampilan / Further tables and views");
    page.table(
        ["Skema / Schema", "Isi / What"],
        super::schemas::SCHEMAS.map(|(schema, id, en)| {
            [code_link(schema, &format!("schema-{schema}.md")), both(id, en)]
        }),
    );
    page.end()
}

fn listed(catalogue: &Catalogue<'_>, contract: &Contract) -> [String; 4] {
    [
        code_link(&sql_name(contract), &format!("{}.md", file_stem(contract))),
        both(&contract.title, &contract.koridor.title_en),
        catalogue.name_of("dimension", &contract.koridor.dimension),
        text(&contract.description),
    ]
}
