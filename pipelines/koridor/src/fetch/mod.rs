//! Files of sources that publish at an address, brought to the landing folder.
//!
//! A file lands whole or not at all, and only where its bytes are new. What goes wrong with one
//! source stops no other.

mod content;
mod request;

use crate::context::Context;
use content::{is_far_less, is_header_only, measure, trouble};
use koridor_contract::Source;
use koridor_contract::date::from_days;
use koridor_contract::message::Message;
use koridor_contract::source::{Fetch, FetchPeriod};
use koridor_lake::LakeError;
use koridor_publish::alerts::{FailedFetch, NO_SOURCE, failed_fetches, keep_failed_fetches};
use request::{Answer, Asked, client, get};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where a lake remembers what addresses answered.
const MEMORY: &str = "_koridor/fetched.json";

/// Months by which a file may come later than those before it, until it is missed.
const MONTHS_AWAITED: u32 = 3;

/// What an address answered last.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Remembered {
    /// Its `ETag`.
    #[serde(default)]
    etag: Option<String>,
    /// Its `Last-Modified`.
    #[serde(default)]
    modified: Option<String>,
    /// Fingerprint of the bytes.
    fingerprint: String,
    /// Rows of a text, else bytes.
    size: u64,
}

/// What became of a file that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It lies in the landing folder now.
    Landed,
    /// It is what it was.
    Unchanged,
    /// It did not come.
    Failed,
    /// It is not there yet; that of a period shortly before came.
    Awaited,
    /// A key that it needs is not in the environment.
    Keyless,
}

/// A file that was asked for.
#[derive(Debug, Serialize)]
pub struct Fetched {
    /// Source description.
    pub source: String,
    /// Path below the landing folder.
    pub file: String,
    /// What became of it.
    pub fate: Fate,
    /// What a person should know, in English.
    pub said: Option<String>,
    /// The same in Bahasa Indonesia.
    pub said_id: Option<String>,
}

/// Whether a source of the project is published at an address.
pub fn is_configured(context: &Context) -> bool {
    context.project.sources.values().any(|source| source.fetch.is_some() && !source.draft)
}

/// Asks for the files of the sources that are named, of all if none is; `period` in the place of
/// the last ones.
///
/// # Errors
/// Where the lake or the landing folder cannot be used.
pub async fn fetch(
    context: &Context,
    (landing, names): (&Path, &[String]),
    period: Option<(i32, u32)>,
) -> anyhow::Result<Vec<Fetched>> {
    let project = &context.project;
    if let Some(name) = names.iter().find(|name| !project.sources.contains_key(*name)) {
        let hint = "`koridor sources list` shows them".to_owned();
        return Err(LakeError::usage(format!("no source description `{name}`"), hint).into());
    }
    context.storage.create().await?;
    let (mut memory, _): (BTreeMap<String, Remembered>, _) =
        context.storage.get_cache(MEMORY).await?;
    let client = client()?;
    let today = from_days(project.local_now().div_euclid(86_400_000_000) as i32);
    let today = today
        .map_or((1970, 1), |day| (chrono::Datelike::year(&day), chrono::Datelike::month(&day)));
    let mut all = Vec::new();
    for (name, source) in &project.sources {
        let Some(own) = &source.fetch else { continue };
        // A draft is used where it is named.
        let is_meant = if names.is_empty() { !source.draft } else { names.contains(name) };
        if !is_meant {
            continue;
        }
        for period in period.map_or_else(|| own.asked(today), |period| vec![period]) {
            let wanted = Wanted { source, own, period, landing };
            let mut fetched = wanted.begun();
            match wanted.bring(&client, &mut memory).await {
                Ok((fate, said)) => {
                    fetched.fate = fate;
                    fetched.say(said);
                }
                Err(message) => fetched.say(Some(message)),
            }
            all.push(fetched);
        }
    }
    context.storage.put_json(MEMORY, &memory).await?;
    note_failures(context, &all, (names.is_empty(), period.is_none())).await?;
    Ok(all)
}

/// Keeps in the lake what did not come, until it does. Of files that somebody asks for by their
/// period only those are kept that were before: who asks sees the answer.
async fn note_failures(
    context: &Context,
    all: &[Fetched],
    (is_every_source, is_usual): (bool, bool),
) -> anyhow::Result<()> {
    let before = failed_fetches(&context.storage).await?;
    let is_whole = is_every_source && is_usual;
    let stays = |was: &&FailedFetch| {
        let asked = all.iter().find(|own| own.is_of(was));
        asked.map_or(!is_whole, |own| own.fate == Fate::Keyless)
    };
    let mut now: Vec<FailedFetch> = before.iter().filter(stays).cloned().collect();
    for own in all.iter().filter(|own| own.fate == Fate::Failed) {
        let known = before.iter().find(|was| own.is_of(was));
        if known.is_some() || is_usual {
            let begun = known.map(|was| was.since.clone());
            now.push(own.failed(begun.unwrap_or_else(|| context.project.clock.written())));
        }
    }
    if now != before {
        keep_failed_fetches(&context.storage, &now).await?;
    }
    Ok(())
}

/// Keeps that no file could be asked for at all, as far as the lake can be written.
pub async fn failed_as_a_whole(context: &Context, words: &str) -> FailedFetch {
    let clock = context.project.clock;
    let failed = FailedFetch {
        source: NO_SOURCE.into(),
        file: "-".into(),
        said: words.to_owned(),
        said_id: words.to_owned(),
        since: clock.written(),
    };
    let mut now = failed_fetches(&context.storage).await.unwrap_or_default();
    match now.iter_mut().find(|own| own.source == failed.source) {
        Some(known) => {
            known.said.clone_from(&failed.said);
            known.said_id.clone_from(&failed.said_id);
        }
        None => now.push(failed.clone()),
    }
    // Where the lake cannot be written the night tells that.
    let _ = keep_failed_fetches(&context.storage, &now).await;
    failed
}

impl Fetched {
    /// As what did not come, since a moment.
    pub fn failed(&self, since: String) -> FailedFetch {
        FailedFetch {
            source: self.source.clone(),
            file: self.file.clone(),
            said: self.said.clone().unwrap_or_default(),
            said_id: self.said_id.clone().unwrap_or_default(),
            since,
        }
    }

    fn is_of(&self, was: &FailedFetch) -> bool {
        self.source == was.source && self.file == was.file
    }

    fn say(&mut self, message: Option<Message>) {
        if let Some(Message { id, en }) = message {
            (self.said_id, self.said) = (Some(id), Some(en));
        }
    }
}

/// A key for an address, and headers.
type Secrets = (Option<String>, Vec<(String, String)>);

/// A file of a period that is asked for.
struct Wanted<'fetch> {
    source: &'fetch Source,
    own: &'fetch Fetch,
    period: (i32, u32),
    landing: &'fetch Path,
}

impl Wanted<'_> {
    /// Path below the landing folder: office, dataset, file.
    fn path(&self) -> PathBuf {
        let office = self.own.office.as_ref().or(self.source.source_ids.first());
        let office = office.map_or("", String::as_str);
        let name = self.own.file_name(&self.source.name, self.period);
        [office, &self.source.dataset, &name].iter().collect()
    }

    fn begun(&self) -> Fetched {
        let file = self.path().display().to_string();
        let source = self.source.name.clone();
        Fetched { source, file, fate: Fate::Failed, said: None, said_id: None }
    }

    /// Asks for it and lets it land.
    async fn bring(
        &self,
        client: &reqwest::Client,
        memory: &mut BTreeMap<String, Remembered>,
    ) -> Result<(Fate, Option<Message>), Message> {
        let Some((key, headers)) = self.secrets() else {
            return Ok((Fate::Keyless, Some(self.keyless())));
        };
        let place = self.path();
        let file = self.landing.join(&place);
        // Without the key: it is stored nowhere.
        let address = self.own.filled(&self.own.url, self.period, None);
        let before = memory.get(&address).filter(|_| file.exists()).cloned();
        let asked = Asked {
            url: self.own.filled(&self.own.url, self.period, key.as_deref()),
            headers,
            etag: before.as_ref().and_then(|own| own.etag.clone()),
            modified: before.as_ref().and_then(|own| own.modified.clone()),
            max_bytes: self.own.max_megabytes << 20,
            max_seconds: self.own.max_seconds,
        };
        let (bytes, etag, modified, kind) = match get(client, &asked).await? {
            Answer::Unchanged => return Ok((Fate::Unchanged, None)),
            Answer::Missing(said) if !file.exists() && self.may_come(memory) => {
                return Ok((Fate::Awaited, Some(said)));
            }
            Answer::Missing(said) => return Err(said),
            Answer::File { bytes, etag, modified, kind } => (bytes, etag, modified, kind),
        };
        let size = self.size_of(&bytes, kind.as_deref(), &file)?;
        let fingerprint = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes));
        let less = self.earlier(memory).filter(|before| is_far_less(size, *before));
        let is_same = before.is_some_and(|own| own.fingerprint == fingerprint);
        if !is_same {
            land(&file, &bytes).map_err(|error| {
                let said = format!("{}: {error}", file.display());
                Message { id: said.clone(), en: said }
            })?;
        }
        // Only now: what did not land is asked for again.
        memory.insert(address, Remembered { etag, modified, fingerprint, size });
        if is_same {
            return Ok((Fate::Unchanged, None));
        }
        let said = less.map(|before| Message {
            id: format!("jauh lebih kecil daripada sebelumnya: {size}, sebelumnya {before}"),
            en: format!("far less than before: {size}, before {before}"),
        });
        Ok((Fate::Landed, said))
    }

    /// The size of bytes that may land in the place of a file, or why they may not.
    fn size_of(&self, bytes: &[u8], kind: Option<&str>, file: &Path) -> Result<u64, Message> {
        let ending = &self.own.ending;
        if let Some(trouble) = trouble(bytes, ending, kind) {
            return Err(trouble);
        }
        let size = measure(bytes, ending);
        if is_header_only(size, ending) {
            let before = std::fs::read(file).map_or(0, |own| measure(&own, ending));
            if !is_header_only(before, ending) {
                return Err(Message {
                    id: format!("hanya tajuk tanpa baris; yang lama tetap: {before} baris"),
                    en: format!("a header without rows; the old file stays: {before} lines"),
                });
            }
        }
        Ok(size)
    }

    /// Whether a file that is not there may come still: one of shortly before came.
    fn may_come(&self, memory: &BTreeMap<String, Remembered>) -> bool {
        let (year, month) = self.period;
        let now = year * 12 + month as i32 - 1;
        let address = |period| self.own.filled(&self.own.url, period, None);
        let own = address(self.period);
        let months = match self.own.every {
            FetchPeriod::Once => 0,
            FetchPeriod::Month => MONTHS_AWAITED,
            FetchPeriod::Year => 12,
        };
        (1..=months as i32).any(|back| {
            let period = ((now - back).div_euclid(12), (now - back).rem_euclid(12) as u32 + 1);
            let before = address(period);
            before != own && memory.contains_key(&before)
        })
    }

    /// The key and the headers from the environment; none where one is not there.
    fn secrets(&self) -> Option<Secrets> {
        let variable = |name: &String| std::env::var(name).ok().filter(|own| !own.is_empty());
        let key = match &self.own.key_from {
            Some(name) => Some(variable(name)?),
            None => None,
        };
        let headers = self.own.headers_from.iter();
        let headers = headers.map(|(name, from)| Some((name.clone(), variable(from)?)));
        Some((key, headers.collect::<Option<_>>()?))
    }

    fn keyless(&self) -> Message {
        let names = self.own.key_from.iter().chain(self.own.headers_from.values());
        let names = names.map(String::as_str).collect::<Vec<_>>().join(", ");
        Message {
            id: format!("dilewati: {names} tidak ada dalam lingkungan"),
            en: format!("passed over: {names} is not in the environment"),
        }
    }

    /// The size of the file of the period before, else of the same one as it was.
    fn earlier(&self, memory: &BTreeMap<String, Remembered>) -> Option<u64> {
        let (year, month) = self.period;
        let before = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
        let before = match self.own.every {
            FetchPeriod::Year => (year - 1, 1),
            _ => before,
        };
        let at = |period| memory.get(&self.own.filled(&self.own.url, period, None));
        at(before).or_else(|| at(self.period)).map(|own| own.size)
    }
}

/// Writes a file beside its place and moves it there: a run that looks meanwhile sees the old one,
/// or none.
fn land(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut written =
        tempfile::Builder::new().prefix(".fetch-").suffix(".part").tempfile_in(folder)?;
    std::io::Write::write_all(&mut written, bytes)?;
    written.as_file().sync_all()?;
    written.persist(file)?;
    Ok(())
}
