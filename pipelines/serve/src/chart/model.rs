//! What is drawn: values with their marks, series over periods, targets.

use koridor_contract::message::Language;

/// What a reader must know of a value, as it stands behind it in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// `[p]`: it may still change.
    Provisional,
    /// `[r]`: it was another one before.
    Revised,
    /// `[c]`: it is there and not published.
    Suppressed,
    /// `[x]`: there is none.
    NotAvailable,
    /// `[b]`: it is of another series than the one before.
    Break,
    /// `[a]`: it is of other regencies than the one before.
    OtherAreas,
}

impl Mark {
    /// All of them, in the order they are explained.
    pub const ALL: [Self; 6] = [
        Self::Provisional,
        Self::Revised,
        Self::Suppressed,
        Self::NotAvailable,
        Self::Break,
        Self::OtherAreas,
    ];

    /// The mark, such as `[p]`.
    pub fn text(self) -> &'static str {
        match self {
            Self::Provisional => "[p]",
            Self::Revised => "[r]",
            Self::Suppressed => "[c]",
            Self::NotAvailable => "[x]",
            Self::Break => "[b]",
            Self::OtherAreas => "[a]",
        }
    }

    /// What it means, in few words.
    pub fn meaning(self, language: Language) -> &'static str {
        match self {
            Self::Provisional => language.pick("angka sementara", "provisional"),
            Self::Revised => language.pick("angka revisi", "revised"),
            Self::Suppressed => language.pick("tidak diterbitkan", "suppressed"),
            Self::NotAvailable => language.pick("tidak tersedia", "not available"),
            Self::Break => language.pick("seri baru", "new series"),
            Self::OtherAreas => language.pick("wilayah lain", "other areas"),
        }
    }
}

/// One value of a series. Null is not zero: it is drawn as a gap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// The value, in the frame's unit.
    pub value: Option<f64>,
    /// Its marks.
    pub marks: Vec<Mark>,
}

impl Cell {
    /// A value without marks; a gap where there is none or no finite one.
    pub fn of(value: Option<f64>) -> Self {
        Self { value: value.filter(|own| own.is_finite()), marks: Vec::new() }
    }

    /// The same value with a mark more.
    #[must_use]
    pub fn marked(mut self, mark: Mark) -> Self {
        self.marks.push(mark);
        self
    }

    /// Whether it may still change.
    pub fn is_provisional(&self) -> bool {
        self.marks.contains(&Mark::Provisional)
    }

    /// Whether no line joins it with the one before.
    pub(super) fn is_break(&self) -> bool {
        self.marks.contains(&Mark::Break) || self.marks.contains(&Mark::OtherAreas)
    }

    /// Its marks such as ` [p] [r]`, empty where it has none.
    pub(super) fn marks_text(&self) -> String {
        self.marks.iter().map(|mark| format!(" {}", mark.text())).collect()
    }

    pub(super) fn finite(&self) -> Option<f64> {
        self.value.filter(|own| own.is_finite())
    }
}

/// A period of the axis of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// As it stands on the axis where there is room: `Agu 2025`, `2025 T3`, `2025`.
    pub label: String,
    /// Its year, where it is the first period of it.
    pub begins_year: Option<String>,
}

impl Period {
    /// The period of a grain (`M`, `Q`, `Y`) that begins on an ISO day.
    pub fn of(grain: &str, first_day: &str, language: Language) -> Self {
        let year = first_day.get(..4).unwrap_or_default();
        let month: usize = first_day.get(5..7).and_then(|own| own.parse().ok()).unwrap_or(1);
        let label = match grain {
            "Y" => year.to_owned(),
            "Q" => format!("{year} {}{}", language.pick("T", "Q"), month.div_ceil(3)),
            _ => format!("{} {year}", short_month(month, language)),
        };
        Self { label, begins_year: (month == 1).then(|| year.to_owned()) }
    }
}

fn short_month(month: usize, language: Language) -> &'static str {
    const ID: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
    const EN: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    language.pick(ID, EN).get(month.saturating_sub(1)).copied().unwrap_or_default()
}

/// What a series is to the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// One that is compared: the number itself, or one of several sources or regions.
    Main,
    /// An earlier vintage, drawn thin and dashed behind the others.
    Earlier,
}

/// Values over the periods of a chart, one a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name, written at its end; may be empty where there is one only.
    pub name: String,
    /// What it is to the picture.
    pub role: Role,
    /// Its values.
    pub cells: Vec<Cell>,
}

/// What is aimed at.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Name, such as `Target RPJMD`.
    pub name: String,
    /// Level of each period of a line chart, or of each group of a bar chart.
    pub levels: Vec<Option<f64>>,
}

/// The marks that a picture shows, each once and in their order: all of a cell whose text stands in
/// it. Of another one that it is provisional, which its look says.
pub(super) fn marks_shown<'cell>(cells: impl Iterator<Item = (&'cell Cell, bool)>) -> Vec<Mark> {
    let own = |(cell, is_written): (&'cell Cell, bool)| {
        let marks = cell.marks.iter().copied();
        marks.filter(move |mark| is_written || *mark == Mark::Provisional)
    };
    let mut marks: Vec<Mark> = cells.flat_map(own).collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}
