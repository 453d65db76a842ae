//! Tables of counts and magnitudes, protected and then attacked.

use super::bounds::Bounded;
use super::elimination::reduce;
use super::problem::{Number, Problem, Reason};
use super::protect::protect;
use proptest::prelude::*;

/// A count of persons: 1 to 9 is sensitive.
fn count(amount: f64) -> Number {
    let primary = (amount > 0.0 && amount <= 9.0).then_some(Reason::SmallCount);
    Number { amount, primary, small_count: Some(9.0), percent: 10.0, ..Number::default() }
}

/// A magnitude of so many respondents of a region.
fn magnitude(amount: f64, respondents: f64, holder: &str) -> Number {
    let primary = (respondents < 3.0).then_some(Reason::FewRespondents);
    Number {
        amount,
        primary,
        percent: 10.0,
        respondents: Some(respondents),
        least_respondents: 3.0,
        holder: holder.to_owned(),
        ..Number::default()
    }
}

/// Numbers and their total behind them.
fn with_total(mut numbers: Vec<Number>, total: Number) -> Problem {
    let last = numbers.len();
    numbers.push(total);
    let mut sum: Vec<(usize, i64)> = (0..last).map(|at| (at, -1)).collect();
    sum.push((last, 1));
    Problem { numbers, sums: vec![sum] }
}

fn counts(amounts: &[f64]) -> Problem {
    let total = amounts.iter().sum();
    with_total(amounts.iter().copied().map(count).collect(), count(total))
}

fn shown(problem: &Problem) -> String {
    let one = |own: &Number| if own.is_hidden() { "c".to_owned() } else { own.amount.to_string() };
    problem.numbers.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The bounds that a reader finds, or the only amount that is possible.
fn attack(problem: &Problem, at: usize) -> (f64, f64) {
    let all: Vec<usize> = (0..problem.sums.len()).collect();
    let is_hidden = |at: usize| problem.numbers[at].is_hidden();
    let sums = reduce(problem, &all, &is_hidden).expect("small fractions");
    Bounded::of(problem, &sums, at).bounds(at).expect("bounds")
}

#[test]
fn the_tiny_example_of_the_rules() {
    let mut problem = counts(&[7.0, 12.0, 34.0, 21.0]);
    assert_eq!(protect(&mut problem), Vec::<usize>::new());
    assert_eq!(shown(&problem), "c c 34 21 74");
    assert_eq!(attack(&problem, 0), (1.0, 18.0));
}

#[test]
fn two_small_counts_that_leave_too_little_room_take_a_third() {
    // 4 + 3 = 7: neither is zero, so the 4 would be known to be at most 6.
    let mut problem = counts(&[4.0, 0.0, 20.0, 3.0]);
    assert_eq!(protect(&mut problem), Vec::<usize>::new());
    assert_eq!(shown(&problem), "c 0 c c 27");
    let mut problem = counts(&[9.0, 0.0, 0.0, 3.0]);
    assert_eq!(protect(&mut problem), Vec::<usize>::new());
    assert_eq!(shown(&problem), "c 0 0 c 12", "1 to 11 is room enough");
}

#[test]
fn which_of_two_counts_is_the_small_one_is_not_told() {
    // Of 11 for both, and one of them known to be below 10, they would be 1 and 10.
    let mut problem = counts(&[1.0, 10.0, 34.0, 21.0]);
    assert_eq!(protect(&mut problem), Vec::<usize>::new());
    assert_eq!(shown(&problem), "c c 34 21 66");
    let reasons = [problem.numbers[0].withheld, problem.numbers[1].withheld];
    assert_eq!(reasons, [Some(Reason::SmallCount), Some(Reason::SecondaryCount)]);
    assert!(reasons.iter().flatten().all(|own| own.told() == "small_count"));
    assert_eq!(attack(&problem, 0), (1.0, 10.0));
}

#[test]
fn counts_of_one_in_two_regions_and_their_total_of_two_are_safe() {
    let mut problem = counts(&[1.0, 1.0, 0.0, 0.0]);
    assert_eq!(protect(&mut problem), Vec::<usize>::new());
    assert_eq!(shown(&problem), "c c 0 0 c");
}

#[test]
fn a_small_total_is_not_published_either() {
    let mut problem = counts(&[5.0, 0.0, 0.0, 0.0]);
    protect(&mut problem);
    assert_eq!(shown(&problem), "c 0 0 0 c");
}

#[test]
fn nothing_is_withheld_where_nothing_is_sensitive() {
    let mut problem = counts(&[10.0, 12.0, 0.0, 21.0]);
    protect(&mut problem);
    assert_eq!(shown(&problem), "10 12 0 21 43");
}

#[test]
fn what_an_earlier_release_published_is_no_cover() {
    let mut problem = counts(&[7.0, 12.0, 34.0, 21.0]);
    problem.numbers[1].is_known = true;
    protect(&mut problem);
    assert_eq!(shown(&problem), "c 12 34 c 74");
    for number in &mut problem.numbers[1..] {
        (number.is_known, number.withheld) = (true, None);
    }
    problem.numbers[0].withheld = None;
    assert_eq!(protect(&mut problem), vec![0], "nothing can protect it any more, and that is told");
}

#[test]
fn nothing_is_withheld_in_vain_for_what_follows_from_zeros_and_known_numbers() {
    // A month of a quarter that an earlier release published, beside two months without guests.
    let months = [(70.0, 2.0), (0.0, 9.0), (0.0, 9.0)];
    let months = months.map(|(amount, respondents)| magnitude(amount, respondents, "7401"));
    let mut problem = with_total(months.to_vec(), magnitude(70.0, 9.0, "7401"));
    problem.numbers[3].is_known = true;
    let regions = [magnitude(400.0, 9.0, "7405"), magnitude(470.0, 18.0, "")];
    problem.numbers.extend(regions);
    problem.sums.insert(0, vec![(0, -1), (4, -1), (5, 1)]);
    assert_eq!(protect(&mut problem), vec![0]);
    assert_eq!(shown(&problem), "c 0 0 70 400 470");
}

#[test]
fn nothing_is_withheld_in_vain_for_what_is_bounded_by_known_numbers() {
    // 105 is known, and so the 100 can be 105 at most, whatever else is withheld.
    let numbers = vec![magnitude(100.0, 2.0, "7401"), magnitude(5.0, 40.0, "7405")];
    let mut problem = with_total(numbers, magnitude(105.0, 42.0, ""));
    problem.numbers[2].is_known = true;
    let others = [300.0, 50.0, 450.0].map(|amount| magnitude(amount, 40.0, "7401"));
    problem.numbers.extend(others);
    problem.sums.push(vec![(0, -1), (3, -1), (4, -1), (5, 1)]);
    for at in [1, 3] {
        problem.numbers[at].withheld = Some(Reason::Secondary);
    }
    assert_eq!(protect(&mut problem), vec![0]);
    assert_eq!(shown(&problem), "c c 105 c 50 450");
}

#[test]
fn what_cannot_have_its_range_is_at_least_not_told_exactly() {
    let numbers = vec![magnitude(100.0, 2.0, "7401"), magnitude(5.0, 40.0, "7405")];
    let mut problem = with_total(numbers, magnitude(105.0, 42.0, ""));
    (problem.numbers[1].withheld, problem.numbers[2].is_known) = (Some(Reason::Secondary), true);
    problem.numbers.extend([300.0, 400.0].map(|amount| magnitude(amount, 40.0, "7401")));
    problem.sums.push(vec![(0, -1), (3, -1), (4, 1)]);
    assert_eq!(protect(&mut problem), vec![0]);
    assert_eq!(shown(&problem), "c c 105 c 400");
}

#[test]
fn a_respondent_who_knows_his_own_number_learns_no_other() {
    let two = |third: f64| {
        let numbers = vec![
            magnitude(100.0, 1.0, "7401"),
            magnitude(130.0, 2.0, "7405"),
            magnitude(third, 40.0, "7407"),
        ];
        with_total(numbers, magnitude(230.0 + third, 43.0, ""))
    };
    let mut problem = two(900.0);
    protect(&mut problem);
    // The only business of 7401 would take its own number from 230 and know that of 7405.
    assert_eq!(shown(&problem), "c c c 1130");
}

#[test]
fn what_is_left_beside_a_part_is_guarded_though_nobody_publishes_it() {
    let mut rest = count(1.0);
    rest.is_latent = true;
    // Of 12 victims 11 were served: both together tell of one who was not.
    let numbers = vec![count(12.0), count(11.0), rest];
    let mut problem = Problem { numbers, sums: vec![vec![(0, 1), (1, -1), (2, -1)]] };
    protect(&mut problem);
    assert_eq!(shown(&problem), "12 c c");
    let (low, high) = attack(&problem, 2);
    assert_eq!((low, high), (0.0, 11.0));
}

/// Regions by periods with both margins and the grand total.
fn table(rows: usize, amounts: &[f64]) -> Problem {
    let columns = amounts.len() / rows;
    let width = columns + 1;
    let mut numbers = vec![Number::default(); (rows + 1) * width];
    let at = |row: usize, column: usize| row * width + column;
    let mut full = vec![0.0; numbers.len()];
    for (place, amount) in amounts.iter().enumerate().take(rows * columns) {
        let (row, column) = (place / columns, place % columns);
        for (row, column) in [(row, column), (rows, column), (row, columns), (rows, columns)] {
            full[at(row, column)] += amount;
        }
    }
    for (place, amount) in full.iter().enumerate() {
        numbers[place] = count(*amount);
    }
    let mut sums = Vec::new();
    for row in 0..=rows {
        let mut sum: Vec<(usize, i64)> = (0..columns).map(|own| (at(row, own), -1)).collect();
        sum.push((at(row, columns), 1));
        sums.push(sum);
    }
    for column in 0..=columns {
        let mut sum: Vec<(usize, i64)> = (0..rows).map(|own| (at(own, column), -1)).collect();
        sum.push((at(rows, column), 1));
        sums.push(sum);
    }
    Problem { numbers, sums }
}

/// Bounds by another way than the program's: from each sum the bounds of its hidden numbers, again
/// and again. They hold, and an attacker has at least these.
fn propagated(problem: &Problem) -> Vec<(f64, f64)> {
    let mut bounds: Vec<(f64, f64)> = problem
        .numbers
        .iter()
        .map(|own| match own.is_hidden() {
            true => (own.least(), f64::INFINITY),
            false => (own.amount, own.amount),
        })
        .collect();
    for _ in 0..50 {
        for sum in &problem.sums {
            for (at, factor) in sum {
                let others = || sum.iter().filter(|(other, _)| other != at);
                let term = |(other, own): &(usize, i64), most: bool| {
                    let (low, high) = bounds[*other];
                    *own as f64 * if (*own > 0) == most { high } else { low }
                };
                let (least, most) = (
                    others().map(|own| term(own, false)).sum::<f64>(),
                    others().map(|own| term(own, true)).sum::<f64>(),
                );
                let (left, right) = (-most / *factor as f64, -least / *factor as f64);
                let (low, high) = (left.min(right), left.max(right));
                bounds[*at] = (bounds[*at].0.max(low), bounds[*at].1.min(high));
            }
        }
    }
    bounds
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn every_withheld_number_of_a_table_keeps_its_range(
        rows in 2usize..5,
        amounts in prop::collection::vec(
            prop_oneof![3 => 0u32..40, 1 => Just(0u32), 1 => 40u32..4000], 8..20
        ),
    ) {
        let amounts: Vec<f64> = amounts.into_iter().map(f64::from).collect();
        let mut problem = table(rows, &amounts);
        let given_up = protect(&mut problem);
        let again = {
            let mut other = table(rows, &amounts);
            protect(&mut other);
            shown(&other)
        };
        prop_assert_eq!(shown(&problem), again, "the same each time");
        let looser = propagated(&problem);
        for (at, number) in problem.numbers.iter().enumerate() {
            prop_assert!(number.primary.is_none() || number.is_hidden());
            prop_assert!(number.amount != 0.0 || !number.is_hidden(), "a zero is kept");
            if !number.is_hidden() || given_up.contains(&at) {
                continue;
            }
            let (low, high) = attack(&problem, at);
            prop_assert!(high - low >= 8.0 - 1e-4, "{at}: {low}..{high} in {}", shown(&problem));
            prop_assert!(low <= number.amount + 1e-4 && high >= number.amount - 1e-4);
            prop_assert!(looser[at].0 <= low + 1e-4 && looser[at].1 >= high - 1e-4);
        }
    }

    #[test]
    fn a_planted_leak_is_found(
        rows in 2usize..5,
        amounts in prop::collection::vec(0u32..40, 8..20),
    ) {
        let amounts: Vec<f64> = amounts.into_iter().map(f64::from).collect();
        let mut problem = table(rows, &amounts);
        protect(&mut problem);
        let secondary = problem.numbers.iter().position(|own| {
            own.withheld == Some(Reason::SecondaryCount)
        });
        if let Some(at) = secondary {
            // The number that was withheld last for others is published after all.
            problem.numbers[at].withheld = None;
            let exposed = (0..problem.numbers.len()).any(|other| {
                let number = &problem.numbers[other];
                if !number.is_hidden() {
                    return false;
                }
                let (low, high) = attack(&problem, other);
                high - low < 8.0 - 1e-4
            });
            let before = shown(&problem);
            protect(&mut problem);
            prop_assert_eq!(exposed, shown(&problem) != before);
        }
    }
}
