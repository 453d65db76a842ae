//! A file opened and recognised: one part for each dataset that it holds.

use super::last_lines::ending;
use super::quoted_lines::of_quoted_lines;
use super::setting::CheckSetting;
use crate::error::ReadError;
use crate::layout::{self, Ending, Found};
use crate::readers::delimited;
use crate::readers::dialect::{self, Dialect};
use crate::readers::{self, Container, Meter, Refusal, RefusalCode, Sheet};
use crate::recognise::{self, Recognised, Request};
use arrow::array::ArrayRef;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use koridor_contract::check::{Checker, FieldOrigin};
use koridor_contract::scrub::Scrubber;
use koridor_contract::{CodeLists, Source};
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Text files up to this size are laid out like workbooks, so that their totals are compared and
/// notes are told; larger ones stream.
const LAID_OUT_BYTES: u64 = 8 << 20;

/// Bytes of a text file's beginning that are laid out to recognise it.
const RECOGNISED_BYTES: usize = 64 << 10;

/// What one description reads of a file.
#[derive(Debug)]
pub struct RecognisedPart {
    /// Its place in the project.
    pub recognised: Recognised,
    pub(super) content: Content,
}

/// A file's cells, or how to stream them.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Sheets(Arc<Vec<Sheet>>),
    Stream(TextTable),
}

/// A plain text table: one header line, then rows.
#[derive(Debug, Clone)]
pub(super) struct TextTable {
    pub(super) path: PathBuf,
    pub(super) dialect: Dialect,
    /// Lines up to and with the header.
    pub(super) skip: usize,
    /// Filled lines above the header.
    pub(super) titles: u64,
    /// Columns of the header.
    pub(super) width: usize,
    /// Cells of the header's line as it was written.
    pub(super) header_cells: usize,
    /// Column of each field of the contract.
    pub(super) columns: Vec<Option<usize>>,
    /// The header's texts.
    pub(super) labels: Vec<String>,
    /// The unit that the header names and its factor, by field.
    pub(super) units: BTreeMap<String, String>,
    /// The status that its titles tell of all rows.
    status: Option<String>,
    /// Rows as far as the size tells.
    pub(super) rows: usize,
    /// Its size.
    pub(super) bytes: u64,
}

/// One part of a file: what was said of it, and what it was recognised as. A further part may turn
/// out not to fit.
#[derive(Debug)]
pub struct FilePart {
    /// What was said of it: of a further dataset of one workbook, its description.
    pub request: Request,
    /// What it was recognised as.
    pub recognised: Result<RecognisedPart, Refusal>,
}

/// The parts of a file, the first one's first.
pub type Parts = Vec<FilePart>;

/// Opens a file and recognises it. `shown_path` is the path it landed under, `bytes_path` where its
/// bytes are.
///
/// # Errors
/// An IO error; a file that is no table or fits no description is a [`Refusal`].
pub fn open_file(
    setting: &CheckSetting,
    request: &Request,
    shown_path: &str,
    bytes_path: &Path,
) -> Result<Result<Parts, Refusal>, ReadError> {
    let opened = readers::quietly(|| open(setting, request, shown_path, bytes_path));
    opened.unwrap_or_else(|| Ok(Err(readers::gave_up())))
}

fn open(
    setting: &CheckSetting,
    request: &Request,
    shown_path: &str,
    bytes_path: &Path,
) -> Result<Result<Parts, Refusal>, ReadError> {
    let failed = |error| ReadError::io(bytes_path, error);
    let mut file = readers::regular::open(bytes_path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let head = readers::head(&mut file, length).map_err(failed)?;
    let container = match readers::container(&head) {
        Ok(container) => container,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let opening = Opening { setting, request, shown_path };
    if container == Container::Text {
        let damaged = readers::workbook::of_no_workbook(shown_path, &head);
        let text = TextFile { path: bytes_path, file, length, head };
        let part = opening.text(text).map_err(failed)?;
        let part = part.map_err(|refusal| damaged.unwrap_or(refusal));
        return Ok(
            part.map(|part| vec![FilePart { request: request.clone(), recognised: Ok(part) }])
        );
    }
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let sheets = setting.reader.read(container, file, length).map_err(failed)?;
    Ok(sheets.and_then(|sheets| opening.sheets(container, sheets)))
}

/// A text file at its beginning.
struct TextFile<'path> {
    path: &'path Path,
    file: std::fs::File,
    length: u64,
    head: Vec<u8>,
}

impl TextFile<'_> {
    /// Whole lines of the beginning, for recognising the file.
    fn first_lines(&self, dialect: Dialect) -> &[u8] {
        let head = self.head.as_slice();
        let is_cut = (head.len() as u64) < self.length;
        // A cut line at the end of the head is no part of the header.
        let whole = match memchr::memrchr(b'\n', head) {
            Some(at) if is_cut => head.get(..=at).unwrap_or(head),
            _ => head,
        };
        if dialect.encoding != UTF_8 || whole.len() <= RECOGNISED_BYTES {
            return whole;
        }
        let cut = whole.get(..RECOGNISED_BYTES).and_then(|start| memchr::memrchr(b'\n', start));
        cut.and_then(|cut| whole.get(..=cut)).unwrap_or(whole)
    }

    /// Its encoding, where its beginning does not tell: by all of it where that is held anyway. A
    /// large text whose beginning is in Windows-1252 is UTF-8 with damage where it holds letters
    /// of UTF-8 further down.
    fn encoding(&mut self, of_head: &'static Encoding) -> std::io::Result<&'static Encoding> {
        let is_known = Encoding::for_bom(&self.head).is_some();
        if is_known || self.head.len() as u64 >= self.length {
            return Ok(of_head);
        }
        let may_be_other = of_head == UTF_8 || of_head == WINDOWS_1252;
        if self.length <= LAID_OUT_BYTES && may_be_other {
            let mut bytes = Vec::new();
            self.file.seek(SeekFrom::Start(0))?;
            self.file.by_ref().take(self.length).read_to_end(&mut bytes)?;
            return Ok(dialect::encoding(&bytes));
        }
        if of_head != WINDOWS_1252 {
            return Ok(of_head);
        }
        self.file.seek(SeekFrom::Start(0))?;
        let mut block = vec![0; 1 << 20];
        let mut text = self.file.by_ref().take(self.length);
        loop {
            let read = text.read(&mut block)?;
            if read == 0 {
                return Ok(of_head);
            }
            if dialect::holds_utf8_letter(block.get(..read).unwrap_or_default()) {
                return Ok(UTF_8);
            }
        }
    }

    /// What its last lines say of a table that may stream.
    fn ending(
        &mut self,
        table: Option<&TextTable>,
        of: (&Recognised, &CodeLists),
        read: (Dialect, Meter),
    ) -> std::io::Result<Ending> {
        let Some(table) = table else { return Ok(Ending::default()) };
        let found = Found::plain(&table.columns, &table.labels);
        let mut ending = ending((&mut self.file, self.length), &found, of, read)?;
        // What a title says is compared with the rows of a table that is laid out.
        ending.is_of_rows |= table.titles > 0 && self.length <= LAID_OUT_BYTES;
        Ok(ending)
    }

    /// All of it as one sheet, and whether its last line has an end.
    fn read_whole(
        mut self,
        dialect: Dialect,
        meter: Meter,
    ) -> std::io::Result<Result<(Sheet, bool), Refusal>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        // A file that grows meanwhile has no end.
        self.file.take(self.length).read_to_end(&mut bytes)?;
        let has_end = [&b"\n"[..], b"\n\0", b"\r"].iter().any(|end| bytes.ends_with(end));
        let sheet = delimited::read_sheet(&bytes, dialect, meter)?;
        Ok(sheet.map(|sheet| (sheet, has_end)))
    }
}

fn no_rows() -> Refusal {
    Refusal::new(
        RefusalCode::NoRows,
        "berkas tidak berisi baris sama sekali",
        "the file holds no rows",
    )
}

/// What is known of a file before it is read.
struct Opening<'file> {
    setting: &'file CheckSetting,
    request: &'file Request,
    shown_path: &'file str,
}

impl Opening<'_> {
    /// Recognises a file; one that has no release date was released on the day it came.
    fn recognise(
        &self,
        request: &Request,
        container: Container,
        sheets: &[Sheet],
    ) -> Result<Recognised, Refusal> {
        let project = &self.setting.project;
        let mut recognised =
            recognise::recognise(project, request, self.shown_path, container, sheets)?;
        let constants = &mut recognised.given.constants;
        constants.entry("release_date".into()).or_insert_with(|| self.setting.today());
        Ok(recognised)
    }

    /// Sheets without the rows that were taken out of the file.
    fn kept(&self, sheets: Vec<Sheet>) -> Vec<Sheet> {
        if self.setting.erased.is_empty() {
            return sheets;
        }
        let scrubber = Scrubber::new(&self.setting.hash_key);
        let kept = |sheet: Sheet| match self.setting.erased.get(&*scrubber.name(&sheet.name)) {
            Some(numbers) => sheet.without_rows(numbers),
            None => sheet,
        };
        sheets.into_iter().map(kept).collect()
    }

    /// The parts of a file that is held as sheets.
    fn sheets(&self, container: Container, sheets: Vec<Sheet>) -> Result<Parts, Refusal> {
        let sheets = self.kept(sheets);
        if sheets.iter().all(Sheet::is_blank) {
            return Err(no_rows());
        }
        self.setting.reader.budget().meter().headers(&sheets)?;
        let recognised = self.recognise(self.request, container, &sheets)?;
        let further = self.further(&recognised, container, &sheets);
        let sheets = Arc::new(sheets);
        let part = |recognised| RecognisedPart {
            recognised,
            content: Content::Sheets(Arc::clone(&sheets)),
        };
        let first = FilePart { request: self.request.clone(), recognised: Ok(part(recognised)) };
        let mut parts = vec![first];
        for name in further {
            let request = Request { source: Some(name), dataset: None, ..self.request.clone() };
            let recognised = self.recognise(&request, container, &sheets).map(part);
            parts.push(FilePart { request, recognised });
        }
        Ok(parts)
    }

    /// Descriptions of other datasets that fit sheets which the first one does not read. A caller
    /// that names a description means that one alone.
    fn further(
        &self,
        recognised: &Recognised,
        container: Container,
        sheets: &[Sheet],
    ) -> Vec<String> {
        let project = &self.setting.project;
        let Request { source, dataset, .. } = self.request;
        let names_description =
            source.as_ref().is_some_and(|name| project.sources.contains_key(name));
        if names_description || (source.is_some() && dataset.is_some()) {
            return Vec::new();
        }
        recognise::further(project, recognised, self.shown_path, container, sheets)
    }

    /// The one part of a text file.
    fn text(&self, mut text: TextFile<'_>) -> std::io::Result<Result<RecognisedPart, Refusal>> {
        let project = &self.setting.project;
        let named = self.request.source.as_ref().and_then(|name| project.sources.get(name));
        let delimiter = named.and_then(|source| source.delimiter);
        let dialect = match dialect::sniff(&text.head, delimiter) {
            Ok(dialect) => Dialect { encoding: text.encoding(dialect.encoding)?, ..dialect },
            Err(refusal) => return Ok(Err(refusal)),
        };
        let lines = text.first_lines(dialect);
        let first_bytes = lines.len() as u64;
        let budget = self.setting.reader.budget();
        let meter = budget.meter();
        let sheet = match delimited::read_sheet(lines, dialect, meter)? {
            Ok(sheet) => sheet,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if sheet.is_blank() {
            return Ok(Err(no_rows()));
        }
        let sheets = self.kept(vec![sheet]);
        let mut recognised = match self.recognise(self.request, Container::Text, &sheets) {
            Ok(recognised) => recognised,
            Err(refusal) => return Ok(Err(of_quoted_lines(&text.head, &sheets, refusal))),
        };
        let Some(sheet) = sheets.first() else { return Ok(Err(no_rows())) };
        let codes = &project.codes;
        let is_small = text.length <= LAID_OUT_BYTES && !recognised.source.name.is_empty();
        let found = match is_small {
            true => Ok(None),
            false => find_plain_table(sheet, (&recognised, codes), dialect, text.path),
        };
        let found = match found {
            Ok(found) => found.filter(|(table, _)| !may_contradict(table, &recognised, codes)),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let table = found.as_ref().map(|(table, _)| table);
        let ending = text.ending(table, (&recognised, codes), (dialect, meter))?;
        let found = found.filter(|_| !ending.is_of_rows);
        let content = match found {
            Some((mut table, source)) => {
                recognised.source = Arc::new(source);
                if let Some(status) = table.status.take().or(ending.status) {
                    recognised.given.constants.insert("obs_status".into(), status);
                }
                // So that the set of keys need not grow while it is large.
                let line_bytes = (first_bytes / sheet.cells.len() as u64).max(1);
                table.rows = (text.length / line_bytes) as usize;
                table.bytes = text.length;
                Content::Stream(table)
            }
            None => {
                if text.length > budget.memory_bytes {
                    let source = &recognised.source.name;
                    return Ok(Err(readers::too_large_to_lay_out(budget, source)));
                }
                let (sheet, has_end) = match text.read_whole(dialect, meter)? {
                    Ok(read) => read,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let Recognised { source, contract, .. } = &recognised;
                let whole = |own| layout::without_ragged(own, has_end, source, contract);
                let sheets = self.kept(vec![sheet]).into_iter().map(whole);
                Content::Sheets(Arc::new(sheets.collect()))
            }
        };
        Ok(Ok(RecognisedPart { recognised, content }))
    }
}

/// Whether a column may say otherwise than what holds for all rows.
fn may_contradict(table: &TextTable, recognised: &Recognised, codes: &CodeLists) -> bool {
    let Recognised { contract, source, given } = recognised;
    let found = Found::plain(&table.columns, &table.labels);
    layout::may_contradict(source, given, contract, codes, &found)
}

/// The header of a text file whose layout needs no rearranging, and the description with the
/// factors of the units that it names; `None` for one that does.
fn find_plain_table(
    sheet: &Sheet,
    (recognised, codes): (&Recognised, &CodeLists),
    dialect: Dialect,
    path: &Path,
) -> Result<Option<(TextTable, Source)>, Refusal> {
    let source = &recognised.source;
    let is_plain = !source.rearranges()
        && source.header.rows == 1
        && !source.header.absent
        && source.context.is_empty();
    if !is_plain {
        return Ok(None);
    }
    let found = layout::find_header(sheet, source, &recognised.contract)?;
    if layout::says_what_figures_are(sheet, &found) {
        return Ok(None);
    }
    let status = layout::status_of_titles(sheet, &found, (source, &recognised.contract), codes);
    let (source, units) = layout::with_units(source, &recognised.contract, &found, sheet)?;
    let is_filled =
        |row: &usize| (0..sheet.cells.width()).any(|column| !sheet.cells.is_blank(*row, column));
    let labels: Vec<String> = found.labels.iter().map(|parts| parts.join(" ")).collect();
    // A quoted cell of the header may run over several lines.
    let further = (0..sheet.cells.width())
        .map(|column| sheet.cells.text(found.row, column).matches('\n').count())
        .sum::<usize>();
    let table = TextTable {
        path: path.to_owned(),
        dialect,
        skip: sheet.cells.row_number(found.row) as usize + further,
        titles: (0..found.row).filter(is_filled).count() as u64,
        width: labels.iter().rposition(|label| !label.is_empty()).map_or(1, |at| at + 1),
        header_cells: sheet.line_cells.get(found.row).copied().unwrap_or_default(),
        columns: found.columns,
        labels,
        units,
        status,
        rows: 0,
        bytes: 0,
    };
    Ok(Some((table, source)))
}

/// The fields that hold one value in every row of a part, by their place in the contract; none
/// where the part is held as sheets.
///
/// # Errors
/// Where the contract was not compiled.
pub fn constants(
    setting: &CheckSetting,
    part: &RecognisedPart,
) -> Result<Vec<(usize, ArrayRef)>, ReadError> {
    let Content::Stream(table) = &part.content else { return Ok(Vec::new()) };
    let Recognised { contract, source, .. } = &part.recognised;
    let setting = setting.for_contract(contract)?;
    let origins = origins(&part.recognised, &table.columns);
    Ok(Checker::new(Arc::clone(contract), Some(source), &origins, &setting).constants()?)
}

/// Where each field of a plain text table comes from.
pub(super) fn origins(recognised: &Recognised, columns: &[Option<usize>]) -> Vec<FieldOrigin> {
    let Recognised { contract, source, given } = recognised;
    let origin = |(index, field): (usize, &koridor_contract::Field)| match columns.get(index) {
        Some(Some(column)) => FieldOrigin::Column(*column),
        _ => layout::constant(&field.name, source, &[], given, contract),
    };
    contract.fields.iter().enumerate().map(origin).collect()
}
