//! Where names of regions stand on a map: on their land or beside it, on no other name.

/// A rectangle of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Box {
    /// Its edges.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Box {
    /// Around points.
    pub fn of(points: &[(f64, f64)]) -> Self {
        let mut own = Self {
            left: f64::INFINITY,
            top: f64::INFINITY,
            right: f64::NEG_INFINITY,
            bottom: f64::NEG_INFINITY,
        };
        for (x, y) in points {
            own.left = own.left.min(*x);
            own.right = own.right.max(*x);
            own.top = own.top.min(*y);
            own.bottom = own.bottom.max(*y);
        }
        own
    }

    fn around((x, y): (f64, f64), (wide, tall): (f64, f64)) -> Self {
        Self {
            left: x - wide / 2.0,
            top: y - tall / 2.0,
            right: x + wide / 2.0,
            bottom: y + tall / 2.0,
        }
    }

    /// Area that both cover.
    fn shared(&self, other: &Self) -> f64 {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let tall = self.bottom.min(other.bottom) - self.top.max(other.top);
        wide.max(0.0) * tall.max(0.0)
    }

    fn area(&self) -> f64 {
        (self.right - self.left).max(0.0) * (self.bottom - self.top).max(0.0)
    }

    fn has(&self, (x, y): (f64, f64)) -> bool {
        x > self.left && x < self.right && y > self.top && y < self.bottom
    }
}

/// A label and what it names.
pub struct Label {
    /// Land of the region, in places of the picture.
    pub rings: Vec<Vec<(f64, f64)>>,
    /// Its small islands.
    pub islets: Vec<(f64, f64)>,
    /// Width and height of the text.
    pub size: (f64, f64),
}

/// Middles of all labels. Each takes the place with the least on it: other labels count most, then
/// what is outside the map, then the land of other regions, then the distance.
pub fn placed(labels: &[Label], (wide, tall): (f64, f64)) -> Vec<(f64, f64)> {
    let map = Box { left: 4.0, top: 4.0, right: wide - 4.0, bottom: tall - 4.0 };
    let mut taken: Vec<Box> = Vec::new();
    let mut places = vec![(0.0, 0.0); labels.len()];
    // The least land has the least choice.
    let mut order: Vec<usize> = (0..labels.len()).collect();
    let land = |at: &usize| labels.get(*at).map_or(0.0, |own| main_ring(own).1);
    order.sort_by(|one, other| land(one).total_cmp(&land(other)));
    for at in order {
        let Some(label) = labels.get(at) else { continue };
        let others = labels.iter().enumerate().filter(|(other, _)| *other != at);
        let others: Vec<&Label> = others.map(|(_, own)| own).collect();
        let cost = |middle: &(f64, f64)| {
            let own = Box::around(*middle, (label.size.0 + 6.0, label.size.1 + 2.0));
            let on_labels: f64 = taken.iter().map(|other| own.shared(other)).sum();
            let outside = own.area() - own.shared(&map);
            let points = |region: &Label| {
                let all = region.rings.iter().flatten().chain(&region.islets);
                all.filter(|point| own.has(**point)).count() as f64
            };
            let others: f64 = others.iter().map(|other| points(other)).sum();
            let edges = points(label);
            let far = distance(*middle, centre(label));
            on_labels * 100.0 + outside * 50.0 + others * 40.0 + edges * 12.0 + far
        };
        let candidates = candidates(label);
        let best = candidates.iter().min_by(|one, other| cost(one).total_cmp(&cost(other)));
        let best = best.copied().unwrap_or_default();
        taken.push(Box::around(best, label.size));
        if let Some(place) = places.get_mut(at) {
            *place = best;
        }
    }
    places
}

fn distance((x, y): (f64, f64), (other_x, other_y): (f64, f64)) -> f64 {
    (x - other_x).hypot(y - other_y)
}

/// The largest ring of a region, with the area of the box around it.
fn main_ring(label: &Label) -> (Box, f64) {
    let boxes = label.rings.iter().map(|own| Box::of(own));
    let largest = boxes.max_by(|one, other| one.area().total_cmp(&other.area()));
    let own = largest.unwrap_or_else(|| Box::of(&label.islets));
    (own, own.area())
}

fn centre(label: &Label) -> (f64, f64) {
    let (own, _) = main_ring(label);
    ((own.left + own.right) / 2.0, (own.top + own.bottom) / 2.0)
}

/// On the largest land, and around it near and far.
fn candidates(label: &Label) -> Vec<(f64, f64)> {
    let (own, _) = main_ring(label);
    let (x, y) = centre(label);
    let mut places = Vec::new();
    for down in [-0.2, -0.1, 0.0, 0.1, 0.2] {
        for right in [-0.15, 0.0, 0.15] {
            places.push((x + (own.right - own.left) * right, y + (own.bottom - own.top) * down));
        }
    }
    let (half_wide, half_tall) = (label.size.0 / 2.0, label.size.1 / 2.0);
    for away in [4.0, 14.0, 30.0, 50.0] {
        let (left, right) = (own.left - half_wide - away, own.right + half_wide + away);
        let (top, bottom) = (own.top - half_tall - away, own.bottom + half_tall + away);
        for part in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let along_x = own.left + (own.right - own.left) * part;
            let along_y = own.top + (own.bottom - own.top) * part;
            places.extend([(left, along_y), (right, along_y), (along_x, top), (along_x, bottom)]);
        }
    }
    places
}
