//! Arguments: names here are fixed, people script against them.

mod alerts;
mod backfill;
mod bulletin;
mod catalogue;
mod erase;
mod extract;
mod fetch;
mod files;
mod http;
mod keys;
mod limits;
mod project;
mod quarantine;
mod releases;
mod run;
mod serve;
mod site;
mod status;
mod tier;

pub use alerts::{AlertsArgs, ChannelArgs};
pub use backfill::BackfillCommand;
pub use bulletin::BulletinArgs;
pub use catalogue::CatalogueArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
pub use erase::{EraseArgs, RetentionArgs};
pub use extract::ExtractArgs;
pub use fetch::FetchArgs;
pub use files::{CheckArgs, EvaluateArgs, GenerateArgs, IngestArgs, ReferenceArgs, TemplateArgs};
pub use http::HttpArgs;
pub use keys::{KeyCommand, NewKeyArgs};
pub use limits::LimitArgs;
pub use project::{InitArgs, ManArgs, ProjectCommand};
pub use quarantine::{QuarantineArgs, QuarantineCommand};
pub use releases::{ReleasesCommand, VerifyReleaseArgs};
pub use run::{PlanArgs, RunArgs};
pub use serve::{DoorArgs, ServeArgs};
pub use site::SiteArgs;
pub use status::StatusArgs;
use std::path::PathBuf;
pub use tier::{AskedTier, CellArgs, ExplainArgs, TierArgs};

/// Carries a regency office's file to a published, reproducible tourism indicator and accounts for
/// every row on the way.
#[derive(Debug, Parser)]
#[command(name = "koridor", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// What applies to every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 failed; 2 usage; 3 done, but data was refused
(--allow-rejected turns 3 into 0); 4 a limit of time, memory or rows; 70 a fault of the program;
75 another run is writing.

Examples:
  koridor demo                           a lake from the bundled sample, with its indicators
  koridor run --landing landing          the nightly job
  koridor status                         what needs a person, and what came
  koridor check berkas.xlsx              the verdict on a file, nothing written
  koridor sql \"select * from indicators.values where indicator_id = 'waste_managed_rate'\"
  koridor extract indicators --region CODE --year 2024 --format xlsx --output wilayah.xlsx";

/// What applies to every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Where the lake is: a folder or an object store URL.
    #[arg(long, global = true, env = "KORIDOR_LAKE", default_value = "./lake", value_name = "URI")]
    pub lake: String,
    /// Folder whose `schemas` and `sql` come before the built-in ones; `built-in` for these alone.
    /// If not given: the one that the lake was last filled with.
    #[arg(long, global = true, env = "KORIDOR_PROJECT", value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// Format of results; if not given, that of the ending of --output, else a table.
    #[arg(long, global = true, value_enum)]
    pub format: Option<OutputFormat>,
    /// File for results instead of stdout; `extract` takes a folder too.
    #[arg(long, short, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Language. If not given: Indonesian where LC_ALL, LC_MESSAGES or LANG says `id`, else
    /// English.
    #[arg(long, global = true, env = "KORIDOR_LANG", value_enum)]
    pub lang: Option<Language>,
    /// Say less.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Say more; twice for everything.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Form of the log on stderr.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Group that may read what is written: the lake without its key, extracts, results. If not
    /// given: its owner alone.
    #[arg(long, global = true, env = "KORIDOR_GROUP", value_name = "GROUP")]
    pub group: Option<String>,
    /// Memory a query may use before it spills to disk, in MiB.
    #[arg(
        long,
        global = true,
        env = "KORIDOR_MEMORY_MB",
        default_value_t = 512,
        value_name = "MB"
    )]
    pub memory: usize,
    /// Memory that reading one file may take, in MiB: what asks for more is refused.
    #[arg(
        long,
        global = true,
        env = "KORIDOR_FILE_MEMORY_MB",
        default_value_t = 512,
        value_name = "MB"
    )]
    pub file_memory: u64,
    /// Seconds that reading one file may take; a text that is not held as a whole has more, by its
    /// size.
    #[arg(
        long,
        global = true,
        env = "KORIDOR_FILE_SECONDS",
        default_value_t = 60,
        value_name = "SECONDS"
    )]
    pub file_seconds: u64,
    /// Seconds to wait for a run that is writing to the lake (exit code 75 if it does not end).
    #[arg(long, global = true, env = "KORIDOR_WAIT", default_value_t = 0, value_name = "SECONDS")]
    pub wait: u64,
}

/// Formats of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For reading.
    Table,
    /// RFC 4180.
    Csv,
    /// One array.
    Json,
    /// One object a line.
    Ndjson,
    /// Parquet.
    Parquet,
    /// Workbook.
    Xlsx,
    /// SDMX-CSV 2.0, of values of indicators.
    SdmxCsv,
    /// Data Package v2 with hashes and licence, a zip file or a folder; `extract` alone.
    Datapackage,
    /// A page that prints as A4; `bulletin` alone.
    Html,
    /// PDF/A-2b, tagged; `bulletin` alone, where the program was built with it.
    Pdf,
}

/// Languages of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Bahasa Indonesia.
    Id,
    /// English.
    En,
}

impl Global {
    /// The format that is asked for, else that of the output file's ending, else a table.
    pub fn format(&self) -> OutputFormat {
        let ending = || {
            let ending = self.output.as_ref()?.extension()?.to_str()?.to_lowercase();
            if ending == "zip" {
                return Some(OutputFormat::Datapackage);
            }
            OutputFormat::from_str(&ending, true).ok()
        };
        self.format.or_else(ending).unwrap_or(OutputFormat::Table)
    }

    /// The language that is asked for, else that of the environment.
    pub fn language(&self) -> Language {
        self.lang.unwrap_or_else(|| Language::of_locale(|name| std::env::var(name).ok()))
    }
}

impl Language {
    /// The language of the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set, in the order of
    /// POSIX: Indonesian where it is `id`, else English.
    fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable);
        let locale = said.find(|locale| !locale.is_empty()).unwrap_or_default();
        let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("id") { Self::Id } else { Self::En }
    }
}

/// Forms of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For reading.
    Text,
    /// One object a line.
    Json,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The newcomer's one command: sample files, lake, release, indicators, refused rows.
    Demo,
    /// The nightly job: load what is new, check, build, release, extracts. Safe to run twice.
    #[command(after_help = "Examples:
  koridor run --landing /srv/landing
  koridor run --landing landing --format json > report.json")]
    Run(RunArgs),
    /// Bring the files of sources that publish at an address (`fetch` of a source description) to
    /// the landing folder; `run` does it first.
    #[command(after_help = "Example:\n  koridor fetch LAYOUT --period 2026-01")]
    Fetch(FetchArgs),
    /// What a night would do, nothing written: files, datasets, indicators, numbers that move.
    #[command(after_help = "Exit code 3 where something would be refused or held.

Examples:
  koridor plan --landing /srv/landing
  koridor plan --project mine --format json > plan.json")]
    Plan(PlanArgs),
    /// A change of `schemas/` or `sql/` under control: plan, approve, discard.
    #[command(subcommand)]
    Backfill(BackfillCommand),
    /// Load files.
    #[command(after_help = "Examples:
  koridor ingest landing/OFFICE/waste_handling.csv
  koridor ingest tiket.csv --dataset waste_weighbridge --source OFFICE")]
    Ingest(IngestArgs),
    /// The verdict on files, nothing written.
    #[command(after_help = "Example:
  koridor check laporan.xlsx --source LAYOUT --lang en")]
    Check(CheckArgs),
    /// Refused rows.
    Quarantine(QuarantineArgs),
    /// Read-only SQL: a statement, a file, or interactive.
    #[command(after_help = "Examples:
  koridor sql \"select * from ops.files\"
  koridor sql -f laporan.sql --format csv --output laporan.csv
  koridor sql --as-of 2026-11-21 \"select count(*) from indicators.values\"
  koridor sql")]
    Sql(SqlArgs),
    /// Indicators and their cards.
    #[command(subcommand)]
    Indicators(IndicatorsCommand),
    /// One number back to its numerator, denominator, files and rows.
    #[command(after_help = "Example:
  koridor explain waste_managed_rate --region CODE --period 2024")]
    Explain(ExplainArgs),
    /// What needs a person, then what came, the release and the last run.
    #[command(after_help = "--format csv gives what came, by source, dataset and region;
--format json gives all. --check prints one line for each thing that needs a person or is overdue,
and ends with 3 where there is one.

Example:
  koridor status --check --max-age 30")]
    Status(StatusArgs),
    /// What was told and needs a person still; `--test` sends a trial by each channel.
    #[command(
        after_help = "Channels are named by variables, so that no secret stands in a command:
KORIDOR_ALERT_WEBHOOK, KORIDOR_ALERT_SMTP with KORIDOR_ALERT_FROM and KORIDOR_ALERT_TO,
KORIDOR_HEARTBEAT_URL.

Example:
  koridor alerts --test"
    )]
    Alerts(AlertsArgs),
    /// Source descriptions: a draft from a file, or what a file's cells become.
    #[command(subcommand)]
    Sources(SourcesCommand),
    /// Releases: which there are, what moved between them, and the proof of one.
    #[command(subcommand)]
    Releases(ReleasesCommand),
    /// What others take away: workbook, CSV, Parquet, JSON, SDMX-CSV, Data Package. Without a name,
    /// the extracts.
    #[command(after_help = "Examples:
  koridor extract
  koridor extract indicators --region CODE --year 2024 --format xlsx --output wilayah-2024.xlsx
  koridor extract targets --from 2023 --to 2025 --excel --output keluar/
  koridor extract DATASET --format datapackage --output data.zip")]
    Extract(ExtractArgs),
    /// What is published, as other portals read it: data files with DCAT, Data Package, CKAN.
    #[command(after_help = "Examples:
  koridor catalogue /srv/www/data --base-url https://data.example.go.id/
  koridor catalogue /srv/www/data --base-url https://data.example.go.id/ --stable")]
    Catalogue(CatalogueArgs),
    /// The yearly evaluation: policy, institutions, infrastructure, dimensions, obstacles, data
    /// quality.
    #[command(after_help = "Examples:
  koridor evaluate --year 2025 --format xlsx --output evaluasi-2025.xlsx
  koridor evaluate --year 2025 --freeze --by Bappeda")]
    Evaluate(EvaluateArgs),
    /// A workbook for an office to fill in, which loads as it is; without a dataset, the datasets.
    #[command(after_help = "Example:
  koridor template visitor_flow --region NAME --year 2025 --output kunjungan.xlsx")]
    Template(TemplateArgs),
    /// Synthetic office files of any size, for trials and load tests; prints the expected counts.
    #[command(after_help = "Example:
  koridor generate waste_weighbridge --rows 1000000 --faults 0.01 --output tiket.csv")]
    Generate(GenerateArgs),
    /// All pages of a release as files that need no server: areas, indicators, evaluation, map,
    /// completeness, revisions, method, in both languages.
    #[command(after_help = "Example:\n  koridor site www --base-url https://example.org/koridor")]
    Site(SiteArgs),
    /// Opens doors on the lake until it is told to stop: HTTP, PostgreSQL, Flight SQL.
    Serve(ServeArgs),
    /// What is printed and handed over of a month or a year: HTML or PDF for A4 with charts,
    /// targets, programmes, sources that differ, coverage, revisions and method. Its format is html
    /// (if not given), pdf, or json for another typesetter.
    #[command(after_help = "Examples:
  koridor bulletin --year 2025 --output buletin-2025.pdf
  koridor bulletin --region NAME --month 2025-12 --lang id --output buletin.html")]
    Bulletin(BulletinArgs),
    /// Tables, codes, indicators, flags, rules and states as Markdown pages.
    Reference(ReferenceArgs),
    /// Build the lake again from its raw bytes and compare the two, table by table.
    #[command(after_help = "Example:\n  koridor rebuild --into lake-rebuilt")]
    Rebuild(RebuildArgs),
    /// Read all of the lake against its checksums; names what is damaged or gone (exit code 1).
    Verify,
    /// Take a person's rows out of the lake, at every version, and prove it by searching all bytes.
    #[command(after_help = "Exit code 1 where a value is still found.

Examples:
  koridor erase --dataset DATASET --key KEY --dry-run
  koridor erase --dataset DATASET --key KEY --by NAME --reason TEXT --also extracts")]
    Erase(EraseArgs),
    /// How long rows of each dataset are kept, and what is past its time; `--apply` erases it.
    #[command(after_help = "Examples:
  koridor retention
  koridor retention --apply --by NAME")]
    Retention(RetentionArgs),
    /// Access keys of those who ask through a door; and the lake's own secret for personal fields:
    /// which one the lake has, and going on with another.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Reads the files that another process sends, within limits.
    #[command(hide = true)]
    ReadApart,
    /// A project folder to begin with: corridor, a first description, landing folder, timer.
    #[command(after_help = "Example:\n  koridor init /srv/koridor/project")]
    Init(InitArgs),
    /// The files of a project: all mistakes in them.
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Manual pages of the program and each command, into a folder.
    #[command(hide = true)]
    Man(ManArgs),
    /// Shell completions.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Arguments of `rebuild`.
#[derive(Debug, Args)]
pub struct RebuildArgs {
    /// Folder of the new lake; one that goes away afterwards if not given.
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
}

/// Arguments of `sql`.
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The statement; none for interactive.
    pub query: Option<String>,
    /// File that holds the statement.
    #[arg(long, short, conflicts_with = "query", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What we had published: the state of a release, by its name or a day of the corridor's
    /// calendar.
    #[arg(long, value_name = "DATE|RELEASE")]
    pub as_of: Option<String>,
    /// What sources had released by a day: rows, and indicators computed of them.
    #[arg(long, value_name = "DATE")]
    pub vintage: Option<String>,
    /// Newest state, released or not.
    #[arg(long, conflicts_with = "as_of")]
    pub head: bool,
    /// Who it is for.
    #[command(flatten)]
    pub tier: TierArgs,
    /// What each statement may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Commands of `indicators`.
#[derive(Debug, Subcommand)]
pub enum IndicatorsCommand {
    /// All indicators.
    List,
    /// One card with its values.
    Show {
        /// Indicator.
        id: String,
    },
    /// Runs the SQL, the checks and the worked cases of indicators; of all if none is named.
    Test {
        /// Indicators.
        ids: Vec<String>,
    },
}

/// Commands of `sources`.
#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// The descriptions there are.
    List,
    /// Draft a description from a file: header, columns, number format, and what is unsure.
    #[command(after_help = "Example:
  koridor sources infer laporan.xlsx --output project/schemas/sources/LAYOUT.json")]
    Infer {
        /// The file.
        file: PathBuf,
        /// The dataset it holds, where its header does not tell.
        #[arg(long)]
        dataset: Option<String>,
    },
    /// Which cell of a file becomes which field, and which rows are left out.
    #[command(after_help = "Example:\n  koridor sources explain laporan.xlsx --source LAYOUT")]
    Explain(IngestArgs),
}

/// A name or a reason that is written down: not one of blanks alone.
fn said(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        Err("expected words, found blanks".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_first_locale_that_says_something_decides() {
        let cases: [(&[(&str, &str)], Language); 6] = [
            (&[], Language::En),
            (&[("LANG", "id_ID.UTF-8")], Language::Id),
            (&[("LANG", "id_ID.UTF-8"), ("LC_ALL", "C.UTF-8")], Language::En),
            (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "id")], Language::Id),
            (&[("LANG", "ID"), ("LC_ALL", "")], Language::Id),
            (&[("LANG", "idle")], Language::En),
        ];
        for (variables, expected) in cases {
            let variable = |name: &str| {
                let found = variables.iter().find(|(own, _)| *own == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(Language::of_locale(variable), expected, "{variables:?}");
        }
    }
}
