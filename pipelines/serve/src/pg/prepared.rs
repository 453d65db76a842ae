//! A statement that was read: what it asks of whom, its columns and parameters.

use super::catalog::CatalogStatement;
use super::control::{Control, control};
use super::door::Door;
use super::errors::{error, told};
use super::rewrite::parameters;
use super::route::{Route, route};
use super::rows::cancelled;
use super::session::Session;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow_pg::datatypes::into_pg_type;
use futures::future::BoxFuture;
use koridor_lake::engine::{DescribedStatement, check_text};
use pgwire::api::Type;
use pgwire::error::{PgWireError, PgWireResult};
use std::sync::Arc;

/// Whom a statement asks for what.
#[derive(Clone)]
pub(super) enum What {
    Control(Control),
    Lake,
    Catalog(Arc<dyn CatalogStatement>),
}

/// A statement that was read.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) sql: String,
    pub(super) what: What,
    /// Columns of its rows, where they were asked for; none where it has no rows.
    pub(super) columns: Option<SchemaRef>,
    /// Types of its parameters, where they follow from it.
    pub(super) parameters: Vec<Option<DataType>>,
    /// The query of a cursor that it declares.
    pub(super) query: Option<Box<Self>>,
}

impl Prepared {
    /// Types of its parameters as clients are told; a text where nothing says otherwise.
    pub(super) fn wire_types(&self) -> PgWireResult<Vec<Type>> {
        let told = |own: &Option<DataType>| own.as_ref().map_or(Ok(Type::TEXT), into_pg_type);
        self.parameters.iter().map(told).collect()
    }

    /// Reads a statement of a connection. What it would give is found out where the types are
    /// given that its client declares for parameters.
    pub(super) fn read<'own>(
        door: &'own Door,
        session: &'own Session,
        sql: &'own str,
        declared: Option<&'own [Option<DataType>]>,
    ) -> BoxFuture<'own, PgWireResult<Self>> {
        Box::pin(Self::read_for(door, session, sql, declared))
    }

    async fn read_for(
        door: &Door,
        session: &Session,
        sql: &str,
        declared: Option<&[Option<DataType>]>,
    ) -> PgWireResult<Self> {
        if let Some(control) = control(sql)? {
            let query = match &control {
                Control::Declare { sql, .. } => {
                    Some(Self::read(door, session, sql, declared).await?)
                }
                _ => None,
            };
            if let Some(What::Control(_)) = query.as_ref().map(|own| &own.what) {
                return Err(error("42601", "a cursor is of a query", None));
            }
            let columns = columns_of(session, &control)?;
            let parameters = query.as_ref().map(|own| own.parameters.clone()).unwrap_or_default();
            let (sql, query) = (sql.to_owned(), query.map(Box::new));
            return Ok(Self { sql, what: What::Control(control), columns, parameters, query });
        }
        check_text(sql).map_err(|error| told(&error.into(), sql))?;
        let (caller, as_of) = (session.caller(), session.settings.lock().as_of.clone());
        let mut begun = session.begin();
        let read = async {
            let mut asked = 0;
            let (what, said) = match route(sql, &session.facts())? {
                Route::Lake(said) => (What::Lake, said),
                Route::Catalog(statement) => {
                    let catalog = door.catalogs.of(&door.service, &caller, as_of.as_deref()).await;
                    let catalog = catalog.map_err(|error| told(&error, sql))?;
                    asked = parameters(&statement);
                    let planned = catalog.planned(&statement).await;
                    let statement = planned.map_err(|error| told(&error.into(), sql))?;
                    (What::Catalog(statement), sql.to_owned())
                }
            };
            let described = match (&what, declared) {
                (_, None) | (What::Control(_), _) => {
                    return Ok::<_, PgWireError>((what, said, None));
                }
                (What::Lake, Some(declared)) => {
                    door.service.described(&caller, &said, as_of.as_deref(), declared).await
                }
                (What::Catalog(statement), Some(declared)) => statement.described(declared).await,
            };
            let mut described = described.map_err(|error| told(&error, sql))?;
            // Those that do not matter are given too.
            described.parameters.resize(described.parameters.len().max(asked), None);
            Ok((what, said, Some(described)))
        };
        let (what, sql, described): (_, _, Option<DescribedStatement>) = tokio::select! {
            read = read => read?,
            () = begun.cancelled() => return Err(cancelled()),
        };
        let (columns, parameters) =
            described.map_or((None, Vec::new()), |own| (Some(own.columns), own.parameters));
        Ok(Self { sql, what, columns, parameters, query: None })
    }
}

/// The columns of what a statement about the connection answers.
fn columns_of(session: &Session, control: &Control) -> PgWireResult<Option<SchemaRef>> {
    Ok(match control {
        Control::Show(name) => Some(text_columns(&[name])),
        Control::ShowAll => Some(text_columns(&["name", "setting", "description"])),
        Control::Fetch { name, .. } => Some(session.cursors.get(name)?.1),
        _ => None,
    })
}

/// Columns that hold texts.
pub(super) fn text_columns(names: &[&str]) -> SchemaRef {
    let fields: Vec<Field> =
        names.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    Arc::new(Schema::new(fields))
}
