//! What a reader of all releases knows and wants to know: numbers, and the sums that hold among
//! them.

use std::collections::{BTreeMap, BTreeSet};

/// Why a number is not published. The order is the one in which a value of several names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A small count of persons or reports.
    SmallCount,
    /// A count that would give away a small one.
    SecondaryCount,
    /// Too few respondents.
    FewRespondents,
    /// The two largest hold too much of it.
    Dominance,
    /// It would give away another.
    Secondary,
}

impl Reason {
    const ALL: [Self; 5] = [
        Self::SmallCount,
        Self::SecondaryCount,
        Self::FewRespondents,
        Self::Dominance,
        Self::Secondary,
    ];

    /// The word, as the operator's tables hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SmallCount => "small_count",
            Self::SecondaryCount => "secondary_count",
            Self::FewRespondents => "few_respondents",
            Self::Dominance => "dominance",
            Self::Secondary => "secondary",
        }
    }

    /// The word that readers are told, as flags hold it. Which of the counts that are withheld are
    /// small ones would be a bound of each: of 1 and 10 whose sum is known both would follow.
    pub fn told(self) -> &'static str {
        match self {
            Self::SecondaryCount => Self::SmallCount.as_str(),
            _ => self.as_str(),
        }
    }

    /// The reason of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == word)
    }
}

/// One number.
#[derive(Debug, Clone, Default)]
pub(super) struct Number {
    pub(super) amount: f64,
    /// Why it is sensitive by itself.
    pub(super) primary: Option<Reason>,
    /// The largest count that is too small, of a count.
    pub(super) small_count: Option<f64>,
    /// Percent of itself on both sides within which a magnitude may not be bounded.
    pub(super) percent: f64,
    pub(super) respondents: Option<f64>,
    /// Of a magnitude of fewer each respondent may work out the others.
    pub(super) least_respondents: f64,
    /// Whose respondents they are: a region; empty of several regions together.
    pub(super) holder: String,
    /// An earlier release published it: it cannot be withheld any more.
    pub(super) is_known: bool,
    /// It is published by no release: what is left of a total beside a part.
    pub(super) is_latent: bool,
    /// It is not published, and why.
    pub(super) withheld: Option<Reason>,
}

impl Number {
    /// Whether a reader does not see it.
    pub(super) fn is_hidden(&self) -> bool {
        !self.is_known && (self.is_latent || self.withheld.is_some())
    }

    /// Whether it may be withheld for the sake of another. A zero says that there is nothing.
    pub(super) fn can_be_withheld(&self) -> bool {
        !self.is_known && !self.is_latent && self.withheld.is_none() && self.amount != 0.0
    }

    /// Whether its range is guarded: all that is withheld, and of what is never published what is
    /// sensitive. A magnitude of zero has none.
    pub(super) fn is_guarded(&self) -> bool {
        self.is_hidden()
            && (!self.is_latent || self.primary.is_some())
            && (self.amount != 0.0 || self.small_count.is_some())
    }

    /// Why it is withheld where that is for the sake of others.
    pub(super) fn secondary(&self) -> Reason {
        secondary(self.small_count)
    }

    /// The least that a reader knows beforehand that it can be: nothing is below zero, and a count
    /// of zero is not withheld unless it was before.
    pub(super) fn least(&self) -> f64 {
        match self.small_count {
            Some(_) if !self.is_latent && self.amount >= 1.0 => 1.0,
            // Of what can be negative little more is known than its size.
            _ if self.amount < 0.0 => 1000.0 * self.amount,
            _ => 0.0,
        }
    }
}

/// Numbers and sums of them that are zero.
#[derive(Debug, Clone, Default)]
pub(super) struct Problem {
    pub(super) numbers: Vec<Number>,
    /// Each a list of numbers with the factor of each, sorted.
    pub(super) sums: Vec<Vec<(usize, i64)>>,
}

/// Hidden numbers that are in sums with one another, and those sums.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) hidden: Vec<usize>,
    pub(super) sums: Vec<usize>,
}

impl Problem {
    /// The hidden numbers, parted so that no sum holds numbers of two blocks.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let is_hidden: Vec<bool> = self.numbers.iter().map(Number::is_hidden).collect();
        let mut leaders: Vec<usize> = (0..self.numbers.len()).collect();
        for sum in &self.sums {
            let mut hidden = sum.iter().map(|(at, _)| *at).filter(|at| is_hidden[*at]);
            let Some(first) = hidden.next() else { continue };
            for other in hidden {
                let (left, right) = (leader(&mut leaders, first), leader(&mut leaders, other));
                leaders[left.max(right)] = left.min(right);
            }
        }
        let mut blocks: BTreeMap<usize, Block> = BTreeMap::new();
        for at in (0..self.numbers.len()).filter(|at| is_hidden[*at]) {
            let own = leader(&mut leaders, at);
            let block =
                blocks.entry(own).or_insert_with(|| Block { hidden: Vec::new(), sums: Vec::new() });
            block.hidden.push(at);
        }
        for (place, sum) in self.sums.iter().enumerate() {
            if let Some((at, _)) = sum.iter().find(|(at, _)| is_hidden[*at]) {
                let own = leader(&mut leaders, *at);
                if let Some(block) = blocks.get_mut(&own) {
                    block.sums.push(place);
                }
            }
        }
        let is_guarded = |at: &usize| self.numbers[*at].is_guarded();
        blocks.into_values().filter(|block| block.hidden.iter().any(is_guarded)).collect()
    }

    /// Of numbers that may be withheld the one that opens the fewest sums: those in which it would
    /// be the only hidden number, and others have to be withheld for its sake. Of these the
    /// smallest, and of equal ones the first.
    pub(super) fn cheapest(&self, among: impl Iterator<Item = usize>) -> Option<usize> {
        let free: BTreeSet<usize> =
            among.filter(|at| self.numbers[*at].can_be_withheld()).collect();
        let mut opened: BTreeMap<usize, usize> = free.into_iter().map(|at| (at, 0)).collect();
        for sum in &self.sums {
            if sum.iter().any(|(at, _)| self.numbers[*at].is_hidden()) {
                continue;
            }
            for (at, _) in sum {
                if let Some(count) = opened.get_mut(at) {
                    *count += 1;
                }
            }
        }
        let amount = |at: &usize| self.numbers[*at].amount.abs();
        let least = opened.iter().min_by(|(left, own), (right, other)| {
            own.cmp(other).then(amount(left).total_cmp(&amount(right))).then(left.cmp(right))
        });
        least.map(|(at, _)| *at)
    }
}

/// Why a number is withheld for the sake of others: of counts readers are not told which those are.
pub(super) fn secondary(small_count: Option<f64>) -> Reason {
    small_count.map_or(Reason::Secondary, |_| Reason::SecondaryCount)
}

fn leader(leaders: &mut [usize], mut at: usize) -> usize {
    while leaders[at] != at {
        leaders[at] = leaders[leaders[at]];
        at = leaders[at];
    }
    at
}
