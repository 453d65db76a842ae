use crate::ExitStatus;
use crate::args::{BulletinArgs, OutputFormat};
use crate::context::{At, Context};
use crate::output::Output;
use koridor_contract::card::Grain;
use koridor_contract::date::parse_date;
use koridor_lake::LakeError;
use koridor_lake::engine::guard;
use koridor_publish::pages::CORRIDOR;
use koridor_publish::pages::bulletin::{Asked, Bulletin, write};
use koridor_serve::pages::{document, print};
use std::io::Write;
use std::sync::Arc;

/// How a bulletin is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    Html,
    /// What it shows, for another typesetter.
    Json,
    Pdf,
}

/// Writes the bulletin of a month or a year to print.
pub async fn run(context: &Context, args: &BulletinArgs) -> anyhow::Result<ExitStatus> {
    let (grain, first_day) = period(args)?;
    let form = form(context.printer.format)?;
    context.printer.refuse_terminal()?;
    let region = args.region.as_deref().map(|own| context.region(own)).transpose()?;
    let asked = Asked {
        region: region.unwrap_or_else(|| CORRIDOR.to_owned()),
        grain,
        first_day,
        language: context.printer.lang.into(),
        since: args.since.clone(),
    };
    let engine = Arc::new(context.engine(At::asked(args.as_of.as_deref(), false)).await?);
    let project = Arc::clone(&context.project);
    let read = move || async move {
        Ok::<Bulletin, anyhow::Error>(write(&engine, &project, &asked).await?)
    };
    let bulletin = guard::run(&args.limits.limits(context.memory_bytes), read).await?;
    let bytes = match form {
        Form::Html => print(&bulletin)?,
        Form::Json => document(&bulletin)?,
        Form::Pdf => pdf(&bulletin)?,
    };
    let mut output = Output::open(context.printer.output())?;
    output.write_all(&bytes)?;
    output.finish()?;
    Ok(ExitStatus::Done)
}

fn form(format: OutputFormat) -> Result<Form, LakeError> {
    match format {
        OutputFormat::Table | OutputFormat::Html => Ok(Form::Html),
        OutputFormat::Json => Ok(Form::Json),
        OutputFormat::Pdf if cfg!(feature = "pdf") => Ok(Form::Pdf),
        OutputFormat::Pdf => Err(LakeError::usage(
            "this program was built without PDF",
            "the packages have it, or build it with `--features pdf`; the HTML prints as A4"
                .to_owned(),
        )),
        _ => {
            let hint = "give --format html, pdf or json".to_owned();
            Err(LakeError::usage("a bulletin is pages, not rows", hint))
        }
    }
}

#[cfg(feature = "pdf")]
fn pdf(bulletin: &Bulletin) -> anyhow::Result<Vec<u8>> {
    Ok(koridor_pdf::typeset(&document(bulletin)?)?)
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &Bulletin) -> anyhow::Result<Vec<u8>> {
    anyhow::bail!("this program was built without PDF")
}

/// The grain and first day that are asked for.
fn period(args: &BulletinArgs) -> Result<(Grain, String), LakeError> {
    let mistake = |given: String, hint: &str| LakeError::usage(given, hint.to_owned());
    match (&args.month, args.year) {
        (Some(month), _) => {
            let first = format!("{month}-01");
            let is_month =
                month.len() == 7 && parse_date(first.as_bytes(), Default::default()).is_some();
            let no_month = || mistake(format!("`{month}` is no month"), "write it as 2026-07");
            is_month.then_some((Grain::M, first)).ok_or_else(no_month)
        }
        (None, Some(year)) if (1900..=2999).contains(&year) => {
            Ok((Grain::Y, format!("{year:04}-01-01")))
        }
        (None, year) => {
            let given = year.map_or_else(String::new, |own| own.to_string());
            Err(mistake(format!("`{given}` is no year"), "give --month 2026-07 or --year 2026"))
        }
    }
}
