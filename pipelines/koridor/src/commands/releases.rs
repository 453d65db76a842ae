use crate::ExitStatus;
use crate::context::Context;
use koridor_lake::{LakeError, release};
use std::sync::Arc;

/// All releases, oldest first.
pub async fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(None, true).await?;
    let frame =
        engine.query("select release_id, created_at, is_current, value_count, warnings from ops.releases order by created_at").await?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    context
        .printer
        .rows(&schema, &frame.collect().await.map_err(koridor_lake::LakeError::from)?)?;
    Ok(ExitStatus::Done)
}

/// Which numbers moved between two releases, and because of which files.
pub async fn diff(context: &Context, from: &str, to: &str) -> anyhow::Result<ExitStatus> {
    let (from, to) =
        (release::find(&context.storage, from).await?, release::find(&context.storage, to).await?);
    if from.created_at > to.created_at {
        return Err(LakeError::usage(
            format!("{} is later than {}", from.id, to.id),
            "give the earlier release first".to_owned(),
        )
        .into());
    }
    let engine = context.engine_by_today(to.clone())?;
    let sql = DIFF
        .replace("{from}", &from.id)
        .replace("{to}", &to.id)
        .replace("{sequence_from}", &from.sequence.to_string())
        .replace("{sequence_to}", &to.sequence.to_string());
    let frame = engine.query(&sql).await?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let rows = frame.collect().await.map_err(LakeError::from)?;
    context.printer.rows(&schema, &rows)?;
    if context.printer.is_table() && from.project != to.project {
        context.printer.note(context.printer.pick(
            "schemas/ atau sql/ juga berubah di antara keduanya: angka dapat bergeser tanpa berkas baru",
            "schemas/ or sql/ changed between them too: a number may have moved without a new file",
        ));
    }
    Ok(ExitStatus::Done)
}

/// Values of two releases that are not the same, with the files that were committed between them and that the number rests on.
const DIFF: &str = "
with a as (select * from indicators.all_releases where release_id = '{from}'),
b as (select * from indicators.all_releases where release_id = '{to}'),
moved as (
  select coalesce(a.indicator_id, b.indicator_id) as indicator_id, coalesce(a.region_code, b.region_code) as region_code,
    coalesce(a.grain, b.grain) as grain, coalesce(a.period, b.period) as period, coalesce(a.breakdown, b.breakdown) as breakdown,
    a.value as value_from, b.value as value_to, a.state as state_from, b.state as state_to
  from a full join b
    on a.indicator_id = b.indicator_id and a.region_code = b.region_code and a.grain = b.grain and a.period = b.period
    and a.breakdown = b.breakdown
  where (a.value is distinct from b.value) or (a.state is distinct from b.state)
),
because as (
  select indicator_id, region_code, grain, period, string_agg(distinct file_name, ', ' order by file_name) as files
  from ops.value_submissions
  where committed > {sequence_from} and committed <= {sequence_to} and coalesce(overtaken_at > {sequence_to}, true)
  group by indicator_id, region_code, grain, period
)
select m.indicator_id, m.region_code, m.grain, m.period, m.breakdown, m.value_from, m.value_to, m.value_to - m.value_from as difference,
  m.state_from, m.state_to, b.files
from moved m
left join because b on b.indicator_id = m.indicator_id and b.region_code = m.region_code and b.grain = m.grain and b.period = m.period
order by m.indicator_id, m.region_code, m.grain, m.period, m.breakdown";
