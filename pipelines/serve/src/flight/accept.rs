//! Connections, with TLS where there is some.

use super::answers::Answers;
use super::entry::Peer;
use crate::seats::{Rank, Seats};
use crate::service::Service;
use crate::tls::Tls;
use arrow_flight::flight_service_server::FlightServiceServer;
use futures::Stream;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tonic::transport::Server;
use tonic::transport::server::Connected;

/// Longest message that is taken, in bytes.
const LONGEST: usize = 16 << 20;

/// Longest headers of a call, in bytes.
const LONGEST_HEADERS: u32 = 16 << 10;

/// How long the greeting of a connection may take.
const GREETING: Duration = Duration::from_secs(20);

/// How long nothing is taken where the system has nothing left for it.
const BREATH: Duration = Duration::from_millis(100);

/// Statements that one connection runs at once.
const AT_ONCE: u32 = 64;

/// How a door is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// What encrypts connections; with it all are.
    pub tls: Option<Tls>,
    /// Whether those without a key come in, to what is published.
    pub lets_in_anybody: bool,
    /// Connections at once.
    pub connections: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { tls: None, lets_in_anybody: false, connections: 1_000 }
    }
}

/// Serves clients of Flight SQL until `stop` comes; calls that run then are answered.
///
/// # Errors
/// Where the door cannot be kept open.
pub async fn serve(
    service: Arc<Service>,
    listener: TcpListener,
    options: Options,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let answers = FlightServiceServer::new(Answers::new(service, options.lets_in_anybody))
        .max_decoding_message_size(LONGEST);
    let (taken, connections) = mpsc::channel(64);
    let accepting = tokio::spawn(accept(listener, (options.tls, options.connections), taken));
    let outcome = Server::builder()
        .concurrency_limit_per_connection(AT_ONCE as usize)
        .max_concurrent_streams(Some(AT_ONCE))
        .http2_max_header_list_size(Some(LONGEST_HEADERS))
        .http2_keepalive_interval(Some(Duration::from_secs(60)))
        .add_service(answers)
        .serve_with_incoming_shutdown(Incoming(connections), stop)
        .await;
    accepting.abort();
    outcome.map_err(io::Error::other)
}

/// Takes connections; greetings run beside one another.
async fn accept(
    listener: TcpListener,
    (tls, most): (Option<Tls>, usize),
    taken: mpsc::Sender<Connection>,
) {
    let seats = Seats::new(most);
    while !taken.is_closed() {
        let Ok((socket, address)) = listener.accept().await else {
            // Too many files are open, or the client has gone already.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        // Where all seats are kept by keys, whoever comes is sent away.
        let Some(seat) = seats.take() else { continue };
        let _ = socket.set_nodelay(true);
        let (tls, taken) = (tls.clone(), taken.clone());
        tokio::spawn(async move {
            let lost = seat.lost();
            tokio::select! {
                own = tokio::time::timeout(GREETING, greeted(socket, tls.as_ref())) => {
                    if let Ok(Ok(inner)) = own {
                        let peer = Peer { address, seat: Arc::new(seat) };
                        let _ = taken.send(Connection::new(inner, peer)).await;
                    }
                }
                () = lost.notified() => {}
            }
        });
    }
}

async fn greeted(socket: TcpStream, tls: Option<&Tls>) -> io::Result<Box<dyn Duplex>> {
    Ok(match tls {
        Some(tls) => Box::new(tls.acceptor().accept(socket).await?),
        None => Box::new(socket),
    })
}

/// What is read and written.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection that was taken.
struct Connection {
    inner: Box<dyn Duplex>,
    peer: Peer,
    lost: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Connection {
    fn new(inner: Box<dyn Duplex>, peer: Peer) -> Self {
        let lost = peer.seat.lost();
        let lost = Box::pin(async move { lost.notified().await });
        Self { inner, peer, lost }
    }
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.peer.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.lost.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if read.is_ready() {
            self.peer.seat.heard(Rank::Open);
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

/// Connections as they are taken.
struct Incoming(mpsc::Receiver<Connection>);

impl Stream for Incoming {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|own| own.map(Ok))
    }
}
