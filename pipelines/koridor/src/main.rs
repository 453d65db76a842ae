//! The program: arguments, one file a command, printer, exit codes.

mod args;
mod attempts;
mod channels;
mod commands;
mod context;
mod embedded;
mod emptied;
mod fetch;
mod fitting;
mod generate;
mod guides;
mod lineage;
mod mail;
mod numbers;
mod output;
mod package_folder;
mod permissions;
mod printer;
mod result_table;
mod signing;
mod sql_shell;
mod statements;
mod whole_folder;

use args::KeyCommand;
use args::{
    Cli, Command, Global, IndicatorsCommand, LogFormat, OutputFormat, QuarantineCommand,
    ReleasesCommand, SourcesCommand,
};
use clap::Parser;
use context::Context;
use koridor_contract::{ErrorKind, ProjectError, scrub};
use koridor_lake::LakeError;
use koridor_lake::load::quarantine::RowSelection;
use koridor_lake::load::replay::Selection;
use koridor_lake::store::rewrite;
use koridor_publish::PublishError;
use koridor_read::ReadError;
use koridor_serve::ServeError;
use permissions::Sharing;
use printer::Printer;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the last panic was.
static FAULT: Mutex<Option<String>> = Mutex::new(None);

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0
    Done,
    /// 1: what was asked about is damaged.
    Damaged,
    /// 2: what was asked about holds mistakes of whoever wrote it.
    Mistaken,
    /// 3: done, but data was refused.
    Refused,
}

impl ExitStatus {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Damaged => 1,
            Self::Mistaken => 2,
            Self::Refused => 3,
        }
    }

    /// Done, unless data was refused and that is not allowed.
    pub fn of(is_refused: bool, allow_rejected: bool) -> Self {
        if is_refused && !allow_rejected { Self::Refused } else { Self::Done }
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::ReadApart) {
        return commands::read_apart::run(&cli.global);
    }
    log_to_stderr(&cli);
    let printer = Printer::new(&cli.global);
    // Whoever gets the panic tells it, in one line.
    std::panic::set_hook(Box::new(|panic| {
        *FAULT.lock().unwrap_or_else(PoisonError::into_inner) =
            panic.location().map(ToString::to_string);
    }));
    // A check stores nothing that could be asked for later.
    let lake = cli.global.lake.clone();
    let is_check = matches!(cli.command, Command::Check(_) | Command::Plan(_) | Command::Status(_));
    let sharing = match sharing(&cli) {
        Ok(sharing) => sharing,
        Err(error) => {
            printer.error(&error.to_string(), None);
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(8 << 20)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            printer.error(&format!("the runtime cannot start: {error}"), None);
            return ExitCode::from(1);
        }
    };
    // Planning recurses deeply in an unoptimised build, deeper than a first thread's stack.
    let work = std::thread::Builder::new().stack_size(64 << 20).spawn(move || {
        let outcome = runtime.block_on(run(cli));
        runtime.shutdown_background();
        outcome
    });
    let outcome = work.map_err(anyhow::Error::from).and_then(|thread| {
        thread.join().unwrap_or_else(|panic| Err(LakeError::panic(panic.as_ref()).into()))
    });
    let shared = sharing.end();
    match outcome.and_then(|status| shared.map(|()| status)) {
        Ok(status) => {
            // A line on stderr whatever is printed elsewhere: cron mails it.
            if status == ExitStatus::Refused && !is_check {
                printer.error_line(printer.pick(
                    "selesai, tetapi ada yang perlu ditangani (kode 3): koridor status",
                    "done, but something needs a person (exit code 3): koridor status",
                ));
            }
            ExitCode::from(status.code())
        }
        Err(error) => {
            if is_closed_pipe(&error) {
                return ExitCode::SUCCESS;
            }
            let (hint, kind) = met(&error, &lake, &printer);
            let place = FAULT.lock().unwrap_or_else(PoisonError::into_inner).take();
            let place = place.filter(|_| kind == ErrorKind::Fault);
            let place = place.map(|own| format!(" ({own})")).unwrap_or_default();
            printer.error(&format!("{}{place}", words(&error)), hint.as_deref());
            ExitCode::from(kind.exit_code())
        }
    }
}

/// What helps against an error, and whose it is: where an erasure died, a lake that cannot be read
/// in between is that.
fn met(error: &anyhow::Error, lake: &str, printer: &Printer) -> (Option<String>, ErrorKind) {
    let (hint, kind) = classify(error);
    // What reads it may meet it while it plans a view.
    let is_of_lake = ["is damaged", "is gone"].iter().any(|own| words(error).contains(own));
    if (kind == ErrorKind::Internal || is_of_lake) && rewrite::is_unfinished(Path::new(lake)) {
        return (Some(commands::erase::unfinished(printer).to_owned()), ErrorKind::Internal);
    }
    (hint, kind)
}

/// Who may read what the command writes.
fn sharing(cli: &Cli) -> anyhow::Result<Sharing> {
    let Global { lake, output, group, .. } = &cli.global;
    let extracts = match &cli.command {
        Command::Run(args) => Some(args.extracts.as_path()),
        Command::Catalogue(args) => Some(args.folder.as_path()),
        Command::Site(args) => Some(args.folder.as_path()),
        _ => None,
    };
    Sharing::begin(group.as_deref(), permissions::written(lake, extracts, output.as_deref()))
}

/// That the command writes the format.
fn need_format(format: OutputFormat, command: &Command) -> Result<(), LakeError> {
    let (said, hint) = match (format, command) {
        (OutputFormat::Datapackage, Command::Extract(_))
        | (OutputFormat::Html | OutputFormat::Pdf, Command::Bulletin(_))
        // A letter is HTML.
        | (OutputFormat::Html, Command::Quarantine(_)) => return Ok(()),
        (OutputFormat::Datapackage, _) => {
            ("only an extract can be a Data Package", "`koridor extract NAME` writes one")
        }
        (OutputFormat::Html | OutputFormat::Pdf, _) => {
            ("only a bulletin can be HTML or PDF", "`koridor bulletin --year 2025` writes one")
        }
        _ => return Ok(()),
    };
    Err(LakeError::usage(said, hint.to_owned()))
}

async fn run(cli: Cli) -> anyhow::Result<ExitStatus> {
    if let Command::Completions { shell } = cli.command {
        return commands::completions::run(&Printer::new(&cli.global), shell);
    }
    // What looks at files that may be wrong, or at none.
    match &cli.command {
        Command::Man(args) => return commands::man::run(args),
        Command::Init(args) => return commands::init::run(&Printer::new(&cli.global), args),
        Command::Project(command) => return commands::project::run(&cli.global, command).await,
        _ => {}
    }
    need_format(cli.global.format(), &cli.command)?;
    let context = match (Context::open(&cli.global).await, &cli.command) {
        // Nobody sees what a timer prints.
        (Err(error), Command::Run(args)) => {
            return Err(commands::unbegun_night::tell(&cli.global, args, error).await);
        }
        (context, _) => context?,
    };
    match cli.command {
        Command::Demo => commands::demo::run(&context).await,
        Command::Run(args) => commands::run::run(&context, &args).await,
        Command::Fetch(args) => commands::fetch::run(&context, &args).await,
        Command::Plan(args) => commands::plan::run(&context, &args).await,
        Command::Backfill(command) => commands::backfill::run(&context, &command).await,
        Command::Ingest(args) => commands::ingest::run(&context, &args).await,
        Command::Check(args) => commands::check::run(&context, &args).await,
        Command::Quarantine(args) => quarantine(&context, args.command).await,
        Command::Sql(args) => commands::sql::run(&context, &args).await,
        Command::Indicators(IndicatorsCommand::List) => commands::indicators::list(&context),
        Command::Indicators(IndicatorsCommand::Show { id }) => {
            commands::indicators::show(&context, &id).await
        }
        Command::Indicators(IndicatorsCommand::Test { ids }) => {
            commands::indicators::test(&context, &ids).await
        }
        Command::Explain(args) => commands::explain::run(&context, &args).await,
        Command::Status(args) => commands::status::run(&context, &args).await,
        Command::Alerts(args) => commands::alerts::run(&context, &args).await,
        Command::Sources(SourcesCommand::List) => commands::sources::list(&context),
        Command::Sources(SourcesCommand::Infer { file, dataset }) => {
            commands::sources::infer(&context, &file, dataset.as_deref()).await
        }
        Command::Sources(SourcesCommand::Explain(args)) => {
            commands::sources::explain(&context, &args).await
        }
        Command::Releases(command) => releases(&context, command).await,
        Command::Evaluate(args) => commands::evaluate::run(&context, &args).await,
        Command::Extract(args) => commands::extract::run(&context, &args).await,
        Command::Catalogue(args) => commands::catalogue::run(&context, &args).await,
        Command::Template(args) => commands::template::run(&context, &args),
        Command::Generate(args) => commands::generate::run(&context, &args).await,
        Command::Bulletin(args) => commands::bulletin::run(&context, &args).await,
        Command::Site(args) => commands::site::run(&context, &args).await,
        Command::Serve(args) => commands::serve::run(&context, &args).await,
        Command::Reference(args) => commands::reference::run(&context, &args).await,
        Command::Rebuild(args) => commands::rebuild::run(&context, &args).await,
        Command::Verify => commands::verify::run(&context).await,
        Command::Retention(args) => commands::retention::run(&context, &args).await,
        Command::Erase(args) => commands::erase::run(&context, &args).await,
        Command::Key(command) => key(&context, command).await,
        Command::Completions { .. }
        | Command::Man(_)
        | Command::Init(_)
        | Command::Project(_)
        | Command::ReadApart => Ok(ExitStatus::Done),
    }
}

/// Releases: which there are, what moved, and the proof of one.
async fn releases(context: &Context, command: ReleasesCommand) -> anyhow::Result<ExitStatus> {
    match command {
        ReleasesCommand::List => commands::releases::list(context).await,
        ReleasesCommand::Diff { from, to } => commands::releases::diff(context, &from, &to).await,
        ReleasesCommand::Manifest { release } => commands::proof::manifest(context, &release).await,
        ReleasesCommand::Sign { release, key } => {
            commands::proof::sign(context, &release, &key).await
        }
        ReleasesCommand::NewKey { file } => commands::proof::new_key(context, &file),
        ReleasesCommand::Verify(args) => commands::proof::verify(context, &args).await,
    }
}

/// Access keys of those who ask, and the lake's own secret.
async fn key(context: &Context, command: KeyCommand) -> anyhow::Result<ExitStatus> {
    match command {
        KeyCommand::Create(args) => commands::access_key::create(context, &args).await,
        KeyCommand::List => commands::access_key::list(context).await,
        KeyCommand::Revoke { id } => commands::access_key::revoke(context, &id).await,
        KeyCommand::Show => commands::key::show(context).await,
        KeyCommand::Encrypt => commands::key::encrypt(context, true).await,
        KeyCommand::Decrypt => commands::key::encrypt(context, false).await,
        KeyCommand::Adopt { by, reason } => {
            commands::key::adopt(context, &by, &scrub::prose(&reason)).await
        }
    }
}

/// Refused rows and held files: shown, sent back, read again, decided about.
async fn quarantine(context: &Context, command: QuarantineCommand) -> anyhow::Result<ExitStatus> {
    match command {
        QuarantineCommand::List { dataset, file, rule, source, limit, cells } => {
            let file = file.map(|file| context.told_file(&file)).transpose()?;
            let rows = RowSelection { dataset, file, office: source, rule, row_number: None };
            commands::quarantine::list(context, &rows, limit, &cells).await
        }
        QuarantineCommand::Export { file, office, cells } => {
            let file = context.told_file(&file)?;
            commands::quarantine::export(context, (&file, office.as_deref()), &cells).await
        }
        QuarantineCommand::Letter { office, month } => {
            commands::quarantine::letter(context, &office, &month).await
        }
        QuarantineCommand::Replay { rule, file, office, since } => {
            let file = file.map(|file| context.told_file(&file)).transpose()?;
            let selection = Selection { rule, file, office, since };
            commands::quarantine::replay(context, &selection).await
        }
        QuarantineCommand::Waive { dataset, file, office, rule, row, by, reason } => {
            let file = file.map(|file| context.told_file(&file)).transpose()?;
            let rows = RowSelection { dataset, file, office, rule, row_number: row };
            commands::quarantine::waive(context, &rows, &by, &scrub::prose(&reason)).await
        }
        QuarantineCommand::Accept { file, office, by, reason } => {
            let (file, reason) = (context.told_file(&file)?, scrub::prose(&reason));
            let file = (file.as_str(), office.as_deref());
            commands::quarantine::accept(context, file, &by, &reason).await
        }
    }
}

/// An error in words: ours say it all in one sentence, others in a chain.
pub fn words(error: &anyhow::Error) -> String {
    let words = if own_error(error).is_some() { error.to_string() } else { format!("{error:#}") };
    scrub::prose(&words).into_owned()
}

/// What an error of our own crates says of itself: whose fault it is, and what to do about it.
fn own_error(error: &anyhow::Error) -> Option<(Option<String>, ErrorKind)> {
    if let Some(own) = error.downcast_ref::<ServeError>() {
        return Some((own.hint(), own.kind()));
    }
    if let Some(own) = error.downcast_ref::<PublishError>() {
        return Some((own.hint(), own.kind()));
    }
    if let Some(own) = error.downcast_ref::<LakeError>() {
        return Some((own.hint(), own.kind()));
    }
    if let Some(own) = error.downcast_ref::<ReadError>() {
        return Some((own.hint(), own.kind()));
    }
    error.downcast_ref::<ProjectError>().map(|own| (own.hint(), own.kind()))
}

fn classify(error: &anyhow::Error) -> (Option<String>, ErrorKind) {
    own_error(error).unwrap_or((None, ErrorKind::Internal))
}

/// A reader such as `head` that has seen enough is no fault.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
            || cause.to_string().contains("Broken pipe")
    })
}

fn log_to_stderr(cli: &Cli) {
    let level = match (cli.global.quiet, cli.global.verbose) {
        (true, _) => "error",
        (_, 0) => "warn,deltalake_core=error,buoyant_kernel=off",
        (_, 1) => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match cli.global.log_format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Text => builder.with_ansi(std::env::var_os("NO_COLOR").is_none()).init(),
    }
}
