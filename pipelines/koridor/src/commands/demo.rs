use super::run;
use crate::ExitStatus;
use crate::context::{At, Context};
use crate::printer::render;
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Float64Type, Schema};
use include_dir::{Dir, include_dir};
use koridor_contract::card;
use koridor_lake::LakeError;
use koridor_publish::release::Built;
use std::path::Path;
use std::sync::Arc;

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/samples/landing");

/// Builds a lake from the bundled sample and shows what is in it.
pub async fn run(context: &Context) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    let Some(lake) = context.storage.local_path() else {
        return Err(LakeError::usage(
            "the demo builds a lake on this machine",
            "leave --lake away, or give a folder".to_owned(),
        )
        .into());
    };
    let landing = lake.join("_sample");
    unpack(&SAMPLE, &landing)?;
    let mut files = koridor_lake::load::landing::landing(&landing)?;
    for file in &mut files {
        let within = file.path.strip_prefix(&landing).unwrap_or(&file.path);
        file.shown_path = format!("sample/{}", within.to_string_lossy().replace('\\', "/"));
    }
    let night = run::night(context, "demo", &files, None, true).await?;
    if !printer.is_table() {
        printer.json(&night.report)?;
        return Ok(ExitStatus::of(night.is_refused, true));
    }
    printer.note(&run::summary(context, &night));
    let engine = context.engine(At::Released).await?;
    let values = engine.rows(SHOWN).await?;
    let names = engine
        .rows("select scope_code, max(scope_name) as scope_name from ref.scope group by scope_code, scope_order order by scope_order")
        .await?;
    let table = side_by_side(context, &values, &names)?;
    printer.plain(&render(&table.schema(), &[table]))?;
    printer.plain(printer.pick(
        "\nSebagian data contoh SINTETIS (sumber SAMPLE_SYNTHETIC, folder sample/synthetic); sisanya angka terbitan dengan sumbernya.",
        "\nPart of the sample is SYNTHETIC (source SAMPLE_SYNTHETIC, folder sample/synthetic); the rest are published figures with their source.",
    ))?;
    let column = printer.pick("message_id", "message_en");
    let refused = engine
        .query(&format!("select file_name, cell, field, value, {column} as reason from ops.quarantine order by file_name, row_number"))
        .await?;
    let schema = Arc::new(refused.schema().as_arrow().clone());
    let refused = refused.collect().await.map_err(LakeError::from)?;
    printer.plain(
        printer.pick("\nBaris yang ditolak, dan sebabnya:", "\nRows that were refused, and why:"),
    )?;
    printer.plain(&render(&schema, &refused))?;
    if matches!(night.built, Built::Unchanged(_)) && night.outcomes.is_empty() {
        printer.plain(printer.pick(
            "\nTidak ada yang baru: danau data sama dengan sebelumnya.",
            "\nNothing is new: the lake is as it was.",
        ))?;
    }
    printer.plain(printer.pick(NEXT_ID, NEXT_EN))?;
    Ok(ExitStatus::Done)
}

const NEXT_ID: &str = "
Selanjutnya:
  koridor explain waste_managed_rate --region 7472 --period 2024   dari mana sebuah angka
  koridor sql \"select * from ops.files\"                            apa yang datang, baris per baris
  koridor quarantine list                                          baris yang ditolak
  koridor extract indicators --region 7472 --year 2024 --format xlsx --output baubau-2024.xlsx
  koridor check berkas-anda.xlsx                                   periksa berkas sendiri
(dari sumber: ganti `koridor` dengan `cargo run --`)";

const NEXT_EN: &str = "
Next:
  koridor explain waste_managed_rate --region 7472 --period 2024   where a number comes from
  koridor sql \"select * from ops.files\"                            what came, row by row
  koridor quarantine list                                          rows that were refused
  koridor extract indicators --region 7472 --year 2024 --format xlsx --output baubau-2024.xlsx
  koridor check your-file.xlsx                                     check a file of your own
(from source: `cargo run --` in place of `koridor`)";

/// For each indicator the period that says most: the one with the most values, the newest of those, the longest.
const SHOWN: &str = "
with filled as (
  select indicator_id, grain, period, count(value) as filled
  from indicators.values where breakdown = '' group by indicator_id, grain, period
),
best as (
  select indicator_id, grain, period,
    row_number() over (partition by indicator_id order by filled desc, case grain when 'Y' then 1 when 'Q' then 2 else 3 end, period desc) as place
  from filled
)
select v.indicator_id, v.grain, cast(v.period as varchar) as period, v.region_code, v.value, v.state, v.coverage
from indicators.values v
join best b on b.indicator_id = v.indicator_id and b.grain = v.grain and b.period = v.period and b.place = 1
where v.breakdown = ''
order by v.dimension, v.indicator_id";

fn side_by_side(
    context: &Context,
    values: &[RecordBatch],
    names: &[RecordBatch],
) -> anyhow::Result<RecordBatch> {
    let all = card::load(&context.project)?;
    let mut scopes: Vec<(String, String)> = Vec::new();
    for rows in names {
        for row in 0..rows.num_rows() {
            let code = rows.column(0).as_string::<i32>().value(row).to_owned();
            let name = if code == "CORR" {
                context.printer.pick("Koridor", "Corridor").to_owned()
            } else {
                short(rows.column(1).as_string::<i32>().value(row))
            };
            scopes.push((code, name));
        }
    }
    let mut lines: Vec<Vec<String>> = Vec::new();
    let mut last = String::new();
    for rows in values {
        let text = |column: usize, row: usize| {
            rows.column(column).as_string::<i32>().value(row).to_owned()
        };
        for row in 0..rows.num_rows() {
            let id = text(0, row);
            let card = all
                .iter()
                .find(|indicator| indicator.card.id == id)
                .map(|indicator| &indicator.card);
            if id != last {
                let period = period_name(&text(1, row), &text(2, row));
                let mut line = vec![
                    id.clone(),
                    card.map(|card| card.unit.clone()).unwrap_or_default(),
                    period,
                ];
                line.resize(3 + scopes.len() + 2, String::new());
                lines.push(line);
                last = id;
            }
            let decimals = card.map_or(2, |card| usize::from(card.decimals));
            let value = rows.column(4).as_primitive::<Float64Type>();
            let state = text(5, row);
            let cell = if rows.column(4).is_valid(row) {
                number(value.value(row), decimals, context)
            } else {
                format!("({state})")
            };
            let place = scopes.iter().position(|(code, _)| *code == text(3, row));
            if let (Some(line), Some(place)) = (lines.last_mut(), place) {
                let corridor = 3 + scopes.len();
                if let Some(slot) = line.get_mut(3 + place) {
                    *slot = cell;
                }
                if text(3, row) == "CORR" {
                    if let Some(slot) = line.get_mut(corridor) {
                        *slot = state;
                    }
                    if let Some(slot) = line.get_mut(corridor + 1) {
                        *slot = text(6, row);
                    }
                }
            }
        }
    }
    let mut titles: Vec<String> = ["indicator", "unit", "period"].map(str::to_owned).to_vec();
    titles.extend(scopes.into_iter().map(|(_, name)| name));
    titles.extend(["state", "coverage"].map(str::to_owned));
    let schema = Arc::new(Schema::new(
        titles.iter().map(|title| Field::new(title, DataType::Utf8, true)).collect::<Vec<_>>(),
    ));
    let columns = (0..titles.len()).map(|column| {
        Arc::new(StringArray::from_iter_values(
            lines.iter().map(|line| line.get(column).cloned().unwrap_or_default()),
        )) as _
    });
    Ok(RecordBatch::try_new(schema, columns.collect())?)
}

fn short(name: &str) -> String {
    name.trim_start_matches("Kabupaten ").trim_start_matches("Kota ").to_owned()
}

fn period_name(grain: &str, period: &str) -> String {
    let (year, month) = (period.get(..4).unwrap_or_default(), period.get(5..7).unwrap_or_default());
    match grain {
        "Y" => year.to_owned(),
        "Q" => format!("{year}-Q{}", month.parse::<u32>().unwrap_or(1).div_ceil(3)),
        _ => format!("{year}-{month}"),
    }
}

/// A number for people, in the language's own marks.
fn number(value: f64, decimals: usize, context: &Context) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (group, mark) = (context.printer.pick(".", ","), context.printer.pick(",", "."));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push_str(group);
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{grouped}")
    } else {
        format!("{sign}{grouped}{mark}{fraction}")
    }
}

/// Writes the bundled files where they are not there already, so that running again finds them unchanged.
fn unpack(folder: &Dir<'_>, target: &Path) -> Result<(), LakeError> {
    let io = |path: &Path| {
        let path = path.display().to_string();
        move |source| LakeError::Io { path, source }
    };
    for file in folder.files() {
        let path = target.join(file.path());
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(io(parent))?;
        }
        if std::fs::read(&path).ok().as_deref() != Some(file.contents()) {
            std::fs::write(&path, file.contents()).map_err(io(&path))?;
        }
    }
    for inner in folder.dirs() {
        unpack(inner, target)?;
    }
    Ok(())
}
