//! Synthetic office files with a stated share of faults, for trials and load tests. Everything in them is made up and says so by its source.

use crate::error::LakeError;
use crate::project::Project;
use std::io::Write;

/// What a load of a generated file must show.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Expected {
    /// Rows in the file.
    pub rows: u64,
    /// Rows that break exactly one rule each.
    pub bad: u64,
}

/// A small generator of pseudo-random numbers (SplitMix64): the same seed gives the same file everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn pick<'list, T>(&mut self, list: &'list [T]) -> Option<&'list T> {
        let at = self.below(list.len() as u64) as usize;
        list.get(at)
    }
}

/// Writes a file of a dataset as an office would send it.
///
/// # Errors
/// Where the dataset has no generator, or the output cannot be written.
pub fn write(project: &Project, dataset: &str, rows: u64, faults: f64, seed: u64, output: &mut dyn Write) -> Result<Expected, LakeError> {
    project.dataset(dataset)?;
    if !(0.0..=1.0).contains(&faults) {
        return Err(LakeError::usage("--faults is a share between 0 and 1", "0.01 is one row in a hundred".to_owned()));
    }
    match dataset {
        "waste_weighbridge" => weighbridge(project, rows, faults, seed, output),
        "visitor_flow" => visitors(project, rows, faults, seed, output),
        _ => Err(LakeError::usage(
            format!("{dataset} has no generator yet"),
            "datasets with one: visitor_flow, waste_weighbridge".to_owned(),
        )),
    }
}

/// The layout of `schemas/sources/TPA_WEIGHBRIDGE.json`: semicolons, Indonesian numbers, several spellings of one regency.
fn weighbridge(project: &Project, rows: u64, faults: f64, seed: u64, output: &mut dyn Write) -> Result<Expected, LakeError> {
    let io = |error| LakeError::io("output", error);
    let mut random = Random(seed);
    let regions = spellings(project);
    let classes = [
        "rumah tangga",
        "rumah tangga",
        "rumah tangga",
        "pasar",
        "hotel dan restoran",
        "objek wisata",
        "pelabuhan dan bandara",
        "fasilitas umum",
        "lainnya",
    ];
    let mut bad = 0;
    writeln!(
        output,
        "Nomor Tiket;Fasilitas;Waktu Masuk;Asal Wilayah;Sumber Sampah;Ditimbang;Bruto (kg);Tara (kg);Volume (m3);Netto (ton);Nomor Polisi"
    )
    .map_err(io)?;
    for row in 0..rows {
        let Some((code, names)) = random.pick(&regions).cloned() else { break };
        let mut region = random.pick(&names).cloned().unwrap_or_default();
        let mut ticket = format!("TK-{row:09}");
        let facility = format!("TPA-{code}-0{}", 1 + u64::from(random.share() > 0.7));
        let mut moment = format!(
            "{:02}/{:02}/{} {:02}:{:02}",
            1 + random.below(28),
            1 + random.below(12),
            2016 + random.below(10),
            6 + random.below(12),
            random.below(60)
        );
        let mut class = (*random.pick(&classes).unwrap_or(&"lainnya")).to_owned();
        let weighed = random.share() < 0.92;
        let (tare, net) = (2_200 + random.below(6_800), 300 + random.below(8_700));
        let volume = (net as f64 / 26.0).round() / 10.0;
        let mut gross = thousands(tare + net);
        let mut tonnes = if weighed { format!("{:.3}", net as f64 / 1000.0) } else { format!("{:.3}", volume * 0.26) }.replace('.', ",");
        if random.share() < faults {
            bad += 1;
            match random.below(if weighed { 6 } else { 5 }) {
                0 => region = "Kab. Buton Selatan".into(),
                1 => moment = "31/02/2024 10:00".into(),
                2 => class = "tidak tahu".into(),
                3 => tonnes = "n/a?".into(),
                4 => ticket = String::new(),
                _ => gross = "1.000".into(),
            }
        }
        let (gross, tare, volume) = if weighed {
            (gross, thousands(tare), String::new())
        } else {
            (String::new(), String::new(), format!("{volume:.1}").replace('.', ","))
        };
        let plate = 1_000 + random.below(9_000);
        writeln!(
            output,
            "{ticket};{facility};{moment};{region};{class};{};{gross};{tare};{volume};{tonnes};DT {plate} E",
            if weighed { "ya" } else { "tidak" }
        )
        .map_err(io)?;
    }
    Ok(Expected { rows, bad })
}

/// The layout of `schemas/sources/DISPAR_VISITS.json`: one row a month, attraction and market.
fn visitors(project: &Project, rows: u64, faults: f64, seed: u64, output: &mut dyn Write) -> Result<Expected, LakeError> {
    let io = |error| LakeError::io("output", error);
    const MONTHS: [&str; 12] =
        ["Januari", "Pebruari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "Nopember", "Desember"];
    let mut random = Random(seed);
    let regions = spellings(project);
    let mut bad = 0;
    writeln!(output, "Kabupaten/Kota;Tahun;Bulan;Saluran;Metode;Ukuran;Pasar;Asal;Menginap;Jumlah").map_err(io)?;
    // Key by key: region, month, channel, market and origin go round, so that no two rows share one.
    for row in 0..rows {
        let place = row as usize;
        let Some((_, names)) = regions.get(place % regions.len().max(1)) else { break };
        let mut region = random.pick(names).cloned().unwrap_or_default();
        let step = place / regions.len().max(1);
        let mut month = MONTHS.get(step % 12).copied().unwrap_or("Januari").to_owned();
        let year = 1990 + (step / 12) % 34;
        let origin = step / (12 * 34);
        let code: String = [origin / 676, origin / 26, origin].iter().map(|digit| char::from(b'A' + (digit % 26) as u8)).collect();
        let mut value = thousands(50 + random.below(4_000));
        if random.share() < faults {
            bad += 1;
            match random.below(3) {
                0 => region = "Kab. Buton Selatan".into(),
                1 => month = "Bulan 13".into(),
                _ => value = "banyak".into(),
            }
        }
        writeln!(output, "{region};{year};{month};objek wisata;karcis;kunjungan;mancanegara;{code};tidak diketahui;{value}").map_err(io)?;
    }
    Ok(Expected { rows, bad })
}

/// Codes of the corridor's regions with spellings that offices use.
fn spellings(project: &Project) -> Vec<(String, Vec<String>)> {
    let list = project.codes.get("region");
    let names = |code: &String| {
        let name = list.and_then(|list| list.attribute(code, "name")).unwrap_or(code).to_owned();
        let aliases = list.and_then(|list| list.attribute(code, "aliases")).unwrap_or_default();
        let mut names = vec![name.to_uppercase(), name];
        names.extend(aliases.split('|').filter(|alias| !alias.is_empty()).map(str::to_owned));
        names
    };
    project.corridor.regions.iter().map(|code| (code.clone(), names(code))).collect()
}

fn thousands(value: u64) -> String {
    if value < 1000 { value.to_string() } else { format!("{}.{:03}", value / 1000, value % 1000) }
}
