//! Which slices are superseded and which are of the headline source, as runs of slice numbers.
//!
//! A row knows its slice by one number. What is not current is a small set of numbers; numbers of
//! one file follow each other, so the set is a handful of runs, and a row is looked up in them.

use crate::error::LakeError;
use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Runs of slice numbers: first and last, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct SliceRuns(Arc<[(i64, i64)]>);

impl SliceRuns {
    /// The runs of the numbers that are in the set, among all that there are, sorted: numbers that
    /// no slice has do not part a run.
    fn among(all: &[(i64, bool)]) -> Self {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        let mut is_open = false;
        for (id, is_in) in all {
            match runs.last_mut().filter(|_| is_open && *is_in) {
                Some(run) => run.1 = *id,
                None if *is_in => runs.push((*id, *id)),
                None => {}
            }
            is_open = *is_in;
        }
        Self(runs.into())
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The runs.
    pub(crate) fn runs(&self) -> &[(i64, i64)] {
        &self.0
    }

    /// Whether a number is in the set.
    fn contains(&self, id: i64) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= id);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, last)| id <= *last)
    }

    /// How the set stands to the numbers between two bounds.
    pub(crate) fn cover(&self, low: i64, high: i64) -> Cover {
        let at = self.0.partition_point(|(_, last)| *last < low);
        match self.0.get(at) {
            Some((first, last)) if *first <= low && high <= *last => Cover::All,
            Some((first, _)) if *first <= high => Cover::Some,
            _ => Cover::None,
        }
    }
}

/// How a set of slices stands to a range of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cover {
    /// No number of the range is in the set.
    None,
    /// Some may be.
    Some,
    /// All are.
    All,
}

/// The states of one dataset's slices.
#[derive(Debug, Clone, Default)]
pub(crate) struct DatasetSlices {
    /// Superseded by a newer reading of the same file.
    pub(crate) reread: SliceRuns,
    /// Not current: superseded by a newer reading or a newer submission.
    pub(crate) superseded: SliceRuns,
    /// Of the headline source of theme, region and year.
    pub(crate) headline: SliceRuns,
    /// Of files of which single rows stopped counting.
    pub(crate) touched: SliceRuns,
    /// Whether slices of an earlier program have no number.
    pub(crate) has_unnumbered: bool,
}

/// The states of all slices, by dataset.
#[derive(Debug, Clone, Default)]
pub(crate) struct SliceStates {
    datasets: BTreeMap<String, DatasetSlices>,
}

impl SliceStates {
    /// From the rows of `sql/queries/slice_states.sql`: dataset, slice_id, is_reread, is_current,
    /// is_headline and is_touched, which a release of an earlier program does not say.
    pub(crate) fn of(rows: &[RecordBatch]) -> Result<Self, LakeError> {
        type Flags = (i64, [bool; 4]);
        let mut numbered: BTreeMap<String, Vec<Flags>> = BTreeMap::new();
        let mut states = Self::default();
        for rows in rows {
            let datasets = rows.column(0).as_string::<i32>();
            let ids = rows.column(1).as_primitive::<Int64Type>();
            let flag = |column: usize, row: usize| rows.column(column).as_boolean().value(row);
            for row in 0..rows.num_rows() {
                let dataset = datasets.value(row).to_owned();
                if ids.is_null(row) {
                    states.datasets.entry(dataset).or_default().has_unnumbered = true;
                } else {
                    let is_touched = rows.num_columns() > 5 && flag(5, row);
                    let flags = [flag(2, row), !flag(3, row), flag(4, row), is_touched];
                    numbered.entry(dataset).or_default().push((ids.value(row), flags));
                }
            }
        }
        for (dataset, mut slices) in numbered {
            slices.sort_unstable();
            let runs = |flag: usize| {
                let all: Vec<_> = slices.iter().map(|(id, flags)| (*id, flags[flag])).collect();
                SliceRuns::among(&all)
            };
            let own = states.datasets.entry(dataset).or_default();
            (own.reread, own.superseded, own.headline) = (runs(0), runs(1), runs(2));
            own.touched = runs(3);
        }
        Ok(states)
    }

    /// The states of one dataset's slices.
    pub(crate) fn of_dataset(&self, dataset: &str) -> DatasetSlices {
        self.datasets.get(dataset).cloned().unwrap_or_default()
    }
}

/// `slice_in(slice_id)`: whether a slice is in a set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SliceIn {
    name: &'static str,
    signature: Signature,
    runs: SliceRuns,
}

impl SliceIn {
    /// The function of one set; the name is what a plan shows.
    pub(crate) fn function(name: &'static str, runs: SliceRuns) -> ScalarUDF {
        let signature = Signature::exact(vec![DataType::Int64], Volatility::Immutable);
        ScalarUDF::from(Self { name, signature, runs })
    }
}

impl ScalarUDFImpl for SliceIn {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> datafusion::error::Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(
        &self,
        args: ScalarFunctionArgs,
    ) -> datafusion::error::Result<ColumnarValue> {
        let Some(ids) = args.args.first() else {
            return Err(DataFusionError::Plan(format!("{} takes one argument", self.name)));
        };
        let ids = ids.to_array(args.number_rows)?;
        let ids = ids.as_primitive::<Int64Type>();
        // Rows of one slice stand beside each other, so the last one is compared first.
        let mut last = (i64::MIN, self.runs.contains(i64::MIN));
        let is_in: BooleanArray = ids
            .values()
            .iter()
            .map(|id| {
                if *id != last.0 {
                    last = (*id, self.runs.contains(*id));
                }
                Some(last.1)
            })
            .collect();
        // A row without a number is in no set.
        let is_in = match ids.nulls() {
            Some(nulls) => arrow::compute::and(&is_in, &BooleanArray::from(nulls.inner().clone()))?,
            None => is_in,
        };
        Ok(ColumnarValue::Array(Arc::new(is_in)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cover, SliceRuns};

    #[test]
    fn numbers_that_no_slice_has_do_not_part_a_run() {
        let all = [(1, true), (5, true), (6, false), (9, true), (40, true)];
        let runs = SliceRuns::among(&all);
        assert_eq!(runs.runs(), [(1, 5), (9, 40)]);
        assert!(runs.contains(1) && runs.contains(40) && !runs.contains(6));
        assert_eq!(runs.cover(1, 5), Cover::All);
        assert_eq!(runs.cover(5, 9), Cover::Some);
        assert_eq!(runs.cover(6, 8), Cover::None);
        assert_eq!(runs.cover(41, 50), Cover::None);
    }
}
