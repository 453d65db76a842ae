//! Folders of indicators that are not whole.

use crate::error::ProjectError;
use crate::project::Project;

/// Queries that no card tells of: they would be no indicators in silence.
pub(crate) fn without_card(project: &Project) -> impl Iterator<Item = ProjectError> {
    let queries = project.files_under("sql/indicators/", "/query.sql");
    queries.filter_map(|(path, _)| {
        let card = format!("{}card.json", path.strip_suffix("query.sql")?);
        let message = format!("expected {card} beside it, found none");
        let mistake = ProjectError::File { file: path.to_owned(), line: 0, message };
        project.file(&card).is_none().then_some(mistake)
    })
}
