//! Exact fractions for elimination and for linear programs: a rounded zero would hide that a number
//! follows from others. What leaves 128 bits has no result.

use std::cmp::Ordering;

/// A fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    pub(super) const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// A whole number.
    pub(super) fn whole(number: i128) -> Self {
        Self { numerator: number, denominator: 1 }
    }

    pub(super) fn is_zero(self) -> bool {
        self.numerator == 0
    }

    pub(super) fn is_positive(self) -> bool {
        self.numerator > 0
    }

    pub(super) fn is_negative(self) -> bool {
        self.numerator < 0
    }

    pub(super) fn as_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    pub(super) fn negated(self) -> Self {
        Self { numerator: -self.numerator, ..self }
    }

    /// In lowest terms; none of a denominator of zero.
    fn reduced(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 1 {
            return Some(Self { numerator, denominator });
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok().filter(|own| *own != 0)?;
        let sign = denominator.signum();
        (sign != 0).then_some(Self {
            numerator: sign * (numerator / divisor),
            denominator: sign * (denominator / divisor),
        })
    }

    /// `self * other`.
    pub(super) fn times(self, other: Self) -> Option<Self> {
        Self::reduced(
            self.numerator.checked_mul(other.numerator)?,
            self.denominator.checked_mul(other.denominator)?,
        )
    }

    /// `self / other`; none where `other` is zero.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        Self::reduced(
            self.numerator.checked_mul(other.denominator)?,
            self.denominator.checked_mul(other.numerator)?,
        )
    }

    /// `self - factor * other`.
    pub(super) fn minus(self, factor: Self, other: Self) -> Option<Self> {
        let product = factor.times(other)?;
        if self.denominator == product.denominator {
            let numerator = self.numerator.checked_sub(product.numerator)?;
            return Self::reduced(numerator, self.denominator);
        }
        let left = self.numerator.checked_mul(product.denominator)?;
        let right = product.numerator.checked_mul(self.denominator)?;
        let denominator = self.denominator.checked_mul(product.denominator)?;
        Self::reduced(left.checked_sub(right)?, denominator)
    }

    /// The order of two.
    pub(super) fn compared(self, other: Self) -> Option<Ordering> {
        let left = self.numerator.checked_mul(other.denominator)?;
        Some(left.cmp(&other.numerator.checked_mul(self.denominator)?))
    }
}

fn gcd(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}
