//! Figures that a column, a note or a title says are plans, and good files that name some.

use super::{columns, load, load_into, project_of};
use crate::lake::TestLake;
use serde_json::json;

const HEADER: &str = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan";
const JANUARY: &str = "Wakatobi;Januari 2024;10;100";
const FEBRUARY: &str = "Wakatobi;Pebruari 2024;25;90";
const OF_JANUARY: &str = "7407|2024-01-01|10.000|100.000|final|";
const OF_FEBRUARY: &str = "7407|2024-02-01|25.000|90.000|final|";

/// Why a file is refused, and how many of its rows are accepted.
async fn verdict(file: &str) -> (String, u64) {
    let lake = TestLake::new().await;
    let project = project_of(json!({"columns": columns()}));
    let outcome = load_into(&lake, &project, &[file]).await;
    let refused = outcome.message.map(|message| message.en).unwrap_or_default();
    (refused, outcome.accepted)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_a_column_calls_a_plan_is_refused() {
    for (label, text) in [
        ("Status", "Target"),
        ("Status", "Rencana"),
        ("Status", "Perencanaan"),
        ("Keterangan", "prognosis"),
        ("Keterangan", "angka proyeksi"),
        ("Keterangan", "Target, belum realisasi"),
        ("Jenis", "Target"),
        ("Jenis Data", "TARGET 2024"),
        ("Jenis Data", "Anggaran"),
        ("Uraian", "Target"),
        ("Uraian", "Target Penanganan Sampah"),
        ("Target/Realisasi", "Target"),
        ("Kolom lain", "Target"),
        ("Keterangan", "Rencana, belum terealisasi"),
        ("Keterangan", "Target, realisasi menyusul"),
        ("Keterangan", "Data proyeksi karena laporan belum masuk"),
        ("Keterangan", "diisi dengan angka target"),
        ("Keterangan", "prediksi"),
        ("Keterangan", "Target Kunjungan Wisman 2024"),
        ("Keterangan", "Target Penanganan Kabupaten Wakatobi"),
        ("Keterangan", "Target Penanganan Kab. Buton Selatan 2024"),
        ("Keterangan", "Sumber: Target RPJMD"),
        ("Catatan", "Sumber data: Target RPJMD 2021-2026"),
        ("Sumber", "Target RPJMD"),
        ("Sumber Data", "Target Kinerja 2024"),
    ] {
        let file = format!("{HEADER};{label}\n{JANUARY};Realisasi\n{FEBRUARY};{text}\n");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows, [OF_JANUARY], "{label}: {text}: {account:?}");
        assert_eq!(account, ["2 1 1 0", "A3|contradicts_constant"], "{label}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_with_an_ordinary_remark_is_loaded() {
    for (label, text) in [
        ("Status", "Realisasi"),
        ("Status", "Terealisasi"),
        ("Status", "Tetap"),
        ("Keterangan", "target tercapai"),
        ("Keterangan", "di atas target"),
        ("Keterangan", "realisasi melebihi target"),
        ("Keterangan", "belum target"),
        ("Keterangan", "sesuai rencana kerja"),
        ("Keterangan", "Target RPJMD: 120 ton"),
        ("Keterangan", "Anggaran 2024"),
        ("Sumber Dana", "Anggaran 2024"),
        ("Sumber", "Rencana Strategis Dinas"),
        ("Sumber", "RPJMD"),
        ("Sumber", "Target dan Realisasi RPJMD"),
        ("Sumber Data", "DLH Kabupaten Wakatobi"),
        ("Keterangan", "Sumber: Rencana Kerja 2024"),
        ("Keterangan", "Sumber: DLH, target tercapai"),
        ("Keterangan", "Target penanganan Kabupaten Wakatobi tercapai"),
        ("Keterangan", "Target penanganan kabupaten naik"),
        ("T/R", "R"),
        ("Jenis", "T"),
        ("Status", "R"),
        ("Risiko (T/R)", "T"),
        ("Bidang", "Perencanaan"),
        ("Pengisi", "Bappeda"),
        ("Keterangan", "Target kunjungan terpenuhi"),
        ("Keterangan", "Target bulan ini terpenuhi"),
        ("Keterangan", "Target Tahun 2024 terlampaui"),
        ("Catatan", "Target kunjungan perlu ditinjau"),
        ("Catatan", "Target penumpang meningkat"),
        ("Catatan", "Target retribusi naik"),
        ("Keterangan", "Rencana kunjungan Menteri Pariwisata"),
        ("Keterangan", "Rencana kunjungan kerja DPRD"),
        ("Keterangan", "Rencana kunjungan kapal pesiar batal"),
        ("Keterangan", "Rencana bulan depan rute baru"),
        ("Keterangan", "Rencana tahun depan penambahan armada"),
        ("Keterangan", "Proyeksi penduduk BPS 2024"),
        ("Status", "Target bulan ini terpenuhi"),
        ("Keterangan", "Rencana: perbaikan"),
        ("Keterangan", "Rencana - perbaikan alat berat"),
        ("Keterangan", "Target, sosialisasi"),
        ("Keterangan", "Rencana awal Mei, mundur ke Juni"),
        ("Keterangan", "Rencana Juli"),
        ("Keterangan", "Target Desember"),
        ("Keterangan", "Target bulan depan"),
        ("Tindak Lanjut", "Rencana"),
        ("RTL", "Rencana 2025"),
        ("Kendala", "Target"),
        ("Permasalahan", "Target 2024"),
        ("Rencana Tindak Lanjut", "Target 2025"),
        ("Program", "Target"),
        ("Kegiatan", "Perencanaan"),
        ("Tahapan", "Perencanaan"),
        ("Tahapan", "Rencana"),
        ("Jenis", "Sasaran"),
        ("Uraian", "Perencanaan"),
    ] {
        let file = format!("{HEADER};{label}\n{JANUARY};{text}\n{FEBRUARY};\n");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows, [OF_JANUARY, OF_FEBRUARY], "{label}: {text}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_row_of_plans_that_of_what_was_reached_is_the_whole() {
    let file = format!(
        "{HEADER};Jenis\n{JANUARY};Realisasi\nWakatobi;Januari 2024;11;110;Target\n\
         {FEBRUARY};Realisasi\nWakatobi;Pebruari 2024;22;220;Target\n"
    );
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows, [OF_JANUARY, OF_FEBRUARY], "{account:?}");
    assert_eq!(account[1..], ["A3|contradicts_constant", "A5|contradicts_constant"]);
    // Cells that were merged hold their word once.
    let file = format!(
        "{HEADER};Jenis\nWakatobi;Januari 2024;11;110;Target\nWakatobi;Pebruari 2024;22;220;\n\
         {JANUARY};Realisasi\n{FEBRUARY};\n"
    );
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows, [OF_JANUARY, OF_FEBRUARY], "{account:?}");
    assert_eq!(account[1..], ["A2|contradicts_constant", "A3|contradicts_constant"]);
    // A remark holds for its own row.
    let file =
        format!("{HEADER};Keterangan\n{JANUARY};\nWakatobi;Maret 2024;1;2;Target\n{FEBRUARY};\n");
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows, [OF_JANUARY, OF_FEBRUARY], "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_a_header_or_a_note_explains_calls_a_row_a_plan() {
    for (label, above, below) in [
        ("T/R", "", ""),
        ("Jenis (T/R)", "", ""),
        ("Jenis Data (T = target, R = realisasi)", "", ""),
        ("Target/Realisasi", "", ""),
        ("Jenis", "", "Keterangan: T = Target, R = Realisasi\n"),
        ("Kode", "", "T = target\nR = realisasi\n"),
        ("Jenis", "T = Target; R = Realisasi\n", ""),
        ("Ket", "Keterangan: T : target, R : realisasi\n", ""),
        ("Jenis", "", "Keterangan: T = target\n"),
    ] {
        let file = format!(
            "{above}{HEADER};{label}\n{JANUARY};R\nWakatobi;Januari 2024;11;110;T\n\
             {FEBRUARY};R\nWakatobi;Pebruari 2024;22;220;T\n{below}"
        );
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows, [OF_JANUARY, OF_FEBRUARY], "{label}: {account:?}");
        assert!(account[1].ends_with("contradicts_constant"), "{label}: {account:?}");
        assert_eq!(account.len(), 3, "{label}: {account:?}");
    }
    // Other letters beside them are no such codes, nor are they where a note says otherwise.
    for (label, other, below) in [
        ("T/R", "S", ""),
        ("Jenis", "R", "Keterangan: T = tetap, R = revisi\n"),
        ("Tahap", "K", "Keterangan: T = target, K = konstruksi\n"),
    ] {
        let file = format!("{HEADER};{label}\n{JANUARY};T\n{FEBRUARY};{other}\n{below}");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows, [OF_JANUARY, OF_FEBRUARY], "{label}: {account:?}");
    }
    let lake = TestLake::new().await;
    let head = "region_code,period_month,reduced_ton,handled_ton,T/R";
    let file = format!("{head}\n7407,2024-01-01,10,100,R\n7407,2024-02-01,25,90,T\n");
    let outcome = lake.load_one("a.csv", file, "waste_handling", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1), "{:?}", outcome.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_streamed_row_of_plans_is_refused_and_stocks_may_be_projected() {
    let lake = TestLake::new().await;
    let head = "region_code,period_month,reduced_ton,handled_ton,Keterangan";
    let file = format!("{head}\n7407,2024-01-01,10,100,\n7407,2024-02-01,25,90,Target\n");
    let outcome = lake.load_one("a.csv", file, "waste_handling", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1), "{:?}", outcome.message);
    let refused = lake.rows("select cell, rule from ops.quarantine").await;
    assert_eq!(refused, ["A3|contradicts_constant"]);
    let file = format!("{head}\n7407,2024-03-01,10,100,\nCatatan: angka merupakan target\n");
    let outcome = lake.load_one("b.csv", file, "waste_handling", "DLH_7407").await;
    let message = outcome.message.map(|message| message.en).unwrap_or_default();
    assert!(message.contains("is of targets"), "{message}");
    let file = "Kabupaten/Kota;Tahun;Penduduk;Keterangan\nWakatobi;2024;118793;proyeksi\n";
    let outcome = lake.load_one("p.csv", file, "population", "DISDUKCAPIL_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 0), "{:?}", outcome.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_says_that_figures_are_plans() {
    for (note, expected) in [
        ("Catatan: angka merupakan target", "is of targets"),
        ("Catatan: seluruh angka di atas masih berupa rencana", "is of plans"),
        ("*) Angka proyeksi", "is of projections"),
        ("*) proyeksi", "is of projections"),
        ("Keterangan: data rencana kerja 2024", "is of plans"),
        ("Angka merupakan target RPJMD 2021-2026", "is of targets"),
        ("Catatan:;angka merupakan target", "is of targets"),
        ("Seluruh angka pada tabel merupakan target kinerja 2024", "is of targets"),
        ("Catatan: tabel berisi target, belum realisasi", "is of targets"),
        ("Tabel ini memuat target", "is of targets"),
        ("Angka ini target", "is of targets"),
        ("Catatan: diisi dengan angka target", "is of targets"),
        ("Data proyeksi karena laporan belum masuk", "is of projections"),
        ("Catatan: angka merupakan prediksi", "is of forecasts"),
    ] {
        let (refused, _) = verdict(&format!("{HEADER}\n{JANUARY}\n{FEBRUARY}\n{note}\n")).await;
        assert!(refused.contains(expected), "{note}: {refused}");
        let (refused, _) = verdict(&format!("{note}\n{HEADER}\n{JANUARY}\n{FEBRUARY}\n")).await;
        assert!(refused.contains(expected), "{note}: {refused}");
    }
    // The mark of a column that is read is on all rows.
    let (refused, _) = verdict(&format!("{HEADER}*\n{JANUARY}\n*) Angka proyeksi\n")).await;
    assert!(refused.contains("is of projections"), "{refused}");
    for (second, note) in [
        (FEBRUARY.to_owned(), "Catatan: angka Pebruari 2024 merupakan proyeksi"),
        (FEBRUARY.replace("Wakatobi", "Wakatobi*"), "*) Angka proyeksi"),
        (FEBRUARY.replace("Pebruari 2024", "Pebruari 2024*"), "*) proyeksi"),
    ] {
        let file = format!("{HEADER}\n{JANUARY}\n{second}\n{note}\n");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows, [OF_JANUARY], "{note}: {account:?}");
        assert_eq!(account[1..], ["A3|contradicts_constant"], "{note}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ordinary_notes_and_letterheads_name_plans_too() {
    for line in [
        "Dinas Lingkungan Hidup Kabupaten Wakatobi",
        "Badan Perencanaan Pembangunan Daerah (Bappeda)",
        "Bappeda - Perencanaan",
        "Sub Bagian Perencanaan dan Keuangan",
        "Sumber: Rencana Strategis Dinas Lingkungan Hidup 2021-2026",
        "Dasar: Rencana Kerja Pemerintah Daerah 2024",
        "Laporan Realisasi Target Kinerja",
        "Laporan Capaian Target Penanganan Sampah 2024",
        "Sumber dana: Anggaran 2024",
        "Tahun Anggaran 2024",
        "TAHUN ANGGARAN : 2024",
        "Anggaran 2024",
        "Penanganan Sampah (Anggaran 2024)",
        "Catatan: target 2024 tercapai",
        "Catatan: Target RPJMD 2024: 200 ton",
        "Catatan: angka bukan target",
        "Catatan: angka merupakan realisasi terhadap target",
        "Keterangan: jumlah penduduk merupakan hasil proyeksi BPS",
        "Keterangan: rencana kerja terlampir",
        "Mengetahui, Kepala Bidang Perencanaan",
        "Angka tetap, bukan proyeksi",
        "Pengurangan sampah adalah target RPJMD",
        "Penanganan sampah merupakan sasaran strategis DLH",
        "Kunjungan adalah target utama pembangunan pariwisata",
        "Data merupakan rencana kerja dinas",
        "Tabel ini memuat target, realisasi dan capaian",
        "Catatan: rencana - perbaikan alat berat",
    ] {
        for file in [
            format!("{line}\n{HEADER}\n{JANUARY}\n{FEBRUARY}\n"),
            format!("{HEADER}\n{JANUARY}\n{FEBRUARY}\n{line}\n"),
        ] {
            assert_eq!(verdict(&file).await, (String::new(), 2), "{file}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_of_planning_or_with_the_word_at_its_end_is_of_plans() {
    for (title, expected) in [
        ("Penanganan Sampah 2024, Target", "is of targets"),
        ("Penanganan Sampah Target 2024", "is of targets"),
        ("Perencanaan Penanganan Sampah 2024", "is of plans"),
        ("Penanganan Sampah 2024 - Perencanaan", "is of plans"),
        ("Data Anggaran 2024", "is of budgets"),
        ("Sampah yang Ditargetkan Tahun 2024", "is of targets"),
        ("Jumlah Sampah yang Direncanakan 2024", "is of plans"),
        ("Usulan Target Penanganan Sampah 2024", "is of targets"),
        ("Rancangan Target Penanganan Sampah 2024", "is of targets"),
        ("Volume Target Penanganan Sampah 2024", "is of targets"),
        ("Prediksi Penanganan Sampah 2024", "is of forecasts"),
    ] {
        let (refused, _) = verdict(&format!("{title}\n{HEADER}\n{JANUARY}\n{FEBRUARY}\n")).await;
        assert!(refused.contains(expected), "{title}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_a_budget_is_that_of_figures_in_money() {
    let lake = TestLake::new().await;
    let file = "Anggaran 2024\nregion_code,period_month,kur_disbursed_rp\n7407,2024-01-01,10\n";
    let outcome = lake.load_one("kur.csv", file, "finance_month", "BI").await;
    let message = outcome.message.map(|message| message.en).unwrap_or_default();
    assert!(message.contains("is of budgets"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_is_of_what_has_been() {
    let file =
        format!("Perkiraan Penanganan Sampah\n{HEADER}\nWakatobi;Januari 2099;1;2\n{JANUARY}\n");
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows, [OF_JANUARY.replace("final", "estimated")], "{account:?}");
    assert_eq!(account[1..], ["B3|in_future"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_of_targets_beside_others_tells_what_a_title_is_of() {
    let title = "Target Penanganan Sampah 2024";
    let file = format!("{title}\n{HEADER};Target (ton)\n{JANUARY};120\n{FEBRUARY};120\n");
    assert_eq!(verdict(&file).await, (String::new(), 2), "{file}");
    // One that holds no figures is no such column.
    for label in ["Keterangan Target", "Tindak Lanjut Target"] {
        let file = format!("{title}\n{HEADER};{label}\n{JANUARY};terlampir\n{FEBRUARY};\n");
        let (refused, _) = verdict(&file).await;
        assert!(refused.contains("is of targets"), "{label}: {refused}");
    }
}
