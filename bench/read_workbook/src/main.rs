//! Reads a workbook with calamine alone and prints the seconds.

use calamine::{Reader, open_workbook_auto};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: read_workbook FILE")?;
    let started = std::time::Instant::now();
    let mut workbook = open_workbook_auto(path)?;
    let mut cells = 0;
    for name in workbook.sheet_names() {
        cells += workbook.worksheet_range(&name)?.used_cells().count();
    }
    println!("{{\"cells\": {cells}, \"seconds\": {:.3}}}", started.elapsed().as_secs_f64());
    Ok(())
}
