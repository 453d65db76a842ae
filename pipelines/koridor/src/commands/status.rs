use crate::ExitStatus;
use crate::args::{OutputFormat, StatusArgs};
use crate::context::{At, Context};
use crate::fitting::{self, Column, cut, length};
use crate::numbers;
use crate::printer::Printer;
use koridor_lake::Engine;
use koridor_publish::delivery_states::DELIVERY_STATES;
use koridor_publish::status::{
    self, Details, Needs, OfficeDeliveries, RefusedFile, Run, Status, Summary,
};
use koridor_publish::{alerts, overdue};

/// Lines of a screen.
const SCREEN: usize = 40;

/// Fewest lines of a part that are shown.
const FEWEST: usize = 1;

/// What needs a person, what came, the release and the last run.
pub async fn run(context: &Context, args: &StatusArgs) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(At::Head).await?;
    let printer = &context.printer;
    if args.check {
        return check(context, &engine, args).await;
    }
    match printer.format {
        OutputFormat::Table => {
            let status = status::status(&engine).await?;
            printer.plain(&screen(context, &status).join("\n"))?;
        }
        OutputFormat::Json => {
            let (status, details) =
                (status::status(&engine).await?, status::details(&engine).await?);
            printer.json(&document(&status, &details)?)?;
        }
        _ => printer.listed(&status::came(&engine).await?, &[])?,
    }
    Ok(ExitStatus::Done)
}

/// One line for each thing that is overdue or needs a person; silent where there is none.
async fn check(
    context: &Context,
    engine: &Engine,
    args: &StatusArgs,
) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    let max_age = args.max_age.unwrap_or(context.project.corridor.night_max_age_hours);
    let mut found = overdue::overdue(engine, (max_age, context.project.clock.now())).await?;
    let needs = status::needs(engine).await?;
    found.extend(alerts::causes(&needs, None).into_iter().map(|cause| cause.title));
    let lines: Vec<&str> = found.iter().map(|message| printer.text(message)).collect();
    if printer.format == OutputFormat::Json {
        printer.json(&lines)?;
    } else if !lines.is_empty() {
        printer.plain(&lines.join("\n"))?;
    }
    Ok(ExitStatus::of(!lines.is_empty(), false))
}

/// All parts as one JSON object.
fn document(status: &Status, details: &Details) -> anyhow::Result<serde_json::Value> {
    let mut document = serde_json::to_value(status)?;
    let tables =
        [("came", &details.came), ("expected", &details.expected), ("fresh", &details.fresh)];
    for (name, table) in tables {
        document[name] = super::explain::rows_as_json(table)?.into();
    }
    Ok(document)
}

/// A part of what needs a person.
struct Part {
    title: String,
    /// The command that shows more.
    command: String,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

fn screen(context: &Context, status: &Status) -> Vec<String> {
    let printer = &context.printer;
    let came = summary(printer, &status.summary);
    // Who has no project folder has set nobody's deliveries up: who never sent anything is a line.
    let is_set_up = context.folder.is_some();
    let parts = parts(printer, &status.needs, is_set_up);
    let now = chrono::Utc::now().to_rfc3339();
    let lake = match context.storage.local_path() {
        Some(folder) => folder.display().to_string(),
        None => context.storage.url().to_string(),
    };
    let mut lines = vec![format!("{lake}, {}", printer.time(&now))];
    lines.push(String::new());
    if parts.is_empty() {
        lines.push(
            printer.pick("Tidak ada yang perlu dikerjakan.", "Nothing needs a person.").to_owned(),
        );
    } else {
        lines.push(printer.pick("PERLU DIKERJAKAN", "NEEDS A PERSON").to_owned());
    }
    // A delivery that came late is there: nobody has to do anything.
    let late = late_deliveries(printer, &status.needs);
    let late: Vec<String> = late.iter().flat_map(|own| part_lines(printer, own, FEWEST)).collect();
    // What is known before, the blank lines between, the prompt.
    let taken = lines.len() + came.len() + 2 + parts.len() + late.len();
    let free = SCREEN.saturating_sub(taken);
    let most = most_rows(free, &parts);
    for part in &parts {
        lines.extend(part_lines(printer, part, most));
    }
    lines.push(String::new());
    lines.extend(came);
    lines.extend(late);
    lines
}

/// The most rows that each part may show, so that all fit on a screen.
fn most_rows(free: usize, parts: &[Part]) -> usize {
    let needed = |most: usize| parts.iter().map(|part| part.rows.len().min(most)).sum::<usize>();
    (FEWEST..=free.max(FEWEST)).rev().find(|most| needed(*most) <= free).unwrap_or(FEWEST)
}

fn part_lines(printer: &Printer, part: &Part, most: usize) -> Vec<String> {
    let width = printer.width();
    let title = if part.rows.len() > most {
        format!("{} ({} {most})", part.title, printer.pick("terlihat", "shown:"))
    } else {
        part.title.clone()
    };
    let blanks = width.saturating_sub(length(&title) + length(&part.command));
    let mut lines = vec![cut(&title, width)];
    if !part.command.is_empty() && blanks >= 3 {
        lines = vec![format!("{title}{}{}", " ".repeat(blanks), part.command)];
    } else if !part.command.is_empty() {
        let indent = " ".repeat(width.saturating_sub(length(&part.command)));
        lines.push(format!("{indent}{}", part.command));
    }
    let rows = part.rows.get(..most.min(part.rows.len())).unwrap_or_default();
    let rows = fitting::table(&part.columns, rows, width - 4);
    lines.extend(rows.into_iter().map(|line| format!("    {line}")));
    lines
}

fn parts(printer: &Printer, needs: &Needs, is_set_up: bool) -> Vec<Part> {
    let missing = printer.pick("Kiriman yang belum datang", "Missing deliveries");
    let mut parts = vec![
        failed_run(printer, needs),
        stopped_release(printer, needs),
        failed_fetches(printer, needs),
        refused_files(printer, needs),
        held_files(printer, needs),
        empty_files(printer, needs),
        withheld_figures(printer, needs),
        open_refusals(printer, needs),
        deliveries(printer, needs, (missing, "missing"), is_set_up),
    ];
    let odd = DELIVERY_STATES.iter().filter(|own| own.is_odd).map(|own| {
        let [id, en] = own.words;
        let title = format!("{} {}", printer.pick("Kiriman", "Deliveries:"), printer.pick(id, en));
        deliveries(printer, needs, (&title, own.code), true)
    });
    parts.extend(odd);
    parts.extend([
        idle_corrections(printer, needs),
        held_changes(printer, needs),
        unknown_folders(printer, needs),
    ]);
    parts.into_iter().flatten().collect()
}

fn failed_run(printer: &Printer, needs: &Needs) -> Option<Part> {
    let run = needs.failed_run.as_ref()?;
    let title = printer.pick("Proses terakhir gagal", "The last run failed");
    let error = run.error.as_deref().unwrap_or_default();
    Some(Part {
        title: format!("{title}: {}, {}", run.command, printer.time(&run.started_at)),
        command: "koridor sql \"select * from ops.runs\"".to_owned(),
        columns: vec![Column::cut("")],
        rows: vec![vec![error.to_owned()]],
    })
}

fn stopped_release(printer: &Printer, needs: &Needs) -> Option<Part> {
    if needs.stopped_by.is_empty() {
        return None;
    }
    let title = printer.pick("Pemeriksaan menahan rilis baru", "A check stops the new release");
    let rows = needs.stopped_by.iter().map(|check| {
        let rows = numbers::count(check.rows, printer.lang);
        let name = printer.pick(&check.check_name_ind, &check.check_name).to_owned();
        vec![check.subject.clone(), name, rows, check.example.clone()]
    });
    Some(Part {
        title: title.to_owned(),
        command: "koridor sql --head \"select * from ops.checks where severity = 'fail'\""
            .to_owned(),
        columns: vec![Column::whole(""), Column::cut(""), Column::number(""), Column::cut("")],
        rows: rows.collect(),
    })
}

fn refused_files(printer: &Printer, needs: &Needs) -> Option<Part> {
    let title = printer.pick("Berkas yang ditolak", "Refused files");
    let command = "koridor sql --head \"select * from ops.files where status = 'refused'\"";
    files(printer, &needs.refused_files, title, command)
}

fn held_files(printer: &Printer, needs: &Needs) -> Option<Part> {
    let title = printer.pick("Berkas yang ditahan", "Held files");
    let command = "koridor quarantine accept FILE --by WHO --reason R";
    files(printer, &needs.held_files, title, command)
}

/// Files that came and hold nothing.
fn empty_files(printer: &Printer, needs: &Needs) -> Option<Part> {
    let title = printer.pick("Berkas tanpa baris data", "Files without rows of data");
    let command = "koridor sql --head \"select * from ops.files where rows_accepted = 0\"";
    files(printer, &needs.empty_files, title, command)
}

/// What sources publish and did not come.
fn failed_fetches(printer: &Printer, needs: &Needs) -> Option<Part> {
    let title = printer.pick("Berkas yang tidak terambil", "Files that were not fetched");
    let rows = needs.failed_fetches.iter().map(|own| {
        let why = printer.pick(&own.said_id, &own.said).to_owned();
        vec![printer.time(&own.since), own.file.clone(), own.source.clone(), why]
    });
    let count = needs.failed_fetches.len();
    (count > 0).then(|| Part {
        title: format!("{title}: {count}"),
        command: "koridor fetch".to_owned(),
        columns: vec![Column::whole(""), Column::cut(""), Column::cut(""), Column::cut("")],
        rows: rows.collect(),
    })
}

/// What the last run left to be approved.
fn held_changes(printer: &Printer, needs: &Needs) -> Option<Part> {
    let (id, en) = (
        "Perubahan schemas/ atau sql/ menunggu persetujuan",
        "A change of schemas/ or sql/ waits for approval",
    );
    needs.holds_changes.then(|| Part {
        title: printer.pick(id, en).to_owned(),
        command: "koridor backfill plan".to_owned(),
        columns: Vec::new(),
        rows: Vec::new(),
    })
}

/// Folders that the last run met.
fn unknown_folders(printer: &Printer, needs: &Needs) -> Option<Part> {
    let title = printer.pick("Map di landing yang bukan milik instansi", "Folders of no office");
    let rows = needs.unknown_folders.iter().map(|folder| vec![folder.clone()]);
    let count = needs.unknown_folders.len();
    (count > 0).then(|| Part {
        title: format!("{title}: {count}"),
        command: String::new(),
        columns: vec![Column::cut("")],
        rows: rows.collect(),
    })
}

fn withheld_figures(printer: &Printer, needs: &Needs) -> Option<Part> {
    let looks = printer.pick("tampak seperti", "looks like");
    let rows = needs.withheld.iter().map(|own| {
        vec![
            own.source_id.clone(),
            own.dataset.clone(),
            own.region_code.clone(),
            numbers::count(own.figures, printer.lang),
            format!("{looks} {}", own.looks_like),
            format!("{} - {}", own.first_period, own.last_period),
        ]
    });
    let title =
        printer.pick("Angka yang ditahan karena satuannya", "Figures withheld for their unit");
    let columns =
        [Column::whole, Column::cut, Column::whole, Column::number, Column::cut, Column::cut];
    (!needs.withheld.is_empty()).then(|| Part {
        title: title.to_owned(),
        command: "koridor sql \"select * from ops.magnitudes\"".to_owned(),
        columns: columns.iter().map(|column| column("")).collect(),
        rows: rows.collect(),
    })
}

fn files(printer: &Printer, files: &[RefusedFile], title: &str, command: &str) -> Option<Part> {
    let rows = files.iter().map(|file| {
        vec![
            printer.time(&file.received_at),
            file.file_name.clone(),
            printer.pick(&file.error_ind, &file.error).to_owned(),
        ]
    });
    (!files.is_empty()).then(|| Part {
        title: format!("{title}: {}", files.len()),
        command: command.to_owned(),
        columns: vec![Column::whole(""), Column::cut(""), Column::cut("")],
        rows: rows.collect(),
    })
}

fn open_refusals(printer: &Printer, needs: &Needs) -> Option<Part> {
    if needs.open_refusals.is_empty() {
        return None;
    }
    let count: u64 = needs.open_refusals.iter().map(|office| office.rows).sum();
    let rows = needs.open_refusals.iter().map(|office| {
        let name = office.source_id.as_deref().unwrap_or("-");
        let rows = numbers::count(office.rows, printer.lang);
        vec![name.to_owned(), rows, office.datasets.clone(), office.rules.clone()]
    });
    Some(Part {
        title: format!(
            "{}: {}",
            printer.pick("Baris yang ditolak", "Refused rows"),
            numbers::count(count, printer.lang)
        ),
        command: "koridor quarantine list [--source CODE]".to_owned(),
        columns: vec![Column::whole(""), Column::number(""), Column::cut(""), Column::cut("")],
        rows: rows.collect(),
    })
}

/// Deliveries in one state, by office; where not each office is named, those that never sent
/// anything are one line.
fn deliveries(
    printer: &Printer,
    needs: &Needs,
    (title, state): (&str, &str),
    names_each: bool,
) -> Option<Part> {
    let all = needs.deliveries.iter().filter(|own| own.state == state);
    let (named, strangers): (Vec<&OfficeDeliveries>, Vec<&OfficeDeliveries>) =
        all.partition(|own| names_each || own.has_sent);
    let sum = |offices: &[&OfficeDeliveries]| -> u64 {
        offices.iter().map(|office| office.deliveries).sum()
    };
    let count = sum(&named) + sum(&strangers);
    let rows = named.iter().map(|office| {
        let OfficeDeliveries { source_id, datasets, first_period, last_period, .. } = office;
        let periods = match first_period == last_period {
            true => first_period.clone(),
            false => format!("{first_period} - {last_period}"),
        };
        let count = numbers::count(office.deliveries, printer.lang);
        vec![source_id.clone(), count, periods, datasets.clone()]
    });
    let others = (!strangers.is_empty()).then(|| {
        let (id, en) = ("belum pernah mengirim ke danau data ini", "sent nothing to this lake yet");
        let sources = if strangers.len() == 1 { "source" } else { "sources" };
        vec![
            format!("{} {}", strangers.len(), printer.pick("sumber", sources)),
            numbers::count(sum(&strangers), printer.lang),
            String::new(),
            printer.pick(id, en).to_owned(),
        ]
    });
    let columns = vec![Column::whole(""), Column::number(""), Column::whole(""), Column::cut("")];
    (count > 0).then(|| Part {
        title: format!("{title}: {}", numbers::count(count, printer.lang)),
        command: format!("koridor sql \"select * from ops.expectations where state = '{state}'\""),
        columns,
        rows: rows.chain(others).collect(),
    })
}

fn late_deliveries(printer: &Printer, needs: &Needs) -> Option<Part> {
    let late = &needs.late_deliveries;
    let count: u64 = late.iter().map(|office| office.deliveries).sum();
    (count > 0).then(|| Part {
        title: format!(
            "{}: {} {} {} {}",
            printer.pick("Kiriman terlambat", "Late deliveries"),
            numbers::count(count, printer.lang),
            printer.pick("dari", "of"),
            late.len(),
            printer.pick("instansi", "offices"),
        ),
        command: "koridor sql \"select * from ops.expectations where is_late\"".to_owned(),
        columns: Vec::new(),
        rows: Vec::new(),
    })
}

fn idle_corrections(printer: &Printer, needs: &Needs) -> Option<Part> {
    if needs.idle_corrections.is_empty() {
        return None;
    }
    let title = printer.pick("Koreksi yang tidak dipakai lagi", "Corrections that do nothing");
    let rows = needs
        .idle_corrections
        .iter()
        .map(|idle| vec![idle.correction.clone(), idle.dataset.clone(), idle.state.clone()]);
    Some(Part {
        title: format!("{title}: {}", needs.idle_corrections.len()),
        command: "koridor sql \"select * from ref.correction\"".to_owned(),
        columns: vec![Column::cut(""), Column::whole(""), Column::whole("")],
        rows: rows.collect(),
    })
}

/// What came, the release and the last run, a line each.
fn summary(printer: &Printer, summary: &Summary) -> Vec<String> {
    let count = |number: u64| numbers::count(number, printer.lang);
    let mut came = format!(
        "{} {}, {} {}, {} {}, {} {}",
        count(summary.files),
        printer.pick("berkas", "files"),
        count(summary.sources),
        printer.pick("sumber", "sources"),
        count(summary.datasets),
        "dataset".to_owned() + printer.pick("", "s"),
        count(summary.rows),
        printer.pick("baris berlaku", "current rows"),
    );
    if let Some(period) = &summary.newest_period {
        came.push_str(&format!(", {} {period}", printer.pick("sampai", "up to")));
    }
    let release = summary.release.as_ref().map_or_else(
        || printer.pick("belum ada", "none yet").to_owned(),
        |release| {
            format!(
                "{}, {}, {} {}, {} {}",
                release.release_id,
                printer.time(&release.created_at),
                count(release.values),
                printer.pick("nilai", "values"),
                release.warnings,
                printer.pick("peringatan", "warnings"),
            )
        },
    );
    let last_file = summary.last_received_at.as_deref().map(|moment| printer.time(moment));
    let last_run = summary.last_run.as_ref().map(|run| run_line(printer, run));
    let none = || printer.pick("belum ada", "none yet").to_owned();
    let lines = [
        (printer.pick("Yang datang", "What came"), came),
        (printer.pick("Berkas terakhir", "Last file"), last_file.unwrap_or_else(none)),
        (printer.pick("Rilis", "Release"), release),
        (printer.pick("Proses terakhir", "Last run"), last_run.unwrap_or_else(none)),
        (printer.pick("Rincian", "More"), MORE.to_owned()),
    ];
    let line = |(title, text): &(&str, String)| cut(&format!("{title:<17}{text}"), printer.width());
    lines.iter().map(line).collect()
}

/// Commands that show more of what came.
const MORE: &str = "koridor status --format csv, koridor releases list, koridor sql";

fn run_line(printer: &Printer, run: &Run) -> String {
    let outcome = match run.outcome.as_str() {
        "done" => printer.pick("selesai", "done"),
        "refused" => printer.pick("selesai, ada data yang ditolak", "done, data was refused"),
        _ => printer.pick("GAGAL", "FAILED"),
    };
    format!(
        "{}, {}, {outcome}: {} {}, {} {}",
        run.command,
        printer.time(&run.started_at),
        run.files_new,
        printer.pick("berkas baru", "new files"),
        run.files_refused,
        printer.pick("ditolak", "refused"),
    )
}
