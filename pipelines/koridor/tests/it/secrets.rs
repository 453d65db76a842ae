//! What is personal never leaves `raw/` and the key's folder: unique values of every kind stand in
//! every place of what offices send, and all that is written or printed is searched for them.

use super::Place;
use std::path::Path;
use umya_spreadsheet::writer;

/// Gives values of persons, each once, and remembers them.
#[derive(Default)]
struct Secrets {
    given: Vec<String>,
}

impl Secrets {
    fn keep(&mut self, value: String) -> String {
        self.given.push(value.clone());
        value
    }

    fn next(&self) -> usize {
        self.given.len() + 1
    }

    /// A citizen's number.
    fn nik(&mut self) -> String {
        self.keep(format!("74720141018{:05}", 50_000 + self.next() * 37))
    }

    /// A business's number.
    fn nib(&mut self) -> String {
        self.keep(format!("91200{:08}", 4_711_000 + self.next() * 91))
    }

    fn phone(&mut self) -> String {
        self.keep(format!("0812{:08}", 34_567_000 + self.next() * 53))
    }

    fn plate(&mut self) -> String {
        self.keep(format!("DT {} KX", 4_000 + self.next() * 7))
    }

    fn mail(&mut self) -> String {
        self.keep(format!("waode{}@contoh.go.id", 700 + self.next()))
    }

    /// A text with values in the place of the words in capitals.
    fn filled(&mut self, text: &str) -> String {
        let mut filled = text.to_owned();
        while let Some((word, give)) = KINDS.iter().find(|(word, _)| filled.contains(word)) {
            filled = filled.replacen(word, &give(self), 1);
        }
        filled
    }

    fn name(&mut self) -> String {
        let letter = |number: usize| char::from(b'a' + (number % 26) as u8);
        let number = self.next();
        let own = format!("Zub{}{}aidah", letter(number / 26), letter(number));
        format!("Wa {}", self.keep(own))
    }
}

/// A kind of value, and who gives one.
type Kind = (&'static str, fn(&mut Secrets) -> String);

const KINDS: [Kind; 6] = [
    ("NIK", Secrets::nik),
    ("NIB", Secrets::nib),
    ("PHONE", Secrets::phone),
    ("PLATE", Secrets::plate),
    ("MAIL", Secrets::mail),
    ("NAME", Secrets::name),
];

const REGISTER: &str = "NIK Pemilik;Nama Pemilik;Terdaftar Sejak;Kabupaten/Kota;Kecamatan;NIB;KBLI;\
                        Skala Usaha;Omzet per Tahun (Rp);Modal (Rp);Tenaga Kerja;Status\n";

/// A good row of it; words in capitals are filled in with values of persons.
const GOOD: [&str; 12] = [
    "NIK",
    "NAME",
    "01/02/2020",
    "Kota Baubau",
    "Betoambari",
    "NIB",
    "56101",
    "mikro",
    "1000000",
    "500000",
    "2",
    "aktif",
];

/// What stands elsewhere in further rows: field and text.
const WRONG: [(usize, &str); 7] = [
    (4, "hub. PHONE (NAME)"),
    (4, "NAME, MAIL"),
    (7, "PLATE"),
    (5, "NIBx"),
    (2, "NAME"),
    (11, "NAME"),
    // More cells than the header.
    (11, "aktif;NIK;NAME;PHONE"),
];

/// A register of businesses: good rows, and rows in which a value stands in a field of another.
fn register(secrets: &mut Secrets) -> String {
    let with = |changes: &[(usize, &'static str)]| {
        let mut cells = GOOD.to_vec();
        for (at, what) in changes {
            cells[*at] = what;
        }
        cells.join(";")
    };
    let mut rows = vec![with(&[])];
    for at in [2, 3, 4, 6, 7, 8, 9, 10, 11] {
        rows.extend([with(&[(at, "NIK")]), with(&[(at, "PHONE")])]);
    }
    rows.extend(WRONG.map(|change| with(&[change])));
    // Shifted to the left and to the right by a cell.
    rows.push(format!("{};", GOOD[1..].join(";")));
    rows.push(format!("7;{}", GOOD[..11].join(";")));
    let rows = rows.iter().map(|row| format!("{}\n", secrets.filled(row)));
    format!("{REGISTER}{}", rows.collect::<String>())
}

/// Tickets of a weighbridge.
fn tickets(secrets: &mut Secrets) -> String {
    let header = "Nomor Tiket;Fasilitas;Waktu Masuk;Asal Wilayah;Sumber Sampah;Ditimbang;\
                  Bruto (kg);Tara (kg);Volume (m3);Netto;Nomor Polisi";
    let rows = [
        format!(
            "T1;TPA Wonco;01/02/2024 06:15;Kota Baubau;pasar;ya;5000;3000;;2;{}",
            secrets.plate()
        ),
        format!(
            "{};TPA Wonco;01/02/2024 06:16;Kota Baubau;pasar;ya;5000;3000;;2;",
            secrets.plate()
        ),
        format!(
            "T3;TPA Wonco {};01/02/2024 06:17;Kota Baubau;pasar;ya;5000;3000;;2;",
            secrets.phone()
        ),
        format!("T4;TPA Wonco;{};Kota Baubau;pasar;ya;5000;3000;;2;DT 1 A", secrets.plate()),
        format!("T5;TPA Wonco;01/02/2024 06:18;Kota Baubau;{};ya;5000;3000;;2;", secrets.mail()),
        format!("T6;TPA Wonco;01/02/2024 06:19;{};pasar;ya;5000;3000;;2;", secrets.name()),
        format!(
            "T7;TPA Wonco;01/02/2024 06:20;Kota Baubau;pasar;{};5000;3000;;2;",
            secrets.phone()
        ),
        format!("T8;TPA Wonco;01/02/2024 06:21;Kota Baubau;pasar;ya;{};3000;;2;", secrets.plate()),
    ];
    format!("{header}\n{}\n", rows.join("\n"))
}

/// A workbook with a sheet that is named like a person, and such cells around the table.
fn workbook(place: &Place, file: &str, secrets: &mut Secrets) {
    let mut book = umya_spreadsheet::new_file();
    let name = format!("{} {}", secrets.nik(), secrets.name());
    let sheet = book.sheet_mut(0).unwrap();
    sheet.set_name(name);
    let rows = [
        vec![format!("Dicatat oleh {} ({})", secrets.name(), secrets.phone())],
        ["Kabupaten/Kota", "Bulan", "Pengurangan (ton)", "Penanganan (ton)"]
            .map(str::to_owned)
            .to_vec(),
        ["Wakatobi", "Januari 2024", "1", "2"].map(str::to_owned).to_vec(),
        vec!["Wakatobi".into(), "Februari 2024".into(), secrets.phone(), "2".into()],
        vec![secrets.mail(), "Maret 2024".into(), "1".into(), "2".into()],
        vec![format!("Catatan: {} {}", secrets.name(), secrets.nik())],
    ];
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.cell_mut((column as u32 + 1, row as u32 + 1)).set_value_string(cell);
        }
    }
    let path = place.path().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    writer::xlsx::write(&book, path).unwrap();
}

/// All files below a folder but those that may hold what came.
fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "raw" && name != "_secrets" {
            files(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

/// Datasets that the files fill.
const FILLED: [&str; 3] = ["umkm_register", "waste_handling", "waste_weighbridge"];

/// What the program says and writes of all that it knows.
fn all_that_is_told(place: &Place) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let mut say = |words: &[&str]| {
        let output = place.run(words);
        let text = [output.stdout, output.stderr].concat();
        told.push((words.join(" "), String::from_utf8_lossy(&text).into_owned()));
    };
    let mut landed = Vec::new();
    files(&place.path().join("landing"), &mut landed);
    let landed: Vec<String> = landed.iter().map(|path| path.display().to_string()).collect();
    let paths: Vec<&str> = landed.iter().map(String::as_str).collect();
    say(&[&["check"], &paths[..]].concat());
    say(&[&["--format", "json", "check"], &paths[..]].concat());
    for path in &paths {
        say(&["sources", "explain", path]);
        say(&["sources", "infer", path]);
    }
    say(&["run", "--landing", "landing", "--extracts", "published"]);
    say(&["run", "--landing", "landing", "--format", "json"]);
    say(&["status"]);
    say(&["status", "--format", "json"]);
    say(&["quarantine", "list", "--format", "csv"]);
    let month = super::office::month_of_the_file(place);
    for office in ["DISKOP_7472", "DLH_7472"] {
        say(&["quarantine", "letter", office, "--month", &month]);
    }
    for schema in ["silver", "core", "ops"] {
        let tables = "select table_name from information_schema.tables where table_schema";
        let tables = format!("{tables} = '{schema}'");
        let tables = place.stdout(&["sql", "--head", "--format", "csv", &tables]);
        let is_filled = |name: &&str| schema == "ops" || FILLED.contains(name);
        for name in tables.lines().skip(1).filter(is_filled) {
            let all = format!("select * from {schema}.{name}");
            say(&["sql", "--head", "--format", "csv", &all]);
        }
    }
    let named = landed.iter().find(|path| path.contains("register Wa")).unwrap();
    let named = named.rsplit('/').next().unwrap();
    say(&["quarantine", "list", "--file", named]);
    say(&["quarantine", "export", named, "--output", "back.xlsx"]);
    assert!(place.path().join("back.xlsx").exists(), "the true name of a file means it");
    say(&["quarantine", "replay"]);
    say(&["rebuild"]);
    say(&["verify"]);
    told
}

#[test]
fn what_is_personal_stays_where_it_came() {
    let place = Place::new();
    let secrets = &mut Secrets::default();
    let register = register(secrets);
    place.write("landing/DISKOP_7472/register.csv", &register);
    let (nik, name) = (secrets.nik(), secrets.name());
    place.write(
        &format!("landing/DISKOP_7472/register {name} {nik}.csv"),
        &format!("{REGISTER}{};x;;;;;;;;;;\n", secrets.nik()),
    );
    let rows: Vec<String> = (0..3)
        .map(|_| format!("{};{};{}\n", secrets.name(), secrets.nik(), secrets.phone()))
        .collect();
    place.write("landing/DISKOP_7472/tanpa_judul.csv", &rows.concat());
    let (phone, name) = (secrets.phone(), secrets.name());
    place.write(
        "landing/DISKOP_7472/judul.csv",
        &format!(
            "NIK Pemilik {phone};Catatan \"{name}\" {};Terdaftar Sejak\n1;2;3\n",
            secrets.nik()
        ),
    );
    let folder = format!("{} {}", secrets.nik(), secrets.name());
    place.write(&format!("landing/{folder}/a.csv"), "a;b\n1;2\n");
    place.write("landing/DLH_7472/timbang.csv", &tickets(secrets));
    workbook(&place, "landing/DLH_7472/penanganan.xlsx", secrets);
    assert!(secrets.given.len() >= 50, "{}", secrets.given.len());
    let told = all_that_is_told(&place);
    let loaded = &told.iter().find(|(words, _)| words.ends_with("silver.umkm_register")).unwrap().1;
    assert!(loaded.contains("Betoambari"), "rows are loaded: {loaded}");
    let mut leaks = Vec::new();
    for (words, text) in &told {
        let held = secrets.given.iter().filter(|secret| text.contains(secret.as_str()));
        leaks.extend(held.map(|secret| format!("{secret} in `{words}`")));
    }
    let mut written = Vec::new();
    for folder in ["lake", "published"] {
        files(&place.path().join(folder), &mut written);
    }
    assert!(written.len() > 20);
    for path in written {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let shown = path.strip_prefix(place.path()).unwrap().display().to_string();
        let is_held = |secret: &&String| text.contains(*secret) || shown.contains(*secret);
        let held = secrets.given.iter().filter(is_held);
        leaks.extend(held.map(|secret| format!("{secret} in {shown}")));
    }
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
}
