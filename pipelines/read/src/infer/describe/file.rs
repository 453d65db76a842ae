//! What is known of a file beside the sheet that is described.

use crate::infer::view::View;
use koridor_contract::Project;
use std::collections::BTreeSet;

/// What is known of a file beside the sheet that is described.
pub(in crate::infer) struct File<'file> {
    pub(in crate::infer) project: &'file Project,
    pub(in crate::infer) name: &'file str,
    /// Other datasets that it may be as well.
    pub(in crate::infer) others: &'file BTreeSet<&'file str>,
    /// Further sheets with the same header.
    pub(in crate::infer) same: &'file [&'file View<'file, 'file>],
}
