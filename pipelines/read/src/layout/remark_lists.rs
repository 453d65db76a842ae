//! Words of remarks beside rows and of notes around a table.

/// Beginnings of words that say that figures were reached.
pub(super) const REALISED_STEMS: [&str; 4] = ["realis", "realiz", "terealis", "direalis"];

/// Words that may stand before the word of a plan: `masih berupa angka target`.
pub(super) const LEADS: [&str; 28] = [
    "angka",
    "data",
    "nilai",
    "jumlah",
    "status",
    "masih",
    "baru",
    "hanya",
    "berupa",
    "merupakan",
    "adalah",
    "ialah",
    "sebagai",
    "yang",
    "ini",
    "tersebut",
    "diisi",
    "isian",
    "memakai",
    "menggunakan",
    "dengan",
    "hasil",
    "still",
    "only",
    "as",
    "is",
    "are",
    "the",
];

/// Those of them that say that figures are meant.
pub(super) const FIGURES: [&str; 6] = ["angka", "data", "nilai", "figures", "figure", "values"];

/// Words that may stand behind it: `target tahunan`, `rencana awal`.
pub(super) const TAILS: [&str; 25] = [
    "bulan",
    "bulanan",
    "tahunan",
    "semester",
    "semesteran",
    "triwulan",
    "triwulanan",
    "tw",
    "ini",
    "awal",
    "akhir",
    "murni",
    "perubahan",
    "revisi",
    "saja",
    "sementara",
    "angka",
    "data",
    "figure",
    "figures",
    "value",
    "values",
    "only",
    "s",
    "d",
];

/// Words by which a plan of work says when: `rencana bulan depan`, as `rencana Juli` does.
pub(super) const WHEN: [&str; 9] =
    ["bulan", "minggu", "semester", "triwulan", "tw", "depan", "ini", "akhir", "mulai"];

/// Words of titles of figures that name reports and work as well: `Rencana pengelolaan sampah`.
pub(super) const NOT_COUNTED: [&str; 5] =
    ["laporan", "pengelolaan", "perkembangan", "statistik", OTHERS];

/// Words by which a part beside a plan says that what was reached comes later.
pub(super) const STATUSES: [&str; 7] =
    ["sementara", "menunggu", "menyusul", "provisional", "pending", "draf", "draft"];

/// Words by which it denies that it is there: `belum realisasi`. What was not reached (`tidak
/// terealisasi`) was counted.
pub(super) const NOT_YET: [&str; 4] = ["belum", "bukan", "bukanlah", "not"];

/// What it denies, besides the ways to say `realisasi`.
pub(super) const COUNTED: [&str; 10] = [
    "aktual", "actual", "riil", "final", "tetap", "capaian", "hasil", "laporan", "masuk",
    "diterima",
];

/// Other words of such a part.
pub(super) const AROUND: [&str; 11] = [
    "ada", "angka", "data", "nilai", "yang", "lengkap", "karena", "sebab", "masih", "yet",
    "figures",
];

/// Words that begin a part without a mark: `data proyeksi karena laporan belum masuk`.
pub(super) const REASONS: [&str; 2] = ["karena", "sebab"];

/// Words of documents behind `data rencana`.
pub(super) const OF_DOCUMENTS: [&str; 9] = [
    "kerja",
    "strategis",
    "aksi",
    "pembangunan",
    "daerah",
    "perangkat",
    "dinas",
    "pemerintah",
    "kinerja",
];

/// Words that a note begins with.
pub(super) const NOTE_LEADS: [&str; 7] =
    ["catatan", "keterangan", "ket", "note", "notes", "nb", "penjelasan"];

/// Words by which a note says what figures are: `angka di atas merupakan target`.
pub(super) const COPULAS: [&str; 9] =
    ["merupakan", "adalah", "ialah", "masih", "berupa", "yaitu", "are", "is", "were"];

/// Words by which it says what a table holds.
pub(super) const CONTAINING: [&str; 3] = ["berisi", "berisikan", "memuat"];

/// Words by which its subject is figures, besides [`FIGURES`] and a month: what was done is an aim
/// (`penanganan sampah adalah target RPJMD`).
pub(super) const SUBJECT_OF_FIGURES: [&str; 10] = [
    "tabel",
    "table",
    "seluruhnya",
    "semuanya",
    "atas",
    "above",
    "tersebut",
    "triwulan",
    "semester",
    "tw",
];

/// Words behind its plan that say whose plan it is.
pub(super) const SCOPE: [&str; 13] = [
    "dalam",
    "pada",
    "sesuai",
    "menurut",
    "yang",
    "ditetapkan",
    "dokumen",
    "perjanjian",
    "pemerintah",
    "dinas",
    "daerah",
    "kabupaten",
    "kota",
];

/// Those of them, and short ones, that the name of a place stands behind.
pub(super) const PLACES: [&str; 4] = ["kabupaten", "kab", "kota", "provinsi"];

/// Words that stand behind a kind of place and are no names of one.
pub(super) const NO_NAMES: [&str; 22] = [
    "naik",
    "turun",
    "meningkat",
    "menurun",
    "terpenuhi",
    "terlampaui",
    "terlewati",
    "direvisi",
    "dinaikkan",
    "diturunkan",
    "belum",
    "sudah",
    "telah",
    "tidak",
    "perlu",
    "masih",
    "akan",
    "yang",
    "dan",
    "untuk",
    "sebesar",
    "sebanyak",
];

/// Words that say that where figures are from follows.
pub(super) const SOURCES: [&str; 2] = ["sumber", "source"];

/// Words of its subject, besides what is counted and periods.
pub(super) const SUBJECT: [&str; 37] = [
    "angka",
    "data",
    "nilai",
    "jumlah",
    "seluruh",
    "seluruhnya",
    "semua",
    "semuanya",
    "di",
    "atas",
    "tersebut",
    "ini",
    "dalam",
    "pada",
    "tabel",
    "yang",
    "dan",
    "disajikan",
    "tercantum",
    "ditampilkan",
    "untuk",
    "bulan",
    "triwulan",
    "semester",
    "periode",
    "sampai",
    "dengan",
    "hingga",
    "s",
    "d",
    "sd",
    "the",
    "all",
    "figures",
    "above",
    "these",
    "in",
];

/// Who is counted beside what a table is of: that they are projected says nothing of its figures.
pub(super) const OTHERS: &str = "penduduk";

/// Words of a note beside a part of the year where it is about the figures. With any other it tells
/// when something was closed, valid, updated or due.
pub(super) const OF_PART_NOTES: [&str; 48] = [
    "catatan",
    "keterangan",
    "ket",
    "note",
    "nb",
    "data",
    "angka",
    "figures",
    "jumlah",
    "total",
    "realisasi",
    "capaian",
    "laporan",
    "kunjungan",
    "wisatawan",
    "tamu",
    "penumpang",
    "sampah",
    "timbulan",
    "omzet",
    "pendapatan",
    "retribusi",
    "penerimaan",
    "sementara",
    "kumulatif",
    "komulatif",
    "cumulative",
    "masih",
    "hanya",
    "baru",
    "adalah",
    "merupakan",
    "yang",
    "masuk",
    "tercatat",
    "terhimpun",
    "dilaporkan",
    "ini",
    "untuk",
    "dari",
    "pada",
    "atas",
    "bulan",
    "periode",
    "masa",
    "tahun",
    "saja",
    "mencakup",
];
