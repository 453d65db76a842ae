//! The workbook that an office fills in: its table, a word on each column, its lists.

use crate::cell_text::looks_like_formula;
use crate::error::ServeError;
use koridor_publish::template::{Kind, Template, TemplateColumn};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Format, FormatAlign,
    FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};

/// Sheet with a word on each column.
const GUIDE: &str = "Petunjuk";
/// Sheet with the lists.
const LISTS: &str = "Daftar";
/// Rows below the given ones that can be filled in with the same lists.
const FURTHER_ROWS: usize = 300;
/// Most characters of what is shown beside a cell.
const MOST_SHOWN: usize = 250;

/// Writes a template.
///
/// # Errors
/// Where the workbook cannot be made.
pub fn write(template: &Template) -> Result<Vec<u8>, ServeError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(&template.sheet)?;
    write_table(sheet, template)?;
    write_guide(workbook.add_worksheet(), template)?;
    write_lists(workbook.add_worksheet(), template)?;
    Ok(workbook.save_to_buffer()?)
}

fn write_table(sheet: &mut Worksheet, template: &Template) -> Result<(), XlsxError> {
    let title = Format::new().set_bold();
    let small = Format::new().set_italic().set_font_color(0x0060_6060);
    for (row, text) in template.titles.iter().enumerate() {
        let format = if row == 0 { &small } else { &title };
        sheet.write_string_with_format(row as u32, 0, text, format)?;
    }
    let header = template.titles.len() as u32;
    let first = header + 1;
    let last = header + (template.rows.len() + FURTHER_ROWS) as u32;
    let mut list = 0;
    for (place, column) in template.columns.iter().enumerate() {
        let at = place as u16;
        sheet.set_column_width(at, width(column))?;
        sheet.set_column_range_format(at, at, &cell_format(column))?;
        sheet.write_string_with_format(header, at, &column.heading, &heading_format(column))?;
        let note = format!("{}\n\n{}", column.note.id, column.note.en);
        sheet.insert_note(header, at, &Note::new(note).set_author("Koridor").set_width(320))?;
        let own_list = matches!(column.kind, Kind::List(_)).then_some(list);
        list += usize::from(own_list.is_some());
        if let Some(validation) = validation(column, own_list)? {
            sheet.add_data_validation(first, at, last, at, &validation)?;
        }
    }
    for (index, row) in template.rows.iter().enumerate() {
        for (place, (text, column)) in row.iter().zip(&template.columns).enumerate() {
            let (row, at) = (first + index as u32, place as u16);
            match (text.parse::<f64>(), &column.kind) {
                _ if text.is_empty() => continue,
                (Ok(number), Kind::Year | Kind::Number { .. }) => {
                    sheet.write_number(row, at, number)?
                }
                _ => sheet.write_string_with_format(row, at, text, &cell_format(column))?,
            };
        }
    }
    sheet.set_row_height(header, 34)?;
    sheet.set_freeze_panes(first, 0)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(header, header)?;
    Ok(())
}

/// Lists as wide as their words; headings wrap.
fn width(column: &TemplateColumn) -> f64 {
    let words = match &column.kind {
        Kind::List(words) => words.iter().map(|word| word.chars().count()).max(),
        _ => None,
    };
    let longest = words.unwrap_or_default().max(column.heading.chars().count().min(14));
    (longest as f64 + 3.0).clamp(16.0, 32.0)
}

/// Texts keep their digits, days look like days.
fn cell_format(column: &TemplateColumn) -> Format {
    let format = Format::new();
    match &column.kind {
        Kind::Text | Kind::List(_) => format.set_num_format("@"),
        Kind::Date => format.set_num_format("dd/mm/yyyy"),
        Kind::Moment => format.set_num_format("dd/mm/yyyy hh:mm"),
        Kind::Year => format.set_num_format("0"),
        Kind::Number { is_whole: true, .. } => format.set_num_format("#,##0"),
        Kind::Number { .. } => format.set_num_format("#,##0.######"),
    }
}

/// What a row needs stands on a darker ground.
fn heading_format(column: &TemplateColumn) -> Format {
    let ground = if column.is_required { 0x00BD_D7EE } else { 0x00ED_EDED };
    Format::new()
        .set_bold()
        .set_background_color(ground)
        .set_border(FormatBorder::Thin)
        .set_text_wrap()
        .set_align(FormatAlign::Top)
}

/// What a spreadsheet takes in a column, and what it says beside a cell. A number may be any text
/// with a warning, as a mark for "no value" is one.
fn validation(
    column: &TemplateColumn,
    list: Option<usize>,
) -> Result<Option<DataValidation>, XlsxError> {
    let rule = DataValidation::new();
    let rule = match (&column.kind, list) {
        (Kind::List(words), Some(list)) => {
            let letters = rust_xlsxwriter::utility::column_number_to_name(list as u16);
            let last = words.len() + 1;
            let cells = format!("={LISTS}!${letters}$2:${letters}${last}");
            rule.allow_list_formula(Formula::new(cells))
        }
        (Kind::Number { minimum, maximum, .. }, _) => {
            let low = minimum.unwrap_or(-1e15);
            let high = maximum.unwrap_or(1e15);
            rule.allow_decimal_number(DataValidationRule::Between(low, high))
                .set_error_style(DataValidationErrorStyle::Warning)
        }
        (Kind::Year, _) => rule.allow_whole_number(DataValidationRule::Between(1900, 2200)),
        _ => rule.allow_any_value(),
    };
    let heading: String = column.heading.chars().take(32).collect();
    let shown = |text: &str| -> String { text.chars().take(MOST_SHOWN).collect() };
    let rule = rule.set_input_title(heading)?.set_input_message(shown(&column.note.id))?;
    let error = "Isi tidak sesuai; lihat lembar Petunjuk. / Not allowed; see sheet Petunjuk.";
    Ok(Some(rule.set_error_title("Koridor")?.set_error_message(error)?))
}

fn write_guide(sheet: &mut Worksheet, template: &Template) -> Result<(), XlsxError> {
    sheet.set_name(GUIDE)?;
    let bold = Format::new().set_bold().set_align(FormatAlign::Top).set_text_wrap();
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, width) in [26.0, 62.0, 62.0].into_iter().enumerate() {
        sheet.set_column_width(column as u16, width)?;
    }
    let mut row = 0;
    let mut line = |texts: [&str; 3], format: &Format| -> Result<(), XlsxError> {
        for (column, text) in texts.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let first = if column == 0 { &bold } else { format };
            let quoted = first.clone().set_quote_prefix();
            let format = if looks_like_formula(text) { &quoted } else { first };
            sheet.write_string_with_format(row, column as u16, text, format)?;
        }
        row += 1;
        Ok(())
    };
    for text in STEPS {
        line(["", text.0, text.1], &wrap)?;
    }
    line(["Kolom / column", "Arti dan isi", "Meaning and content"], &bold)?;
    for column in template.columns.iter().filter(|column| !column.is_joined) {
        line([&column.heading, &column.note.id, &column.note.en], &wrap)?;
    }
    for constant in &template.constants {
        line(["(tetap / fixed)", &constant.id, &constant.en], &wrap)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// What to do, in both languages.
const STEPS: [(&str, &str); 4] = [
    (
        "Isi lembar pertama; judul kolom dan baris di atasnya jangan diubah.",
        "Fill in the first sheet; leave its headings and the lines above them as they are.",
    ),
    (
        "Baris yang hanya berisi kunci (wilayah, bulan, kelas) belum terisi dan tidak dibaca. \
         Baris boleh ditambah, disalin atau dihapus.",
        "Rows that hold only their keys (region, month, class) are not filled in and not read. \
         Rows may be added, copied or removed.",
    ),
    (
        "Kolom berjudul biru wajib diisi; yang abu-abu boleh kosong.",
        "Columns with a blue heading are required; grey ones may be empty.",
    ),
    (
        "Periksa sebelum dikirim: koridor check BERKAS.xlsx",
        "Check it before it is sent: koridor check FILE.xlsx",
    ),
];

fn write_lists(sheet: &mut Worksheet, template: &Template) -> Result<(), XlsxError> {
    sheet.set_name(LISTS)?;
    let bold = Format::new().set_bold();
    let lists = template.columns.iter().filter_map(|column| match &column.kind {
        Kind::List(words) => Some((column, words)),
        _ => None,
    });
    for (place, (column, words)) in lists.enumerate() {
        let at = place as u16;
        sheet.set_column_width(at, width(column))?;
        let heading = format!("Daftar: {}", column.heading);
        sheet.write_string_with_format(0, at, heading, &bold)?;
        for (row, word) in words.iter().enumerate() {
            sheet.write_string(row as u32 + 1, at, word)?;
        }
    }
    Ok(())
}
