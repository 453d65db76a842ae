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
    context.printer.rows(&schema, &frame.collect().await.map_err(koridor_lake::LakeError::from)?)?;
    Ok(ExitStatus::Done)
}

/// Which numbers moved between two releases, and because of which files.
pub async fn diff(context: &Context, from: &str, to: &str) -> anyhow::Result<ExitStatus> {
    let (from, to) = (release::find(&context.storage, from).await?, release::find(&context.storage, to).await?);
    if from.created_at > to.created_at {
        return Err(LakeError::usage(format!("{} is later than {}", from.id, to.id), "give the earlier release first".to_owned()).into());
    }
    let engine = context.engine(Some(&to.id), false).await?;
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

/// Values of two releases that are not the same, with the files that were committed between them and that the indicator may come from.
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
came as (
  select distinct f.file_name, s.dataset, s.slice_region, date_part('year', s.period) as year
  from ops.files f join ops.slices s on s.sha256 = f.sha256
  where f.committed > {sequence_from} and f.committed <= {sequence_to}
),
because as (
  select m.indicator_id, m.region_code, m.grain, m.period, m.breakdown, string_agg(distinct c.file_name, ', ') as files
  from moved m
  join ref.indicator_dataset d on d.indicator_id = m.indicator_id
  join came c on c.dataset = d.dataset
    and (m.region_code = 'CORR' or c.slice_region = m.region_code or c.slice_region not in (select region_code from ref.scope))
    and (c.year < 1901 or c.year between date_part('year', m.period) - 1 and date_part('year', m.period))
  group by m.indicator_id, m.region_code, m.grain, m.period, m.breakdown
)
select m.indicator_id, m.region_code, m.grain, m.period, m.breakdown, m.value_from, m.value_to, m.value_to - m.value_from as difference,
  m.state_from, m.state_to, b.files
from moved m
left join because b on b.indicator_id = m.indicator_id and b.region_code = m.region_code and b.grain = m.grain and b.period = m.period
  and b.breakdown = m.breakdown
order by m.indicator_id, m.region_code, m.grain, m.period, m.breakdown";
