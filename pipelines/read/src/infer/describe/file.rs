//! What is known of a file beside the sheet that is described.

use crate::infer::rivals::Rival;
use crate::infer::view::View;
use koridor_contract::Project;

/// What is known of a file beside the sheet that is described.
pub(in crate::infer) struct File<'file> {
    pub(in crate::infer) project: &'file Project,
    pub(in crate::infer) name: &'file str,
    /// Other datasets that it may be as well.
    pub(in crate::infer) rivals: &'file [Rival],
    /// Further sheets with the same header.
    pub(in crate::infer) same: &'file [&'file View<'file, 'file>],
}
