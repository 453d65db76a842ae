use crate::ExitStatus;
use crate::args::BulletinArgs;
use crate::context::{At, Context};
use crate::output::Output;
use koridor_contract::card::Grain;
use koridor_contract::date::parse_date;
use koridor_lake::LakeError;
use koridor_lake::engine::guard;
use koridor_publish::pages::CORRIDOR;
use koridor_publish::pages::bulletin::{Asked, Bulletin, write};
use koridor_serve::pages::print;
use std::io::Write;
use std::sync::Arc;

/// Writes the bulletin of a month or a year as HTML to print.
pub async fn run(context: &Context, args: &BulletinArgs) -> anyhow::Result<ExitStatus> {
    let (grain, first_day) = period(args)?;
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
    let bytes = print(&bulletin)?;
    let mut output = Output::open(context.printer.output())?;
    output.write_all(&bytes)?;
    output.finish()?;
    Ok(ExitStatus::Done)
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
