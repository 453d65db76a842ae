use crate::ExitStatus;
use crate::context::Context;
use koridor_lake::LakeError;
use std::sync::Arc;

/// What came, per source and dataset; what was refused; last runs.
pub async fn run(context: &Context) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(None, true).await?;
    let show = async |title: &str, sql: &str| -> anyhow::Result<()> {
        let frame = engine.query(sql).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let rows = frame.collect().await.map_err(LakeError::from)?;
        if context.printer.is_table() {
            context.printer.plain(title)?;
        }
        context.printer.rows(&schema, &rows)
    };
    let show_if_any = async |title: &str, sql: &str| -> anyhow::Result<()> {
        let is_empty = engine
            .rows(&format!("select 1 from ({sql}) limit 1"))
            .await?
            .iter()
            .all(|rows| rows.num_rows() == 0);
        if is_empty { Ok(()) } else { show(title, sql).await }
    };
    show(
        context.printer.pick("Yang datang, per sumber dan dataset", "What came, by source and dataset"),
        "select s.source_id, s.dataset, s.slice_region as region, count(distinct s.period) as periods, min(s.period) as first_period, max(s.period) as last_period,
           max(s.release_date) as last_released, sum(s.rows) as rows
         from ops.current_slices s group by s.source_id, s.dataset, s.slice_region order by s.source_id, s.dataset, s.slice_region",
    )
    .await?;
    if !context.printer.is_table() {
        return Ok(ExitStatus::Done);
    }
    show(
        context.printer.pick(
            "Kiriman yang ditunggu, per keadaan (rinci: select * from ops.expectations)",
            "Expected deliveries by state (in detail: select * from ops.expectations)",
        ),
        "select source_id, dataset, state, count(*) as periods, min(period) as first_period, max(period) as last_period
         from ops.expectations group by source_id, dataset, state order by source_id, dataset, state",
    )
    .await?;
    show(
        context.printer.pick("Kesegaran: periode terbaru yang sudah datang", "Freshness: the newest period that has come"),
        "select source_id, dataset, region_code, newest_period, newest_due_period, missing, is_fresh
         from ops.freshness where is_fresh is not null order by is_fresh, source_id, dataset, region_code limit 40",
    )
    .await?;
    show_if_any(
        context.printer.pick(
            "Koreksi yang tidak dipakai lagi: basi, lewat waktu, atau tanpa baris yang cocok (schemas/corrections)",
            "Corrections that do nothing: stale, expired, or without a row (schemas/corrections)",
        ),
        "select r.correction, r.dataset, r.key, r.field, r.expected,
           case when max(case when c.outcome = 'stale' then 1 else 0 end) = 1 then 'stale' when count(c.outcome) > 0 then 'expired' else 'no_row' end as state,
           max(c.found) as found, max(c.file_name) as file_name
         from ref.correction r left join ops.corrections c on c.correction = r.correction
         group by r.correction, r.dataset, r.key, r.field, r.expected
         having coalesce(bool_and(c.outcome not in ('applied', 'dropped')), true)
         order by r.correction limit 40",
    )
    .await?;
    show(
        context.printer.pick("Berkas yang ditolak", "Refused files"),
        "select file_name, received_at, error_id, error from ops.files where status = 'refused' order by received_at desc limit 20",
    )
    .await?;
    show(
        context.printer.pick("Proses terakhir", "Last runs"),
        "select run_id, command, outcome, files_new, files_refused, rows_accepted, rows_rejected, release_id, round(seconds, 2) as seconds from ops.runs order by run_id desc limit 10",
    )
    .await?;
    Ok(ExitStatus::Done)
}
