//! Rows that say that they are none: cancelled, rejected, a drill, a second entry.

use crate::lake::TestLake;

const TICKETS: &str = "Nomor Tiket;Fasilitas;Waktu Masuk;Asal Wilayah;Sumber Sampah;Ditimbang;\
                       Bruto (kg);Tara (kg);Netto (ton)";

/// A ticket of four tonnes.
fn ticket(number: &str, facility: &str, remark: &str) -> String {
    format!("{number};{facility};01/03/2024 08:00;Kota Baubau;pasar;ya;7.500;3.500;4,000{remark}\n")
}

/// How many tickets are accepted, and the rules by which others are refused.
async fn tickets(file: &str) -> (u64, Vec<String>) {
    let lake = TestLake::new().await;
    let outcome = lake.load_one("tiket.csv", file, "waste_weighbridge", "DLH_7472").await;
    assert!(outcome.message.is_none(), "{:?}", outcome.message);
    let rules = "select distinct rule from ops.quarantine order by 1";
    (outcome.accepted, lake.rows(rules).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_says_it_is_none_is_refused() {
    for (header, remark) in [
        ("Keterangan", "BATAL"),
        ("Keterangan", "dibatalkan"),
        ("Ket", "tiket batal"),
        ("Status", "VOID"),
        ("Status Tiket", "Cancelled"),
        ("Status", "Ditolak"),
        ("Status", "Draft"),
        ("Catatan", "DOUBLE INPUT"),
        ("Keterangan", "uji coba timbangan"),
        ("Keterangan", "Simulasi / latihan"),
        ("Dibatalkan", "ya"),
        ("is_void", "1"),
    ] {
        let file = format!(
            "{TICKETS};{header}\n{}{}{}",
            ticket("T1", "TPA Wonco", ";"),
            ticket("T2", "TPA Wonco", &format!(";{remark}")),
            ticket("T3", "TPA Wonco", ";"),
        );
        let told = tickets(&file).await;
        assert_eq!(told, (2, vec!["contradicts_constant".to_owned()]), "{header}: {remark}");
    }
    for (header, remark) in [
        ("Keterangan", "tidak batal"),
        ("Keterangan", "Simulasi Tsunami"),
        ("Status", "Selesai"),
        ("Keterangan", "antre lama, truk rusak"),
        ("Dibatalkan", "tidak"),
        ("Nama Kegiatan", "Simulasi"),
        ("Keterangan", "Batal: 3 kunjungan"),
        ("Keterangan", "Tiket batal: nihil"),
        ("Keterangan", "Ditolak, sudah diperbaiki"),
        ("Keterangan", "Evakuasi: batal"),
        ("Keterangan", "TPS3R Mola (uji coba)"),
        ("Status Pengajuan KUR", "Ditolak"),
        ("Status Izin", "Draft"),
    ] {
        let file = format!("{TICKETS};{header}\n{}", ticket("T1", "A", &format!(";{remark}")));
        assert_eq!(tickets(&file).await, (1, Vec::new()), "{header}: {remark}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_figures_has_void_rows_too_and_a_value_of_a_field_is_none() {
    let lake = TestLake::new().await;
    let file = "Nomor Kejadian;Kabupaten/Kota;Waktu Panggilan;Waktu Tiba;Saluran;Jenis Kejadian;\
                Dalam WMK;Status\n\
                K1;Kota Baubau;05/01/2024 10:00;05/01/2024 10:10;telepon;kebakaran;ya;Selesai\n\
                K2;Kota Baubau;05/01/2024 11:00;05/01/2024 11:50;telepon;kebakaran;ya;Simulasi\n";
    let outcome = lake.load_one("k.csv", file, "fire_incident", "DAMKAR_7472").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1), "{:?}", outcome.message);
    // A report that was rejected is one.
    let file = "Nomor Laporan;Kabupaten/Kota;Waktu Laporan;Waktu Selesai;Saluran;Kategori;Hasil;\
                Status\n\
                L1;Kota Baubau;05/01/2024 10:00;07/01/2024 10:00;aplikasi;ketertiban umum;selesai;\
                Ditolak\n";
    let outcome = lake.load_one("p.csv", file, "perda_report", "SATPOLPP_7472").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 0), "{:?}", outcome.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_one_whatever_the_case_of_its_letters() {
    let file = format!(
        "{TICKETS}\n{}{}{}{}",
        ticket("T-001", "TPA Wonco", ""),
        ticket("t-001", "TPA Wonco", ""),
        ticket("T-001", "tpa wonco", ""),
        ticket("T-002", "TPA Wonco", ""),
    );
    assert_eq!(tickets(&file).await, (2, vec!["duplicate_key".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_of_days_and_totals_of_groups_between_rows_are_no_rows() {
    let file = format!(
        "{TICKETS}\nTanggal 1 Maret 2024;;;;;;;;\n{}Jumlah 1 Maret;;;;;;7.500;3.500;4,000\n\
         Tanggal 2 Maret 2024;;;;;;;;\n{}Sub Total;;;;;;7.500;3.500;4,000\n",
        ticket("T1", "TPA Wonco", ""),
        ticket("T2", "TPA Wonco", ""),
    );
    let lake = TestLake::new().await;
    let outcome = lake.load_one("tiket.csv", &file, "waste_weighbridge", "DLH_7472").await;
    assert_eq!((outcome.accepted, outcome.rejected), (2, 0), "{:?}", outcome.message);
    assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);
    let file = "Titik;Bulan;Moda;Arah;Penumpang\n\
                Wanci;Januari 2024;kapal cepat;datang;10\n\
                Wanci;Februari 2024;kapal cepat;datang;20\n\
                Wanci Total;;;;30\nGrand Total;;;;30\n";
    let outcome = lake.load_one("p.csv", file, "transport_movement", "DISHUB_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (2, 0), "{:?}", outcome.message);
    let file = "Wilayah;Tahun;Tahap;PAD (Rp);Transfer (Rp);Pinjaman (Rp)\n\
                Wakatobi;2024;Realisasi;1000000;2000000;0\n";
    let outcome = lake.load_one("apbd.csv", file, "regional_finance", "BKAD_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 0), "{:?}", outcome.message);
}
