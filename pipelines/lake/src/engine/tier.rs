//! Who a session is opened for.

use koridor_contract::Contract;

/// Who a session is opened for. In all but the restricted one `indicators.values` is what was
/// published; in the office's own it has the numbers of its region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Whoever may read the lake's files: all tables, values as they are published.
    #[default]
    Operator,
    /// Anybody: values as they are published and reference tables that name no row, nothing else.
    Open,
    /// An office: what is open, and all values of its region.
    Office(String),
    /// Who asks of the rows behind what is published: all tables but those of restricted datasets
    /// and what is withheld; of one region's rows where it is named.
    Analyst(Option<String>),
    /// Who may know everything; each access is recorded.
    Restricted,
    /// The program itself, which compares rows and shows none.
    Program,
}

impl Tier {
    /// The word, as it is recorded.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Open => "open",
            Self::Office(_) => "office",
            Self::Analyst(_) => "analyst",
            Self::Restricted => "restricted",
            Self::Program => "program",
        }
    }

    /// Whether it is shown what stands in the cells of a dataset's files: refused cells, sums and
    /// rows. Whoever shows any of these asks here.
    pub fn shows_cells(&self, contract: &Contract) -> bool {
        match self {
            Self::Restricted | Self::Program => true,
            Self::Operator | Self::Open | Self::Office(_) | Self::Analyst(_) => {
                !contract.is_restricted()
            }
        }
    }

    pub(super) fn sees_all_values(&self) -> bool {
        *self == Self::Restricted
    }

    /// The region of which it sees all values.
    pub(super) fn own_region(&self) -> Option<&str> {
        match self {
            Self::Office(region) => Some(region),
            _ => None,
        }
    }

    /// Whether statements from outside may name only what is given out.
    pub(super) fn is_guarded(&self) -> bool {
        matches!(self, Self::Open | Self::Office(_) | Self::Analyst(_))
    }

    /// Whether it is for those who see nothing but what is published, and numbers of their own.
    pub(super) fn is_for_others(&self) -> bool {
        matches!(self, Self::Open | Self::Office(_))
    }

    /// The one region whose rows it is shown; none where it is shown all or none.
    pub fn region_of_rows(&self) -> Option<&str> {
        match self {
            Self::Office(region) | Self::Analyst(Some(region)) => Some(region),
            _ => None,
        }
    }

    /// Whether who is given something is recorded.
    pub fn is_recorded(&self) -> bool {
        matches!(self, Self::Office(_) | Self::Restricted)
    }
}
