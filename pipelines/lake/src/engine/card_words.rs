//! `card(key, indicator_id)` in SQL: what an indicator's card says, for rules about its targets.

use arrow::array::{AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use koridor_contract::Project;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The keys that may be asked for.
const KEYS: [&str; 3] = ["unit", "unit_en", "polarity"];

/// `card(key, indicator_id)`: `unit`, `unit_en` (the unit where the card has no other) or
/// `polarity` (`+`, `-`, `0`) of the indicator's card; null where there is no such indicator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CardWords {
    signature: Signature,
    /// By indicator, the words of `KEYS` in their order.
    words: BTreeMap<String, [Option<String>; 3]>,
}

impl CardWords {
    /// The words of a project's cards. A card that cannot be read has none; that it is wrong is
    /// told where cards are loaded.
    pub(crate) fn new(project: &Project) -> Self {
        let cards = project.files_under("sql/indicators/", "/card.json");
        let words = cards
            .filter_map(|(_, text)| {
                let card: Value = serde_json::from_str(text).ok()?;
                let word = |key: &str| Some(card.get(key)?.as_str()?.to_owned());
                let unit = word("unit");
                let english = word("unit_en").or_else(|| unit.clone());
                Some((word("id")?, [unit, english, word("polarity")]))
            })
            .collect();
        Self { signature: Signature::any(2, Volatility::Immutable), words }
    }
}

impl ScalarUDFImpl for CardWords {
    fn name(&self) -> &str {
        "card"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> datafusion::error::Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(
        &self,
        args: ScalarFunctionArgs,
    ) -> datafusion::error::Result<ColumnarValue> {
        let place = match args.args.first() {
            Some(ColumnarValue::Scalar(
                ScalarValue::Utf8(Some(key))
                | ScalarValue::LargeUtf8(Some(key))
                | ScalarValue::Utf8View(Some(key)),
            )) => KEYS.iter().position(|known| known == key),
            _ => None,
        };
        let (Some(place), Some(ids)) = (place, args.args.get(1)) else {
            let keys = KEYS.map(|key| format!("'{key}'")).join(", ");
            let message = format!("card(key, indicator_id): the key is one of {keys}");
            return Err(DataFusionError::Plan(message));
        };
        let ids = arrow::compute::cast(&ids.to_array(args.number_rows)?, &DataType::Utf8)?;
        let words: StringArray =
            ids.as_string::<i32>().iter().map(|id| self.words.get(id?)?[place].clone()).collect();
        Ok(ColumnarValue::Array(Arc::new(words)))
    }
}
