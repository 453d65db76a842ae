//! Arguments of `key`.

use clap::{Args, Subcommand, ValueEnum};
use koridor_lake::store::access_keys::Role;

/// Commands of `key`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Access keys: make one for somebody who asks through a door (HTTP, PostgreSQL, Flight SQL).
    /// Its text is shown once and not kept.
    Create(NewKeyArgs),
    /// Access keys: who has one, for what, and until when.
    List,
    /// Access keys: withdraw one; a door refuses it within a second or two.
    Revoke {
        /// What `koridor key list` shows first.
        id: String,
    },
    /// The lake's own secret: what tells it from others, and which one is there now.
    Show,
    /// The lake's own secret: store what came encrypted with it, what is there and what comes.
    /// Without it nobody can read that any more, so keep a copy elsewhere.
    Encrypt,
    /// The lake's own secret: store what came as it came again.
    Decrypt,
    /// The lake's own secret: go on with the one that is given, or a new one: by whom and why.
    Adopt {
        /// Who says so.
        #[arg(long, value_parser = super::said)]
        by: String,
        /// Why.
        #[arg(long, value_parser = super::said)]
        reason: String,
    },
}

/// What an access key is made of.
#[derive(Debug, Args)]
pub struct NewKeyArgs {
    /// Whose it is: a person or an office.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// What its owner may do.
    #[arg(long, value_enum)]
    pub role: AskedRole,
    /// The region of a steward, or the one whose rows an analyst sees: BPS code or name.
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// First day on which it is not valid any more, such as 2027-01-31.
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
}

/// Roles of access keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AskedRole {
    /// What is published.
    Viewer,
    /// SQL on the rows behind it, but those of restricted datasets.
    Analyst,
    /// Sends files for an office, and sees all values of its region.
    Steward,
    /// Reads everything, with its history; each access is recorded.
    Auditor,
    /// Does what the operator does; each access is recorded.
    Admin,
}

impl AskedRole {
    /// The role.
    pub fn role(self) -> Role {
        match self {
            Self::Viewer => Role::Viewer,
            Self::Analyst => Role::Analyst,
            Self::Steward => Role::Steward,
            Self::Auditor => Role::Auditor,
            Self::Admin => Role::Admin,
        }
    }
}
