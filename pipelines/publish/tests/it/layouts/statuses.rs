//! Words around a table make its figures provisional.

use super::{column, columns, load, with};
use crate::lake::TestLake;
use serde_json::{Value, json};

/// Month and status of each row.
async fn statuses(description: Value, file: &str) -> Vec<String> {
    let (rows, account) = load(description, file).await;
    assert_eq!(account.len(), 1, "{account:?}");
    let told = rows.iter().map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        format!("{} {}", cells[1].get(..7).unwrap(), cells[4])
    });
    told.collect()
}

const ROWS: &str = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                    Wakatobi;November 2024;1;10\nWakatobi;Desember 2024;2;20\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_title_or_a_note_speaks_of_the_whole_table() {
    let plain = || json!({"columns": columns()});
    let all = |status: &str| [format!("2024-11 {status}"), format!("2024-12 {status}")];
    for (title, status) in [
        ("Pengelolaan sampah 2024 (angka sementara)", "provisional"),
        ("PENGELOLAAN SAMPAH, ANGKA SANGAT SEMENTARA", "very_provisional"),
        ("Provisional figures", "provisional"),
        ("Tempat Penampungan Sementara (TPS)", "final"),
        ("Laporan bulanan", "final"),
    ] {
        let file = format!("{title};;;\n{ROWS}");
        assert_eq!(statuses(plain(), &file).await, all(status), "{title}");
    }
    for (note, status) in [
        ("Catatan: angka sementara", "provisional"),
        ("*) Angka sementara", "provisional"),
        ("1) Angka sangat sementara", "very_provisional"),
        ("Sumber: DLH, data sementara", "provisional"),
        ("Sumber: DLH", "final"),
    ] {
        let file = format!("{ROWS}{note};;;\n");
        assert_eq!(statuses(plain(), &file).await, all(status), "{note}");
    }
    let said = with(plain(), "constants", json!({"obs_status": "revised"}));
    let file = format!("Angka sementara;;;\n{ROWS}");
    assert_eq!(statuses(said, &file).await, all("revised"), "the description stands before");
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_and_periods_part_the_rows() {
    let plain = || json!({"columns": columns()});
    let parted = ["2024-11 final", "2024-12 provisional"];
    let marked = ROWS.replace("Desember 2024;2", "Desember 2024*);2");
    let starred = ROWS.replace(";2;20", ";2;20*");
    let cases = [
        format!("{marked}*) Angka sementara;;;\n"),
        format!("{}Ket: 1) Angka sementara;;;\n", marked.replace("2024*)", "2024 1)")),
        format!("{starred}* angka sementara;;;\n"),
        format!("{ROWS}Catatan: angka Desember masih angka sementara;;;\n"),
        ROWS.replace("Penanganan\n", "Penanganan;Keterangan\n")
            .replace(";1;10", ";1;10;")
            .replace(";2;20", ";2;20;sementara"),
    ];
    for file in cases {
        assert_eq!(statuses(plain(), &file).await, parted, "{file}");
    }
    let two = format!(
        "{}Ket: *) angka sementara **) angka sangat sementara;;;\n",
        marked.replace("November 2024", "November 2024**)")
    );
    assert_eq!(statuses(plain(), &two).await, ["2024-11 very_provisional", "2024-12 provisional"]);
    let closed = ROWS
        .replace("Penanganan\n", "Penanganan;Keterangan\n")
        .replace(";1;10", ";1;10;")
        .replace(";2;20", ";2;20;tutup sementara");
    assert_eq!(statuses(plain(), &closed).await, ["2024-11 final", "2024-12 final"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_on_the_header_of_a_month_speaks_of_that_month() {
    let unpivot = json!({"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]});
    let description = || {
        json!({
            "columns": [column("region_code", "Kabupaten/Kota")],
            "unpivot": unpivot,
            "missing": ["-"],
        })
    };
    let file = "Kabupaten/Kota;November 2024;Desember 2024*\n\
                Wakatobi;1;2\n*) Angka sementara;;\n";
    let parted = ["2024-11 final", "2024-12 provisional"];
    assert_eq!(statuses(description(), file).await, parted);
    let file = "Kabupaten/Kota;November 2024;Desember 2024\n\
                Wakatobi;1;2*\n* Angka sementara;;\n";
    assert_eq!(statuses(description(), file).await, parted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_that_a_note_explains_is_taken_off_whatever_it_says() {
    let plain = || json!({"columns": columns()});
    let all = ["2024-11 final", "2024-12 final"];
    for (mark, note) in [
        (" *)", "*) Termasuk event Wakatobi WAVE"),
        ("*", "* Data gabungan"),
        (" 1)", "1) Termasuk kapal pesiar"),
        (" 1)", "Keterangan: 1) Termasuk kapal pesiar"),
        ("¹", "¹ Termasuk TPS3R"),
    ] {
        let month = ROWS.replace("Desember 2024;", &format!("Desember 2024{mark};"));
        let place = ROWS.replace("Wakatobi;Desember", &format!("Wakatobi{mark};Desember"));
        let figure = ROWS.replace(";2;20", &format!(";2;20{mark}"));
        for rows in [month, place, figure] {
            assert_eq!(statuses(plain(), &format!("{rows}{note};;;\n")).await, all, "{rows}");
        }
    }
    let described = with(plain(), "constants", json!({"obs_status": "final"}));
    let file = ROWS.replace("Desember 2024;", "Desember 2024 *);");
    let file = format!("{file}*) Termasuk event;;;\n");
    assert_eq!(statuses(described, &file).await, all, "the description tells the status");
    // A mark that nothing explains, or another one, stays.
    for (mark, note) in [(" *)", "Sumber: DLH"), (" **)", "*) Termasuk event"), (" x)", "1) Event")]
    {
        let rows = ROWS.replace("Desember 2024;", &format!("Desember 2024{mark};"));
        let (rows, account) = load(plain(), &format!("{rows}{note};;;\n")).await;
        assert_eq!((rows.len(), account.len()), (1, 2), "{mark} {note}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_below_a_streamed_table_is_told_of_its_rows() {
    let head = "region_code,period_month,reduced_ton,handled_ton";
    let rows = "7407,2024-01-01,10,100\n7407,2024-02-01,25,90\n";
    let marked = rows.replace(",90", ",90*");
    let signed = "Mengetahui:,Menyetujui:,Dibuat oleh:,\n(Budi Ali),(Siti Ani),(La Ode Ali),\n";
    for (rows, below, expected) in [
        (rows, "Catatan: angka sementara\n", ["provisional", "provisional"]),
        (rows, "Catatan: angka tetap\n", ["final", "final"]),
        (rows, "Catatan: angka Pebruari 2024 sementara\n", ["final", "provisional"]),
        (marked.as_str(), "*) angka sementara\n", ["final", "provisional"]),
        (rows, signed, ["final", "final"]),
        (rows, "Sumber: TPS sementara\nWangi-Wangi 5 April 2024\n", ["final", "final"]),
    ] {
        let lake = TestLake::new().await;
        let file = format!("{head}\n{rows}{below}");
        let outcome = lake.load_one("a.csv", file, "waste_handling", "DLH_7407").await;
        let told = (outcome.accepted, outcome.rejected);
        assert_eq!(told, (2, 0), "{below}: {:?} {:?}", outcome.message, outcome.examples);
        let statuses = "select obs_status from core.waste_handling order by period_month";
        assert_eq!(lake.rows(statuses).await, expected, "{below}");
    }
    // Figures of a year that are of a part of it.
    for (below, accepted) in [("Catatan: data s.d. Juni 2024\n", 0), ("Catatan: data tetap\n", 1)] {
        let lake = TestLake::new().await;
        let head = "region_code,period_month,reduced_ton,handled_ton,period_type";
        let file = format!("{head}\n7407,2024-01-01,10,100,Y\n{below}");
        let outcome = lake.load_one("a.csv", file, "waste_handling", "DLH_7407").await;
        assert_eq!(outcome.accepted, accepted, "{below}: {:?}", outcome.message);
    }
    // Plans of one month are refused, and not the file.
    let lake = TestLake::new().await;
    let file = format!("{head}\n{rows}Catatan: angka Pebruari 2024 merupakan proyeksi\n");
    let outcome = lake.load_one("a.csv", file, "waste_handling", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1), "{:?}", outcome.message);
}
