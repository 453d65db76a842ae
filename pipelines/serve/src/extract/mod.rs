//! An extract as a file: the values alone, a workbook with all that is said about them, or a Data
//! Package.

mod book;
mod form;
pub mod package;

pub use form::Form;

use crate::error::ServeError;
use crate::format::{self, Format};
use koridor_contract::Project;
use koridor_contract::message::Language;
use koridor_lake::Engine;
pub use koridor_publish::extract::{
    Extract, Listed, Selection, Wanted, find, list, names, nothing, values,
};
use koridor_publish::words::Words;
use std::io::Write;

/// Writes an extract as its rows come and returns their number; without any, nothing is written. A
/// workbook is for people, in their language; the other formats are for programs and do not know
/// one.
///
/// # Errors
/// Where there is no such extract, the lake cannot be read or the output not be written; what was
/// written then is no whole extract.
pub async fn write(
    engine: &Engine,
    project: &Project,
    name: &str,
    selection: &Selection,
    (format, language): (Format, Language),
    output: impl Write + Send,
) -> Result<u64, ServeError> {
    let extract = find(project, name)?;
    if format == Format::Xlsx {
        let words = Words { project, language };
        return book::write(engine, words, &extract, selection, output).await;
    }
    let mut rows = koridor_publish::extract::rows(engine, &extract, selection).await?;
    if rows.first().is_none() {
        return Ok(0);
    }
    format::write_stream(format, &mut rows, output).await
}

/// Writes an extract in a form, as every door gives it, and returns what it was written into with
/// the number of its rows.
///
/// # Errors
/// As [`write()`]; where there is no row, with the years and regions there are.
pub async fn write_as<W: Write + Send>(
    engine: &Engine,
    project: &Project,
    (name, selection): (&str, &Selection),
    (form, language): (Form, Language),
    mut output: W,
) -> Result<(W, u64), ServeError> {
    let (output, rows) = match form {
        Form::Rows(format) => {
            let form = (format, language);
            let rows = write(engine, project, name, selection, form, &mut output).await?;
            (output, rows)
        }
        Form::Package => {
            let mut sink = package::ZipSink::new(output);
            let asked = (name, selection);
            let rows = package::write(engine, project, asked, language, &mut sink).await?;
            (sink.finish()?, rows)
        }
    };
    if rows == 0 {
        return Err(nothing(engine, &find(project, name)?, selection).await?.into());
    }
    Ok((output, rows))
}

/// The name of an extract's file without its ending: extract, region (`all-regions` where none is
/// asked for), dimension, period and release.
pub fn file_stem(engine: &Engine, extract: &Extract, selection: &Selection) -> String {
    let release = engine.snapshot().release.as_ref();
    let release = release.map_or("unreleased", |own| own.id.as_str());
    let region = selection.region.as_deref().unwrap_or("all-regions");
    let parts = [Some(extract.name()), Some(region), selection.dimension.as_deref()];
    let parts = parts.into_iter().flatten();
    let stem = parts.collect::<Vec<_>>().join("_");
    format!("{stem}_{}_{release}", selection.period_name())
}
