use crate::ExitStatus;
use crate::args::{NewKeyArgs, OutputFormat};
use crate::context::Context;
use koridor_lake::store::access_keys::{self, AccessKey, NewAccessKey};

/// Makes an access key and shows its text, once.
pub async fn create(context: &Context, args: &NewKeyArgs) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let new = NewAccessKey {
        name: args.name.clone(),
        role: args.role.role(),
        region: args.region.clone(),
        expires: args.expires.clone(),
    };
    let (key, text) = access_keys::create(&context.storage, &context.project, new).await?;
    let printer = &context.printer;
    if !printer.is_table() {
        let mut told = told(&key);
        told["key"] = text.into();
        printer.json(&told)?;
        return Ok(ExitStatus::Done);
    }
    printer.plain(&text)?;
    printer.note(printer.pick(
        "kunci ini hanya ditampilkan sekali; yang disimpan hanya hash-nya",
        "this key is shown only now; what is kept is its hash",
    ));
    Ok(ExitStatus::Done)
}

/// What is told of a key, in the order of its columns.
const COLUMNS: [&str; 8] =
    ["id", "name", "role", "region", "expires", "created_at", "revoked_at", "valid"];

/// All access keys.
pub async fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let keys = access_keys::list(&context.storage).await?;
    let printer = &context.printer;
    if printer.format == OutputFormat::Json {
        printer.json(&serde_json::Value::Array(keys.iter().map(told).collect()))?;
        return Ok(ExitStatus::Done);
    }
    if !printer.is_table() {
        let text = |own: &serde_json::Value| match own {
            serde_json::Value::Null => String::new(),
            own => own.as_str().map_or_else(|| own.to_string(), str::to_owned),
        };
        let row = |own: serde_json::Value| COLUMNS.map(|name| text(&own[name])).to_vec();
        let rows: Vec<Vec<String>> = keys.iter().map(told).map(row).collect();
        printer.text_rows(&COLUMNS, &rows)?;
        return Ok(ExitStatus::Done);
    }
    if keys.is_empty() {
        printer.plain(printer.pick("belum ada kunci akses", "no access key yet"))?;
        return Ok(ExitStatus::Done);
    }
    let lines: Vec<String> = keys.iter().map(|key| line(context, key)).collect();
    printer.plain(&lines.join("\n"))?;
    Ok(ExitStatus::Done)
}

/// Withdraws an access key.
pub async fn revoke(context: &Context, id: &str) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let key = access_keys::revoke(&context.storage, id).await?;
    context.printer.plain(&line(context, &key))?;
    Ok(ExitStatus::Done)
}

fn line(context: &Context, key: &AccessKey) -> String {
    let printer = &context.printer;
    let state = match (&key.revoked_at, key.is_valid(), &key.expires) {
        (Some(at), ..) => format!("{} {}", printer.pick("dicabut", "withdrawn"), printer.time(at)),
        (None, false, Some(day)) => format!("{} {day}", printer.pick("berakhir", "ended")),
        (None, true, Some(day)) => format!("{} {day}", printer.pick("sampai", "until")),
        _ => printer.pick("berlaku", "valid").to_owned(),
    };
    let region = key.region.as_deref().unwrap_or("-");
    format!("{}  {:<8} {region:<5} {state}  {}", key.id, key.role.as_str(), key.name)
}

/// A key as it is told: nothing that would let anybody in.
fn told(key: &AccessKey) -> serde_json::Value {
    serde_json::json!({
        "id": key.id,
        "name": key.name,
        "role": key.role.as_str(),
        "region": key.region,
        "expires": key.expires,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
        "valid": key.is_valid(),
    })
}
