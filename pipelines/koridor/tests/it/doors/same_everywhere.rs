//! The `.slt` files of `publish/tests/slt` through every door: the same rows, the same refusals.

use super::http::{self, get_from};
use super::{PROJECT, Place};
use crate::doors::postgres::type_names;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow_flight::sql::client::FlightSqlServiceClient;
use futures::TryStreamExt;
use koridor_lake::Storage;
use koridor_lake::engine::Limits;
use koridor_lake::store::access_keys::{self, NewAccessKey, Role};
use koridor_serve::service::{Caller, Service};
use koridor_serve::{flight, pg};
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_postgres::{NoTls, SimpleQueryMessage};
use tonic::transport::Channel;

const ROWS: &str = "region_code,period_month,reduced_ton,handled_ton\n\
                    7407,2024-01,1.5,\n7472,2024-01,0,3\n";

/// Rows as texts, null as `NULL`.
type Rows = Vec<Vec<String>>;

/// What a door tells instead of rows.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(String);

fn told(error: impl std::fmt::Display) -> Told {
    Told(error.to_string())
}

/// A client of one door.
enum Client {
    InProcess(Arc<Service>, Caller),
    Postgres(tokio_postgres::Client),
    Flight(FlightSqlServiceClient<Channel>),
    Http(SocketAddr, String),
}

#[async_trait::async_trait]
impl AsyncDB for Client {
    type Error = Told;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Told> {
        let rows = match self {
            Self::InProcess(service, caller) => in_process(service, caller, sql).await?,
            Self::Postgres(client) => postgres(client, sql).await?,
            Self::Flight(client) => flight_sql(client, sql).await?,
            Self::Http(address, key) => {
                let (address, key, sql) = (*address, key.clone(), sql.to_owned());
                tokio::task::spawn_blocking(move || over_http(address, &key, &sql))
                    .await
                    .unwrap()?
            }
        };
        let width = rows.first().map_or(0, Vec::len);
        Ok(DBOutput::Rows { types: vec![DefaultColumnType::Any; width], rows })
    }

    async fn shutdown(&mut self) {}
}

fn texts(batch: &arrow::array::RecordBatch) -> Rows {
    let options = FormatOptions::default().with_null("NULL");
    let columns = batch.columns().iter();
    let columns: Vec<_> =
        columns.map(|own| ArrayFormatter::try_new(own, &options).unwrap()).collect();
    let row = |at| columns.iter().map(|own| own.value(at).to_string()).collect();
    (0..batch.num_rows()).map(row).collect()
}

async fn in_process(service: &Service, caller: &Caller, sql: &str) -> Result<Rows, Told> {
    let mut stream = service.rows(caller, sql, None).await.map_err(told)?;
    let mut rows = Vec::new();
    while let Some(batch) = stream.next().await.map_err(told)? {
        rows.extend(texts(&batch));
    }
    Ok(rows)
}

async fn postgres(client: &tokio_postgres::Client, sql: &str) -> Result<Rows, Told> {
    let full = |error: tokio_postgres::Error| match error.as_db_error() {
        Some(own) => told(own.message()),
        None => told(error),
    };
    let types = type_names(&client.prepare(sql).await.map_err(full)?);
    let mut rows = Vec::new();
    for message in client.simple_query(sql).await.map_err(full)? {
        let SimpleQueryMessage::Row(row) = message else { continue };
        let cell = |at: usize| match (row.get(at), types[at].as_str()) {
            (None, _) => "NULL".to_owned(),
            (Some("t"), "bool") => "true".to_owned(),
            (Some("f"), "bool") => "false".to_owned(),
            (Some(text), _) => text.to_owned(),
        };
        rows.push((0..row.len()).map(cell).collect());
    }
    Ok(rows)
}

async fn flight_sql(client: &mut FlightSqlServiceClient<Channel>, sql: &str) -> Result<Rows, Told> {
    let info = client.execute(sql.to_owned(), None).await.map_err(told)?;
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let batches = client.do_get(ticket).await.map_err(told)?;
    let batches: Vec<_> = batches.try_collect().await.map_err(told)?;
    Ok(batches.iter().flat_map(texts).collect())
}

fn over_http(address: SocketAddr, key: &str, sql: &str) -> Result<Rows, Told> {
    let mut path = "/v1/sql?format=csv&q=".to_owned();
    path.extend(sql.bytes().map(|byte| format!("%{byte:02X}")));
    let answer = get_from(address, &path, &format!("Authorization: Bearer {key}\r\n"));
    let text = answer.text();
    if answer.status != 200 {
        return Err(Told(text));
    }
    Ok(text.lines().skip(1).map(cells).collect())
}

/// Cells of a line of CSV; those of these files hold no quote and no end of line.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(letter),
        }
    }
    let null = |own: String| if own.is_empty() { "NULL".to_owned() } else { own };
    cells.into_iter().map(null).collect()
}

/// A lake with one file and a release, and the key of an analyst.
async fn released() -> (Place, Arc<Service>, String, Caller) {
    let place = Place::new();
    place.write("a.csv", ROWS);
    std::fs::create_dir(place.path().join("landing")).unwrap();
    let load = ["ingest", "a.csv", "--dataset", "waste_handling", "--source", "DLH_7407"];
    for words in [&load[..], &["run", "--allow-rejected"]] {
        let mut command = place.command(words);
        let output = command.env_remove("KORIDOR_HASH_KEY").output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {error}");
    }
    let storage = Storage::open(place.path().join("lake").to_str().unwrap()).unwrap();
    let new =
        NewAccessKey { name: "analyst".into(), role: Role::Analyst, region: None, expires: None };
    let (own, key) = access_keys::create(&storage, &PROJECT, new).await.unwrap();
    let service = Service::new(Arc::clone(&PROJECT), storage, Limits::new(256 << 20));
    (place, Arc::new(service), key, Caller::of(own))
}

/// Opens the doors of a service; each stays open as long as the test runs.
async fn doors(service: &Arc<Service>) -> [SocketAddr; 3] {
    let listener = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
    let [first, second, third] = [listener().await, listener().await, listener().await];
    let addresses = [&first, &second, &third].map(|own| own.local_addr().unwrap());
    let options = pg::Options::default();
    tokio::spawn(pg::serve(Arc::clone(service), first, options, std::future::pending()));
    let options = flight::Options::default();
    tokio::spawn(flight::serve(Arc::clone(service), second, options, std::future::pending()));
    let (tell, stop) = watch::channel(false);
    std::mem::forget(tell);
    let settings = http::settings(std::env::temp_dir());
    tokio::spawn(koridor_serve::http::serve(third, Arc::clone(service), settings, stop));
    addresses
}

/// The doors by name, and the service itself.
const DOORS: [&str; 4] = ["in process", "PostgreSQL", "Flight SQL", "HTTP"];

/// A client of one door, with a key.
async fn client(
    door: &str,
    service: &Arc<Service>,
    (caller, key): (&Caller, &str),
    [pg, flight, http]: [SocketAddr; 3],
) -> Result<Client, Told> {
    Ok(match door {
        "in process" => Client::InProcess(Arc::clone(service), caller.clone()),
        "PostgreSQL" => {
            let (port, id) = (pg.port(), &caller.key().unwrap().id);
            let config =
                format!("host=127.0.0.1 port={port} dbname=koridor user={id} password={key}");
            let (client, connection) =
                tokio_postgres::connect(&config, NoTls).await.map_err(told)?;
            tokio::spawn(connection);
            Client::Postgres(client)
        }
        "Flight SQL" => {
            let channel = Channel::from_shared(format!("http://{flight}")).unwrap();
            let channel = channel.connect().await.map_err(told)?;
            let mut client = FlightSqlServiceClient::new(channel);
            client.set_token(key.to_owned());
            Client::Flight(client)
        }
        _ => Client::Http(http, key.to_owned()),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_slt_file_holds_through_every_door() {
    let (_place, service, key, caller) = released().await;
    let addresses = doors(&service).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../publish/tests/slt");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        for door in DOORS {
            let given = (&caller, key.as_str());
            let client = async || client(door, &service, given, addresses).await;
            let outcome = sqllogictest::Runner::new(client).run_file_async(&file).await;
            assert!(outcome.is_ok(), "{} over {door}: {outcome:?}", file.display());
        }
    }
}

/// What a key may name is told alike by every door. Each answer plans all of it: one role is asked.
#[tokio::test(flavor = "multi_thread")]
async fn every_door_tells_the_same_tables_and_columns() {
    let (_place, service, ..) = released().await;
    let addresses = doors(&service).await;
    let sql = "select table_schema, table_name, column_name, is_nullable \
               from information_schema.columns \
               where table_schema not in ('pg_catalog', 'information_schema')";
    let role = Role::Viewer;
    let new = NewAccessKey { name: role.as_str().into(), role, region: None, expires: None };
    let (own, key) = access_keys::create(service.storage(), &PROJECT, new).await.unwrap();
    let caller = Caller::of(own);
    let mut first: Option<Rows> = None;
    for door in DOORS {
        let mut client = client(door, &service, (&caller, &key), addresses).await.unwrap();
        let DBOutput::Rows { mut rows, .. } = client.run(sql).await.unwrap() else {
            panic!("{door} gives no rows");
        };
        rows.sort();
        let first = first.get_or_insert_with(|| rows.clone());
        let other = rows.iter().zip(first.iter()).find(|(own, first)| own != first);
        assert_eq!((rows.len(), other), (first.len(), None), "{door}");
    }
    assert!(first.is_some_and(|own| own.len() > 1_000));
}
