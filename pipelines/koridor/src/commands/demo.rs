use super::run;
use crate::ExitStatus;
use crate::args::Language;
use crate::context::{At, Context};
use crate::embedded::load_project;
use crate::fitting::{self, Column, NARROWEST, cut, length, wrap};
use crate::numbers;
use crate::printer::Printer;
use include_dir::{Dir, include_dir};
use koridor_lake::LakeError;
use koridor_lake::ledger::FileStatus;
use koridor_lake::load::outcome::FileOutcome;
use koridor_publish::night::Night;
use koridor_publish::overview::{Dimension, Line, Overview, Value, overview};
use koridor_publish::refusals::Refusals;
use koridor_publish::release::Built;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/samples/landing");

/// Builds a lake from a sample, the project's own or the bundled one, and shows what is in it.
pub async fn run(context: &Context) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    let Some(lake) = context.storage.local_path() else {
        return Err(LakeError::usage(
            "the demo builds a lake on this machine",
            "leave --lake away, or give a folder".to_owned(),
        )
        .into());
    };
    let landing = sample(context, lake)?;
    let mut files = koridor_lake::load::landing::landing(&landing)?;
    for file in &mut files {
        let within = file.path.strip_prefix(&landing).unwrap_or(&file.path);
        file.shown_path = format!("sample/{}", within.to_string_lossy().replace('\\', "/"));
    }
    let setting = run::setting(context, "demo", None, true);
    let night = run::night(context, setting, &files, None).await?;
    if !printer.is_table() {
        printer.json(&night.report)?;
        return Ok(ExitStatus::of(night.is_refused, true));
    }
    printer.note(&summary(printer, &night));
    let engine = context.engine(At::Released).await?;
    let overview = overview(&engine, &context.project).await?;
    printer.plain(&side_by_side(printer, &overview).join("\n"))?;
    let stopped = stopped_files(printer, &night);
    if !stopped.is_empty() {
        printer.plain(&stopped.join("\n"))?;
    }
    let refusals = Refusals::read(&engine).await?;
    printer.plain(&reasons(printer, &refusals).join("\n"))?;
    if matches!(night.built, Built::Unchanged(_)) && night.outcomes.is_empty() {
        printer.plain(printer.pick(
            "\nTidak ada yang baru: danau data sama dengan sebelumnya.",
            "\nNothing is new: the lake is as it was.",
        ))?;
    }
    printer.plain(&next(printer, &overview))?;
    Ok(ExitStatus::Done)
}

/// The landing folder that the demo loads: `samples` of the project folder, else the bundled one.
///
/// # Errors
/// Where the project brings none and its corridor is another than that of the bundled sample.
fn sample(context: &Context, lake: &Path) -> anyhow::Result<PathBuf> {
    let own = context.folder.as_ref().map(|folder| folder.join("samples"));
    if let Some(own) = own.filter(|own| own.is_dir()) {
        return Ok(own);
    }
    let built_in = load_project(None)?.corridor;
    let ours = &context.project.corridor.regions;
    if !ours.iter().any(|region| built_in.regions.contains(region)) {
        return Err(LakeError::usage(
            "this project brings no sample, and the bundled one is of another corridor",
            "put files into its folder `samples`, or `koridor run --landing FOLDER`".to_owned(),
        )
        .into());
    }
    let landing = lake.join("_sample");
    unpack(&SAMPLE, &landing)?;
    Ok(landing)
}

/// What to try next: a number of this lake, and what there is.
fn next(printer: &Printer, overview: &Overview) -> String {
    let asked = asked_for(overview);
    let explain = asked.map(|(line, code)| {
        let period = &line.period;
        (
            format!("explain {} --region {code} --period {period}", line.id),
            ("dari mana sebuah angka", "where a number comes from"),
        )
    });
    let year = asked.and_then(|(line, _)| line.period.get(..4)).unwrap_or("2025");
    let extract =
        format!("extract indicators --year {year} --format xlsx --output koridor-{year}.xlsx");
    let further = [
        ("status".to_owned(), ("apa yang perlu dikerjakan", "what needs a person")),
        ("quarantine list".to_owned(), ("baris yang ditolak", "rows that were refused")),
        (
            "sql \"select * from ops.files\"".to_owned(),
            ("yang datang, berkas demi berkas", "what came, file by file"),
        ),
        (extract, ("", "")),
        ("check FILE.xlsx".to_owned(), ("periksa berkas sendiri", "check a file of your own")),
    ];
    let mut text = printer.pick("\nSelanjutnya:", "\nNext:").to_owned();
    for (command, (id, en)) in explain.into_iter().chain(further) {
        let line = format!("  koridor {command:<50}   {}", printer.pick(id, en));
        // A long command stands alone: it is there to be copied.
        let fits = length(&line) <= printer.width();
        let line = if fits { line } else { format!("  koridor {command}") };
        text = format!("{text}\n{}", line.trim_end());
    }
    let (id, en) = (
        "(dari sumber: ganti `koridor` dengan `cargo run --`)",
        "(from source: `cargo run --` in place of `koridor`)",
    );
    format!("{text}\n{}", printer.pick(id, en))
}

/// The line with most values of regencies, published ones before synthetic ones, and the regency
/// of its last value.
fn asked_for(overview: &Overview) -> Option<(&Line, &str)> {
    let regencies = |line: &'_ Line| {
        let own =
            line.values.iter().zip(&overview.scopes).filter(|(_, scope)| scope.name.is_some());
        let has_value =
            |value: &Option<Value>| value.as_ref().is_some_and(|own| own.value.is_some());
        own.filter(|(value, _)| has_value(value)).map(|(_, scope)| &*scope.code).collect::<Vec<_>>()
    };
    let lines = overview.dimensions.iter().flat_map(|dimension| &dimension.lines).rev();
    let found = lines.map(|line| (line, regencies(line))).filter(|(_, own)| !own.is_empty());
    let (line, own) = found.max_by_key(|(line, own)| (!line.is_synthetic, own.len()))?;
    Some((line, own.last().copied()?))
}

/// What the demo's night did, on one line.
fn summary(printer: &Printer, night: &Night) -> String {
    let count = |rows: u64| numbers::count(rows, printer.lang);
    let mut parts = Vec::new();
    if night.outcomes.is_empty() {
        let known = night.report.files_known.unwrap_or_default();
        let text = printer.pick("berkas sudah dikenal", "files are known");
        parts.push(format!("{known} {text}"));
    } else {
        let sum = |pick: fn(&FileOutcome) -> u64| count(night.outcomes.iter().map(pick).sum());
        parts.push(format!(
            "{} {}: {} {}, {} {}, {} {}",
            night.outcomes.len(),
            printer.pick("berkas", "files"),
            sum(|outcome| outcome.accepted),
            printer.pick("baris diterima", "rows accepted"),
            sum(|outcome| outcome.rejected),
            printer.pick("ditolak", "refused"),
            sum(|outcome| outcome.ignored),
            printer.pick("diabaikan", "ignored"),
        ));
    }
    if let (Some(release), _) = night.built.current() {
        parts.push(format!(
            "{} {}: {} {}",
            printer.pick("rilis", "release"),
            release.id,
            count(release.values),
            printer.pick("nilai", "values"),
        ));
    }
    let seconds: f64 = night.report.steps.iter().map(|step| step.seconds).sum();
    format!("{} ({} s)\n", parts.join("; "), numbers::grouped(seconds, 1, printer.lang))
}

/// The indicators, a line each: id, title and unit, a value for each regency and the corridor.
fn side_by_side(printer: &Printer, overview: &Overview) -> Vec<String> {
    let names: Vec<&str> = overview
        .scopes
        .iter()
        .map(|scope| scope.name.as_deref().unwrap_or(printer.pick("Koridor", "Corridor")))
        .collect();
    let title = printer.pick("Indikator", "Indicators,");
    let other = printer.pick(
        "(periode lain tertulis di belakang judul)",
        "(another period stands behind the title)",
    );
    let mut text = vec![format!("{title} {} {other}", overview.period)];
    let groups = groups(printer, overview, &names);
    for dimension in &overview.dimensions {
        for group in &groups {
            text.push(String::new());
            text.extend(block(printer, overview, dimension, (&names, group)));
        }
    }
    text.push(String::new());
    text.push(printer.pick(LEGEND_ID, LEGEND_EN).to_owned());
    text.push(cut(&format!("  {}", numbers::legend(printer.lang)), printer.width()));
    text
}

const LEGEND_ID: &str =
    "* memuat angka SINTETIS; yang lain angka terbitan dengan sumbernya. - tidak ada nilai";
const LEGEND_EN: &str =
    "* holds SYNTHETIC figures; the others are published ones with their source. - no value";

/// Fewest characters that a title keeps where the regencies stand in several groups.
const TITLE: usize = 20;

/// The scopes that stand beside each other, by their place: all of them, or, where they are too
/// many for the width, as many regencies as fit and the corridor in each group.
fn groups(printer: &Printer, overview: &Overview, names: &[&str]) -> Vec<Vec<usize>> {
    let width =
        |place: &usize| 1 + names.get(*place).map_or(0, |name| length(name).max(numbers::SHORT));
    let lines = overview.dimensions.iter().flat_map(|dimension| &dimension.lines);
    let ids = lines.map(|line| length(&line.id) + 2).max().unwrap_or_default();
    let all: Vec<usize> = (0..names.len()).collect();
    let taken = ids + 4 + NARROWEST;
    if all.iter().map(width).sum::<usize>() + taken <= printer.width() {
        return vec![all];
    }
    let Some((corridor, regencies)) = all.split_last() else { return Vec::new() };
    let room = printer.width().saturating_sub(ids + 4 + TITLE + width(corridor));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for place in regencies {
        match groups.last_mut() {
            Some(group) if group.iter().chain([place]).map(width).sum::<usize>() <= room => {
                group.push(*place);
            }
            _ => groups.push(vec![*place]),
        }
    }
    groups.into_iter().map(|group| group.into_iter().chain([*corridor]).collect()).collect()
}

/// The lines of a dimension with the values of some scopes; why there are none stands below.
fn block(
    printer: &Printer,
    overview: &Overview,
    dimension: &Dimension,
    (names, group): (&[&str], &[usize]),
) -> Vec<String> {
    let columns = [Column::whole(""), Column::cut(""), Column::whole("")];
    let own: Vec<&str> = group.iter().filter_map(|place| names.get(*place).copied()).collect();
    let all = overview.dimensions.iter().flat_map(|dimension| &dimension.lines);
    let rows: Vec<Vec<String>> =
        all.map(|line| cells(printer, overview, line, (&own, group))).collect();
    let widths = fitting::widths(&columns, &rows, printer.width());
    let name = format!("SMART {}", dimension.name.to_uppercase());
    let heads = values(&own, own.iter().map(|name| (*name).to_owned()));
    let mut text = vec![fitting::line(&columns, &widths, &[name, String::new(), heads])];
    for line in &dimension.lines {
        let mut row = cells(printer, overview, line, (&own, group));
        if let (Some(cell), Some(width)) = (row.get_mut(1), widths.get(1)) {
            *cell = title_cell(printer, overview, line, *width);
        }
        text.push(fitting::line(&columns, &widths, &row));
        let note = gaps(printer, (names, group), line);
        text.extend(note.map(|note| cut(&format!("      {note}"), printer.width())));
    }
    text
}

/// The cells of a line before they are cut: id, title, values.
fn cells(
    printer: &Printer,
    overview: &Overview,
    line: &Line,
    (names, group): (&[&str], &[usize]),
) -> Vec<String> {
    let mark = if line.is_synthetic { '*' } else { ' ' };
    let own = group.iter().map(|place| line.values.get(*place).and_then(Option::as_ref));
    let numbers = own.map(|value| match value {
        None => String::new(),
        Some(Value { value: None, .. }) => "-".to_owned(),
        Some(Value { value: Some(value), .. }) => {
            numbers::short(*value, usize::from(line.decimals), printer.lang)
        }
    });
    vec![
        format!("{mark} {}", line.id),
        title_cell(printer, overview, line, usize::MAX),
        values(names, numbers),
    ]
}

/// Values below the names of their scopes.
fn values(names: &[&str], texts: impl Iterator<Item = String>) -> String {
    let cell = |(name, text): (&&str, String)| {
        let width = length(name).max(numbers::SHORT);
        format!("{text:>width$}")
    };
    names.iter().zip(texts).map(cell).collect::<Vec<_>>().join(" ")
}

/// Fewest characters of a title that is shown at all.
const TITLE_AT_LEAST: usize = 6;

/// Title, unit and, where it is not that of most lines, period: where they are too long together,
/// the title is cut, and left out where little of it would remain.
fn title_cell(printer: &Printer, overview: &Overview, line: &Line, width: usize) -> String {
    let period = if line.period == overview.period { "" } else { &line.period };
    let (title, unit) = (printer.text(&line.title), printer.text(&line.unit));
    // A title that ends in its unit (`Guest nights`) has said it.
    let is_said = title.to_lowercase().ends_with(&unit.to_lowercase());
    let parts = [if is_said { "" } else { unit }, period];
    let further = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let further = if further.is_empty() { further } else { format!(", {further}") };
    if width < length(&further) + TITLE_AT_LEAST {
        return cut(further.trim_start_matches([',', ' ']), width);
    }
    let title = cut(title, width.saturating_sub(length(&further)));
    format!("{title}{further}")
}

/// Which scopes of a group have no value and why, and the corridor's coverage where it is not
/// whole.
fn gaps(printer: &Printer, (names, group): (&[&str], &[usize]), line: &Line) -> Option<String> {
    let regencies: Vec<usize> =
        group.iter().copied().filter(|place| *place + 1 < names.len()).collect();
    let mut by_state: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for place in &regencies {
        let value = line.values.get(*place).and_then(Option::as_ref);
        if let (Some(Value { state, .. }), Some(name)) =
            (value.filter(|value| value.state != "ok"), names.get(*place))
        {
            by_state.entry(state).or_default().push(name);
        }
    }
    let all = match regencies.len() + 1 == names.len() {
        true => printer.pick("semua wilayah", "all regencies"),
        false => printer.pick("semuanya", "all of these"),
    };
    let one = |(state, own): (&str, Vec<&str>)| match own.len() == regencies.len() {
        true => format!("{state}: {all}"),
        false => format!("{state}: {}", own.join(", ")),
    };
    let mut parts: Vec<String> = by_state.into_iter().map(one).collect();
    let corridor = line.values.last().and_then(Option::as_ref);
    parts.extend(
        corridor
            .and_then(|value| coverage(printer, names.last().copied().unwrap_or_default(), value)),
    );
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// State and coverage of the corridor's value, where it is not whole.
fn coverage(printer: &Printer, name: &str, value: &Value) -> Option<String> {
    let Value { state, regions, periods, .. } = value;
    let is_whole = regions.is_whole() && periods.is_whole();
    if state == "ok" && is_whole {
        return None;
    }
    if is_whole {
        return Some(format!("{name}: {state}"));
    }
    Some(format!(
        "{name}: {state} ({}/{} {}, {}/{} {})",
        regions.present,
        regions.expected,
        printer.pick("wilayah", "regencies"),
        periods.present,
        periods.expected,
        printer.pick("periode", "periods"),
    ))
}

/// The files that were refused or are held as a whole, with the reason.
fn stopped_files(printer: &Printer, night: &Night) -> Vec<String> {
    let is_stopped =
        |own: &&FileOutcome| matches!(own.status, FileStatus::Refused | FileStatus::Held);
    let stopped: Vec<&FileOutcome> = night.outcomes.iter().filter(is_stopped).collect();
    if stopped.is_empty() {
        return Vec::new();
    }
    let title = printer.pick(
        "Berkas yang ditolak atau ditahan, dan sebabnya",
        "Files that were refused or are held, and why",
    );
    let mut text = vec![format!("\n{title} ({})", stopped.len())];
    for own in stopped {
        text.push(cut(&format!("  {}", own.path), printer.width()));
        let why = own.message.iter().map(|why| wrap("      ", printer.text(why), printer.width()));
        text.extend(why);
    }
    text
}

/// Why rows were refused, with one of each kind.
fn reasons(printer: &Printer, refusals: &Refusals) -> Vec<String> {
    let title = match printer.lang {
        Language::Id => "Baris yang ditolak, dan sebabnya",
        Language::En => "Rows that were refused, and why",
    };
    let mut text = vec![format!("\n{title} ({})", refusals.open_rows())];
    for refusal in &refusals.open {
        let sheet = refusal.sheet.as_ref().map(|sheet| format!("{sheet}!")).unwrap_or_default();
        let value = refusal.value.as_ref().map(|value| format!(" \"{value}\"")).unwrap_or_default();
        let more = match (refusal.rows.saturating_sub(1), printer.lang) {
            (0, _) => String::new(),
            (more, Language::Id) => format!(" dan {more} baris lagi"),
            (more, Language::En) => format!(" and {more} more"),
        };
        let place = format!("  {} {sheet}{}{value}{more}", refusal.file_name, refusal.cell);
        text.push(cut(&place, printer.width()));
        text.push(cut(&format!("      {}", printer.text(&refusal.message)), printer.width()));
    }
    text
}

/// Writes the bundled files where they are not there already, so that running again finds them
/// unchanged.
fn unpack(folder: &Dir<'_>, target: &Path) -> Result<(), LakeError> {
    let io = |path: &Path| {
        let path = path.display().to_string();
        move |source| LakeError::Io { path, source }
    };
    for file in folder.files() {
        let path = target.join(file.path());
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(io(parent))?;
        }
        if std::fs::read(&path).ok().as_deref() != Some(file.contents()) {
            std::fs::write(&path, file.contents()).map_err(io(&path))?;
        }
    }
    for inner in folder.dirs() {
        unpack(inner, target)?;
    }
    Ok(())
}
