//! What a night does for those who watch it: alerts, a heartbeat, metrics. Nothing of it makes a
//! night fail.

use super::monthly_letters;
use crate::args::RunArgs;
use crate::channels::Channels;
use crate::context::{At, Context};
use koridor_contract::ErrorKind;
use koridor_contract::message::Message;
use koridor_lake::Engine;
use koridor_publish::alerts::{self, Alert, Cause, Sender, Situation};
use koridor_publish::night::Night;
use koridor_publish::{PublishError, metrics, status};
use koridor_serve::metrics::exposition;
use std::io::Write;
use std::path::Path;

/// Tells of a night, beats, and writes metrics; what of it did not succeed, one line each.
pub async fn tell(context: &Context, args: &RunArgs, night: &anyhow::Result<Night>) -> Vec<String> {
    let mut lines = Vec::new();
    let engine = context.engine(At::Head).await.ok();
    if let Some(path) = &args.metrics {
        let written = match &engine {
            Some(engine) => write_metrics(engine, path).await,
            None => Err(anyhow::anyhow!("the lake cannot be read")),
        };
        if let Err(error) = written {
            lines.push(format!("metrics: {error:#}"));
        }
    }
    match Channels::of(&args.alerts) {
        Ok(mut channels) => {
            lines.extend(alert(context, engine.as_ref(), night, &mut channels).await);
            if night.is_ok()
                && let Err(reason) = channels.beat().await
            {
                lines.push(format!("heartbeat: {reason}"));
            }
        }
        Err(error) => lines.push(error.to_string()),
    }
    if night.is_ok() {
        lines.extend(monthly_letters::send(context, &args.alerts, engine.as_ref()).await);
    }
    lines
}

/// Tells what is new.
async fn alert(
    context: &Context,
    engine: Option<&Engine>,
    night: &anyhow::Result<Night>,
    channels: &mut Channels,
) -> Vec<String> {
    if channels.channels().is_empty() {
        return Vec::new();
    }
    let is_busy = |error: &anyhow::Error| crate::classify(error).1 == ErrorKind::Busy;
    let situation = match night {
        // The other run tells.
        Err(error) if is_busy(error) => return Vec::new(),
        Err(error) => failed(context, &crate::words(error)),
        Ok(night) => match situation(context, engine, night).await {
            Ok(situation) => situation,
            Err(error) => failed(context, &error.to_string()),
        },
    };
    let (storage, clock) = (&context.storage, context.project.clock);
    let has_lake = storage.exists().await.unwrap_or_default();
    let told = match has_lake {
        true => alerts::tell((storage, clock), &situation, channels).await,
        false => Err(PublishError::Internal("there is no lake".into())),
    };
    match told {
        Ok(told) => told.failed.iter().map(|reason| unsent(context, reason)).collect(),
        Err(_) if situation.causes.is_empty() => Vec::new(),
        // Another run writes: what is to be told is told with the next night.
        Err(error) if error.kind() == ErrorKind::Busy => {
            vec![unsent(context, &error.to_string())]
        }
        // Of a lake that cannot be written nothing is remembered: rather twice than never.
        Err(_) => {
            let alert = Alert::unremembered(&situation, &clock.written());
            let mut lines = Vec::new();
            for channel in channels.channels() {
                if let Err(reason) = channels.send(&channel, &alert).await {
                    lines.push(unsent(context, &format!("{channel}: {reason}")));
                }
            }
            lines
        }
    }
}

fn unsent(context: &Context, reason: &str) -> String {
    let message = Message {
        id: format!("peringatan belum terkirim, dicoba lagi malam berikutnya: {reason}"),
        en: format!("an alert was not sent, it goes out with the next night: {reason}"),
    };
    context.printer.text(&message).to_owned()
}

fn failed(context: &Context, error: &str) -> Situation {
    Situation {
        causes: vec![Cause::failed_night(error)],
        is_whole: false,
        corridor: context.project.corridor.name.clone(),
        zone: context.project.corridor.zone(),
        run_id: None,
    }
}

async fn situation(
    context: &Context,
    engine: Option<&Engine>,
    night: &Night,
) -> Result<Situation, PublishError> {
    let Some(engine) = engine else {
        return Ok(failed(context, "the lake cannot be read"));
    };
    let needs = status::needs(engine).await?;
    Ok(Situation {
        causes: alerts::causes(&needs, Some(&night.report)),
        is_whole: true,
        corridor: context.project.corridor.name.clone(),
        zone: context.project.corridor.zone(),
        run_id: Some(night.report.run_id.clone()),
    })
}

/// Writes metrics as a whole: who reads the file finds the old ones or the new ones.
async fn write_metrics(engine: &Engine, path: &Path) -> anyhow::Result<()> {
    let text = exposition(&metrics::metrics(engine, env!("CARGO_PKG_VERSION")).await?);
    let folder = path.parent().filter(|own| !own.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    // A monitor is another user.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}
