//! Words of titles of plans and estimates, and those beside them that say the contrary.

/// A word that the title of a table of plans begins with.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The word.
    pub(crate) word: &'static str,
    /// The letters by which labels and fields name the same.
    pub(super) stem: &'static str,
    /// What such figures are, in English.
    pub(crate) en: &'static str,
}

const fn plan(word: &'static str, stem: &'static str, en: &'static str) -> Plan {
    Plan { word, stem, en }
}

/// What is projected: of stocks, such as a population, that is how they are worked out.
const PROJECTIONS: &str = "projections";

/// What is planned: work as well as figures.
const PLANNED: &str = "plans";

/// Words of plans.
pub(super) static PLANS: [Plan; 25] = [
    plan("target", TARGET, "targets"),
    plan("targets", TARGET, "targets"),
    plan("ditargetkan", TARGET, "targets"),
    plan("sasaran", SASARAN, "targets"),
    plan("rencana", "rencana", PLANNED),
    plan("direncanakan", "rencana", PLANNED),
    plan(PLANNING, "rencana", PLANNED),
    plan("plan", "plan", PLANNED),
    plan("planned", "plan", PLANNED),
    plan("proyeksi", "proyeksi", PROJECTIONS),
    plan("diproyeksikan", "proyeksi", PROJECTIONS),
    plan("projection", "project", PROJECTIONS),
    plan("projections", "project", PROJECTIONS),
    plan("projected", "project", PROJECTIONS),
    plan("prognosis", "progno", "forecasts"),
    plan("prognosa", "progno", "forecasts"),
    plan("ramalan", "ramal", "forecasts"),
    plan("peramalan", "ramal", "forecasts"),
    plan("prakiraan", "prakira", "forecasts"),
    plan("forecast", "forecast", "forecasts"),
    plan("forecasts", "forecast", "forecasts"),
    plan("prediksi", "prediksi", "forecasts"),
    plan("diprediksi", "prediksi", "forecasts"),
    plan("anggaran", ANGGARAN, "budgets"),
    plan("budget", BUDGET, "budgets"),
];

/// The word that offices for plans are named after too.
const PLANNING: &str = "perencanaan";

/// The letters of targets.
pub(super) const TARGET: &str = "target";

/// The letters of aims.
pub(super) const SASARAN: &str = "sasaran";

/// The letters of budgets.
const ANGGARAN: &str = "anggaran";

/// As [`ANGGARAN`], in English.
const BUDGET: &str = "budget";

/// Words that a title of estimates begins with.
pub(super) const ESTIMATES: [&str; 5] =
    ["perkiraan", "estimasi", "estimate", "estimates", "estimated"];

/// The letters by which labels name estimates.
pub(super) const ESTIMATE_STEMS: [&str; 2] = ["perkira", "estima"];

/// Names of documents, bodies and headings that begin with such a word and are no title of figures.
pub(super) const DOCUMENTS: [&str; 46] = [
    " rencana strategis ",
    " rencana kerja ",
    " rencana kinerja ",
    " rencana pembangunan ",
    " rencana pengembangan ",
    " rencana induk ",
    " rencana aksi ",
    " rencana tata ",
    " rencana umum ",
    " rencana detail ",
    " rencana rinci ",
    " rencana jangka ",
    " rencana tindak ",
    " rencana zonasi ",
    " rencana bisnis ",
    " rencana teknis ",
    " rencana anggaran ",
    " rencana perlindungan ",
    " rencana kontinjensi ",
    " rencana kontingensi ",
    " rencana pelaksanaan ",
    " rencana kegiatan dan ",
    " perencanaan kinerja ",
    " perencanaan pembangunan ",
    " sasaran strategis ",
    " sasaran program ",
    " sasaran pembangunan ",
    " sasaran daerah ",
    " sasaran kegiatan ",
    " sasaran penerima ",
    " sasaran prioritas ",
    " sasaran kerja ",
    " sasaran kinerja ",
    " sasaran mutu ",
    " sasaran rpjmd ",
    " sasaran renstra ",
    " sasaran dan indikator ",
    " pendapatan dan belanja ",
    " anggaran berjalan ",
    " anggaran dasar ",
    " anggaran kas ",
    " action plan ",
    " strategic plan ",
    " business plan ",
    " master plan ",
    " plan international ",
];

/// Words before such a word that say no more than that data follow.
pub(super) const OPENINGS: [&str; 11] = [
    "tabel",
    "data",
    "daftar",
    "rekap",
    "rekapitulasi",
    "laporan",
    "angka",
    "table",
    "jumlah",
    "banyaknya",
    "total",
];

/// As [`OPENINGS`], before targets: before other plans they head documents.
pub(super) const OPENINGS_OF_TARGETS: [&str; 6] =
    ["lampiran", "rincian", "penetapan", "annex", "usulan", "rancangan"];

/// What is measured, before the word of a plan: `Volume Target Penanganan`.
pub(super) const MEASURES: [&str; 2] = ["volume", "tonase"];

/// Words behind which a number is that of a part of a year, a day or a table.
pub(super) const NUMBERED: [&str; 16] = [
    "tabel",
    "table",
    "lampiran",
    "semester",
    "triwulan",
    "tw",
    "caturwulan",
    "kuartal",
    "quarter",
    "tahap",
    "bulan",
    "minggu",
    "per",
    "ke",
    "sd",
    // Of `s.d.`.
    "d",
];

/// What a title of plans may be of, besides `OF_FIGURES`.
pub(super) const OF_PLANS: [&str; 15] = [
    "tahun",
    "bulan",
    "bulanan",
    "tahunan",
    "semester",
    "triwulan",
    "kinerja",
    "capaian",
    "pencapaian",
    "pendapatan",
    "retribusi",
    "investasi",
    "hunian",
    "pad",
    "visitors",
];

/// Who may be aimed at: `Target: wisatawan nusantara`.
pub(super) const PEOPLE: [&str; 4] = ["wisatawan", "tamu", "penduduk", "penumpang"];

/// Who is counted: `Target Kunjungan Wisman`.
pub(super) const MARKETS: [&str; 9] = [
    "wisman",
    "wisnus",
    "wisatawan",
    "mancanegara",
    "nusantara",
    "asing",
    "domestik",
    "foreign",
    "domestic",
];

/// Documents that set targets.
pub(super) const SETTING: [&str; 6] = ["rpjmd", "rpjmn", "renstra", "renja", "rkpd", "iku"];

/// Words by which a title that begins with such a word says that its figures were reached.
pub(super) const COMPARED: [&str; 12] = [
    "realisasi",
    "realization",
    "realisation",
    "aktual",
    "actual",
    "achievement",
    "tercapai",
    "terhadap",
    "dibanding",
    "dibandingkan",
    "vs",
    "versus",
];

/// Words that do so where another joins them to it: `target dan capaian`, and not `target capaian`.
pub(super) const COMPARED_IF_JOINED: [&str; 5] =
    ["capaian", "pencapaian", "cakupan", "hasil", "kinerja"];

/// Such other words.
pub(super) const JOINTS: [&str; 5] = ["dan", "serta", "beserta", "atau", "and"];

/// Words by which one title says of another that its figures were reached.
pub(super) const REALISED: [&str; 7] =
    ["realisasi", "realization", "realisation", "aktual", "actual", "achievement", "tercapai"];

/// What is estimated and stands in no table of ours: the weather, costs.
pub(super) const ESTIMATED_ELSEWHERE: [&str; 6] =
    ["cuaca", "iklim", "musim", "hujan", "gelombang", "biaya"];

/// Words beside it that say that figures are what was reached.
pub(super) const REACHED: [&str; 16] = [
    "realisasi",
    "capaian",
    "pencapaian",
    "cakupan",
    "tercapai",
    "terhadap",
    "hasil",
    "kinerja",
    "dibanding",
    "dibandingkan",
    "vs",
    "aktual",
    "actual",
    "realization",
    "achievement",
    "and",
];

/// Words that deny what stands behind them: of plans, of a status, of figures from January on.
pub(super) const DENIALS: [&str; 8] =
    ["bukan", "bukanlah", "tidak", "belum", "non", "tanpa", "not", "no"];

/// Words by which a text says that what it names stands elsewhere.
pub(super) const ELSEWHERE: [&str; 10] = [
    "lihat",
    "tersedia",
    "terpisah",
    "terlampir",
    "lampiran",
    "lembar",
    "baris",
    "disajikan",
    "sumber",
    "see",
];

/// Marks between the parts of a title.
pub(super) const MARKS: [char; 8] = ['(', ')', '[', ']', ':', '|', '–', '—'];

/// What a year may stand behind the word for a budget with and say whose money it is: a line such
/// as `Anggaran DAK Fisik 2024` is of what is paid for, and no title of figures.
pub(super) const FUNDS: [&str; 10] =
    ["ta", "anggaran", "apbd", "apbn", "apbdes", "dak", "dau", "fisik", "murni", "perubahan"];

/// What is counted in money.
pub(super) const MONEY: [&str; 11] = [
    "pendapatan",
    "penerimaan",
    "retribusi",
    "pajak",
    "pad",
    "belanja",
    "investasi",
    "omzet",
    "pembiayaan",
    "kredit",
    "kur",
];

/// Whether a word says that what it speaks of is not meant, or stands elsewhere.
pub(super) fn is_not_here(word: &str) -> bool {
    DENIALS.contains(&word) || ELSEWHERE.contains(&word)
}

impl Plan {
    /// Whether a label, a field or a dataset is named after the same.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(self.stem)
    }

    /// Whether stocks are worked out so, such as a population.
    pub(crate) fn may_be_of_stocks(&self) -> bool {
        self.en == PROJECTIONS
    }

    /// Whether it is of budgets: a year beside the word is that of the money as a rule.
    pub(crate) fn is_budget(&self) -> bool {
        [ANGGARAN, BUDGET].contains(&self.stem)
    }

    /// Whether work is planned too, as a visit or repairs are.
    pub(super) fn is_of_work(&self) -> bool {
        self.en == PLANNED
    }

    /// Whether its word names an office or its work as well.
    pub(super) fn is_planning(&self) -> bool {
        self.word == PLANNING
    }

    /// Whether its word has other meanings beside figures too.
    pub(super) fn is_weak(&self) -> bool {
        self.is_budget() || self.is_planning() || self.stem == SASARAN || self.word == "plan"
    }
}
