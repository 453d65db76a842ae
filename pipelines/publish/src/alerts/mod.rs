//! Alerts: who looks after the lake is told what needs a person, once for each cause until it
//! changes, and when nothing does any more.
//!
//! What was told is kept in the lake. A message is kept before it is sent and taken away behind it:
//! one that could not be sent goes out with the next night.

mod cause;
mod fetches;
mod message;

use crate::error::PublishError;
pub use cause::{Cause, Situation, causes};
pub use fetches::{FailedFetch, NO_SOURCE, failed_fetches, keep_failed_fetches};
use koridor_contract::clock::Clock;
use koridor_lake::store::lock::LakeLock;
use koridor_lake::{LakeError, Storage};
pub use message::{Alert, AlertKind, ToldCause};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// What was told, and what is still to be sent.
const STATE: &str = "_koridor/alerts/state.json";

/// Messages that wait for a channel; of more the oldest are left out.
const MOST_WAITING: usize = 50;

/// How long telling waits for another run that writes to the lake.
const WAIT: Duration = Duration::from_secs(30);

/// Sends messages.
pub trait Sender {
    /// The channels there are, each by a name that stays.
    fn channels(&self) -> Vec<String>;
    /// Sends a message by a channel; an error in words that hold no secret.
    fn send(&mut self, channel: &str, alert: &Alert) -> impl Future<Output = Result<(), String>>;
}

/// What came of telling.
#[derive(Debug, Default)]
pub struct Told {
    /// Messages that were sent.
    pub sent: u64,
    /// Channels that did not take a message, with the reason.
    pub failed: Vec<String>,
}

/// A cause that was told.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Open {
    state: String,
    since: String,
    title_id: String,
    title_en: String,
}

/// What the lake keeps of its alerts.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// Causes that were told and are there still.
    open: BTreeMap<String, Open>,
    /// Causes that are gone, for the next message.
    #[serde(default)]
    ended: Vec<ToldCause>,
    /// Whether the last word was that nothing needs a person.
    #[serde(default)]
    is_clear: bool,
    /// Messages by the channel that they wait for.
    #[serde(default)]
    waiting: BTreeMap<String, Vec<Alert>>,
}

/// Tells what is new of a situation, and what could not be sent before.
///
/// # Errors
/// Where the lake cannot be read or written.
pub async fn tell(
    (storage, clock): (&Storage, Clock),
    situation: &Situation,
    sender: &mut impl Sender,
) -> Result<Told, PublishError> {
    let channels = sender.channels();
    if channels.is_empty() {
        return Ok(Told::default());
    }
    let lock = LakeLock::take_within(storage, WAIT).await?;
    let told = tell_locked((storage, clock), situation, sender, &channels).await;
    lock.release().await?;
    told
}

async fn tell_locked(
    (storage, clock): (&Storage, Clock),
    situation: &Situation,
    sender: &mut impl Sender,
    channels: &[String],
) -> Result<Told, PublishError> {
    // One that is damaged is begun anew: rather twice than never.
    let (mut state, _): (State, Option<LakeError>) = storage.get_cache(STATE).await?;
    state.waiting.retain(|channel, _| channels.contains(channel));
    let before = serde_json::to_value(&state).ok();
    if let Some(alert) = state.next(situation, &clock.written()) {
        for channel in channels {
            let waiting = state.waiting.entry(channel.clone()).or_default();
            waiting.push(alert.clone());
            let surplus = waiting.len().saturating_sub(MOST_WAITING);
            waiting.drain(..surplus);
        }
    }
    // What ended without news is no longer open: where it comes again, it is new.
    if serde_json::to_value(&state).ok() != before {
        storage.put_json(STATE, &state).await?;
    }
    let mut told = Told::default();
    for channel in channels {
        while let Some(alert) = state.waiting.get(channel).and_then(|own| own.first()).cloned() {
            if let Err(reason) = sender.send(channel, &alert).await {
                told.failed.push(format!("{channel}: {reason}"));
                break;
            }
            told.sent += 1;
            if let Some(waiting) = state.waiting.get_mut(channel) {
                waiting.remove(0);
            }
            storage.put_json(STATE, &state).await?;
        }
    }
    Ok(told)
}

impl State {
    /// The message of a situation, where there is something to say; what is said is remembered.
    fn next(&mut self, situation: &Situation, now: &str) -> Option<Alert> {
        let mut new = Vec::new();
        for cause in &situation.causes {
            let known = self.open.get(&cause.id);
            if known.is_some_and(|known| known.state == cause.state) {
                continue;
            }
            new.push(ToldCause::of(cause, known.is_some()));
            let since = known.map_or_else(|| now.to_owned(), |known| known.since.clone());
            let own = Open {
                state: cause.state.clone(),
                since,
                title_id: cause.title.id.clone(),
                title_en: cause.title.en.clone(),
            };
            self.open.insert(cause.id.clone(), own);
            // It had gone away and nobody was told yet.
            self.ended.retain(|ended| ended.id != cause.id);
        }
        if situation.is_whole {
            let is_there = |id: &String| situation.causes.iter().any(|cause| cause.id == *id);
            let gone: Vec<String> = self.open.keys().filter(|id| !is_there(id)).cloned().collect();
            for id in gone {
                if let Some(own) = self.open.remove(&id) {
                    self.ended.push(ToldCause::ended(id, own.title_id, own.title_en));
                }
            }
        }
        let is_clear = situation.is_whole && self.open.is_empty();
        let is_news = !new.is_empty() || (is_clear && !self.is_clear);
        self.is_clear = is_clear;
        is_news.then(|| {
            let kind = if is_clear { AlertKind::AllClear } else { AlertKind::Alert };
            let open = self.open.len() as u64;
            Alert::of(kind, situation, now, (new, std::mem::take(&mut self.ended), open))
        })
    }
}

/// Causes that were told and are there still: since when, in Bahasa Indonesia and English.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn open_causes(storage: &Storage) -> Result<Vec<[String; 4]>, PublishError> {
    let state: State = storage.get_json(STATE).await?.unwrap_or_default();
    let open = state.open.into_iter();
    Ok(open.map(|(id, own)| [id, own.since, own.title_id, own.title_en]).collect())
}
