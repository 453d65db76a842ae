//! The description of a sheet as a whole.

use super::file::File;
use crate::infer::draft::Draft;
use crate::infer::rivals::Rival;
use crate::infer::view::View;
use crate::infer::writer::{Writer, listed};
use koridor_contract::scrub;
use serde_json::json;
use std::collections::BTreeSet;

impl View<'_, '_> {
    /// The draft of a description.
    pub(in crate::infer) fn describe(&self, file: &File<'_>) -> Draft {
        let mut writer = Writer::new(file.name);
        writer.set("dataset", json!(self.names.contract.name));
        for Rival { name, differences } in file.rivals {
            let best = &self.names.contract.name;
            let what = |said: &str, text: &str| match text {
                "" => String::new(),
                _ => format!("; {said}, {best} / {name}: {text}"),
            };
            let id = what("bedanya", &differences.id);
            let en = what("what differs", &differences.en);
            writer.say(
                format!("dataset {name} hampir sama cocoknya (--dataset {name}){id}"),
                format!("{name} fits nearly as well (--dataset {name}){en}"),
            );
        }
        if !self.sheet.name.is_empty() && file.same.is_empty() {
            writer.set("sheets", json!([scrub::cell(&self.sheet.name)]));
        } else if !file.same.is_empty() {
            let names = file.same.iter().map(|view| view.sheet.name.as_str());
            let list = listed(names);
            writer.say(
                format!("lembar lain dengan judul yang sama juga dibaca: {list}"),
                format!("further sheets with this header are read too: {list}"),
            );
        }
        self.describe_band(&mut writer);
        self.describe_numbers(file, &mut writer);
        let taken = self.describe_columns(&mut writer);
        self.describe_unpivot(&mut writer);
        self.describe_required(file, &taken, &mut writer);
        self.describe_rows(file.project, &mut writer);
        self.ask_about_figures(&mut writer);
        writer.say(
            "isi `source_ids` dengan kantor pengirim (select code, name from ref.source), lalu \
             hapus `draft`",
            "fill `source_ids` with the offices that send it (select code, name from ref.source), \
             then remove `draft`",
        );
        writer.finish()
    }

    /// How figures are written, and what is said where there are none.
    fn describe_numbers(&self, file: &File<'_>, writer: &mut Writer) {
        let own = self.numbers();
        let mut formats: BTreeSet<&str> =
            file.same.iter().filter_map(|view| view.numbers().format).collect();
        formats.extend(own.format);
        match formats.iter().collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => writer.set("numbers", json!(one)),
            _ => writer.set("numbers", json!("auto")),
        }
        if let Some(number) = own.doubtful {
            writer.say(
                format!(
                    "angka seperti {number} bisa ribuan atau desimal, dan tidak ada angka lain di \
                     kolomnya yang memastikannya; periksa `numbers`"
                ),
                format!(
                    "a number such as {number} may be of thousands or of decimals, and no other \
                     of its column tells; look at `numbers`"
                ),
            );
        }
        let no_values = self.no_values();
        if !no_values.is_empty() {
            writer.set("missing", json!(no_values));
        }
    }

    /// Where the header is.
    pub(in crate::infer) fn describe_band(&self, writer: &mut Writer) {
        let rows = &self.band.rows;
        if self.sheet.addresses.is_transposed() {
            writer.set("transpose", json!(true));
            writer.say(
                "kolom-kolom data tersusun ke bawah (uraian): lembar dibaca dengan baris sebagai \
                 kolom",
                "the fields are listed below each other: the sheet is read with its rows as \
                 columns",
            );
        }
        if rows.is_empty() {
            writer.set("header", json!({"absent": true}));
            writer.say(
                "berkas tanpa judul kolom: kolom dinamai dengan hurufnya (A, B)",
                "the file has no header: columns are named by their letters (A, B)",
            );
        } else if rows.len() > 1 {
            writer.set("header", json!({"rows": rows.len()}));
            let first = self.sheet.cells.row_number(rows.start);
            let last = self.sheet.cells.row_number(rows.end - 1);
            writer.say(
                format!("judul kolom dibaca dari baris {first} sampai {last}"),
                format!("the header is read from rows {first} to {last}"),
            );
        }
        if !self.band.doubtful.is_empty() {
            let list = listed(self.band.doubtful.iter().map(String::as_str));
            writer.say(
                format!(
                    "arti judul {list} tidak diketahui (bulan? triwulan?); tulis nama bulannya \
                     dalam berkas, atau beri `unpivot` dengan `values`"
                ),
                format!(
                    "what the headers {list} count is not known (months? quarters?); write the \
                     months' names in the file, or give `unpivot` with `values`"
                ),
            );
        }
    }
}
