//! Rows of a reference file.

use crate::error::ProjectError;

/// Rows of a reference file: header names and cells. Reference files are ours: comma, UTF-8, RFC
/// 4180.
pub(super) fn csv_rows(
    file: &str,
    text: &str,
) -> Result<(Vec<String>, Vec<Vec<String>>), ProjectError> {
    let mut lines = Vec::new();
    let mut reader = csv_core::ReaderBuilder::new().build();
    let mut output = vec![0u8; text.len() + 1];
    let mut ends = vec![0usize; 256];
    let mut rest = text.as_bytes();
    loop {
        let (result, read, _, fields) = reader.read_record(rest, &mut output, &mut ends);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            csv_core::ReadRecordResult::Record => {
                let mut start = 0;
                let cells = ends.iter().take(fields).map(|&end| {
                    let cell = String::from_utf8_lossy(output.get(start..end).unwrap_or_default())
                        .trim()
                        .to_owned();
                    start = end;
                    cell
                });
                lines.push(cells.collect::<Vec<_>>());
            }
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::End => break,
            _ => {
                return Err(ProjectError::File {
                    file: file.to_owned(),
                    line: lines.len() as u64 + 1,
                    message: "more than 256 columns".into(),
                });
            }
        }
    }
    if lines.is_empty() {
        return Err(ProjectError::File {
            file: file.to_owned(),
            line: 1,
            message: "expected a header row, found an empty file".into(),
        });
    }
    let header = lines.remove(0);
    if let Some((index, row)) = lines.iter().enumerate().find(|(_, row)| row.len() != header.len())
    {
        return Err(ProjectError::File {
            file: file.to_owned(),
            line: index as u64 + 2,
            message: format!("expected {} cells, found {}", header.len(), row.len()),
        });
    }
    Ok((header, lines))
}
