//! Values to places, and the round numbers that stand on an axis.

/// An axis: its ends and the numbers on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    /// Round numbers between its ends, from the lowest.
    pub ticks: Vec<f64>,
    /// Decimals that the ticks need.
    pub decimals: usize,
}

/// Least units of an axis that does not begin at zero: in fewer, one unit looks like a leap.
const LEAST_UNITS: f64 = 4.0;

/// Steps of an axis, times a power of ten.
const STEPS: [f64; 4] = [1.0, 2.0, 2.5, 5.0];

impl Scale {
    /// An axis that holds all values, with its ends at round numbers, between two places of the
    /// picture. `most` is how many ticks have room. `has_zero` makes zero an end or a tick. No tick
    /// has more than `digits` decimals: counts have whole ones.
    pub fn new(
        values: impl Iterator<Item = f64>,
        has_zero: bool,
        (from, to): (f64, f64),
        most: usize,
        digits: usize,
    ) -> Self {
        let (mut low, mut high) = values
            .filter(|own| own.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), own| {
                (low.min(own), high.max(own))
            });
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if has_zero || low > 0.0 && low <= high * 0.6 || high < 0.0 && high >= low * 0.6 {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high - low <= f64::EPSILON * high.abs().max(1.0) {
            let spread = if high == 0.0 { 1.0 } else { high.abs() * 0.1 };
            (low, high) =
                if has_zero { (low, high + spread) } else { (low - spread, high + spread) };
        }
        let unit = 10_f64.powi(-i32::try_from(digits).unwrap_or(9));
        if !has_zero && low * high > 0.0 && high - low < LEAST_UNITS * unit {
            (low, high) = widened((low, high), LEAST_UNITS * unit);
        }
        let step = step(high - low, most.max(2), unit);
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        let count = (last - first).clamp(1.0, 24.0) as usize;
        let ticks = (0..=count).map(|place| (first + place as f64) * step).collect();
        let decimals = (0..9).find(|own| is_whole(step * 10_f64.powi(*own))).unwrap_or(9);
        let (low, high) = (first * step, (first + count as f64) * step);
        Self { low, high, from, to, ticks, decimals: decimals as usize }
    }

    /// Where a value stands in the picture.
    pub fn place(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Where zero stands, or the end that is nearest to it.
    pub fn base(&self) -> f64 {
        self.place(0.0_f64.clamp(self.low, self.high))
    }
}

/// A range around another, on the same side of zero.
fn widened((low, high): (f64, f64), range: f64) -> (f64, f64) {
    let begin = low + (high - low) / 2.0 - range / 2.0;
    match low > 0.0 {
        true => (begin.max(0.0), begin.max(0.0) + range),
        false => ((begin + range).min(0.0) - range, (begin + range).min(0.0)),
    }
}

/// The smallest round step that needs at most so many ticks, of whole units.
fn step(range: f64, most: usize, unit: f64) -> f64 {
    let least = (range / most as f64).max(unit);
    let power = 10_f64.powf(least.log10().floor());
    let steps = STEPS.iter().chain(&[10.0]).map(|own| own * power);
    let fits = |own: &f64| *own >= least * (1.0 - 1e-9) && is_whole(*own / unit);
    steps.into_iter().find(fits).unwrap_or(10.0 * power)
}

fn is_whole(number: f64) -> bool {
    (number - number.round()).abs() < 1e-6 * number.abs().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::Scale;

    fn ticks(values: &[f64], has_zero: bool) -> Vec<f64> {
        Scale::new(values.iter().copied(), has_zero, (0.0, 100.0), 5, 2).ticks
    }

    #[test]
    fn counts_have_whole_ticks_and_an_axis_of_several_units() {
        let ticks = |values: &[f64], digits| {
            Scale::new(values.iter().copied(), false, (0.0, 100.0), 5, digits).ticks
        };
        assert_eq!(ticks(&[69.0, 70.0], 0), [67.0, 68.0, 69.0, 70.0, 71.0, 72.0]);
        assert_eq!(ticks(&[1.0, 1.0], 0), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(ticks(&[90.0, 99.0], 0), [90.0, 92.0, 94.0, 96.0, 98.0, 100.0]);
        assert_eq!(ticks(&[90.0, 102.0], 0), [90.0, 95.0, 100.0, 105.0]);
    }

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        assert_eq!(ticks(&[3.0, 17.0], true), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(ticks(&[91.0, 97.5], false), [90.0, 92.0, 94.0, 96.0, 98.0]);
        assert_eq!(ticks(&[-3.0, 4.0], true), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(ticks(&[0.012, 0.031], true), [0.0, 0.01, 0.02, 0.03, 0.04]);
    }

    #[test]
    fn values_that_are_all_the_same_have_an_axis_too() {
        assert!(ticks(&[7.0, 7.0], false).len() > 1);
        assert!(ticks(&[0.0], true).len() > 1);
        assert!(ticks(&[], true).len() > 1);
        assert!(ticks(&[f64::NAN, f64::INFINITY], true).len() > 1);
    }
}
