use super::run;
use crate::ExitStatus;
use crate::args::Language;
use crate::context::{At, Context};
use crate::fitting::{self, Column, cut, length};
use crate::numbers;
use crate::printer::Printer;
use include_dir::{Dir, include_dir};
use koridor_lake::LakeError;
use koridor_publish::night::Night;
use koridor_publish::overview::{Line, Overview, Value, overview};
use koridor_publish::refusals::Refusals;
use koridor_publish::release::Built;
use std::collections::BTreeMap;
use std::path::Path;

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/samples/landing");

/// Builds a lake from the bundled sample and shows what is in it.
pub async fn run(context: &Context) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    let Some(lake) = context.storage.local_path() else {
        return Err(LakeError::usage(
            "the demo builds a lake on this machine",
            "leave --lake away, or give a folder".to_owned(),
        )
        .into());
    };
    let landing = lake.join("_sample");
    unpack(&SAMPLE, &landing)?;
    let mut files = koridor_lake::load::landing::landing(&landing)?;
    for file in &mut files {
        let within = file.path.strip_prefix(&landing).unwrap_or(&file.path);
        file.shown_path = format!("sample/{}", within.to_string_lossy().replace('\\', "/"));
    }
    let night = run::night(context, "demo", &files, (None, None), true).await?;
    if !printer.is_table() {
        printer.json(&night.report)?;
        return Ok(ExitStatus::of(night.is_refused, true));
    }
    printer.note(&summary(printer, &night));
    let engine = context.engine(At::Released).await?;
    let overview = overview(&engine, &context.project).await?;
    printer.plain(&side_by_side(printer, &overview).join("\n"))?;
    let refusals = Refusals::read(&engine).await?;
    printer.plain(&reasons(printer, &refusals).join("\n"))?;
    if matches!(night.built, Built::Unchanged(_)) && night.outcomes.is_empty() {
        printer.plain(printer.pick(
            "\nTidak ada yang baru: danau data sama dengan sebelumnya.",
            "\nNothing is new: the lake is as it was.",
        ))?;
    }
    printer.plain(printer.pick(NEXT_ID, NEXT_EN))?;
    Ok(ExitStatus::Done)
}

const NEXT_ID: &str = "
Selanjutnya:
  koridor explain waste_managed_rate --region 7472 --period 2024   dari mana sebuah angka
  koridor status                                                   apa yang perlu dikerjakan
  koridor quarantine list                                          baris yang ditolak
  koridor sql \"select * from ops.files\"                            yang datang, berkas demi berkas
  koridor extract indicators --year 2024 --format xlsx --output koridor-2024.xlsx
  koridor check berkas-anda.xlsx                                   periksa berkas sendiri
(dari sumber: ganti `koridor` dengan `cargo run --`)";

const NEXT_EN: &str = "
Next:
  koridor explain waste_managed_rate --region 7472 --period 2024   where a number comes from
  koridor status                                                   what needs a person
  koridor quarantine list                                          rows that were refused
  koridor sql \"select * from ops.files\"                            what came, file by file
  koridor extract indicators --year 2024 --format xlsx --output corridor-2024.xlsx
  koridor check your-file.xlsx                                     check a file of your own
(from source: `cargo run --` in place of `koridor`)";

/// What the demo's night did, on one line.
fn summary(printer: &Printer, night: &Night) -> String {
    let count = |rows: u64| numbers::count(rows, printer.lang);
    let mut parts = Vec::new();
    if night.outcomes.is_empty() {
        let known = night.report.files_known.unwrap_or_default();
        let text = printer.pick("berkas sudah dikenal", "files are known");
        parts.push(format!("{known} {text}"));
    } else {
        let sum = |pick: fn(&koridor_lake::load::outcome::FileOutcome) -> u64| {
            count(night.outcomes.iter().map(pick).sum())
        };
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
    let columns = [Column::whole(""), Column::cut(""), Column::whole("")];
    let lines = overview.dimensions.iter().flat_map(|dimension| &dimension.lines);
    let rows: Vec<Vec<String>> = lines.map(|line| cells(printer, overview, line, &names)).collect();
    let widths = fitting::widths(&columns, &rows, printer.width());
    let title = printer.pick("Indikator", "Indicators,");
    let other = printer.pick(
        "(periode lain tertulis di belakang judul)",
        "(another period stands behind the title)",
    );
    let mut text = vec![format!("{title} {} {other}", overview.period)];
    let mut rows = rows.into_iter();
    for dimension in &overview.dimensions {
        let name = format!("SMART {}", dimension.name.to_uppercase());
        let heads = values(&names, names.iter().map(|name| (*name).to_owned()));
        text.push(String::new());
        text.push(fitting::line(&columns, &widths, &[name, String::new(), heads]));
        for (line, mut row) in dimension.lines.iter().zip(&mut rows) {
            if let (Some(cell), Some(width)) = (row.get_mut(1), widths.get(1)) {
                *cell = title_cell(printer, overview, line, *width);
            }
            text.push(fitting::line(&columns, &widths, &row));
            let note = gaps(printer, &names, line);
            text.extend(note.map(|note| cut(&format!("      {note}"), printer.width())));
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

/// The cells of a line before they are cut: id, title, values.
fn cells(printer: &Printer, overview: &Overview, line: &Line, names: &[&str]) -> Vec<String> {
    let mark = if line.is_synthetic { '*' } else { ' ' };
    let numbers = line.values.iter().map(|value| match value {
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

/// Title, unit and, where it is not that of most lines, period: where they are too long together,
/// the title is cut.
fn title_cell(printer: &Printer, overview: &Overview, line: &Line, width: usize) -> String {
    let period = if line.period == overview.period { "" } else { &line.period };
    let further = format!(", {} {period}", line.unit);
    let further = further.trim_end();
    let title = cut(printer.text(&line.title), width.saturating_sub(length(further)));
    format!("{title}{further}")
}

/// Which scopes have no value and why, and the corridor's coverage where it is not whole.
fn gaps(printer: &Printer, names: &[&str], line: &Line) -> Option<String> {
    let (corridor, regencies) = line.values.split_last()?;
    let mut by_state: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in names.iter().zip(regencies) {
        if let Some(Value { state, .. }) = value.as_ref().filter(|value| value.state != "ok") {
            by_state.entry(state).or_default().push(name);
        }
    }
    let all = printer.pick("semua wilayah", "all regencies");
    let one = |(state, own): (&str, Vec<&str>)| match own.len() == regencies.len() {
        true => format!("{state}: {all}"),
        false => format!("{state}: {}", own.join(", ")),
    };
    let mut parts: Vec<String> = by_state.into_iter().map(one).collect();
    if let Some(Value { state, regions, periods, .. }) = corridor {
        let is_whole = regions.is_whole() && periods.is_whole();
        let coverage = (!is_whole).then(|| {
            format!(
                " ({}/{} {}, {}/{} {})",
                regions.present,
                regions.expected,
                printer.pick("wilayah", "regencies"),
                periods.present,
                periods.expected,
                printer.pick("periode", "periods"),
            )
        });
        if state != "ok" || !is_whole {
            let name = names.last().copied().unwrap_or_default();
            parts.push(format!("{name}: {state}{}", coverage.unwrap_or_default()));
        }
    }
    (!parts.is_empty()).then(|| parts.join("; "))
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
