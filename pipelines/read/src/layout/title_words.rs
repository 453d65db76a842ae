//! What the words of titles, notes and labels say of the figures of their table.

use super::plan_lists::{DENIALS, is_not_here};
use super::unit_behind::without_unit_behind;

/// Words that say that figures count from January on.
const CUMULATIVE: [&str; 4] = ["kumulatif", "komulatif", "kumulatifnya", "cumulative"];

/// What a text holds that says so in any way.
const OF_CUMULATIVE: [&str; 6] =
    ["mulati", " bulan ini ", " bulan berjalan ", " sejak ", " year to date ", " ytd "];

/// Words beside them that say that the figures are those of a month, besides words of denial.
const OF_A_MONTH: [&str; 5] = ["rekap", "bulanan", "sebulan", "per bulan", "monthly"];

/// `s.d. bulan` in its ways.
const UP_TO: [&str; 6] = [
    "s d bulan",
    "sd bulan",
    "sampai dengan bulan",
    "sampai bulan",
    "hingga bulan",
    "s d akhir bulan",
];

/// What stands behind it where it means each row's own month.
const OWN_MONTH: [&str; 2] = ["ini", "berjalan"];

/// Words for a mean.
const MEANS: [&str; 3] = [" rata rata ", " rerata ", " average "];

/// A day behind one, and what is counted between them: `rata-rata kunjungan per hari`.
const OF_A_DAY: [&str; 4] = ["per hari ", "harian ", "sehari ", "per day "];

/// As both, in other words.
const DAILY_MEANS: [&str; 4] =
    [" daily average ", " harian rata rata ", " harian rerata ", " sehari rata rata "];

/// What may stand between them, besides `OF_FIGURES`.
const COUNTED: [&str; 14] = [
    "wisman",
    "wisnus",
    "mancanegara",
    "nusantara",
    "pengunjung",
    "yang",
    "ditangani",
    "dikurangi",
    "dikelola",
    "terangkut",
    "datang",
    "berangkat",
    "of",
    "passengers",
];

/// Words of texts that cite a law, whose year is its own.
const LAWS: [&str; 32] = [
    "nomor",
    "no",
    "peraturan",
    "perda",
    "perbup",
    "perwali",
    "pergub",
    "perpres",
    "permen",
    "permendagri",
    "permenlhk",
    "pp",
    "uu",
    "undang",
    "instruksi",
    "surat",
    "edaran",
    "keputusan",
    "kepmen",
    "sk",
    "se",
    "juknis",
    "jakstrada",
    "renja",
    "renstra",
    "rkpd",
    "rpjmd",
    "lppd",
    "visi",
    "disusun",
    "dicetak",
    "diterbitkan",
];

/// Words that the title of a table of figures begins with.
pub(super) const OF_FIGURES: [&str; 27] = [
    "data",
    "rekap",
    "rekapitulasi",
    "jumlah",
    "banyaknya",
    "laporan",
    "realisasi",
    "statistik",
    "perkembangan",
    "timbulan",
    "penanganan",
    "pengurangan",
    "pengelolaan",
    "sampah",
    "komposisi",
    "kunjungan",
    "wisatawan",
    "tamu",
    "produksi",
    "volume",
    "tonase",
    "penduduk",
    "penumpang",
    "penyaluran",
    "omzet",
    "number",
    "visits",
];

/// Words beside a place that say that it is not where the figures are of: where somebody comes from
/// or goes to, who publishes, a site.
const NOT_OF_PLACE: [&str; 63] = [
    "eks",
    "lewat",
    "perbandingan",
    "pembanding",
    "dibanding",
    "dengan",
    "kerja",
    "sama",
    "pembina",
    "sekretariat",
    "format",
    "contoh",
    "kepulauan",
    "universitas",
    "dikompilasi",
    "dikumpulkan",
    "ditimbang",
    "dari",
    "ke",
    "asal",
    "tujuan",
    "rute",
    "lintas",
    "lintasan",
    "antar",
    "antara",
    "menuju",
    "via",
    "melalui",
    "sumber",
    "dinas",
    "badan",
    "kantor",
    "balai",
    "uptd",
    "bps",
    "pemerintah",
    "pemkot",
    "pemkab",
    "oleh",
    "peraturan",
    "perda",
    "perwali",
    "perbup",
    "keputusan",
    "nomor",
    "angka",
    "publikasi",
    "tpa",
    "tpst",
    "pelabuhan",
    "bandara",
    "bandar",
    "terminal",
    "stasiun",
    "rsud",
    "hotel",
    "source",
    "port",
    "airport",
    "from",
    "to",
    "by",
];

/// Words before `Kecamatan` where no single one is named.
const OF_DISTRICTS: [&str; 9] =
    ["menurut", "per", "tiap", "setiap", "antar", "seluruh", "semua", "jumlah", "by"];

/// Words behind it where none is.
pub(super) const NO_DISTRICT: [&str; 11] = [
    "dan",
    "di",
    "dalam",
    "yang",
    "tahun",
    "se",
    "menurut",
    "kabupaten",
    "kota",
    "kelurahan",
    "desa",
];

/// Ways to say that figures are no data.
const SAMPLES: [&str; 7] = [
    " data contoh ",
    " contoh data ",
    " bukan data sebenarnya ",
    " data dummy ",
    " data fiktif ",
    " dummy data ",
    " sample data ",
];

/// A text in small letters without marks, one blank around each word.
pub(super) fn spaced(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(String::from(" "), |spaced, word| spaced + word + " ")
}

/// Whether a text cites a law or tells when it was written: its dates are its own.
pub(super) fn cites_law(spaced: &str) -> bool {
    spaced.split_whitespace().any(|word| LAWS.contains(&word))
}

/// Whether a text begins as the title of a table of figures does.
pub(super) fn is_of_figures(title: &str) -> bool {
    of_figures(title).is_some()
}

/// The words of the title of a table of figures, without the number of the table; none of a text
/// that begins otherwise: a letterhead, an address, a law.
fn of_figures(title: &str) -> Option<Vec<String>> {
    let text = spaced(title);
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    if words.first().is_some_and(|word| ["tabel", "table"].contains(&word.as_str())) {
        let numbers = words.iter().skip(1).take_while(|word| is_number(word)).count();
        words.drain(..=numbers);
    }
    let is_named = words.first().is_some_and(|word| OF_FIGURES.contains(&word.as_str()));
    is_named.then_some(words)
}

/// Whether a text holds a figure of its own, which it is about: a number that is no year and not
/// that of a table.
fn has_figure(text: &str) -> bool {
    let mut before = "";
    let text = spaced(text);
    text.split_whitespace().any(|word| {
        let is_counted = word.bytes().all(|byte| byte.is_ascii_digit());
        let is_year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
        let is_of_table = ["tabel", "table"].contains(&before);
        // `4.2` is two words.
        before = if is_counted && is_of_table { before } else { word };
        is_counted && !is_year && !is_of_table
    })
}

/// Whether a text says that figures count from January on: `kumulatif`, `s.d. bulan ini`. A month
/// by its name (`s.d. Desember 2024`) may end a series as well, and a text with a figure tells of
/// that one.
pub(crate) fn is_year_to_date(text: &str) -> bool {
    let words = spaced(text);
    // Nearly all texts have no such word: every label and title is asked.
    if !OF_CUMULATIVE.iter().any(|word| words.contains(word)) || has_figure(text) {
        return false;
    }
    let text = words;
    if text.split_whitespace().any(is_not_here)
        || OF_A_MONTH.iter().any(|word| text.contains(&format!(" {word} ")))
    {
        return false;
    }
    let is_sum = text.contains(" jumlah kumulatif ");
    if !is_sum && text.split_whitespace().any(|word| CUMULATIVE.contains(&word)) {
        return true;
    }
    let up_to =
        |lead: &&str| OWN_MONTH.iter().any(|month| text.contains(&format!(" {lead} {month} ")));
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    // With a year it may be where a series begins.
    let since = text
        .split_once(" sejak januari ")
        .is_some_and(|(_, behind)| !behind.split_whitespace().next().is_some_and(is_year));
    since
        || UP_TO.iter().any(up_to)
        || [" sejak awal tahun ", " year to date ", " ytd "].iter().any(|own| text.contains(own))
}

/// Whether a title says that its figures are means of a day.
pub(crate) fn is_daily_mean(title: &str) -> bool {
    let text = spaced(title);
    let is_reference = text.split_whitespace().any(|word| ["lihat", "see"].contains(&word));
    names_daily_mean(&text) && !has_figure(title) && !is_reference
}

/// Whether a text names a mean and, behind it and what is counted, a day.
fn names_daily_mean(text: &str) -> bool {
    let is_of_day = |behind: &str| {
        let mut rest = behind;
        while !OF_A_DAY.iter().any(|day| rest.starts_with(day)) {
            let Some((word, next)) = rest.split_once(' ') else { return false };
            if !OF_FIGURES.contains(&word) && !COUNTED.contains(&word) {
                return false;
            }
            rest = next;
        }
        true
    };
    let mut means = MEANS.iter().filter_map(|mean| Some(text.split_once(mean)?.1));
    DAILY_MEANS.iter().any(|mean| text.contains(mean)) || means.any(is_of_day)
}

/// Whether a title names sums too: then the means are those of other columns.
pub(crate) fn names_sums(title: &str) -> bool {
    const SUMS: [&str; 8] = [
        " jumlah ",
        " total ",
        " dan ",
        " and ",
        " sebulan ",
        " bulanan ",
        " setahun ",
        " monthly ",
    ];
    let text = spaced(title);
    SUMS.iter().any(|word| text.contains(word))
}

/// Whether the title of a table names one district.
pub(crate) fn names_district(title: &str) -> bool {
    let count = title.to_lowercase().matches("kecamatan").count();
    if count > 1 || of_figures(title).is_none() || spaced(title).contains(" sekitarnya ") {
        return false;
    }
    let words: Vec<&str> =
        title.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_among = |word: Option<&&str>, list: &[&str]| {
        word.is_some_and(|word| list.contains(&word.to_lowercase().as_str()))
    };
    let mut at = (0..words.len())
        .filter(|at| words.get(*at).is_some_and(|word| word.eq_ignore_ascii_case("kecamatan")));
    at.any(|at| {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let behind = words.get(at + 1);
        let is_name = behind.is_some_and(|word| word.starts_with(char::is_uppercase));
        is_name && !is_among(before, &OF_DISTRICTS) && !is_among(behind, &NO_DISTRICT)
    })
}

/// Whether a title says that figures are made up.
pub(crate) fn is_sample(title: &str) -> bool {
    let text = spaced(title);
    let is_denied =
        |before: &str| before.split_whitespace().last().is_some_and(|word| DENIALS.contains(&word));
    let is_said =
        |sample: &&str| text.split_once(*sample).is_some_and(|(before, _)| !is_denied(before));
    SAMPLES.iter().any(is_said) && !text.contains(" terlampir ")
}

/// Whether a place that a title names is where its figures are of: it is the title of a table, or
/// the place stands alone.
pub(crate) fn is_of_place(title: &str, name: &str) -> bool {
    let text = spaced(title);
    // `Kab. Utara (ton)`
    let is_alone = spaced(without_unit_behind(title)).split_whitespace().all(|word| {
        name.split(' ').any(|own| own == word)
            || word == "tahun"
            || word.bytes().all(|byte| byte.is_ascii_digit())
    });
    (is_alone || of_figures(title).is_some())
        && !text.split_whitespace().any(|word| NOT_OF_PLACE.contains(&word))
}

/// Whether a place is named with what it is, and not by a word that may be another's.
pub(crate) fn is_whole_name(name: &str) -> bool {
    name.split(' ').next().is_some_and(|kind| ["kabupaten", "kab", "kota"].contains(&kind))
}

/// The years that a title names, and whether each stands behind the word for it in the title of a
/// table; none of a law.
pub(crate) fn years(title: &str) -> Vec<(i32, bool)> {
    let text = spaced(title);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.iter().any(|word| LAWS.contains(word)) {
        return Vec::new();
    }
    let year = |word: &str| {
        let year: i32 = word.parse().ok().filter(|_| word.len() == 4)?;
        (1950..=2100).contains(&year).then_some(year)
    };
    let is_title = of_figures(title).is_some();
    let is_led = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        is_title && before.is_some_and(|word| ["tahun", "thn", "year"].contains(word))
    };
    let found = words.iter().enumerate();
    found.filter_map(|(at, word)| Some((year(word)?, is_led(at)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_from_january_on_are_named_in_many_ways() {
        for (text, expected) in [
            ("Realisasi KUR kumulatif s.d. bulan ini", true),
            ("Penyaluran sampai dengan bulan berjalan", true),
            ("KUR Disalurkan s/d Bulan Ini (Rp)", true),
            ("Keterangan: angka dihitung sejak Januari", true),
            ("Visitors, year-to-date", true),
            ("Keterangan: bukan angka kumulatif", false),
            ("Catatan: jumlah kumulatif Triwulan I = 103 ton", false),
            ("Realisasi kumulatif disajikan pada laporan terpisah", false),
            ("Nilai kumulatif tidak disajikan", false),
            ("Belum kumulatif", false),
            ("Data bulanan, kumulatif lihat Tabel 5", false),
            ("Laporan periode s.d. bulan laporan", false),
            ("Kumulatif tahun 2024: 8.580", false),
            ("Sumber: rekap kumulatif dinas", false),
            ("Jumlah kumulatif ada di baris terakhir", false),
            ("Kunjungan Januari s.d. Desember 2024", false),
            ("Kunjungan s.d. Desember 2024", false),
            ("Kunjungan sejak Januari 2024", false),
            ("Kunjungan bulan ini", false),
        ] {
            assert_eq!(is_year_to_date(text), expected, "{text}");
        }
    }

    #[test]
    fn laws_sites_and_lists_name_no_year_place_or_district_of_a_table() {
        assert!(years("Perda Nomor 5 Tahun 2019").is_empty());
        assert_eq!(years("Timbulan Tahun 2024"), [(2024, true)]);
        assert_eq!(years("Kunjungan 2023-2024"), [(2023, false), (2024, false)]);
        assert!(years("Permendagri 90 Tahun 2019").is_empty());
        assert_eq!(years("Wilayah Dalam Tahun 2025"), [(2025, false)]);
        let of_place = |title: &str| is_of_place(title, "kota utara");
        for title in ["TIMBULAN SAMPAH KOTA UTARA", "Kota Utara", "KOTA UTARA TAHUN 2024"] {
            assert!(of_place(title), "{title}");
        }
        for title in [
            "Rute Kota Utara",
            "Dinas Lingkungan Hidup Kota Utara",
            "DLH Kota Utara (pembina)",
            "Eks Kota Utara",
            "Perbandingan dengan Kota Utara",
            "Jl. Kota Utara No. 3",
        ] {
            assert!(!of_place(title), "{title}");
        }
        assert!(!names_district("Jl. Poros, Kecamatan Wangi-Wangi"));
        assert!(!is_daily_mean("Ritasi rata-rata per hari: 12 truk"));
        assert!(names_district("Timbulan Kecamatan Wangi-Wangi"));
        assert!(!names_district("Timbulan Menurut Kecamatan Tahun 2024"));
        assert!(!names_district("JUMLAH KECAMATAN TAHUN 2024"));
        assert!(is_daily_mean("Timbulan sampah rata-rata per hari"));
        assert!(!is_daily_mean("Rata-rata harian lihat kolom lain"));
        for title in [
            "Rata-rata Kunjungan per Hari",
            "Penumpang Harian Rata-rata",
            "Rata-rata Penanganan Sampah per Hari 2024",
            "Rerata harian kunjungan",
            "Average visits per day",
            "Rata-rata Sampah yang Ditangani per Hari",
        ] {
            assert!(is_daily_mean(title), "{title}");
        }
        for title in [
            "Rata-rata Lama Menginap per hari",
            "Rata-rata kunjungan per bulan",
            "Kunjungan per hari libur",
            "Rata-rata kunjungan",
            "Laporan harian",
        ] {
            assert!(!is_daily_mean(title), "{title}");
        }
        assert!(is_sample("Data dummy") && !is_sample("Data diolah, bukan data dummy"));
        assert!(is_sample("Data contoh, bukan data sebenarnya") && !is_sample("Contoh: 2024"));
    }
}
