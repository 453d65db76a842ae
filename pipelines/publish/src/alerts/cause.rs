//! What needs a person, one cause for each thing that somebody has to do, by a name that stays.
//!
//! A cause tells names of files, offices, datasets and regions, and counts: no cell, no figure, no
//! example of a check, for an alert leaves the lake by mail or by another's server.

use super::fetches::FailedFetch;
use crate::delivery_states::delivery_words;
use crate::status::{Needs, OfficeDeliveries};
use koridor_contract::message::{Language, Message};
use koridor_contract::project::Zone;
use koridor_contract::scrub;
use koridor_lake::ledger::report::Report;

/// Letters of a reason that are told.
const MOST_LETTERS: usize = 300;

/// One thing that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its name, the same every night until it goes away.
    pub id: String,
    /// What is the matter, such as `held_file`.
    pub kind: &'static str,
    /// What changes when it becomes another: it is told anew then.
    pub state: String,
    /// One line.
    pub title: Message,
    /// The command that shows more.
    pub command: String,
}

/// What is known after a night.
pub struct Situation {
    /// What needs a person.
    pub causes: Vec<Cause>,
    /// Whether these are all: a night that failed knows only that.
    pub is_whole: bool,
    /// The corridor's name.
    pub corridor: String,
    /// The time that its people live by.
    pub zone: Zone,
    /// The run, where it has a name.
    pub run_id: Option<String>,
}

impl Cause {
    fn new(
        (kind, name): (&'static str, &str),
        state: String,
        (id, en): (String, String),
        command: &str,
    ) -> Self {
        Self {
            id: format!("{kind}:{name}"),
            kind,
            state,
            title: Message { id, en },
            command: command.to_owned(),
        }
    }

    /// A night that could not finish, or not begin.
    pub fn failed_night(error: &str) -> Self {
        let error = cut(&scrub::prose(error));
        let title = (format!("malam ini gagal: {error}"), format!("the night failed: {error}"));
        Self::new(("failed_run", "night"), error.clone(), title, "koridor status")
    }
}

/// What needs a person, in the order of urgency. A night's report adds what only it knows.
pub fn causes(needs: &Needs, report: Option<&Report>) -> Vec<Cause> {
    let mut causes = Vec::new();
    if let Some(run) = &needs.failed_run {
        causes.push(Cause::failed_night(run.error.as_deref().unwrap_or_default()));
    }
    causes.extend(needs.stopped_by.iter().map(|check| {
        let (subject, name, rows) = (&check.subject, &check.check_name, check.rows);
        let name_ind = &check.check_name_ind;
        Cause::new(
            ("stopped_release", &format!("{subject}:{name}")),
            rows.to_string(),
            (
                format!("pemeriksaan menahan rilis baru: {subject}, {name_ind}"),
                format!("a check stops the new release: {subject}, {name}"),
            ),
            "koridor sql --head \"select * from ops.checks where severity = 'fail'\"",
        )
    }));
    causes.extend(needs.failed_fetches.iter().map(unfetched));
    causes.extend(files(needs));
    causes.extend(rows(needs));
    causes.extend(needs.deliveries.iter().map(delivery));
    causes.extend(needs.idle_corrections.iter().map(|own| {
        let (name, dataset) = (&own.correction, &own.dataset);
        Cause::new(
            ("idle_correction", name),
            own.state.clone(),
            (
                format!("koreksi yang tidak dipakai lagi: {name} ({dataset})"),
                format!("a correction does nothing: {name} ({dataset})"),
            ),
            "koridor sql \"select * from ref.correction\"",
        )
    }));
    if report.map_or(needs.holds_changes, |report| report.holds_changes) {
        let title = (
            "perubahan schemas/ atau sql/ menunggu persetujuan; rilis sebelumnya tetap".to_owned(),
            "a change of schemas/ or sql/ waits for approval; the release before stands".to_owned(),
        );
        let command = "koridor backfill plan";
        causes.push(Cause::new(("held_changes", "project"), String::new(), title, command));
    }
    let folders = report.map_or(&needs.unknown_folders, |report| &report.unknown_folders);
    causes.extend(folders.iter().map(|folder| {
        let title = (format!("map di landing bukan milik instansi: {folder}"), folder.clone());
        Cause::new(("unknown_folder", folder), String::new(), title, "koridor status")
    }));
    one_each(causes)
}

/// Causes of one name as one: two refused files of one name are one thing to look at, which changes
/// when either does.
fn one_each(causes: Vec<Cause>) -> Vec<Cause> {
    let mut each: Vec<Cause> = Vec::new();
    for cause in causes {
        match each.iter_mut().find(|own| own.id == cause.id) {
            Some(own) => own.state = format!("{} {}", own.state, cause.state),
            None => each.push(cause),
        }
    }
    each
}

/// A file that a source publishes and that did not come.
fn unfetched(own: &FailedFetch) -> Cause {
    let Message { id, en } = own.title();
    let name = format!("{}:{}", own.source, own.file);
    let title = (cut(&id), cut(&en));
    // Told once: why it fails may read differently each night.
    Cause::new(("failed_fetch", &name), own.since.clone(), title, "koridor fetch")
}

/// Files that are refused or held, or hold nothing.
fn files(needs: &Needs) -> Vec<Cause> {
    let refused = needs.refused_files.iter().map(|file| {
        let (name, when) = (&file.file_name, &file.received_at);
        let office = file.source_id.as_deref().unwrap_or("-");
        Cause::new(
            ("refused_file", &format!("{office}:{name}")),
            when.clone(),
            // Why is not told: a refusal quotes cells of what looks like a header.
            (
                format!("berkas ditolak: {name} ({office})"),
                format!("file refused: {name} ({office})"),
            ),
            "koridor sql --head \"select * from ops.files where status = 'refused'\"",
        )
    });
    let held = needs.held_files.iter().map(|file| {
        let (name, when) = (&file.file_name, &file.received_at);
        let office = file.source_id.as_deref().unwrap_or("-");
        Cause::new(
            ("held_file", &format!("{office}:{name}")),
            when.clone(),
            (
                format!("berkas ditahan, belum dihitung: {name} ({office})"),
                format!("file held, it does not count yet: {name} ({office})"),
            ),
            "koridor quarantine accept FILE --by WHO --reason R",
        )
    });
    let empty = needs.empty_files.iter().map(|file| {
        let (name, when) = (&file.file_name, &file.received_at);
        let office = file.source_id.as_deref().unwrap_or("-");
        Cause::new(
            ("empty_file", &format!("{office}:{name}")),
            when.clone(),
            (
                format!("berkas tanpa baris data, tidak ada yang dikirim: {name} ({office})"),
                format!("a file without rows of data, nothing was delivered: {name} ({office})"),
            ),
            "koridor sql --head \"select * from ops.files where rows_accepted = 0\"",
        )
    });
    refused.chain(held).chain(empty).collect()
}

/// Figures that are withheld and rows that are refused.
fn rows(needs: &Needs) -> Vec<Cause> {
    let withheld = needs.withheld.iter().map(|own| {
        let (office, dataset, region) = (&own.source_id, &own.dataset, &own.region_code);
        let (looks_like, count) = (&own.looks_like, own.figures);
        Cause::new(
            ("withheld_figures", &format!("{office}:{dataset}:{region}:{looks_like}")),
            format!("{count} {} {}", own.first_period, own.last_period),
            (
                format!(
                    "angka tampak seperti {looks_like}: {office}, {dataset}, {region} ({count})"
                ),
                format!("figures look like {looks_like}: {office}, {dataset}, {region} ({count})"),
            ),
            "koridor sql \"select * from ops.magnitudes\"",
        )
    });
    let refused = needs.open_refusals.iter().map(|own| {
        let office = own.source_id.as_deref().unwrap_or("-");
        let (count, datasets) = (own.rows, &own.datasets);
        let rows = if count == 1 { "row" } else { "rows" };
        Cause::new(
            ("refused_rows", office),
            format!("{count} {datasets} {}", own.rules),
            (
                format!("{count} baris ditolak: {office} ({datasets})"),
                format!("{count} {rows} refused: {office} ({datasets})"),
            ),
            "koridor quarantine list --source CODE",
        )
    });
    withheld.chain(refused).collect()
}

fn delivery(own: &OfficeDeliveries) -> Cause {
    let OfficeDeliveries { source_id: office, state, deliveries, datasets, .. } = own;
    let (first, last) = (&own.first_period, &own.last_period);
    let [id, en] = [Language::Id, Language::En].map(|own| delivery_words(state, own));
    let noun = if *deliveries == 1 { "delivery" } else { "deliveries" };
    let periods = if first == last { first.clone() } else { format!("{first} - {last}") };
    Cause::new(
        ("deliveries", &format!("{office}:{state}")),
        format!("{deliveries} {periods} {datasets}"),
        (
            format!("{deliveries} kiriman {id}: {office}, {periods} ({datasets})"),
            format!("{deliveries} {noun} {en}: {office}, {periods} ({datasets})"),
        ),
        "koridor quarantine letter OFFICE --month MONTH",
    )
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
