//! Prepared statements with parameters.

use super::prepared::Prepared;
use super::rows::fields;
use super::simple::Handler;
use arrow_pg::datatypes::df::deserialize_parameters_with_server_types;
use futures::Sink;
use koridor_lake::engine::ParamValues;
use pgwire::api::portal::{Format, Portal};
use pgwire::api::query::{ExtendedQueryHandler, send_describe_response};
use pgwire::api::results::{DescribePortalResponse, FieldInfo, Response};
use pgwire::api::stmt::QueryParser;
use pgwire::api::store::PortalStore;
use pgwire::api::{ClientInfo, ClientPortalStore, Type};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::extendedquery::{Describe, TARGET_TYPE_BYTE_PORTAL};
use std::fmt::Debug;
use std::sync::Arc;

/// Reads the statements of a connection.
pub(super) struct Reader(Handler);

#[async_trait::async_trait]
impl QueryParser for Reader {
    type Statement = Arc<Prepared>;

    async fn parse_sql<C>(
        &self,
        _: &C,
        sql: &str,
        _: &[Option<Type>],
    ) -> PgWireResult<Option<Self::Statement>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let Handler { door, session } = &self.0;
        Ok(Some(Arc::new(Prepared::read(door, session, sql, true).await?)))
    }

    fn get_parameter_types(&self, prepared: &Self::Statement) -> PgWireResult<Vec<Type>> {
        prepared.wire_types()
    }

    fn get_result_schema(
        &self,
        prepared: &Self::Statement,
        format: Option<&Format>,
    ) -> PgWireResult<Vec<FieldInfo>> {
        match &prepared.columns {
            Some(columns) => fields(columns, format.unwrap_or(&Format::UnifiedText)),
            None => Ok(Vec::new()),
        }
    }
}

#[async_trait::async_trait]
impl ExtendedQueryHandler for Handler {
    type Statement = Arc<Prepared>;
    type QueryParser = Reader;

    fn query_parser(&self) -> Arc<Self::QueryParser> {
        let (door, session) = (Arc::clone(&self.door), Arc::clone(&self.session));
        Arc::new(Reader(Self { door, session }))
    }

    async fn on_describe<C>(&self, client: &mut C, message: Describe) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        // A cursor is a portal by its name: clients ask what it gives.
        if message.target_type == TARGET_TYPE_BYTE_PORTAL
            && let Some(name) = &message.name
            && client.portal_store().get_portal(name).is_none()
            && let Ok((_, columns)) = self.session.cursors.get(name)
        {
            let told = DescribePortalResponse::new(fields(&columns, &Format::UnifiedText)?);
            return send_describe_response(client, &told).await;
        }
        self._on_describe(client, message).await
    }

    async fn do_query<C>(
        &self,
        client: &mut C,
        portal: &Portal<Self::Statement>,
        _: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let prepared = Arc::clone(&portal.statement.statement);
        let values = values(portal, &prepared)?;
        self.answer(client, &prepared, values, &portal.result_column_format).await
    }
}

/// The values of parameters.
fn values(portal: &Portal<Arc<Prepared>>, prepared: &Prepared) -> PgWireResult<ParamValues> {
    if portal.parameter_len() == 0 {
        return Ok(ParamValues::List(Vec::new()));
    }
    let wire = prepared.wire_types()?;
    let wire: Vec<Option<&Type>> = wire.iter().map(Some).collect();
    let own: Vec<_> = prepared.parameters.iter().map(Option::as_ref).collect();
    deserialize_parameters_with_server_types(portal, &own, &wire)
}
