//! Statements as texts, and what any statement answers.

use super::control::{Control, control};
use super::cursors::Cursor;
use super::door::Door;
use super::errors::{error, told};
use super::prepared::{Prepared, What, text_columns};
use super::rows::{cancelled, fetched, response, response_of};
use super::session::{Begun, Session};
use super::settings::AS_OF;
use crate::service::{Asked, Rows};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use futures::future::BoxFuture;
use futures::{Sink, SinkExt};
use koridor_lake::engine::ParamValues;
use koridor_lake::engine::guard::statements;
use pgwire::api::portal::Format;
use pgwire::api::query::SimpleQueryHandler;
use pgwire::api::results::{QueryResponse, Response, Tag};
use pgwire::api::store::PortalStore;
use pgwire::api::{ClientInfo, ClientPortalStore};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::response::TransactionStatus;
use pgwire::messages::simplequery::Query;
use pgwire::messages::startup::ParameterStatus;
use std::fmt::Debug;
use std::sync::Arc;

/// Bytes of the results that are held where a text has several statements.
const MOST_HELD: usize = 64 << 20;

/// Settings that clients are told of when they change, as they know them.
const TOLD: [&str; 5] =
    ["application_name", "client_encoding", "DateStyle", "IntervalStyle", "TimeZone"];

/// What answers one connection.
pub(super) struct Handler {
    pub(super) door: Arc<Door>,
    pub(super) session: Arc<Session>,
}

impl Handler {
    /// What a statement answers.
    pub(super) async fn answer<C>(
        &self,
        client: &mut C,
        prepared: &Prepared,
        values: ParamValues,
        format: &Format,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let is_aborted = client.transaction_status() == TransactionStatus::Error;
        let ends = matches!(
            prepared.what,
            What::Control(
                Control::Rollback | Control::Commit | Control::DiscardAll | Control::RollbackTo(_)
            )
        );
        if is_aborted && !ends {
            let message = "the transaction was aborted: statements are ignored until its end";
            let hint = "send ROLLBACK, or ROLLBACK TO a savepoint";
            return Err(error("25P02", message, Some(hint)));
        }
        match &prepared.what {
            What::Control(Control::Declare { name, holds, .. }) => match &prepared.query {
                Some(query) => self.declare(name, *holds, query, values).await,
                None => Err(error("42601", "a cursor is of a query", None)),
            },
            What::Control(control) => self.control(client, control, format).await,
            _ => {
                let begun = self.session.begin();
                let (rows, begun) = self.rows(prepared, values, begun).await?;
                Ok(Response::Query(response(rows, begun, format, prepared.sql.clone())?))
            }
        }
    }

    /// The rows of a statement.
    fn rows<'own>(
        &'own self,
        prepared: &'own Prepared,
        values: ParamValues,
        begun: Begun,
    ) -> BoxFuture<'own, PgWireResult<(Rows, Begun)>> {
        Box::pin(self.rows_until(prepared, values, begun))
    }

    async fn rows_until(
        &self,
        prepared: &Prepared,
        values: ParamValues,
        mut begun: Begun,
    ) -> PgWireResult<(Rows, Begun)> {
        let caller = self.session.caller();
        let (as_of, timeout) = {
            let settings = self.session.settings.lock();
            (settings.as_of.clone(), settings.timeout)
        };
        let service = &self.door.service;
        let mut limits = service.limits(&caller);
        if let Some(own) = timeout {
            limits.time = Some(limits.time.map_or(own, |most| most.min(own)));
        }
        let asking = async {
            match &prepared.what {
                What::Catalog(statement) => {
                    service.rows_of(&caller, limits, statement.work(values)).await
                }
                _ => {
                    let asked = Asked::of(&prepared.sql).as_of(as_of.as_deref());
                    service.rows_asked(&caller, asked.with(values).within(limits)).await
                }
            }
        };
        let rows = tokio::select! {
            rows = asking => rows.map_err(|error| told(&error, &prepared.sql))?,
            () = begun.cancelled() => return Err(cancelled()),
        };
        Ok((rows, begun))
    }

    /// What a statement about the connection answers.
    async fn control<C>(
        &self,
        client: &mut C,
        control: &Control,
        format: &Format,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let session = &self.session;
        let done = |tag: &str| Ok(Response::Execution(Tag::new(tag)));
        match control {
            Control::Set(name, value) => {
                self.set(name, value).await?;
                let told = TOLD.iter().find(|own| own.eq_ignore_ascii_case(name));
                if let Some(told) = told {
                    let status = ParameterStatus::new((*told).to_owned(), value.clone());
                    client.feed(PgWireBackendMessage::ParameterStatus(status)).await?;
                }
                done("SET")
            }
            Control::SetLocal(name, value) => {
                self.set_local(name, value, client.transaction_status()).await?;
                done("SET")
            }
            Control::SetNothing => done("SET"),
            Control::Reset(name) => {
                session.settings.lock().reset(name.as_deref());
                done("RESET")
            }
            Control::Show(name) => self.show(name, format).map(Response::Query),
            Control::ShowAll => self.show_all(format).map(Response::Query),
            Control::Begin
            | Control::Commit
            | Control::Rollback
            | Control::Savepoint(_)
            | Control::Release(_)
            | Control::RollbackTo(_) => self.transaction(client.transaction_status(), control),
            Control::Nothing(tag) => done(tag),
            Control::DiscardAll => {
                session.settings.lock().reset(None);
                session.cursors.close(None)?;
                client.portal_store().clear_portals();
                done("DISCARD ALL")
            }
            Control::Deallocate(name) => {
                if let Some(name) = name {
                    client.portal_store().rm_statement(name);
                }
                done("DEALLOCATE")
            }
            Control::Close(name) => {
                session.cursors.close(name.as_deref())?;
                done("CLOSE CURSOR")
            }
            // What is declared was read with its query.
            Control::Declare { .. } => done("DECLARE CURSOR"),
            Control::Move { name, count } => self.skip(name, *count).await,
            Control::Fetch { name, count } => self.fetch(name, *count, format).await,
        }
    }

    fn set<'own>(
        &'own self,
        name: &'own str,
        value: &'own str,
    ) -> BoxFuture<'own, PgWireResult<()>> {
        Box::pin(self.set_checked(name, value))
    }

    async fn set_checked(&self, name: &str, value: &str) -> PgWireResult<()> {
        if name != AS_OF {
            return self.session.settings.lock().set(name, value);
        }
        let is_none = value.is_empty() || value.eq_ignore_ascii_case("default");
        let as_of = if is_none { None } else { Some(value.to_owned()) };
        let (service, caller) = (&self.door.service, self.session.caller());
        let found = service.engine(&caller, as_of.as_deref()).await;
        found.map_err(|error| told(&error, ""))?;
        self.session.settings.lock().as_of = as_of;
        Ok(())
    }

    /// Sets something until the end of the transaction; outside of one it ends with the statement.
    async fn set_local(
        &self,
        name: &str,
        value: &str,
        status: TransactionStatus,
    ) -> PgWireResult<()> {
        let before = self.session.settings.lock().clone();
        self.set(name, value).await?;
        let mut settings = self.session.settings.lock();
        match status {
            TransactionStatus::Idle => *settings = before,
            _ => settings.is_local(name),
        }
        Ok(())
    }

    fn show(&self, name: &str, format: &Format) -> PgWireResult<QueryResponse> {
        let Some(value) = self.session.settings.lock().get(name) else {
            return Err(error("42704", format!("there is no setting `{name}`"), None));
        };
        texts(&text_columns(&[name]), vec![vec![value]], format)
    }

    fn show_all(&self, format: &Format) -> PgWireResult<QueryResponse> {
        let all = self.session.settings.lock().all();
        let (names, values): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let nothing = vec![String::new(); names.len()];
        let columns = text_columns(&["name", "setting", "description"]);
        texts(&columns, vec![names, values, nothing], format)
    }

    async fn declare(
        &self,
        name: &str,
        holds: bool,
        query: &Prepared,
        values: ParamValues,
    ) -> PgWireResult<Response> {
        let begun = self.session.begin();
        let (rows, _) = self.rows(query, values, begun).await?;
        self.session.cursors.open(name, Cursor::new(rows, query.sql.clone()), holds)?;
        Ok(Response::Execution(Tag::new("DECLARE CURSOR")))
    }

    async fn fetch(
        &self,
        name: &str,
        count: Option<u64>,
        format: &Format,
    ) -> PgWireResult<Response> {
        let (cursor, columns) = self.session.cursors.get(name)?;
        let begun = self.session.begin();
        let cursor = cursor.lock_owned().await;
        let mut answer = fetched(cursor, count, begun, &columns, format)?;
        answer.set_command_tag("FETCH");
        Ok(Response::Query(answer))
    }

    /// Leaves rows of a cursor away.
    async fn skip(&self, name: &str, count: Option<u64>) -> PgWireResult<Response> {
        let (cursor, _) = self.session.cursors.get(name)?;
        let mut begun = self.session.begin();
        let mut cursor = cursor.lock_owned().await;
        let sql = cursor.sql.clone();
        let skipped = tokio::select! {
            skipped = cursor.skip(count) => skipped.map_err(|error| told(&error, &sql))?,
            () = begun.cancelled() => return Err(cancelled()),
        };
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        Ok(Response::Execution(Tag::new("MOVE").with_rows(skipped)))
    }

    /// A response whose rows are held, so that the next statement may begin.
    async fn held(&self, prepared: &Prepared, held: &mut usize) -> PgWireResult<Response> {
        let begun = self.session.begin();
        let values = ParamValues::List(Vec::new());
        let (mut rows, mut begun) = self.rows(prepared, values, begun).await?;
        let schema = Arc::clone(rows.schema());
        let mut batches = Vec::new();
        loop {
            let batch = tokio::select! {
                batch = rows.next() => batch,
                () = begun.cancelled() => return Err(cancelled()),
            };
            let Some(batch) = batch.map_err(|error| told(&error, &prepared.sql))? else { break };
            *held += batch.get_array_memory_size();
            if *held > MOST_HELD {
                let message = format!("results before the last are held: {} MiB", MOST_HELD >> 20);
                return Err(error("53200", message, Some("send one statement at a time")));
            }
            batches.push(batch);
        }
        Ok(Response::Query(response_of(batches, &schema, &Format::UnifiedText)?))
    }
}

/// Texts as rows.
fn texts(
    columns: &SchemaRef,
    values: Vec<Vec<String>>,
    format: &Format,
) -> PgWireResult<QueryResponse> {
    let arrays = values.into_iter().map(|own| Arc::new(StringArray::from(own)) as ArrayRef);
    let batch = RecordBatch::try_new(Arc::clone(columns), arrays.collect());
    let batch = batch.map_err(|error| PgWireError::ApiError(Box::new(error)))?;
    response_of(vec![batch], columns, format)
}

#[async_trait::async_trait]
impl SimpleQueryHandler for Handler {
    async fn on_query<C>(&self, client: &mut C, query: Query) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let first = statements(&query.query).first().map(|own| control(own));
        if let Some(Ok(Some(own))) = first {
            self.revive(client, &own);
        }
        self._on_query(client, query).await
    }

    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let statements = statements(query);
        let (mut answers, mut held) = (Vec::new(), 0);
        for (at, sql) in statements.iter().enumerate() {
            let is_last = at + 1 == statements.len();
            let answer = async {
                let prepared = Prepared::read(&self.door, &self.session, sql, None).await?;
                let is_control = matches!(prepared.what, What::Control(_));
                if is_last || is_control {
                    let values = ParamValues::List(Vec::new());
                    return self.answer(client, &prepared, values, &Format::UnifiedText).await;
                }
                self.held(&prepared, &mut held).await
            };
            match answer.await {
                Ok(answer) => answers.push(answer),
                Err(error) if answers.is_empty() => return Err(error),
                // What came before is answered, as by PostgreSQL.
                Err(error) => {
                    answers.push(Response::Error(Box::new(error.into())));
                    break;
                }
            }
        }
        if answers.is_empty() {
            answers.push(Response::EmptyQuery);
        }
        Ok(answers)
    }
}
