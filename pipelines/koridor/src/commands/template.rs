use crate::ExitStatus;
use crate::args::TemplateArgs;
use crate::context::Context;
use koridor_contract::Project;
use koridor_lake::{Engine, LakeError, Snapshot};
use koridor_publish::template::{Template, Wanted, templates};
use koridor_read::readers::{Budget, Container, read_whole};
use koridor_read::recognise::{Request, recognise};
use koridor_serve::template;
use std::path::PathBuf;
use std::sync::Arc;

/// Writes the workbook that an office fills in for a dataset; without one, lists the datasets.
pub fn run(context: &Context, args: &TemplateArgs) -> anyhow::Result<ExitStatus> {
    let Some(dataset) = &args.dataset else { return list(context) };
    let project = &context.project;
    let region = region(context, args)?;
    let year = args.year.unwrap_or_else(|| this_year(project));
    if !(1900..=2200).contains(&year) {
        let hint = "write the calendar year with four digits: --year 2025".to_owned();
        return Err(LakeError::usage(format!("{year} is no year of figures"), hint).into());
    }
    if let Some(source) = &args.source {
        super::ingest::known_source(project, source)?;
    }
    let path = context.printer.output().map_or_else(
        || PathBuf::from(format!("{dataset}_{region}_{year}.xlsx")),
        std::path::Path::to_owned,
    );
    if path.exists() {
        let message = format!("{} is there already and may be filled in", path.display());
        let hint = "give another --output, or remove the file first".to_owned();
        return Err(LakeError::usage(message, hint).into());
    }
    let wanted = Wanted { dataset, region: &region, year, source: args.source.as_deref() };
    let (template, bytes) = readable(context, wanted)?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, bytes)?;
    tell(context, &template, &path.display().to_string());
    Ok(ExitStatus::Done)
}

/// The first template that the reader recognises as what it is, without a word beside the file.
fn readable(context: &Context, wanted: Wanted<'_>) -> anyhow::Result<(Template, Vec<u8>)> {
    let project = &context.project;
    let engine = Engine::open(Snapshot::empty(Arc::clone(project), context.storage.clone()))?;
    let mut why = None;
    for template in templates(&engine, project, wanted)? {
        let bytes = template::write(&template)?;
        let recognised = read_whole(Container::Workbook, bytes.clone(), Budget::default())
            .and_then(|sheets| {
                let name = "templat.xlsx";
                recognise(project, &Request::default(), name, Container::Workbook, &sheets)
            });
        match recognised {
            Ok(own)
                if own.layout() == template.layout && says_office(&own.source_id(), &template) =>
            {
                return Ok((template, bytes));
            }
            Ok(_) => {}
            Err(refusal) => why = why.or(Some(refusal.message.en)),
        }
    }
    let Wanted { dataset, .. } = wanted;
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    let hint =
        "send a file with the contract's field names and --dataset, or describe the office's \
                own file: koridor sources infer FILE"
            .to_owned();
    let message = format!("no layout of {dataset} can be filled in by hand{why}");
    Err(LakeError::usage(message, hint).into())
}

/// Whether a template is taken as the office's: by its titles, or by its column of offices.
fn says_office(read: &Option<&str>, template: &Template) -> bool {
    match read {
        Some(office) => *office == template.office,
        None => template.columns.iter().any(|column| column.field == "source_id"),
    }
}

/// The region that is asked for, or that of the office.
fn region(context: &Context, args: &TemplateArgs) -> Result<String, LakeError> {
    let offices = context.project.codes.get("source");
    let of_office = args.source.as_ref().and_then(|own| offices?.attribute(own, "region_code"));
    match (&args.region, of_office) {
        (Some(region), _) => {
            let code = context.region(region)?;
            if context.project.corridor.regions.contains(&code) {
                return Ok(code);
            }
            let hint = format!("regions: {}", context.project.corridor.regions.join(", "));
            Err(LakeError::usage(format!("{region} is no regency of the corridor"), hint))
        }
        (None, Some(region)) => Ok(region.to_owned()),
        (None, None) => {
            let hint = format!("regions: {}", context.project.corridor.regions.join(", "));
            Err(LakeError::usage("a template is made for one region: give --region", hint))
        }
    }
}

fn this_year(project: &Project) -> i32 {
    let day = project.local_now().div_euclid(86_400_000_000) as i32;
    let date = koridor_contract::date::from_days(day);
    date.and_then(|date| date.to_string().get(..4)?.parse().ok()).unwrap_or(2000)
}

/// What was written, and what comes next.
fn tell(context: &Context, template: &Template, path: &str) {
    let printer = &context.printer;
    let Template { layout, office, rows, .. } = template;
    let rows = rows.len();
    let (id, en) = (
        format!(
            "{path}: tata letak {layout}, instansi {office}, baris disiapkan: {rows}\n\
             isi lembar pertama, lalu: koridor check {path}"
        ),
        format!(
            "{path}: layout {layout}, office {office}, rows prepared: {rows}\n\
             fill in the first sheet, then: koridor check {path}"
        ),
    );
    printer.note(printer.pick(&id, &en));
}

/// The datasets that offices file.
fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    let contracts = context.project.datasets.values().filter(|contract| !contract.is_reference());
    let line = |contract: &koridor_contract::Contract| {
        let title = printer.pick(&contract.title, &contract.koridor.title_en);
        format!("{:24} {title}", contract.name)
    };
    let mut lines: Vec<String> = contracts.map(|contract| line(contract)).collect();
    lines.push(format!(
        "\nkoridor template DATASET --region R --year {}",
        this_year(&context.project)
    ));
    printer.plain(&lines.join("\n"))?;
    Ok(ExitStatus::Done)
}
