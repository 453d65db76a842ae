//! Pages that need a server: they are linked where the pages are served, and in no folder.

use koridor_contract::message::Language;

/// A page that needs a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// A steward checks a file and sends it.
    Send,
    /// An analyst asks SQL.
    Sql,
    /// What programs may ask.
    Docs,
}

impl Tool {
    /// All, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Send, Self::Sql, Self::Docs];

    /// Its text in the menu.
    pub fn text(self, language: Language) -> &'static str {
        match self {
            Self::Send => language.pick("Kirim berkas", "Send a file"),
            Self::Sql => "SQL",
            Self::Docs => "API",
        }
    }

    /// Its heading.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Self::Send => language.pick("Periksa dan kirim berkas", "Check and send a file"),
            Self::Sql => language.pick("Tanya dengan SQL", "Ask in SQL"),
            Self::Docs => language.pick("API untuk program", "API for programs"),
        }
    }

    /// What it is for.
    pub fn lead(self, language: Language) -> &'static str {
        match self {
            Self::Send => language.pick(
                "Pilih berkas kantor Anda. Sel yang ditolak ditunjukkan di lembar Anda sendiri; \
                 tidak ada yang disimpan sebelum Anda menekan Kirim.",
                "Choose the file of your office. Refused cells are shown in your own sheet; \
                 nothing is kept before you press Send.",
            ),
            Self::Sql => language.pick(
                "Satu pernyataan yang hanya membaca, atas angka yang diterbitkan. Pernyataan ada \
                 di alamat halaman ini: simpan atau bagikan alamatnya.",
                "One statement that only reads, over the published numbers. The statement stands \
                 in the address of this page: keep or share it.",
            ),
            Self::Docs => language.pick(
                "Apa yang dapat diminta program lewat HTTP. Uraian yang sama untuk mesin ada \
                 di /openapi.json (OpenAPI 3.1).",
                "What programs may ask over HTTP. The same description for machines is at \
                 /openapi.json (OpenAPI 3.1).",
            ),
        }
    }

    /// Its path below the root, with the argument that names the language.
    pub fn path(self, language: Language) -> &'static str {
        match self {
            Self::Send => language.pick("kirim", "send"),
            Self::Sql => language.pick("sql", "sql?lang=en"),
            Self::Docs => language.pick("docs", "docs?lang=en"),
        }
    }
}
