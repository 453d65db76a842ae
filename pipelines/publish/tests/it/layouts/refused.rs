//! What a layout leaves in doubt is refused.

use super::{columns, load};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_for_sure_is_refused() {
    // A quarter is no month, 1.000 may be one or a thousand, and a kg that is not named is no ton.
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Triwulan I 2024;1;2\n\
                Wakatobi;Januari 2024;1.000;2\n\
                Wakatobi;Maret 2024;1;2,5\n";
    let (rows, account) = load(json!({"columns": columns(), "numbers": "auto"}), file).await;
    assert_eq!(rows, ["7407|2024-03-01|1.000|2.500|final|"]);
    assert_eq!(account[1..], ["B2|not_a_date", "C3|ambiguous_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_text_file_is_as_strict_as_a_large_one() {
    let file = "Kabupaten/Kota,Bulan,Pengurangan,Penanganan\n\
                Wakatobi,Januari 2024,1,234,5\n\
                Wakatobi,Pebruari 2024,1\n\
                Baubau,Januari 2024,2,20,\n\
                Sumber: DLH\n";
    let (rows, account) = load(json!({"columns": columns(), "numbers": "en"}), file).await;
    assert_eq!(rows, ["7472|2024-01-01|2.000|20.000|final|"]);
    assert_eq!(account, ["4 1 2 1", "A2|ragged_row", "A3|ragged_row"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_may_refuse_rows_whose_total_differs() {
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;1;10\n\
                Baubau;Januari 2024;2;20\n\
                Sub Total;;3;30\n\
                Buton;Januari 2024;3;30\n\
                Konsel;Januari 2024;4;40\n\
                Sub Total;;7;75\n";
    let (rows, account) = load(json!({"columns": columns(), "totals": "warn"}), file).await;
    assert_eq!((rows.len(), account), (4, vec!["6 4 0 2".to_owned()]));
    let (rows, account) = load(json!({"columns": columns(), "totals": "reject"}), file).await;
    assert_eq!(
        rows,
        ["7407|2024-01-01|1.000|10.000|final|", "7472|2024-01-01|2.000|20.000|final|"]
    );
    assert_eq!(account, ["6 2 2 2", "D5|total_differs", "D6|total_differs"]);
}
