//! Units as labels name them, and their factors to a contract's unit.

/// What stands in the first brackets of a label.
pub(crate) fn unit_of(label: &str) -> Option<String> {
    let (_, behind) = label.split_once(['(', '['])?;
    let (unit, _) = behind.split_once([')', ']'])?;
    Some(unit.trim().to_lowercase()).filter(|unit| !unit.is_empty())
}

/// The factor from a unit as offices write it to a contract's unit; `None` where it is not known.
pub(crate) fn factor(unit: &str, wanted: &str) -> Option<&'static str> {
    let unit = unit.trim().trim_start_matches("dalam ").trim();
    let wanted = wanted.to_lowercase();
    let is = |names: &[&str]| names.contains(&wanted.as_str());
    let tonnes = is(&["t", "ton"]);
    let money = is(&["rp", "idr", "rupiah"]);
    match unit {
        "ton" | "t" | "ton/tahun" | "ton/bulan" if tonnes => Some("1"),
        "kg" | "kilogram" if tonnes => Some("0.001"),
        "kuintal" | "kwintal" if tonnes => Some("0.1"),
        "ribu ton" if tonnes => Some("1000"),
        "kg" if is(&["kg"]) => Some("1"),
        "ton" | "t" if is(&["kg"]) => Some("1000"),
        "rp" | "rupiah" | "rp." if money => Some("1"),
        "ribu rupiah" | "rp ribu" | "ribu rp" | "rp. 000" | "000 rp" | "rp 000" | "rp.000"
            if money =>
        {
            Some("1000")
        }
        "juta rupiah" | "rp juta" | "juta rp" | "rp. juta" | "jutaan rupiah" if money => {
            Some("1000000")
        }
        "miliar rupiah" | "rp miliar" | "milyar rupiah" | "miliar rp" if money => {
            Some("1000000000")
        }
        "ribu" | "000" | "ribuan" | "ribu jiwa" | "ribu orang" | "thousand" | "ribu unit"
        | "ribu kunjungan" | "jiwa (ribu)" | "ribu penduduk" | "thousand people"
        | "thousand persons" => Some("1000"),
        "juta" | "juta jiwa" | "juta orang" | "million" => Some("1000000"),
        "%" | "persen" if wanted == "%" => Some("1"),
        "orang" | "jiwa" | "unit" | "kunjungan" | "penumpang" | "wisatawan" | "tamu" | "malam"
        | "kamar" | "usaha" | "persons" | "person"
            if !tonnes && !money =>
        {
            Some("1")
        }
        _ if unit == wanted => Some("1"),
        _ => None,
    }
}
