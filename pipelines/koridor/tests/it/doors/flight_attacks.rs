//! What clients of Flight SQL send that means no good: nothing leaks and nothing falls.

use super::{key, service};
use arrow_flight::error::FlightError;
use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::{FlightDescriptor, HandshakeRequest, Ticket};
use futures::TryStreamExt;
use koridor_lake::store::access_keys::Role;
use koridor_serve::flight::{Options, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tonic::Request;
use tonic::transport::Channel;

async fn door(options: Options) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(service(), listener, options, std::future::pending()));
    address
}

async fn channel(address: SocketAddr) -> Channel {
    Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap()
}

async fn client(address: SocketAddr, text: &str) -> FlightSqlServiceClient<Channel> {
    let mut own = FlightSqlServiceClient::new(channel(address).await);
    own.set_token(text.to_owned());
    own
}

/// How many rows a statement gives.
async fn rows(own: &mut FlightSqlServiceClient<Channel>, sql: &str) -> Result<usize, String> {
    let told = |error: FlightError| error.to_string();
    let info = own.execute(sql.to_owned(), None).await.map_err(told)?;
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let batches: Vec<_> = own
        .do_get(ticket)
        .await
        .map_err(told)?
        .try_collect()
        .await
        .map_err(|own| own.to_string())?;
    Ok(batches.iter().map(arrow::array::RecordBatch::num_rows).sum())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_and_handles_give_nobody_what_is_another_s() {
    let address = door(Options { lets_in_anybody: true, ..Options::default() }).await;
    let (text, _) = key(Role::Analyst, None).await;
    let (other, _) = key(Role::Analyst, Some("7407")).await;
    let mut own = client(address, &text).await;
    assert_eq!(rows(&mut own, "select 1 from core.waste_handling").await.unwrap(), 3);
    // A ticket of somebody who sees more, in the hands of one who sees less.
    let sql = "select region_code from core.waste_handling".to_owned();
    let info = own.execute(sql, None).await.unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let mut narrow = client(address, &other).await;
    let given = narrow.do_get(ticket.clone()).await.unwrap().try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(given.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 1);
    let mut nobody = FlightServiceClient::new(channel(address).await);
    assert!(nobody.do_get(ticket.clone()).await.is_err());
    for bytes in [vec![], b"x".to_vec(), vec![0xff; 300], vec![0; 1 << 20], b"\n\x05".to_vec()] {
        assert!(nobody.do_get(Ticket::new(bytes.clone())).await.is_err());
        assert!(nobody.get_flight_info(FlightDescriptor::new_cmd(bytes)).await.is_err());
    }
    // A ticket larger than any may be.
    assert!(nobody.do_get(Ticket::new(vec![7; 20 << 20])).await.is_err());
    // A prepared statement is its owner's.
    let mut prepared =
        own.prepare("select 1 from core.waste_handling".to_owned(), None).await.unwrap();
    let info = prepared.execute().await.unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    assert!(narrow.do_get(ticket.clone()).await.is_err());
    assert!(nobody.do_get(ticket).await.is_err());
    assert_eq!(rows(&mut own, "select 1 from core.waste_handling").await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn greetings_headers_and_silence_keep_nobody_out() {
    let options = Options { connections: 30, ..Options::default() };
    let address = door(options).await;
    let (text, _) = key(Role::Analyst, None).await;
    // Greetings without a key, and with wrong ones, all at once.
    let mut wrong = FlightServiceClient::new(channel(address).await);
    let begun = Instant::now();
    for _ in 0..3 {
        let greeting = futures::stream::iter([HandshakeRequest::default()]);
        let mut request = Request::new(greeting);
        let header = "Bearer koridor_0123456789ab_x".parse().unwrap();
        request.metadata_mut().insert("authorization", header);
        assert!(wrong.handshake(request).await.is_err());
    }
    assert!(begun.elapsed() >= Duration::from_millis(1500));
    // Headers that never end.
    let mut request = Request::new(Ticket::new("x"));
    request.metadata_mut().insert("x-long", "y".repeat(200 << 10).parse().unwrap());
    assert!(wrong.do_get(request).await.is_err());
    // Connections that say nothing, or anything.
    let mut silent = Vec::new();
    for at in 0..150 {
        let mut socket = TcpStream::connect(address).await.unwrap();
        if at % 3 == 0 {
            let _ = socket.write_all(&[0xff; 2048]).await;
        }
        silent.push(socket);
    }
    let mut own = client(address, &text).await;
    assert_eq!(rows(&mut own, "select 1 from core.waste_handling").await.unwrap(), 3);
}

/// Hands connections on to a door; how many there were.
async fn counted(door: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counts = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            counts.fetch_add(1, Ordering::SeqCst);
            let mut far = TcpStream::connect(door).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut near, &mut far).await });
        }
    });
    (address, count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_shown_a_key_keeps_the_connection() {
    let options = Options { connections: 4, lets_in_anybody: true, ..Options::default() };
    let address = door(options).await;
    let (near, connections) = counted(address).await;
    let (text, _) = key(Role::Analyst, None).await;
    let mut own = client(near, &text).await;
    let sql = "select 1 from core.waste_handling";
    assert_eq!(rows(&mut own, sql).await.unwrap(), 3);
    let mut silent = Vec::new();
    for _ in 0..60 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    // They have come when one that came later is answered.
    let mut later = client(address, &text).await;
    assert_eq!(rows(&mut later, sql).await.unwrap(), 3);
    assert_eq!(rows(&mut own, sql).await.unwrap(), 3);
    assert_eq!(connections.load(Ordering::SeqCst), 1, "it is the one that it came with");
}
