//! A change of `schemas/` or `sql/` under control: staged on a trial of the lake, compared, and
//! made only when somebody has approved it. What moved is kept.
//!
//! Nothing is half done: the swap is that of a night, a journal's step and then a release.

use crate::error::PublishError;
use crate::night::{self, Night, NightHost, NightSetting};
use crate::plan::{Plan, plan};
use crate::release::Built;
use koridor_lake::ledger::report::{ReadAgain, ValueChanges};
use koridor_lake::store::lock::LakeLock;
use koridor_lake::store::{journal, release};
use koridor_lake::{LakeError, Storage};
use serde::{Deserialize, Serialize};

const FOLDER: &str = "_koridor/backfills";

/// The command of the night that makes a backfill.
const COMMAND: &str = "backfill";

/// Where a backfill is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// It is planned and waits for somebody.
    Staged,
    /// Somebody approved it, and it is made.
    Done,
    /// Somebody does not want it.
    Discarded,
}

impl Stage {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Done => "done",
            Self::Discarded => "discarded",
        }
    }
}

/// A backfill as the lake keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Backfill {
    /// `koridor.backfill.v1`.
    pub schema: String,
    /// Name.
    pub id: String,
    /// When it was planned, RFC 3339 in UTC.
    pub planned_at: String,
    /// Where it is on its way.
    pub stage: Stage,
    /// Who decided.
    pub by: Option<String>,
    /// When, RFC 3339 in UTC.
    pub decided_at: Option<String>,
    /// When somebody's approval was begun that has not ended, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<String>,
    /// Fingerprint of `schemas/` and `sql/` that it was planned with.
    pub project: String,
    /// The state of the lake that it was planned on: batches committed so far.
    pub sequence: u64,
    /// The release that it was compared with.
    pub compared_with: Option<String>,
    /// Files that bring something else.
    pub read_again: Option<ReadAgain>,
    /// Indicators computed anew.
    pub indicators: Vec<String>,
    /// Checks that would keep the release before.
    pub stopped_by: Vec<String>,
    /// Numbers that would move.
    pub changes: Option<ValueChanges>,
    /// The release that holds it.
    pub release_id: Option<String>,
    /// Numbers that moved when it was made.
    pub moved: Option<ValueChanges>,
}

fn path_of(id: &str) -> String {
    format!("{FOLDER}/{id}.json")
}

/// Plans a backfill and keeps the plan.
///
/// # Errors
/// Where the lake is no folder of this machine, or a night could not finish on it.
pub async fn stage(
    setting: NightSetting,
    progress: &mut dyn FnMut(&str),
) -> Result<Backfill, PublishError> {
    let (project, storage) = (setting.project.clone(), setting.storage.clone());
    let wait = setting.wait;
    let sequence = journal::head(&storage).await?.sequence;
    let compared_with = release::current(&storage).await?.map(|release| release.id);
    let Plan { read_again, indicators, stopped_by, changes, .. } =
        plan(NightSetting { landing: None, ..setting }, &[], progress).await?;
    let lock = LakeLock::take_within(&storage, wait).await?;
    let day = project.today();
    let known: Vec<String> = all(&storage).await?.into_iter().map(|own| own.id).collect();
    let mut id = day.clone();
    let mut number = 2;
    while known.contains(&id) {
        id = format!("{day}-{number}");
        number += 1;
    }
    let stops = stopped_by.iter().map(|own| format!("{}: {}", own.subject, own.check_name));
    let backfill = Backfill {
        schema: "koridor.backfill.v1".into(),
        id,
        planned_at: project.clock.written(),
        stage: Stage::Staged,
        by: None,
        decided_at: None,
        begun_at: None,
        project: project.fingerprint(),
        sequence,
        compared_with,
        read_again,
        indicators,
        stopped_by: stops.collect(),
        changes,
        release_id: None,
        moved: None,
    };
    storage.put_json(&path_of(&backfill.id), &backfill).await?;
    lock.release().await?;
    Ok(backfill)
}

/// All backfills, the oldest first.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn all(storage: &Storage) -> Result<Vec<Backfill>, PublishError> {
    let mut all: Vec<Backfill> = Vec::new();
    for path in storage.list(FOLDER).await? {
        all.extend(storage.get_json::<Backfill>(&path).await?);
    }
    all.sort_by(|left, right| left.planned_at.cmp(&right.planned_at));
    Ok(all)
}

/// The backfill of a name that waits for somebody.
async fn staged(storage: &Storage, id: &str) -> Result<Backfill, PublishError> {
    let found = match id.contains(['/', '\\']) {
        true => None,
        false => storage.get_json::<Backfill>(&path_of(id)).await?,
    };
    let list = || "`koridor backfill list` shows them".to_owned();
    let Some(found) = found else {
        return Err(LakeError::usage(format!("there is no backfill `{id}`"), list()).into());
    };
    if found.stage != Stage::Staged {
        let message = format!("backfill {id} is {} already", found.stage.as_str());
        return Err(LakeError::usage(message, list()).into());
    }
    Ok(found)
}

/// Makes a backfill that somebody approves: files are read again and a release is made, as one
/// night does it. Gives the backfill as it is kept, and the night.
///
/// # Errors
/// Where the lake or the project is no longer what it was planned on, a check stops it, or the
/// night fails: the release before stands.
pub async fn approve(
    setting: &NightSetting,
    (id, by): (&str, &str),
    host: &mut impl NightHost,
) -> Result<(Backfill, Night), PublishError> {
    let (project, storage) = (&setting.project, &setting.storage);
    let backfill = staged(storage, id).await?;
    let again = "plan it again: `koridor backfill plan`".to_owned();
    if backfill.project != project.fingerprint() {
        let message = format!("backfill {id} was planned with another project");
        return Err(LakeError::usage(message, again).into());
    }
    if let Some(check) = backfill.stopped_by.first() {
        let message = format!("a check stops the release of backfill {id}: {check}");
        return Err(LakeError::usage(message, again).into());
    }
    let own = NightSetting {
        project: project.clone(),
        storage: storage.clone(),
        reader: setting.reader.clone(),
        command: COMMAND.into(),
        landing: None,
        holds_changes: false,
        // A run that died has begun it: what is left of it is done on the state that it left.
        meant_for: backfill.begun_at.is_none().then_some(backfill.sequence),
        ..*setting
    };
    let night = begun(&own, &backfill, host).await?;
    let stopped_by = match &night.built {
        Built::Retained(_, checks) => {
            let failing = checks.iter().filter(|check| check.is_fail && check.rows > 0);
            failing.map(|check| format!("{}: {}", check.indicator_id, check.name)).collect()
        }
        _ => Vec::new(),
    };
    let is_made = !matches!(night.built, Built::Retained(..));
    let done = Backfill {
        stage: if is_made { Stage::Done } else { Stage::Staged },
        stopped_by,
        by: Some(by.to_owned()),
        decided_at: Some(project.clock.written()),
        begun_at: None,
        release_id: night.report.release_id.clone(),
        moved: night.report.changes.clone(),
        ..backfill
    };
    keep(setting, &done).await?;
    Ok((done, night))
}

/// The night of a backfill. Until it has ended the backfill says that it was begun, unless the
/// night left the lake as it was.
async fn begun(
    setting: &NightSetting,
    backfill: &Backfill,
    host: &mut impl NightHost,
) -> Result<Night, PublishError> {
    let sequence = journal::head(&setting.storage).await?.sequence;
    let begun_at = Some(setting.project.clock.written());
    if setting.meant_for == Some(sequence) {
        keep(setting, &Backfill { begun_at, ..backfill.clone() }).await?;
    }
    let night = night::run(setting, &[], host).await;
    if night.is_err() && journal::head(&setting.storage).await?.sequence == sequence {
        keep(setting, backfill).await?;
    }
    night
}

/// Writes a backfill to the lake.
async fn keep(setting: &NightSetting, backfill: &Backfill) -> Result<(), PublishError> {
    let lock = LakeLock::take_within(&setting.storage, setting.wait).await?;
    let kept = setting.storage.put_json(&path_of(&backfill.id), backfill).await;
    lock.release().await?;
    Ok(kept?)
}

/// Records that somebody does not want a backfill.
///
/// # Errors
/// Where there is none of that name that waits.
pub async fn discard(
    setting: &NightSetting,
    (id, by): (&str, &str),
) -> Result<Backfill, PublishError> {
    let lock = LakeLock::take_within(&setting.storage, setting.wait).await?;
    let backfill = staged(&setting.storage, id).await?;
    let discarded = Backfill {
        stage: Stage::Discarded,
        by: Some(by.to_owned()),
        decided_at: Some(setting.project.clock.written()),
        ..backfill
    };
    setting.storage.put_json(&path_of(id), &discarded).await?;
    lock.release().await?;
    Ok(discarded)
}
