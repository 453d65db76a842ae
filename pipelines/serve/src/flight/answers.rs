//! The calls of Flight SQL.

use super::entry::{self, Peer};
use super::errors::{told, wrong};
use super::held::Held;
use super::metadata;
use crate::service::{Asked, Caller, Rows, Service};
use crate::wrong_keys::WrongKeys;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::error::FlightError;
use arrow_flight::flight_service_server::FlightService;
use arrow_flight::sql::server::{FlightSqlService, PeekableFlightDataStream};
use arrow_flight::sql::{
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest,
    ActionCreatePreparedStatementResult, CommandGetCatalogs, CommandGetDbSchemas,
    CommandGetSqlInfo, CommandGetTableTypes, CommandGetTables, CommandPreparedStatementQuery,
    CommandStatementQuery, DoPutPreparedStatementResult, ProstMessageExt, SqlInfo,
    TicketStatementQuery,
};
use arrow_flight::{
    Action, FlightData, FlightDescriptor, FlightEndpoint, FlightInfo, HandshakeRequest,
    HandshakeResponse, SchemaAsIpc, Ticket,
};
use futures::future::BoxFuture;
use futures::{Stream, StreamExt, TryStreamExt};
use koridor_lake::engine::DescribedTable;
use prost::Message;
use prost::bytes::Bytes;
use std::pin::Pin;
use std::sync::Arc;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status, Streaming};

type Given = Pin<Box<dyn Stream<Item = Result<FlightData, Status>> + Send>>;
type Told<T> = Result<Response<T>, Status>;

/// Who asks, and of which release.
type Asking = (Caller, Option<String>);

/// The calls of Flight SQL.
pub(super) struct Answers {
    service: Arc<Service>,
    lets_in_anybody: bool,
    held: Held,
    wrong_keys: WrongKeys,
}

impl Answers {
    pub(super) fn new(service: Arc<Service>, lets_in_anybody: bool) -> Self {
        Self { service, lets_in_anybody, held: Held::default(), wrong_keys: WrongKeys::default() }
    }

    /// Who asks, and of which release.
    fn asking<T>(&self, request: &Request<T>) -> BoxFuture<'_, Result<Asking, Status>> {
        // A stream that comes is not looked at by two threads: its headers alone go on.
        let peer = request.extensions().get::<Peer>().cloned();
        self.asking_with(request.metadata().clone(), peer)
    }

    fn asking_with(
        &self,
        headers: MetadataMap,
        peer: Option<Peer>,
    ) -> BoxFuture<'_, Result<Asking, Status>> {
        Box::pin(async move {
            let tried = (&self.wrong_keys, peer.as_ref());
            let caller =
                entry::caller(&self.service, &headers, self.lets_in_anybody, tried).await?;
            Ok((caller, entry::as_of(&headers)))
        })
    }

    async fn tables<T>(&self, request: &Request<T>) -> Result<Vec<DescribedTable>, Status> {
        let (caller, as_of) = self.asking(request).await?;
        let tables = self.service.tables(&caller, as_of.as_deref()).await;
        tables.map_err(|error| told(&error))
    }

    /// What a statement would give with values of these types, and the ticket for it.
    fn information<'own>(
        &'own self,
        request: Request<FlightDescriptor>,
        sql: &'own str,
        bound: &'own [Option<DataType>],
        ticket: Vec<u8>,
    ) -> BoxFuture<'own, Told<FlightInfo>> {
        Box::pin(async move {
            let (caller, as_of) = self.asking(&request).await?;
            let described = self.service.described(&caller, sql, as_of.as_deref(), bound).await;
            let described = described.map_err(|error| told(&error))?;
            information(request, &nullable(&described.columns), ticket)
        })
    }
}

/// Where what is asked for is found: here, with a ticket.
fn information(
    request: Request<FlightDescriptor>,
    columns: &Schema,
    ticket: Vec<u8>,
) -> Told<FlightInfo> {
    let endpoint = FlightEndpoint::new().with_ticket(Ticket::new(ticket));
    let found = FlightInfo::new().try_with_schema(columns).map_err(wrong)?;
    let found = found.with_endpoint(endpoint).with_descriptor(request.into_inner());
    Ok(Response::new(found))
}

/// One batch, as it is sent.
fn one(batch: Result<RecordBatch, Status>) -> Told<Given> {
    let batch = batch?;
    let sent = FlightDataEncoderBuilder::new().with_schema(batch.schema());
    let sent = sent.build(futures::stream::iter([Ok(batch)])).map_err(Status::from);
    Ok(Response::new(Box::pin(sent)))
}

/// Columns that may all hold nulls: a plan that is run may know better than the one that was
/// announced, and clients want both to say the same.
fn nullable(columns: &Schema) -> Schema {
    let field = |own: &FieldRef| own.as_ref().clone().with_nullable(true);
    Schema::new(columns.fields().iter().map(field).collect::<Vec<Field>>())
}

/// Rows, as they come.
fn many(rows: Rows) -> Told<Given> {
    let schema = Arc::new(nullable(rows.schema()));
    let batches = futures::stream::unfold(Some(rows), |rows| async move {
        let mut rows = rows?;
        match rows.next().await {
            Ok(Some(batch)) => Some((Ok(batch), Some(rows))),
            Ok(None) => None,
            Err(error) => Some((Err(FlightError::Tonic(Box::new(told(&error)))), None)),
        }
    });
    let sent = FlightDataEncoderBuilder::new().with_schema(schema).build(batches);
    Ok(Response::new(Box::pin(sent.map_err(Status::from))))
}

fn as_ipc(columns: &Schema) -> Result<Bytes, Status> {
    let options = IpcWriteOptions::default();
    let message: arrow_flight::IpcMessage =
        SchemaAsIpc::new(columns, &options).try_into().map_err(wrong)?;
    Ok(message.0)
}

#[tonic::async_trait]
impl FlightSqlService for Answers {
    type FlightService = Self;

    async fn do_handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Told<Pin<Box<dyn Stream<Item = Result<HandshakeResponse, Status>> + Send>>> {
        self.asking(&request).await?;
        let key = entry::key(request.metadata())?.unwrap_or_default();
        let payload = Bytes::from(key.clone().into_bytes());
        let answer = HandshakeResponse { protocol_version: 0, payload };
        let stream = futures::stream::iter([Ok(answer)]).boxed();
        let mut response: Response<Pin<Box<dyn Stream<Item = _> + Send>>> = Response::new(stream);
        if !key.is_empty() {
            // What the client sends with each call from now on.
            let mut token = format!("Bearer {key}").parse().map_err(wrong)?;
            tonic::metadata::MetadataValue::set_sensitive(&mut token, true);
            response.metadata_mut().insert("authorization", token);
        }
        Ok(response)
    }

    async fn get_flight_info_statement(
        &self,
        query: CommandStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Told<FlightInfo> {
        let handle = Bytes::from(query.query.clone().into_bytes());
        let ticket = TicketStatementQuery { statement_handle: handle };
        self.information(request, &query.query, &[], ticket.as_any().encode_to_vec()).await
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Told<FlightInfo> {
        let (caller, _) = self.asking(&request).await?;
        let own = self.held.get(&caller, &query.prepared_statement_handle)?;
        self.information(request, &own.sql, &own.types(), query.as_any().encode_to_vec()).await
    }

    async fn get_flight_info_catalogs(
        &self,
        query: CommandGetCatalogs,
        request: Request<FlightDescriptor>,
    ) -> Told<FlightInfo> {
        self.asking(&request).await?;
        let ticket = query.as_any().encode_to_vec();
        information(request, &query.into_builder().schema(), ticket)
    }

    async fn get_flight_info_schemas(
        &self,
        query: CommandGetDbSchemas,
        request: Request<FlightDescriptor>,
    ) -> Told<FlightInfo> {
        self.asking(&request).await?;
        let ticket = query.as_any().encode_to_vec();
        information(request, &query.into_builder().schema(), ticket)
    }

    async fn get_flight_info_tables(
        &self,
        query: CommandGetTables,
        request: Request<FlightDescriptor>,
    ) -> Told<FlightInfo> {
        self.asking(&request).await?;
        let ticket = query.as_any().encode_to_vec();
        information(request, &query.into_builder().schema(), ticket)
    }

    async fn get_flight_info_table_types(
        &self,
        query: CommandGetTableTypes,
        request: Request<FlightDescriptor>,
    ) -> Told<FlightInfo> {
        self.asking(&request).await?;
        let ticket = query.as_any().encode_to_vec();
        information(request, &query.into_builder().schema(), ticket)
    }

    async fn get_flight_info_sql_info(
        &self,
        query: CommandGetSqlInfo,
        request: Request<FlightDescriptor>,
    ) -> Told<FlightInfo> {
        self.asking(&request).await?;
        let ticket = query.as_any().encode_to_vec();
        let columns = metadata::server(query)?.schema();
        information(request, &columns, ticket)
    }

    async fn do_get_statement(
        &self,
        ticket: TicketStatementQuery,
        request: Request<Ticket>,
    ) -> Told<<Self as FlightService>::DoGetStream> {
        let (caller, as_of) = self.asking(&request).await?;
        let sql = std::str::from_utf8(&ticket.statement_handle).map_err(wrong)?;
        let rows = self.service.rows(&caller, sql, as_of.as_deref()).await;
        many(rows.map_err(|error| told(&error))?)
    }

    async fn do_get_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<Ticket>,
    ) -> Told<<Self as FlightService>::DoGetStream> {
        let (caller, as_of) = self.asking(&request).await?;
        let own = self.held.get(&caller, &query.prepared_statement_handle)?;
        let asked = Asked::of(&own.sql).as_of(as_of.as_deref()).with(own.values());
        let rows = self.service.rows_asked(&caller, asked).await;
        many(rows.map_err(|error| told(&error))?)
    }

    async fn do_get_catalogs(
        &self,
        query: CommandGetCatalogs,
        request: Request<Ticket>,
    ) -> Told<<Self as FlightService>::DoGetStream> {
        self.asking(&request).await?;
        one(metadata::catalogs(query))
    }

    async fn do_get_schemas(
        &self,
        query: CommandGetDbSchemas,
        request: Request<Ticket>,
    ) -> Told<<Self as FlightService>::DoGetStream> {
        one(metadata::schemas(query, &self.tables(&request).await?))
    }

    async fn do_get_tables(
        &self,
        query: CommandGetTables,
        request: Request<Ticket>,
    ) -> Told<<Self as FlightService>::DoGetStream> {
        one(metadata::tables(query, &self.tables(&request).await?))
    }

    async fn do_get_table_types(
        &self,
        query: CommandGetTableTypes,
        request: Request<Ticket>,
    ) -> Told<<Self as FlightService>::DoGetStream> {
        self.asking(&request).await?;
        one(metadata::table_types(query))
    }

    async fn do_get_sql_info(
        &self,
        query: CommandGetSqlInfo,
        request: Request<Ticket>,
    ) -> Told<<Self as FlightService>::DoGetStream> {
        self.asking(&request).await?;
        one(metadata::server(query))
    }

    async fn do_put_prepared_statement_query(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<DoPutPreparedStatementResult, Status> {
        let (caller, _) = self.asking(&request).await?;
        let data = request.into_inner().map_err(|error| FlightError::Tonic(Box::new(error)));
        let mut batches = FlightRecordBatchStream::new_from_flight_data(data);
        let batch = batches.try_next().await.map_err(Status::from)?;
        let batch = batch.ok_or_else(|| wrong("no parameters came"))?;
        self.held.bind(&caller, &query.prepared_statement_handle, &batch)?;
        Ok(DoPutPreparedStatementResult { prepared_statement_handle: None })
    }

    async fn do_action_create_prepared_statement(
        &self,
        query: ActionCreatePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        let (caller, as_of) = self.asking(&request).await?;
        let described = self.service.described(&caller, &query.query, as_of.as_deref(), &[]).await;
        let described = described.map_err(|error| told(&error))?;
        let parameters = described.parameters.into_iter().enumerate().map(|(at, own)| {
            Field::new(format!("${}", at + 1), own.unwrap_or(DataType::Utf8), true)
        });
        let parameters = Schema::new(parameters.collect::<Vec<_>>());
        Ok(ActionCreatePreparedStatementResult {
            prepared_statement_handle: self.held.put(&caller, query.query)?.into(),
            dataset_schema: as_ipc(&nullable(&described.columns))?,
            parameter_schema: as_ipc(&parameters)?,
        })
    }

    async fn do_action_close_prepared_statement(
        &self,
        query: ActionClosePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<(), Status> {
        let (caller, _) = self.asking(&request).await?;
        self.held.close(&caller, &query.prepared_statement_handle)
    }

    async fn register_sql_info(&self, _: i32, _: &SqlInfo) {}
}
