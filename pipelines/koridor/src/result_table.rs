//! The result of a statement as a table of texts.

use crate::fitting;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, SchemaRef};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// Widest a cell of an SQL result gets.
const CELL_WIDTH: usize = 60;

/// What stands around the text of a cell.
const AROUND: usize = 3;

/// Rows of any statement as a table, no cell left out.
pub fn render(schema: &SchemaRef, rows: &[RecordBatch]) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::ASCII_MARKDOWN)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(schema.fields().iter().map(|field| field.name()));
    for batch in rows {
        for row in 0..batch.num_rows() {
            table.add_row(batch.columns().iter().map(|column| shorten(&cell(column, row))));
        }
    }
    for (index, field) in schema.fields().iter().enumerate() {
        if field.data_type().is_numeric()
            && let Some(column) = table.column_mut(index)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

fn shorten(text: &str) -> String {
    let text = text.replace('\n', " ");
    if text.chars().count() <= CELL_WIDTH {
        text
    } else {
        format!("{}…", text.chars().take(CELL_WIDTH - 1).collect::<String>())
    }
}

/// A value as text; a null is empty.
pub fn cell(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Float64 => {
            let text = format!("{:.6}", column.as_primitive::<Float64Type>().value(row));
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => arrow::util::display::array_value_to_string(column, row).unwrap_or_default(),
    }
}

/// How many columns, from the first on, make a table of at most `width`; one at least.
pub fn columns_within(width: usize, schema: &SchemaRef, rows: &[RecordBatch]) -> usize {
    let longest = |index: usize| {
        let cells = rows.iter().flat_map(|batch| {
            let column = batch.column(index);
            (0..batch.num_rows()).map(move |row| fitting::length(&shorten(&cell(column, row))))
        });
        cells.chain([fitting::length(schema.field(index).name())]).max().unwrap_or_default()
    };
    let mut used = 1;
    let fits = |index: &usize| {
        used += longest(*index) + AROUND;
        used <= width
    };
    (0..schema.fields().len()).take_while(fits).count().max(1)
}
