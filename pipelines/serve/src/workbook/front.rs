//! The front page: what the workbook is about, the numbers that stand for each dimension with their
//! charts, and what is missing. On paper it is one page, A4 across.

use super::page::{height, lines, set_up_page, sheet_name};
use super::writer::WorkbookWriter;
use crate::error::ServeError;
use koridor_contract::message::Language;
use koridor_publish::extract::{Front, Headline};
use koridor_publish::readable::ReadableCell;
use rust_xlsxwriter::{
    Chart, ChartFont, ChartLegendPosition, ChartLine, ChartMarker, ChartMarkerType, ChartType,
    Color, Format, FormatAlign, FormatBorder, Worksheet,
};

/// Columns of the numbers: headings in both languages and widths in characters.
const COLUMNS: [([&str; 2], f64); 9] = [
    (["Indikator", "Indicator"], 38.0),
    (["Dimensi", "Dimension"], 18.0),
    (["Periode", "Period"], 10.0),
    (["Nilai", "Value"], 15.0),
    (["Satuan", "Unit"], 13.0),
    (["Keadaan", "State"], 15.0),
    (["Target", "Target"], 13.0),
    (["Capaian (%)", "Met (%)"], 13.0),
    (["Predikat", "Predicate"], 14.0),
];

/// Charts side by side.
const CHARTS_ACROSS: usize = 3;
/// Rows that a chart takes.
const CHART_ROWS: u32 = 11;
/// Charts at most: two rows, so that all is on one page.
const MOST_CHARTS: usize = 6;
/// Size of a chart in pixels.
const CHART_SIZE: (u32, u32) = (340, 212);
/// From one chart to the next, in pixels.
const CHART_STEP: u32 = 348;
/// Colours of titles and lines.
const DARK: Color = Color::RGB(0x001F_3864);
const LINE: Color = Color::RGB(0x001F_5FA8);
/// Share of its height by which a line hardly moves.
const HARDLY: f64 = 0.05;
/// Digits that are shown at most.
const MOST_DIGITS: usize = 15;

/// A front page being written.
pub(crate) struct FrontSheet {
    place: usize,
    /// Where the next fact goes.
    fact_row: u32,
    /// Which sheets go on in others.
    continued: Vec<String>,
    /// Charts, each with the periods and numbers that it is drawn from.
    trends: Vec<Trend>,
}

/// A line over time.
struct Trend {
    /// Title with its unit.
    title: String,
    /// Digits of its numbers.
    digits: u8,
    /// Periods and numbers.
    points: Vec<(String, Option<f64>)>,
}

/// The marks of a number as they stand behind its title.
fn marks(own: &Headline) -> String {
    own.marks.iter().map(|own| format!(" {}", own.text())).collect()
}

struct Looks {
    title: Format,
    subtitle: Format,
    key: Format,
    header: Format,
    right_header: Format,
    text: Format,
}

impl Looks {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        let header = || {
            let fill = top().set_bold().set_font_color(Color::White).set_background_color(DARK);
            fill.set_text_wrap()
        };
        Self {
            title: Format::new().set_bold().set_font_size(18).set_font_color(DARK),
            subtitle: Format::new().set_font_size(12).set_font_color(Color::RGB(0x0040_4040)),
            key: top().set_bold(),
            header: header(),
            right_header: header().set_align(FormatAlign::Right).set_indent(1),
            text: lined().set_text_wrap(),
        }
    }
}

fn lined() -> Format {
    let lined = Format::new().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Hair);
    lined.set_border_color(0x00A6_A6A6)
}

fn number_form(digits: u8) -> String {
    match usize::from(digits).min(MOST_DIGITS) {
        0 => "#,##0".to_owned(),
        digits => format!("#,##0.{}", "0".repeat(digits)),
    }
}

fn number_format(digits: u8) -> Format {
    lined().set_num_format(number_form(digits)).set_align(FormatAlign::Right).set_indent(1)
}

impl FrontSheet {
    /// Adds the page as the workbook's next sheet.
    pub(crate) fn begin(
        workbook: &mut WorkbookWriter,
        front: &Front,
        language: Language,
        about: &str,
    ) -> Result<Self, ServeError> {
        let place = workbook.add_kept_sheet(language.pick("Ringkasan", "Summary"))?;
        let sheet = workbook.workbook.worksheet_from_index(place)?;
        let looks = Looks::new();
        set_up_page(sheet, 0, about)?;
        sheet.set_screen_gridlines(false);
        for (column, (_, width)) in COLUMNS.iter().enumerate() {
            sheet.set_column_width(column as u16, *width)?;
        }
        let [title, subtitle] = &front.titles;
        sheet.write_string_with_format(0, 0, title, &looks.title)?;
        sheet.set_row_height(0, 26)?;
        sheet.write_string_with_format(1, 0, subtitle, &looks.subtitle)?;
        let mut row = 2;
        for [name, text] in &front.facts {
            sheet.write_string_with_format(row, 0, name, &looks.key)?;
            sheet.write_string(row, 1, text)?;
            row += 1;
        }
        // A line for what only the end knows.
        let fact_row = row;
        row = headlines(sheet, row + 2, front, (&looks, language))?;
        row = missing(sheet, row + 1, front, (&looks, language))?;
        let drawn = front.headlines.iter().filter(|own| !own.trend.is_empty());
        let mut trends: Vec<Trend> = Vec::new();
        // The first of each dimension, then the others.
        let mut seen: Vec<&str> = Vec::new();
        let (first, others): (Vec<_>, Vec<_>) = drawn.partition(|own: &&Headline| {
            let is_first = !seen.contains(&own.dimension.as_str());
            seen.push(&own.dimension);
            is_first
        });
        for own in first.into_iter().chain(others).take(MOST_CHARTS) {
            let unit = if own.unit.is_empty() { String::new() } else { format!(" ({})", own.unit) };
            let mark = marks(own);
            let digits = match own.value {
                ReadableCell::Number(_, digits) => digits,
                _ => 0,
            };
            let title = format!("{}{unit}{mark}", own.title);
            trends.push(Trend { title, digits, points: own.trend.clone() });
        }
        let data = language.pick("Data grafik", "Chart data");
        charts(sheet, row + 1, &trends, data)?;
        let last = row + 1 + CHART_ROWS * trends.len().div_ceil(CHARTS_ACROSS) as u32;
        sheet.set_print_area(0, 0, last, COLUMNS.len() as u16 - 1)?;
        sheet.set_print_fit_to_pages(1, 1);
        Ok(Self { place, fact_row, continued: Vec::new(), trends })
    }

    /// Notes that rows of a sheet go on in another.
    pub(crate) fn told(&mut self, text: Option<String>) {
        self.continued.extend(text);
    }

    /// Ends the page: adds the numbers that its charts are drawn from.
    pub(crate) fn end(
        &self,
        workbook: &mut WorkbookWriter,
        language: Language,
    ) -> Result<(), ServeError> {
        if !self.continued.is_empty() {
            let sheet = workbook.workbook.worksheet_from_index(self.place)?;
            let name = language.pick("Lanjutan", "Continued");
            sheet.write_string_with_format(self.fact_row, 0, name, &Looks::new().key)?;
            sheet.write_string(self.fact_row, 1, self.continued.join("; "))?;
        }
        if self.trends.is_empty() {
            return Ok(());
        }
        let name = sheet_name(language.pick("Data grafik", "Chart data"), |_| false);
        let place = workbook.add_kept_sheet(&name)?;
        let sheet = workbook.workbook.worksheet_from_index(place)?;
        let header = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        for (index, Trend { title, digits, points }) in self.trends.iter().enumerate() {
            let column = 2 * index as u16;
            let number_format = Format::new().set_num_format(number_form(*digits));
            sheet.write_string_with_format(
                0,
                column,
                language.pick("Periode", "Period"),
                &header,
            )?;
            sheet.write_string_with_format(0, column + 1, title, &header)?;
            sheet.set_column_width(column, 10)?;
            sheet.set_column_width(column + 1, 22)?;
            for (point, (period, number)) in points.iter().enumerate() {
                let row = point as u32 + 1;
                sheet.write_string(row, column, period)?;
                if let Some(number) = number {
                    sheet.write_number_with_format(row, column + 1, *number, &number_format)?;
                }
            }
        }
        sheet.set_row_height(0, 45)?;
        sheet.set_freeze_panes(1, 0)?;
        set_up_page(sheet, 1, "")
    }
}

/// The numbers, from a row on; gives the row behind them.
fn headlines(
    sheet: &mut Worksheet,
    mut row: u32,
    front: &Front,
    (looks, language): (&Looks, Language),
) -> Result<u32, ServeError> {
    for (column, ([id, en], _)) in COLUMNS.iter().enumerate() {
        let is_number = [3, 6, 7].contains(&column);
        let format = if is_number { &looks.right_header } else { &looks.header };
        sheet.write_string_with_format(row, column as u16, language.pick(*id, *en), format)?;
    }
    row += 1;
    for own in &front.headlines {
        let mark = marks(own);
        let texts = [
            (0, format!("{}{mark}", own.title)),
            (1, own.dimension.clone()),
            (2, own.period.clone()),
            (4, own.unit.clone()),
            (5, own.state.clone()),
            (8, own.predicate.clone()),
        ];
        for (column, text) in &texts {
            sheet.write_string_with_format(row, *column, text, &looks.text)?;
        }
        let most = texts.iter().map(|(column, text)| lines(text, width_of(*column))).max();
        sheet.set_row_height(row, height(most.unwrap_or(1)))?;
        let [target, percent] = &own.target;
        for (column, cell) in [(3, &own.value), (6, target), (7, percent)] {
            match cell {
                ReadableCell::Number(number, digits) => {
                    let format = number_format(*digits);
                    sheet.write_number_with_format(row, column, *number, &format)?;
                }
                _ => {
                    sheet.write_blank(row, column, &looks.text)?;
                }
            }
        }
        row += 1;
    }
    if front.headlines.is_empty() {
        let (id, en) = ("belum ada nilai", "there is no value yet");
        sheet.write_string(row, 0, language.pick(id, en))?;
        row += 1;
    }
    Ok(row)
}

fn width_of(column: u16) -> f64 {
    COLUMNS.get(usize::from(column)).map_or(1.0, |(_, width)| *width)
}

/// What is missing, from a row on; gives the row behind it.
fn missing(
    sheet: &mut Worksheet,
    mut row: u32,
    front: &Front,
    (looks, language): (&Looks, Language),
) -> Result<u32, ServeError> {
    if front.missing.is_empty() {
        return Ok(row);
    }
    let headings = [
        (0, language.pick("Kelengkapan menurut wilayah", "Completeness by region")),
        (1, language.pick("Indikator", "Indicators")),
        (2, language.pick("Bernilai", "Values")),
    ];
    for (column, text) in headings {
        let format = if [1, 2].contains(&column) { &looks.right_header } else { &looks.header };
        sheet.write_string_with_format(row, column, text, format)?;
    }
    let last = COLUMNS.len() as u16 - 1;
    let why = language.pick("Belum bernilai, karena", "Without a value, because");
    sheet.merge_range(row, 3, row, last, why, &looks.header)?;
    row += 1;
    let count = number_format(0);
    for own in &front.missing {
        sheet.write_string_with_format(row, 0, &own.region, &looks.text)?;
        sheet.write_number_with_format(row, 1, own.indicators as f64, &count)?;
        sheet.write_number_with_format(row, 2, own.with_value as f64, &count)?;
        sheet.merge_range(row, 3, row, last, &own.why, &looks.text)?;
        let room: f64 = (3..=last).map(width_of).sum();
        sheet.set_row_height(row, height(lines(&own.why, room)))?;
        row += 1;
    }
    Ok(row)
}

/// Lines over time, side by side, from a row on.
fn charts(sheet: &mut Worksheet, row: u32, trends: &[Trend], data: &str) -> Result<(), ServeError> {
    for (index, Trend { title, digits, points }) in trends.iter().enumerate() {
        let mut chart = Chart::new(ChartType::Line);
        let (column, last) = (2 * index as u16, points.len() as u32);
        let marker = ChartMarker::new().set_type(ChartMarkerType::Circle).set_size(5).clone();
        chart
            .add_series()
            .set_categories((data, 1, column, last, column))
            .set_values((data, 1, column + 1, last, column + 1))
            .set_format(ChartLine::new().set_color(LINE).set_width(2))
            .set_marker(&marker);
        let font = || ChartFont::new().set_size(9).clone();
        let bold = ChartFont::new().set_size(11).set_bold().set_color(DARK).clone();
        chart.title().set_name(title).set_font(&bold);
        chart.legend().set_position(ChartLegendPosition::Bottom).set_hidden();
        chart.x_axis().set_font(&font());
        chart.y_axis().set_font(&font()).set_num_format(number_form(*digits));
        let line = ChartLine::new().set_color(Color::RGB(0x00D9_D9D9)).clone();
        chart.y_axis().set_major_gridlines(true).set_major_gridlines_line(&line);
        // A line that hardly moves is shown from zero, or its digits would look like a trend.
        let numbers = || points.iter().filter_map(|(_, number)| *number);
        let (low, high) =
            numbers().fold((f64::MAX, f64::MIN), |(low, high), own| (own.min(low), own.max(high)));
        if low >= 0.0 && high - low < HARDLY * high {
            chart.y_axis().set_min(0.0);
        }
        chart.set_width(CHART_SIZE.0).set_height(CHART_SIZE.1);
        chart.set_alt_text(title);
        let across = (index % CHARTS_ACROSS) as u32;
        let top = row + CHART_ROWS * (index / CHARTS_ACROSS) as u32;
        sheet.insert_chart_with_offset(top, 0, &chart, across * CHART_STEP, 4)?;
    }
    Ok(())
}
