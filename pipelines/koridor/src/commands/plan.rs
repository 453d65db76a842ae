use super::{ingest, run};
use crate::ExitStatus;
use crate::args::PlanArgs;
use crate::context::Context;
use crate::printer::Printer;
use koridor_lake::load::landing;
use koridor_publish::plan::{self, Plan};

/// What a night would do; nothing is written.
pub async fn run(context: &Context, args: &PlanArgs) -> anyhow::Result<ExitStatus> {
    context.printer.refuse_rows()?;
    let files = landing::landing(&args.landing)?;
    let setting = run::setting(context, "run", run::shown(&args.landing), args.allow_rejected);
    let progress = context.printer.progress(0);
    let plan = plan::plan(setting, &files, &mut |what| {
        progress.set_message(what.to_owned());
        progress.tick();
    })
    .await?;
    progress.finish_and_clear();
    if context.printer.is_table() {
        context.printer.plain(&lines(&context.printer, &plan).join("\n"))?;
    } else {
        context.printer.json(&plan)?;
    }
    Ok(ExitStatus::of(plan.is_refused, args.allow_rejected))
}

/// A plan in words.
fn lines(printer: &Printer, plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> =
        plan.outcomes.iter().map(|outcome| ingest::line(printer, outcome)).collect();
    if lines.is_empty() {
        let (id, en) = ("tidak ada berkas baru", "nothing is new");
        lines.push(format!(
            "{} ({} {})",
            printer.pick(id, en),
            plan.files_known.unwrap_or_default(),
            printer.pick("berkas sudah dikenal", "files known")
        ));
    }
    lines.extend(plan.folders.iter().map(|message| printer.text(message).to_owned()));
    lines.extend(run::waiting_lines(printer, &plan.files_waiting));
    lines.extend(run::read_again_lines(printer, plan.read_again.as_ref()));
    let listed = |title: &str, names: &[String]| {
        let names = names.join(", ");
        (!names.is_empty()).then(|| format!("{title}: {names}"))
    };
    lines.extend(listed(
        printer.pick("dataset yang berubah", "datasets that change"),
        &plan.datasets,
    ));
    let (id, en) = ("indikator yang dihitung ulang", "indicators computed anew");
    lines.extend(listed(printer.pick(id, en), &plan.indicators));
    lines.extend(plan.changes.iter().flat_map(|own| run::change_lines(printer, own)));
    let (id, en) = match plan.release {
        "new" => ("rilis baru akan dibuat", "a new release would be made"),
        "retained" => (
            "tidak akan ada rilis baru: pemeriksaan gagal, rilis sebelumnya tetap",
            "there would be no new release: a check fails, the release before stands",
        ),
        "unchanged" => ("rilis sekarang tetap", "the current release stands"),
        _ => ("danau data masih kosong", "the lake is empty"),
    };
    lines.push(printer.pick(id, en).to_owned());
    lines.extend(plan.stopped_by.iter().map(|own| {
        let name = printer.pick(&own.check_name_ind, &own.check_name);
        format!("    {}: {name} ({})", own.subject, own.rows)
    }));
    let (id, en) = ("hanya rencana: tidak ada yang ditulis", "a plan only: nothing was written");
    lines.push(printer.pick(id, en).to_owned());
    lines
}
