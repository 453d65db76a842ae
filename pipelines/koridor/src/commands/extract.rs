use crate::ExitStatus;
use crate::args::{ExtractArgs, OutputFormat};
use crate::context::{At, Context};
use crate::fitting::{self, Column};
use crate::output::Output;
use crate::package_folder::FolderSink;
use crate::permissions;
use koridor_contract::Project;
use koridor_lake::engine::{Tier, guard};
use koridor_lake::{Engine, LakeError};
use koridor_publish::words::Words;
use koridor_serve::extract::{self, Extract, Form, Selection, Wanted, package};
use koridor_serve::{Format, ServeError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Writes an extract of the current release, or of an earlier one; without a name, lists them.
pub async fn run(context: &Context, args: &ExtractArgs) -> anyhow::Result<ExitStatus> {
    let Some(name) = &args.name else { return list(context) };
    context.printer.refuse_terminal()?;
    let extract = extract::find(&context.project, name)?;
    let words = [Some(name), args.region.as_ref()].into_iter().flatten();
    let asked = words.map(String::as_str).collect::<Vec<_>>().join(" ");
    let form = form(context, args)?;
    let selection = selection(context, args)?;
    let tier = context.tier(&args.tier, &format!("extract {asked}")).await?;
    let at = At::asked(args.as_of.as_deref(), false);
    let engine = context.engine_for(at, tier.unwrap_or(Tier::Open)).await?;
    let place = place(context, form, &extract::file_stem(&engine, &extract, &selection));
    let job = Job {
        engine,
        project: Arc::clone(&context.project),
        extract,
        selection,
        form,
        language: context.printer.lang.into(),
        place: place.clone(),
    };
    let rows = guard::run(&args.limits.limits(context.memory_bytes), move || job.run()).await;
    if rows.is_err() {
        Output::discard(place.as_deref());
    }
    let rows = rows?;
    let to = match &place {
        Some(path) if context.printer.output() != Some(path.as_path()) => {
            permissions::share_also(path);
            format!(": {}", path.display())
        }
        _ => String::new(),
    };
    context.printer.note(&format!("{rows} {}{to}", context.printer.pick("baris", "rows")));
    Ok(ExitStatus::Done)
}

fn form(context: &Context, args: &ExtractArgs) -> anyhow::Result<Form> {
    let printer = &context.printer;
    let form = match (printer.format, args.excel) {
        (OutputFormat::Csv | OutputFormat::Table, true) => Form::Rows(Format::ExcelCsv),
        (_, true) => {
            let hint = "leave --format away, or give --format csv".to_owned();
            return Err(LakeError::usage("--excel is a form of CSV", hint).into());
        }
        (OutputFormat::Datapackage, false) if printer.output().is_none() => {
            let hint = "give --output FILE.zip, or a folder".to_owned();
            return Err(LakeError::usage("a Data Package is several files", hint).into());
        }
        (OutputFormat::Datapackage, false) => Form::Package,
        _ => Form::Rows(printer.file_format()),
    };
    Ok(form)
}

fn selection(context: &Context, args: &ExtractArgs) -> anyhow::Result<Selection> {
    let wanted = Wanted {
        region: args.region.as_deref(),
        year: args.year,
        from: args.from.as_deref(),
        to: args.to.as_deref(),
        dimension: args.dimension.as_deref(),
    };
    Ok(Selection::of(&context.project, wanted)?)
}

/// The file that an extract goes to: in a folder it is named by what it holds.
fn place(context: &Context, form: Form, stem: &str) -> Option<PathBuf> {
    let output = context.printer.output()?;
    let is_folder = output.is_dir() || output.to_string_lossy().ends_with(['/', '\\']);
    if !is_folder {
        return Some(output.to_owned());
    }
    Some(output.join(format!("{stem}.{}", form.ending())))
}

/// An extract on its way into a file.
struct Job {
    engine: Engine,
    project: Arc<Project>,
    extract: Extract,
    selection: Selection,
    form: Form,
    language: koridor_contract::message::Language,
    place: Option<PathBuf>,
}

impl Job {
    async fn run(self) -> anyhow::Result<u64> {
        let place = self.place.as_deref();
        if let Some(folder) = place.and_then(Path::parent).filter(|own| !own.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)?;
        }
        let asked = (self.extract.name(), &self.selection);
        let is_zip = place.is_some_and(|own| {
            own.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
        });
        let (engine, project) = (&self.engine, &self.project);
        if self.form == Form::Package && !is_zip {
            let mut sink = FolderSink::begin(place.unwrap_or(Path::new(".")))?;
            let rows = package::write(engine, project, asked, self.language, &mut sink).await?;
            if rows == 0 {
                let nothing = extract::nothing(engine, &self.extract, &self.selection).await;
                return Err(nothing.map_err(ServeError::from)?.into());
            }
            sink.finish()?;
            return Ok(rows);
        }
        let form = (self.form, self.language);
        let output = Output::open(place)?;
        let (output, rows) = extract::write_as(engine, project, asked, form, output).await?;
        output.finish()?;
        Ok(rows)
    }
}

/// Lists the extracts.
fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    let words = Words { project: &context.project, language: printer.lang.into() };
    let all = extract::list(words);
    if printer.format == OutputFormat::Json {
        let row = |own: &extract::Listed| {
            let extract::Listed { name, title, what } = own;
            serde_json::json!({ "name": name, "title": title, "what": what })
        };
        printer.json(&all.iter().map(row).collect::<Vec<_>>())?;
        return Ok(ExitStatus::Done);
    }
    if !printer.is_table() {
        let row = |own: extract::Listed| vec![own.name, own.title, own.what];
        let rows: Vec<Vec<String>> = all.into_iter().map(row).collect();
        printer.text_rows(&["name", "title", "what"], &rows)?;
        return Ok(ExitStatus::Done);
    }
    let columns = [
        Column::whole(printer.pick("nama", "name")),
        Column::whole(printer.pick("judul", "title")),
        Column::cut(printer.pick("isi", "holds")),
    ];
    let rows: Vec<Vec<String>> =
        all.into_iter().map(|own| vec![own.name, own.title, own.what]).collect();
    printer.plain(&fitting::table(&columns, &rows, printer.width()).join("\n"))?;
    Ok(ExitStatus::Done)
}
