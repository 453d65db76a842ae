//! A figure as a picture: on its page, and alone as a file.

use crate::chart::{
    self, Area, BarChart, Direction, Frame, Group, LineChart, Period, RegionMap, Role, Sparkline,
    Target,
};
use koridor_contract::message::Language;
use koridor_publish::decimal::rounded;
use koridor_publish::pages::{Drawing, Figure, KeyNumber, Level, Mark, Page, Point, Series};
use koridor_publish::words::grouped;

/// How much room a picture has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A desk's screen, paper, a file.
    Wide,
    /// A phone's screen.
    Narrow,
}

impl Size {
    /// Width in CSS pixels.
    fn width(self) -> f64 {
        match self {
            Self::Wide => 680.0,
            Self::Narrow => 330.0,
        }
    }
}

/// Groups with longer names lie in rows.
const LONGEST_LABEL: usize = 16;

/// The picture on its page; empty where nothing can be drawn.
pub fn inline(page: &Page, figure: &Figure, size: Size) -> String {
    let own = frame(page, figure, (false, size));
    let id = match size {
        Size::Wide => own.id.clone(),
        Size::Narrow => format!("{}-narrow", own.id),
    };
    draw(figure, Frame { id, ..own })
}

/// The picture as a file: with title, caption, release and what a reader must know.
pub fn alone(page: &Page, figure: &Figure) -> String {
    draw(figure, frame(page, figure, (true, Size::Wide)))
}

/// The trend beside a big number; empty where there are too few values.
pub fn spark(number: &KeyNumber, id: &str) -> String {
    let title = format!("{}: {}", number.title.text, number.trend_says);
    let cells = number.trend.iter().map(|own| cell(own, number.decimals)).collect();
    Sparkline { id: id.to_owned(), title, cells, target: None }.svg()
}

fn frame(page: &Page, figure: &Figure, (is_alone, size): (bool, Size)) -> Frame {
    let language = page.address.language;
    let mut caption = figure.caption.clone();
    if is_alone {
        let release = language.pick("Rilis", "Release");
        let made_up = Mark::Synthetic.meaning();
        let made_up = language.pick(made_up[0], made_up[1]);
        caption = format!("{caption}. {}. {release} {}.", page.frame.site, page.frame.release);
        if is_synthetic(figure) {
            caption = format!("{caption} {}: {made_up}.", Mark::Synthetic.text());
        }
    }
    Frame {
        id: figure.id.clone(),
        title: figure.title.clone(),
        caption,
        description: figure.description.clone(),
        is_alone,
        width: size.width(),
        unit: figure.unit.clone(),
        decimals: figure.decimals.into(),
        language,
    }
}

/// Whether a value of the figure rests on made-up rows.
pub fn is_synthetic(figure: &Figure) -> bool {
    let has = |own: &Point| own.marks.contains(&Mark::Synthetic);
    match &figure.drawing {
        Drawing::Lines { series, .. } | Drawing::Bars { series, .. } => {
            series.iter().flat_map(|own| &own.points).any(has)
        }
        Drawing::Map { areas, .. } => areas.iter().any(|own| has(&own.point)),
    }
}

fn mark(own: Mark) -> Option<chart::Mark> {
    match own {
        Mark::Provisional => Some(chart::Mark::Provisional),
        Mark::Revised => Some(chart::Mark::Revised),
        Mark::Suppressed => Some(chart::Mark::Suppressed),
        Mark::NotAvailable => Some(chart::Mark::NotAvailable),
        Mark::Break => Some(chart::Mark::Break),
        Mark::OtherAreas => Some(chart::Mark::OtherAreas),
        // Of a whole picture: its caption says so.
        Mark::Synthetic => None,
    }
}

/// A value as its table writes it: what no digit tells is no rise and no fall.
fn cell(point: &Point, decimals: u8) -> chart::Cell {
    let shown = |own: f64| rounded(own, decimals.into()).parse().unwrap_or(own);
    let own = chart::Cell::of(point.value.map(shown));
    point.marks.iter().filter_map(|own| mark(*own)).fold(own, chart::Cell::marked)
}

fn target(level: &Level) -> Target {
    Target { name: level.name.clone(), levels: level.levels.clone() }
}

fn draw(figure: &Figure, frame: Frame) -> String {
    let language = frame.language;
    match &figure.drawing {
        Drawing::Lines { periods, series, target: level } => LineChart {
            periods: periods
                .iter()
                .map(|(grain, first_day)| Period::of(grain, first_day, language))
                .collect(),
            series: series.iter().map(|own| line(own, figure.decimals)).collect(),
            target: level.as_ref().map(target),
            frame,
        }
        .svg(),
        Drawing::Bars { groups, series, target: level } => {
            let is_long = groups.iter().any(|own| own.chars().count() > LONGEST_LABEL);
            let group = |(place, label): (usize, &String)| Group {
                label: label.clone(),
                cells: series
                    .iter()
                    .filter_map(|own| Some(cell(own.points.get(place)?, figure.decimals)))
                    .collect(),
                is_emphasised: false,
            };
            BarChart {
                direction: if is_long { Direction::Rows } else { Direction::Columns },
                series: series.iter().map(|own| own.name.clone()).collect(),
                groups: groups.iter().enumerate().map(group).collect(),
                target: level.as_ref().map(target),
                frame,
            }
            .svg()
        }
        Drawing::Map { areas, classes, geography } => {
            let shown = areas.iter().filter_map(|own| {
                Some(Area {
                    name: own.name.clone(),
                    text: text(&own.point, figure.decimals, language),
                    class: own.class,
                    outline: geography.outlines.get(&own.code)?,
                })
            });
            let is_shown = |code: &String| areas.iter().any(|own| own.code == *code);
            let around = geography.outlines.iter().filter(|(code, _)| !is_shown(code));
            let mut marks: Vec<chart::Mark> = areas
                .iter()
                .flat_map(|own| &own.point.marks)
                .filter_map(|own| mark(*own))
                .collect();
            marks.sort_unstable();
            marks.dedup();
            RegionMap {
                areas: shown.collect(),
                around: around.map(|(_, outline)| outline).collect(),
                classes: classes.clone(),
                marks,
                frame,
            }
            .svg()
        }
    }
}

fn line(series: &Series, decimals: u8) -> chart::Series {
    chart::Series {
        name: series.name.clone(),
        role: if series.is_earlier { Role::Earlier } else { Role::Main },
        cells: series.points.iter().map(|own| cell(own, decimals)).collect(),
    }
}

/// A value with its marks as it stands on a map.
fn text(point: &Point, decimals: u8, language: Language) -> String {
    let number = point.value.map(|own| grouped(own, decimals.into(), language));
    let marks = point.marks.iter().filter(|own| mark(**own).is_some()).map(|own| own.text());
    number.as_deref().into_iter().chain(marks).collect::<Vec<_>>().join(" ")
}
