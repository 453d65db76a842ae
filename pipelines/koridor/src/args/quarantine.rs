//! Arguments of `quarantine`.

use super::tier::CellArgs;
use clap::{Args, Subcommand};

/// Arguments of `quarantine`.
#[derive(Debug, Args)]
pub struct QuarantineArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: QuarantineCommand,
}

/// Commands of `quarantine`.
#[derive(Debug, Subcommand)]
pub enum QuarantineCommand {
    /// Refused rows: a summary by office and rule, then the rows, those of the newest files first.
    List {
        /// Only this dataset.
        #[arg(long)]
        dataset: Option<String>,
        /// Only files whose name contains this.
        #[arg(long)]
        file: Option<String>,
        /// Only this rule.
        #[arg(long)]
        rule: Option<String>,
        /// Only rows of this office: a code of `ref.source`.
        #[arg(long)]
        source: Option<String>,
        /// Most rows to show; 0 for all.
        #[arg(long, default_value_t = 100)]
        limit: usize,
        /// What of them is shown.
        #[command(flatten)]
        cells: CellArgs,
    },
    /// The office's own workbook back: refused cells coloured, a note on each, a summary first.
    /// A CSV becomes a workbook.
    #[command(after_help = "Example:
  koridor quarantine export wisatawan_2024.xlsx --output kembali.xlsx")]
    Export {
        /// Name of a file in the lake, or the beginning of its hash.
        file: String,
        /// The office that sent it, where several have sent one of that name.
        #[arg(long, visible_alias = "source", value_name = "CODE")]
        office: Option<String>,
        /// What of it is shown.
        #[command(flatten)]
        cells: CellArgs,
    },
    /// The letter to an office for a month: what came, what to mend, what is awaited.
    /// HTML, or a workbook where --output ends in .xlsx.
    #[command(after_help = "Example:
  koridor quarantine letter OFFICE --month 2026-11 --output surat.html")]
    Letter {
        /// The office: a code of `ref.source`.
        office: String,
        /// Month, such as 2026-11.
        #[arg(long)]
        month: String,
    },
    /// Read files again from their raw bytes after a new spelling, code, description or correction;
    /// rows move where they now belong.
    #[command(after_help = "Examples:
  koridor quarantine replay
  koridor quarantine replay --rule unknown_code
  koridor quarantine replay --file wisatawan_2024.xlsx")]
    Replay {
        /// Only files with a row that this rule refuses.
        #[arg(long)]
        rule: Option<String>,
        /// Only files whose name contains this, or whose hash begins with it.
        #[arg(long)]
        file: Option<String>,
        /// Only files of this office: a code of `ref.source`.
        #[arg(long, visible_alias = "source", value_name = "CODE")]
        office: Option<String>,
        /// Only files that came on this day or later.
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
    },
    /// Record that open rows, or a refused file, stay refused: by whom and why.
    #[command(after_help = "Example:
  koridor quarantine waive --file wisatawan_2024.xlsx --rule unknown_code \\
      --by \"Dinas Pariwisata\" --reason \"desa di luar wilayah\"")]
    Waive {
        /// Only this dataset.
        #[arg(long)]
        dataset: Option<String>,
        /// Only files whose name contains this, or whose hash begins with it.
        #[arg(long)]
        file: Option<String>,
        /// Only rows of this office: a code of `ref.source`.
        #[arg(long, visible_alias = "source", value_name = "CODE")]
        office: Option<String>,
        /// Only rows that this rule refuses.
        #[arg(long)]
        rule: Option<String>,
        /// Only this row of the file.
        #[arg(long)]
        row: Option<u64>,
        /// Who decides.
        #[arg(long, value_parser = super::said)]
        by: String,
        /// Why.
        #[arg(long, value_parser = super::said)]
        reason: String,
    },
    /// Accept a file that is held because it leaves out much of what stands: it counts from then
    /// on.
    #[command(after_help = "Example:
  koridor quarantine accept wisatawan_2025.xlsx --by \"Dinas Pariwisata\" \\
      --reason \"pasar lain tidak didata lagi\"")]
    Accept {
        /// Name of a held file, or the beginning of its hash.
        file: String,
        /// The office that sent it, where several have sent one of that name.
        #[arg(long, visible_alias = "source", value_name = "CODE")]
        office: Option<String>,
        /// Who decides.
        #[arg(long, value_parser = super::said)]
        by: String,
        /// Why.
        #[arg(long, value_parser = super::said)]
        reason: String,
    },
}
