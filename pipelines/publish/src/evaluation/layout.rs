//! Which tables the parts of the evaluation have, and their columns: headings in Bahasa Indonesia
//! and English.

/// How a column is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A text as it stands; its width.
    Text(f64),
    /// A text that has its own column in English, named like it with `_en`; its width.
    TextIn(f64),
    /// A region.
    Region,
    /// An indicator's title.
    Indicator,
    /// A code, or several behind commas, in words; its width.
    Codes(f64),
    /// A code of the list that is named, in words; its width.
    Listed(&'static str, f64),
    /// Datasets, by their titles.
    Datasets,
    /// Sources of a value.
    Sources,
    /// The state of a value.
    State,
    /// Flags and notes.
    Notes,
    /// A day.
    Day,
    /// A calendar year.
    Year,
    /// A number with the digits of its row's indicator.
    Value,
    /// A target: with the digits of its row's indicator; without a card those that were filed.
    Target,
    /// The unit of its row's indicator, and of a target in another one that of the target.
    Unit,
    /// A number with so many digits.
    Number(u8),
    /// Yes or no.
    YesNo,
}

/// A column of a statement.
pub(super) struct ColumnLayout {
    /// Its name in the statement.
    pub(super) name: &'static str,
    pub(super) heading: [&'static str; 2],
    pub(super) kind: Kind,
    /// Whether a terminal has room for it.
    pub(super) is_brief: bool,
}

/// A table: a statement of `sql/queries/`.
pub(super) struct TableLayout {
    /// Statement, and name for programs without its `evaluation_`.
    pub(super) statement: &'static str,
    pub(super) title: [&'static str; 2],
    pub(super) columns: &'static [ColumnLayout],
}

/// A part of the sheet.
pub(super) struct SectionLayout {
    pub(super) name: &'static str,
    pub(super) title: [&'static str; 2],
    pub(super) tables: &'static [TableLayout],
}

const fn column(
    name: &'static str,
    id: &'static str,
    en: &'static str,
    kind: Kind,
) -> ColumnLayout {
    ColumnLayout { name, heading: [id, en], kind, is_brief: true }
}

/// One that a terminal has no room for.
const fn detail(
    name: &'static str,
    id: &'static str,
    en: &'static str,
    kind: Kind,
) -> ColumnLayout {
    ColumnLayout { is_brief: false, ..column(name, id, en, kind) }
}

const REGION: ColumnLayout = column("region_code", "Wilayah", "Region", Kind::Region);
const INDICATOR: ColumnLayout = column("indicator_id", "Indikator", "Indicator", Kind::Indicator);
const DIMENSION: ColumnLayout = column("dimension", "Dimensi", "Dimension", Kind::Codes(18.0));
/// Regencies that a value of the corridor lacks: beside its number.
const MISSING: ColumnLayout =
    column("missing_regions", "Tanpa wilayah", "Areas missing", Kind::Codes(18.0));
const UNIT: ColumnLayout = column("unit", "Satuan", "Unit", Kind::Unit);
const STATE: ColumnLayout = column("state", "Keadaan", "State", Kind::State);
const FLAGS: ColumnLayout = detail("flags", "Catatan", "Notes", Kind::Notes);
/// A planning document.
pub(crate) const DOCUMENT: Kind = Kind::Listed("target_doc", 22.0);
const SOURCES: ColumnLayout = detail("sources", "Sumber", "Sources", Kind::Sources);

/// Indicators of the year, with their predicates.
const INDICATORS: [ColumnLayout; 8] = [
    INDICATOR,
    REGION,
    column("value", "Nilai", "Value", Kind::Value),
    UNIT,
    STATE,
    column("predicate", "Predikat", "Predicate", Kind::TextIn(16.0)),
    FLAGS,
    SOURCES,
];

const POLICY: [TableLayout; 2] = [
    TableLayout {
        statement: "evaluation_regulations",
        title: ["Regulasi yang berlaku", "Regulations in force"],
        columns: &[
            REGION,
            column("kind", "Jenis", "Kind", Kind::Text(12.0)),
            column("number", "Nomor", "Number", Kind::Text(12.0)),
            column("title", "Tentang", "Title", Kind::TextIn(48.0)),
            column("valid_from", "Berlaku sejak", "In force from", Kind::Day),
            column("valid_to", "Berlaku sampai", "In force until", Kind::Day),
            column("source", "Sumber", "Source", Kind::Text(40.0)),
        ],
    },
    TableLayout {
        statement: "evaluation_documents",
        title: ["Dokumen target", "Documents with targets"],
        columns: &[
            REGION,
            column("doc", "Dokumen", "Document", DOCUMENT),
            column("doc_version", "Versi", "Version", Kind::Text(10.0)),
            column("is_newest_version", "Terbaru", "Newest", Kind::YesNo),
            column("targets", "Target", "Targets", Kind::Number(0)),
            column("measured", "Terukur", "Measured", Kind::Number(0)),
        ],
    },
];

const INSTITUTIONS: [TableLayout; 2] = [
    TableLayout {
        statement: "evaluation_deliveries",
        title: ["Setoran data perangkat daerah", "Deliveries of the offices"],
        columns: &[
            column("source_id", "Kode", "Code", Kind::Text(24.0)),
            column("source_name", "Instansi", "Office", Kind::Text(36.0)),
            column("datasets", "Data", "Data", Kind::Datasets),
            column(
                "due",
                "Wajib (jatuh tempo tahun itu)",
                "Due (within that year)",
                Kind::Number(0),
            ),
            column("on_time", "Tepat waktu", "On time", Kind::Number(0)),
            column("late", "Terlambat", "Late", Kind::Number(0)),
            column("missing", "Belum datang", "Missing", Kind::Number(0)),
            column("on_time_percent", "Tepat waktu (%)", "On time (%)", Kind::Number(2)),
        ],
    },
    TableLayout {
        statement: "evaluation_indicators",
        title: ["Ketepatan setoran", "Timeliness"],
        columns: &INDICATORS,
    },
];

const INFRASTRUCTURE: [TableLayout; 1] = [TableLayout {
    statement: "evaluation_indicators",
    title: ["SPBE, konektivitas dan kapasitas", "SPBE, connectivity and capacity"],
    columns: &INDICATORS,
}];

const DIMENSIONS: [TableLayout; 4] = [
    TableLayout {
        statement: "evaluation_scores",
        title: ["Skor dimensi", "Scores of the dimensions"],
        columns: &[
            REGION,
            DIMENSION,
            column("score", "Skor", "Score", Kind::Number(2)),
            MISSING,
            STATE,
            column("measured", "Terukur", "Measured", Kind::Number(0)),
            column("with_target", "Bertarget", "With target", Kind::Number(0)),
            column("not_measured", "Belum diukur", "Not measured", Kind::Codes(40.0)),
            column("suppressed", "Tidak diterbitkan", "Suppressed", Kind::Codes(30.0)),
            column("without_ratio", "Tanpa rasio", "No ratio", Kind::Codes(30.0)),
            FLAGS,
        ],
    },
    TableLayout {
        statement: "evaluation_targets",
        title: ["Capaian target", "Targets met"],
        columns: &[
            REGION,
            INDICATOR,
            UNIT,
            column("target_value", "Target", "Target", Kind::Target),
            column("target_low", "Batas bawah", "From", Kind::Target),
            column("target_high", "Batas atas", "To", Kind::Target),
            column("value", "Realisasi", "Value", Kind::Value),
            MISSING,
            column("judged_source_id", "Dinilai atas", "Judged on", Kind::Text(14.0)),
            column("raw_percent", "Capaian (%)", "Met (%)", Kind::Number(2)),
            column("predicate", "Predikat", "Predicate", Kind::TextIn(15.0)),
            column("note", "Keterangan", "Remark", Kind::Notes),
            column("doc", "Dokumen", "Document", DOCUMENT),
            detail("doc_version", "Versi", "Version", Kind::Text(10.0)),
            SOURCES,
            FLAGS,
            detail("is_target_synthetic", "Target buatan", "Made-up target", Kind::YesNo),
        ],
    },
    TableLayout {
        statement: "evaluation_completion",
        title: ["Program selesai menurut dimensi", "Programmes done by dimension"],
        columns: &[
            DIMENSION,
            column("programs", "Program", "Programmes", Kind::Number(0)),
            column("due", "Seharusnya selesai", "To be done by now", Kind::Number(0)),
            column("done", "Selesai", "Done", Kind::Number(0)),
            column("on_track", "Sesuai", "On track", Kind::Number(0)),
            column("at_risk", "Berisiko", "At risk", Kind::Number(0)),
            column("late", "Terlambat", "Late", Kind::Number(0)),
            column("stopped", "Berhenti", "Stopped", Kind::Number(0)),
            column("not_started", "Belum mulai", "Not started", Kind::Number(0)),
            column("not_reported", "Tanpa laporan", "No report", Kind::Number(0)),
            column(
                "done_percent",
                "Selesai dari yang seharusnya (%)",
                "Done of those to be done (%)",
                Kind::Number(2),
            ),
            FLAGS,
        ],
    },
    TableLayout {
        statement: "evaluation_programs",
        title: ["Quick win dan program", "Quick wins and programmes"],
        columns: &[
            REGION,
            column("program_id", "Kode", "Code", Kind::Text(10.0)),
            column("program_title", "Program", "Programme", Kind::Text(32.0)),
            DIMENSION,
            column("status", "Status", "Status", Kind::Codes(14.0)),
            column("progress_percent", "Realisasi (%)", "Progress (%)", Kind::Number(2)),
            column("plan_percent", "Rencana (%)", "Plan (%)", Kind::Number(2)),
            column("schedule_performance_index", "SPI", "SPI", Kind::Number(4)),
            column("obstacles", "Hambatan", "Obstacles", Kind::Codes(24.0)),
            column("not_reported_since", "Tanpa laporan sejak", "No report since", Kind::Day),
            detail("milestones_done", "Tonggak selesai", "Milestones done", Kind::Number(0)),
            detail("milestones", "Tonggak", "Milestones", Kind::Number(0)),
            detail("milestones_without_evidence", "Tanpa bukti", "No evidence", Kind::Number(0)),
            detail("report_date", "Laporan", "Report", Kind::Day),
            FLAGS,
        ],
    },
];

const OBSTACLES: [TableLayout; 1] = [TableLayout {
    statement: "evaluation_obstacles",
    title: ["Hambatan", "Obstacles"],
    columns: &[
        REGION,
        column("obstacle_code", "Hambatan", "Obstacle", Kind::Codes(22.0)),
        column("programs", "Program", "Programmes", Kind::Number(0)),
        column("milestones", "Tonggak", "Milestones", Kind::Number(0)),
        column("not_reported", "Program tanpa laporan", "Programmes, no report", Kind::Number(0)),
        column("open_long", "Terbuka lama", "Open for long", Kind::Number(0)),
        column("open_since", "Terbuka sejak", "Open since", Kind::Day),
        FLAGS,
    ],
}];

const QUALITY: [TableLayout; 3] = [
    TableLayout {
        statement: "evaluation_coverage",
        title: ["Kelengkapan nilai", "Coverage of values"],
        columns: &[
            REGION,
            DIMENSION,
            column("indicators", "Nilai", "Values", Kind::Number(0)),
            column("complete", "Lengkap", "Complete", Kind::Number(0)),
            column("partial", "Sebagian", "Partial", Kind::Number(0)),
            column("incomplete", "Belum lengkap", "Incomplete", Kind::Number(0)),
            column("no_value", "Tanpa nilai", "No value", Kind::Number(0)),
            column("suppressed", "Tidak terbit", "Suppressed", Kind::Number(0)),
            column("synthetic", "Sintetis", "Synthetic", Kind::Number(0)),
        ],
    },
    TableLayout {
        statement: "evaluation_gaps",
        title: ["Selisih antarsumber", "Gaps between sources"],
        columns: &[
            column("dataset", "Data", "Data", Kind::Datasets),
            column("measure", "Ukuran", "Measure", Kind::Codes(22.0)),
            column("breakdown", "Rincian", "Breakdown", Kind::Codes(14.0)),
            REGION,
            column("source_id", "Sumber", "Source", Kind::Text(22.0)),
            column("is_headline", "Utama", "Headline", Kind::YesNo),
            column("months", "Bulan", "Months", Kind::Number(0)),
            column("value", "Nilai", "Value", Kind::Number(2)),
            column("headline_value", "Nilai utama", "Headline value", Kind::Number(2)),
            column("gap_percent", "Selisih (%)", "Gap (%)", Kind::Number(2)),
            column("band", "Tingkat", "Band", Kind::Codes(20.0)),
        ],
    },
    TableLayout {
        statement: "evaluation_revisions",
        title: ["Revisi", "Revisions"],
        columns: &[
            INDICATOR,
            REGION,
            UNIT,
            column("first_release", "Rilis pertama", "First release", Kind::Text(14.0)),
            column("first_value", "Nilai pertama", "First value", Kind::Value),
            column("latest_release", "Rilis terakhir", "Latest release", Kind::Text(14.0)),
            column("latest_value", "Nilai terakhir", "Latest value", Kind::Value),
            column("revision_percent", "Revisi (%)", "Revision (%)", Kind::Number(2)),
        ],
    },
];

/// The parts, in the order of the sheet.
pub(super) const SECTIONS: [SectionLayout; 6] = [
    SectionLayout { name: "policy", title: ["Kebijakan", "Policy"], tables: &POLICY },
    SectionLayout {
        name: "institutions",
        title: ["Kelembagaan", "Institutions"],
        tables: &INSTITUTIONS,
    },
    SectionLayout {
        name: "infrastructure",
        title: ["Infrastruktur", "Infrastructure"],
        tables: &INFRASTRUCTURE,
    },
    SectionLayout { name: "dimensions", title: ["Dimensi", "Dimensions"], tables: &DIMENSIONS },
    SectionLayout { name: "obstacles", title: ["Hambatan", "Obstacles"], tables: &OBSTACLES },
    SectionLayout { name: "data_quality", title: ["Mutu data", "Data quality"], tables: &QUALITY },
];

/// What changed since a year was frozen: the statement gives the values of a release.
pub(super) const CORRECTIONS: TableLayout = TableLayout {
    statement: "evaluation_values",
    title: ["Koreksi sesudah pembekuan", "Corrections since the year was frozen"],
    columns: &[
        INDICATOR,
        REGION,
        UNIT,
        column("value_frozen", "Dibekukan", "Frozen", Kind::Value),
        column("state_frozen", "Keadaan", "State", Kind::State),
        column("value_now", "Sekarang", "Now", Kind::Value),
        column("state_now", "Keadaan", "State", Kind::State),
    ],
};
