//! What never ran: a night that is overdue, and data that no release holds.

use crate::error::PublishError;
use crate::table::Table;
use koridor_contract::message::Message;
use koridor_lake::Engine;

const HOUR_SECONDS: f64 = 3600.0;

/// What is overdue by so many hours, one line each; `now` is in microseconds since 1970.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn overdue(
    engine: &Engine,
    (max_age_hours, now): (u32, i64),
) -> Result<Vec<Message>, PublishError> {
    let lake = Table::named(engine, "metrics_lake", []).await?;
    let Some(record) = lake.records().next() else { return Ok(Vec::new()) };
    let hours = |moment: f64| (now as f64 / 1e6 - moment) / HOUR_SECONDS;
    let most = f64::from(max_age_hours);
    let mut lines = Vec::new();
    match record.number("success_at").map(hours) {
        Some(hours) if hours > most => lines.push(Message {
            id: format!("malam terlambat: yang terakhir selesai {hours:.0} jam lalu"),
            en: format!("a night is overdue: the last one ended {hours:.0} hours ago"),
        }),
        Some(_) => {}
        None => lines.push(Message {
            id: "belum ada malam yang selesai".into(),
            en: "no night has ended yet".into(),
        }),
    }
    // The oldest of what came and is in no release.
    if let Some(hours) = record.number("unreleased_at").map(hours)
        && hours > most
    {
        lines.push(Message {
            id: format!("rilis terlambat: berkas yang datang {hours:.0} jam lalu belum dirilis"),
            en: format!(
                "a release is overdue: a file that came {hours:.0} hours ago is in no release"
            ),
        });
    }
    Ok(lines)
}
