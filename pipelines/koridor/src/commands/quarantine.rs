use crate::ExitStatus;
use crate::args::Language;
use crate::context::Context;
use std::sync::Arc;

/// Refused rows as a table.
pub async fn list(
    context: &Context,
    dataset: Option<String>,
    file: Option<String>,
    rule: Option<String>,
    limit: usize,
) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(None, true).await?;
    let quoted = |text: &str| text.replace('\'', "''");
    let mut conditions = vec!["true".to_owned()];
    if let Some(dataset) = dataset {
        context.project.dataset(&dataset)?;
        conditions.push(format!("dataset = '{}'", quoted(&dataset)));
    }
    if let Some(file) = file {
        conditions.push(format!("strpos(file_name, '{}') > 0", quoted(&file)));
    }
    if let Some(rule) = rule {
        conditions.push(format!("rule = '{}'", quoted(&rule)));
    }
    let columns = match (context.printer.is_table(), context.printer.lang) {
        (true, Language::Id) => "file_name, sheet, cell, field, rule, value, message_id",
        (true, Language::En) => "file_name, sheet, cell, field, rule, value, message_en",
        (false, _) => "*",
    };
    let limit = if limit == 0 { String::new() } else { format!("limit {limit}") };
    let frame = engine
        .query(&format!(
            "select {columns} from ops.quarantine where {} order by file_name, sheet, row_number {limit}",
            conditions.join(" and ")
        ))
        .await?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    context.printer.rows(&schema, &frame.collect().await.map_err(koridor_lake::LakeError::from)?)?;
    Ok(ExitStatus::Done)
}
