//! A map of regions by class: hatches and numbers say the same as colours.

use crate::chart::frame::Frame;
use crate::chart::labels::{SIZE, strong_width, width};
use crate::chart::model::Mark;
use crate::chart::region_label::{Box, Label, placed};
use crate::chart::svg::{Anchor, INK, LINE, Look, Svg, escape, short};
use koridor_contract::project::Outline;

/// Fill of a class: its colour, and a hatch of another one.
const CLASSES: [(&str, &str, &str); 5] = [
    ("#d3e2f0", "", ""),
    ("#a9c8e4", "M0 6L6 0M-1 1L1-1M5 7L7 5", "#12436d"),
    ("#6bace6", "", ""),
    ("#2073bc", "M0 6L6 0M0 0L6 6", "#fff"),
    ("#12436d", "", ""),
];
/// Fill of a region without a class.
const NOTHING: (&str, &str) = ("#fff", "M1.5 1.5h.1M4.5 4.5h.1");
const AROUND: &str = "#ececec";
const SEA: &str = "#f6f9fb";
/// Radius of an island that is too small for an outline.
const ISLET: f64 = 1.6;

/// A region of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Area<'outline> {
    /// Name, as it stands on the map.
    pub name: String,
    /// Its value with its marks, as it stands below the name.
    pub text: String,
    /// Place of its class; none where there is no value.
    pub class: Option<usize>,
    /// Its outline.
    pub outline: &'outline Outline,
}

/// Regions by class, with the land around them.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionMap<'outline> {
    /// What stands around it.
    pub frame: Frame,
    /// The regions.
    pub areas: Vec<Area<'outline>>,
    /// Other land, without names.
    pub around: Vec<&'outline Outline>,
    /// Names of the classes from the lowest, at most five.
    pub classes: Vec<String>,
    /// Marks of its texts.
    pub marks: Vec<Mark>,
}

/// Longitude and latitude to places of the picture: true to angles in its middle.
struct Projection {
    west: f64,
    north: f64,
    /// Width of a degree of longitude, height of one of latitude.
    degree: (f64, f64),
    size: (f64, f64),
}

impl Projection {
    /// All areas with an edge around them; none where no area has a place.
    fn new(areas: &[Area<'_>], room: f64) -> Option<Self> {
        let all = areas.iter().flat_map(|own| own.outline.rings.iter().flatten());
        let all = all.chain(areas.iter().flat_map(|own| &own.outline.islets));
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for place in all {
            for axis in [0, 1] {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        if low[0] > high[0] {
            return None;
        }
        let flat = ((low[1] + high[1]) / 2.0).to_radians().cos().max(0.05);
        let edge = ((high[0] - low[0]).max(high[1] - low[1]) * 0.06).max(0.01);
        let wide = (high[0] - low[0] + 2.0 * edge) * flat;
        let tall = high[1] - low[1] + 2.0 * edge;
        let scale = (room / wide).min(room * 0.9 / tall);
        // What is narrow stands in the middle.
        let spare = (room - wide * scale) / 2.0 / (flat * scale);
        Some(Self {
            west: low[0] - edge - spare,
            north: high[1] + edge,
            degree: (flat * scale, scale),
            size: (room, tall * scale),
        })
    }

    fn place(&self, [lng, lat]: [f64; 2]) -> (f64, f64) {
        ((lng - self.west) * self.degree.0, (self.north - lat) * self.degree.1)
    }

    fn ring(&self, ring: &[[f64; 2]]) -> Vec<(f64, f64)> {
        ring.iter().map(|own| self.place(*own)).collect()
    }

    /// Rings as a path of steps, at places that are multiples of `grid`.
    fn path(&self, outline: &Outline, grid: f64) -> String {
        let mut path = String::new();
        for ring in &outline.rings {
            let ring = self.ring(ring);
            let bounds = Box::of(&ring);
            let is_seen = bounds.right > 0.0
                && bounds.left < self.size.0
                && bounds.bottom > 0.0
                && bounds.top < self.size.1;
            if !is_seen {
                continue;
            }
            let snapped =
                |(x, y): &(f64, f64)| ((x / grid).round() * grid, (y / grid).round() * grid);
            let mut ring: Vec<(f64, f64)> = ring.iter().map(snapped).collect();
            ring.dedup();
            // The path closes itself.
            if ring.first() == ring.last() {
                ring.pop();
            }
            let mut before = (0.0, 0.0);
            for (place, (x, y)) in ring.iter().enumerate() {
                let [dx, dy] = [x - before.0, y - before.1].map(short);
                let space = |own: &str| if own.starts_with('-') { "" } else { " " };
                match place {
                    0 => path.push('M'),
                    1 => path.push('l'),
                    _ => path.push_str(space(&dx)),
                }
                path.push_str(&format!("{dx}{}{dy}", space(&dy)));
                before = (*x, *y);
            }
            path.push('z');
        }
        path
    }
}

impl RegionMap<'_> {
    /// The picture; empty where no region has an outline.
    pub fn svg(&self) -> String {
        let Some(projection) = Projection::new(&self.areas, self.frame.width) else {
            return String::new();
        };
        let (wide, tall) = projection.size;
        let id = escape(&self.frame.id);
        let mut svg = Svg::default();
        svg.raw(&self.definitions(&projection));
        svg.raw(&format!("<g clip-path=\"url(#{id}-c)\">"));
        svg.element(
            "path",
            &format!("d=\"M0 0H{}V{}H0z\" fill=\"{SEA}\"", short(wide), short(tall)),
        );
        let around: String = self.around.iter().map(|own| projection.path(own, 2.0)).collect();
        if !around.is_empty() {
            svg.element("path", &format!("d=\"{around}\" fill=\"{AROUND}\""));
        }
        for area in &self.areas {
            self.draw_area(&mut svg, &projection, area);
        }
        svg.raw("</g>");
        self.draw_labels(&mut svg, &projection);
        let key = self.draw_key(&mut svg, tall + 8.0);
        self.frame.picture(svg, tall + 8.0 + key, &self.marks)
    }

    /// The hatches that are used, and the edge of the map.
    fn definitions(&self, projection: &Projection) -> String {
        let id = escape(&self.frame.id);
        let (wide, tall) = (short(projection.size.0), short(projection.size.1));
        let mut text =
            format!("<defs><clipPath id=\"{id}-c\"><path d=\"M0 0H{wide}V{tall}H0z\"/></clipPath>");
        let mut add = |name: &str, colour: &str, hatch: &str, ink: &str| {
            text.push_str(&format!(
                "<pattern id=\"{id}-{name}\" width=\"6\" height=\"6\" \
                 patternUnits=\"userSpaceOnUse\"><path d=\"M0 0H6V6H0z\" fill=\"{colour}\"/>\
                 <path d=\"{hatch}\" stroke=\"{ink}\" stroke-linecap=\"round\"/></pattern>"
            ));
        };
        for place in 0..self.classes.len() {
            let (colour, hatch, ink) = class(place, self.classes.len());
            if !hatch.is_empty() {
                add(&format!("m{place}"), colour, hatch, ink);
            }
        }
        if self.areas.iter().any(|own| own.class.is_none()) {
            add("mx", NOTHING.0, NOTHING.1, INK);
        }
        text + "</defs>"
    }

    fn fill(&self, place: Option<usize>) -> String {
        let id = escape(&self.frame.id);
        match place {
            None => format!("url(#{id}-mx)"),
            Some(place) => match class(place, self.classes.len()) {
                (colour, "", _) => colour.to_owned(),
                _ => format!("url(#{id}-m{place})"),
            },
        }
    }

    fn draw_area(&self, svg: &mut Svg, projection: &Projection, area: &Area<'_>) {
        let look =
            format!("fill=\"{}\" stroke=\"{INK}\" stroke-width=\".7\"", self.fill(area.class));
        svg.raw(&format!("<g {look}>"));
        svg.tag("title", "", &format!("{}: {}", area.name, area.text));
        svg.element("path", &format!("d=\"{}\"", projection.path(area.outline, 0.5)));
        for islet in &area.outline.islets {
            let (x, y) = projection.place(*islet);
            svg.element(
                "circle",
                &format!("cx=\"{}\" cy=\"{}\" r=\"{ISLET}\"", short(x), short(y)),
            );
        }
        svg.raw("</g>");
    }

    fn draw_labels(&self, svg: &mut Svg, projection: &Projection) {
        let label = |area: &Area<'_>| {
            let rings = area.outline.rings.iter().map(|own| projection.ring(own)).collect();
            let islets = area.outline.islets.iter().map(|own| projection.place(*own)).collect();
            let wide = width(&area.name).max(strong_width(&area.text)) + 6.0;
            Label { rings, islets, size: (wide, LINE * 2.0) }
        };
        let labels: Vec<Label> = self.areas.iter().map(label).collect();
        let places = placed(&labels, projection.size);
        svg.raw("<g text-anchor=\"middle\">");
        for ((area, label), (x, y)) in self.areas.iter().zip(&labels).zip(places) {
            let at = [x - label.size.0 / 2.0, y - LINE].map(short);
            let size = [label.size.0, LINE * 2.0].map(short);
            let place = format!(
                "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
                at[0], at[1], size[0], size[1]
            );
            svg.element("rect", &(place + " rx=\"2\" fill=\"#fff\" fill-opacity=\".86\""));
            svg.text((x, y - LINE / 2.0 + SIZE * 0.36), Anchor::Start, Look::Plain, &area.name);
            svg.text((x, y + LINE / 2.0 + SIZE * 0.36), Anchor::Start, Look::Strong, &area.text);
        }
        svg.raw("</g>");
    }

    /// Which fill is which class; returns its height.
    fn draw_key(&self, svg: &mut Svg, top: f64) -> f64 {
        let nothing = self.frame.language.pick("tidak ada nilai", "no value");
        let has_gap = self.areas.iter().any(|own| own.class.is_none());
        let classes = self.classes.iter().enumerate().map(|(at, own)| (Some(at), own.as_str()));
        let (mut x, mut y) = (0.0, top);
        for (place, name) in classes.chain(has_gap.then_some((None, nothing))) {
            let room = 26.0 + width(name) + 14.0;
            if x > 0.0 && x + room - 14.0 > self.frame.width {
                (x, y) = (0.0, y + LINE + 4.0);
            }
            let look =
                format!("fill=\"{}\" stroke=\"{INK}\" stroke-width=\".7\"", self.fill(place));
            let at = format!("x=\"{}\" y=\"{}\"", short(x + 0.5), short(y + 1.0));
            svg.element("rect", &format!("{at} width=\"20\" height=\"13\" {look}"));
            svg.text((x + 26.0, y + 12.0), Anchor::Start, Look::Plain, name);
            x += room;
        }
        y - top + LINE + 8.0
    }
}

/// Look of a class among so many: few classes are far apart.
fn class(place: usize, of: usize) -> (&'static str, &'static str, &'static str) {
    let last = CLASSES.len() - 1;
    let at = if of <= 1 { 2 } else { place.min(of - 1) * last / (of - 1).min(last) };
    CLASSES.get(at.min(last)).copied().unwrap_or_default()
}
