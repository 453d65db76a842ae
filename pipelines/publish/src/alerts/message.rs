//! What an alert says, for people in both languages and for programs.

use super::cause::{Cause, Situation};
use koridor_contract::message::Message;
use koridor_contract::project::{Corridor, Zone};
use serde::{Deserialize, Serialize};

/// Causes that a message names; it counts the others.
const MOST_NAMED: usize = 30;

/// Why a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Something needs a person.
    Alert,
    /// Nothing does any more.
    AllClear,
    /// A trial of the channels.
    Test,
}

/// A message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Alert {
    /// `koridor.alert.v1`.
    pub schema: String,
    /// Why it is sent.
    pub kind: AlertKind,
    /// Name of the corridor.
    pub corridor: String,
    /// The run that found it; none where the night could not begin.
    pub run_id: Option<String>,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Causes that are new or have changed.
    pub causes: Vec<ToldCause>,
    /// Causes that have gone away since the last message.
    pub ended: Vec<ToldCause>,
    /// How many things need a person.
    pub open: u64,
    /// One line in both languages.
    pub subject: String,
    /// All in both languages; chats show it as it is.
    pub text: String,
}

/// A cause in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldCause {
    /// Its name.
    pub id: String,
    /// Whether it was told before and is another now.
    pub has_changed: bool,
    /// In Bahasa Indonesia.
    pub title_id: String,
    /// In English.
    pub title_en: String,
    /// The command that shows more; empty of one that has gone away.
    pub command: String,
}

impl ToldCause {
    pub(super) fn of(cause: &Cause, has_changed: bool) -> Self {
        Self {
            id: cause.id.clone(),
            has_changed,
            title_id: cause.title.id.clone(),
            title_en: cause.title.en.clone(),
            command: cause.command.clone(),
        }
    }

    pub(super) fn ended(id: String, title_id: String, title_en: String) -> Self {
        Self { id, has_changed: false, title_id, title_en, command: String::new() }
    }
}

impl Alert {
    pub(super) fn of(
        kind: AlertKind,
        situation: &Situation,
        now: &str,
        (causes, ended, open): (Vec<ToldCause>, Vec<ToldCause>, u64),
    ) -> Self {
        let mut alert = Self {
            schema: "koridor.alert.v1".into(),
            kind,
            corridor: situation.corridor.clone(),
            run_id: situation.run_id.clone(),
            at: now.to_owned(),
            causes,
            ended,
            open,
            subject: String::new(),
            text: String::new(),
        };
        let headline = alert.headline();
        alert.subject = format!("[Koridor {}] {} / {}", alert.corridor, headline.id, headline.en);
        alert.text = alert.written(&headline, &situation.zone);
        alert
    }

    /// A message of all causes, of which the lake remembers nothing.
    pub fn unremembered(situation: &Situation, now: &str) -> Self {
        let causes: Vec<ToldCause> =
            situation.causes.iter().map(|cause| ToldCause::of(cause, false)).collect();
        let open = causes.len() as u64;
        Self::of(AlertKind::Alert, situation, now, (causes, Vec::new(), open))
    }

    /// A message that tries the channels.
    pub fn test(corridor: &Corridor, now: &str) -> Self {
        let situation = Situation {
            causes: Vec::new(),
            is_whole: true,
            corridor: corridor.name.clone(),
            zone: corridor.zone(),
            run_id: None,
        };
        Self::of(AlertKind::Test, &situation, now, (Vec::new(), Vec::new(), 0))
    }

    fn headline(&self) -> Message {
        let (id, en) = match self.kind {
            AlertKind::Alert => {
                let things = if self.open == 1 { "thing needs" } else { "things need" };
                (
                    format!("{} hal perlu dikerjakan", self.open),
                    format!("{} {things} a person", self.open),
                )
            }
            AlertKind::AllClear => (
                "semua berkas diterima, tidak ada yang ditolak".to_owned(),
                "all files accepted, none refused".to_owned(),
            ),
            AlertKind::Test => {
                ("uji coba saluran peringatan".to_owned(), "a trial of the alerts".to_owned())
            }
        };
        Message { id, en }
    }

    /// All of it in both languages, Bahasa Indonesia first; its time as people read it.
    fn written(&self, headline: &Message, zone: &Zone) -> String {
        let at = match chrono::DateTime::parse_from_rfc3339(&self.at) {
            Ok(at) => zone.written(at.timestamp_micros()),
            Err(_) => self.at.clone(),
        };
        let run = self.run_id.as_deref().unwrap_or("-");
        let part = |is_id: bool| {
            let pick = |id: &str, en: &str| if is_id { id.to_owned() } else { en.to_owned() };
            let mut lines = vec![pick(&headline.id, &headline.en)];
            for own in self.causes.iter().take(MOST_NAMED) {
                let mark =
                    if own.has_changed { pick("berubah: ", "changed: ") } else { String::new() };
                lines.push(format!("- {mark}{}", pick(&own.title_id, &own.title_en)));
                lines.push(format!("    {}", own.command));
            }
            let more = self.causes.len().saturating_sub(MOST_NAMED);
            if more > 0 {
                lines.push(format!("- {} {more}", pick("dan lagi:", "and more:")));
            }
            let ended = self.ended.iter().take(MOST_NAMED);
            lines.extend(ended.map(|own| {
                format!("- {}{}", pick("selesai: ", "over: "), pick(&own.title_id, &own.title_en))
            }));
            lines.join("\n")
        };
        format!("{}\n\n{}\n\n{} {run}, {at}", part(true), part(false), self.corridor)
    }
}
