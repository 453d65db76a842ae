//! Connections: taken one by one, ended together.

use super::bounded::{self, Bounded};
use super::cancel::Cancels;
use super::catalogs::Catalogs;
use super::door::{Door, Options};
use super::errors::fatal;
use super::prepared::Prepared;
use super::session::Session;
use super::simple::Handler;
use super::startup::Startup;
use crate::seats::{Seat, Seats};
use crate::service::Service;
use crate::tls::Tls;
use crate::wrong_keys::WrongKeys;
use futures::StreamExt;
use pgwire::api::{ClientInfo, NoopHandler, PgWireConnectionState};
use pgwire::error::PgWireError;
use pgwire::messages::PgWireFrontendMessage;
use pgwire::tokio::server::{
    MaybeTls, PgWireMessageServerCodec, negotiate_tls, process_error, process_message,
};
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::codec::{Framed, FramedParts};

/// How long a client may take to say who it is.
const GREETING: Duration = Duration::from_secs(20);

/// How long running statements are waited for when the door closes.
const LAST: Duration = Duration::from_secs(10);

/// How long nothing is taken where the system has nothing left for it.
const BREATH: Duration = Duration::from_millis(100);

/// Serves clients of PostgreSQL until `stop` comes; statements that run then are waited for a
/// moment.
pub async fn serve(
    service: Arc<Service>,
    listener: TcpListener,
    options: Options,
    stop: impl Future<Output = ()>,
) {
    let seats = Seats::new(options.connections);
    let door = Arc::new(Door {
        service,
        options,
        cancels: Arc::default(),
        catalogs: Catalogs::default(),
        numbers: Arc::default(),
        wrong_keys: WrongKeys::default(),
    });
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            taken = listener.accept() => match taken {
                // Where all seats are kept, whoever comes is sent away.
                Ok((socket, _)) => if let Some(seat) = seats.take() {
                    connections.spawn(connected(Arc::clone(&door), socket, seat));
                },
                // Too many files are open, or the client has gone already.
                Err(_) => tokio::time::sleep(BREATH).await,
            },
        }
    }
    drop(listener);
    let idle = async {
        while door.cancels.is_busy() {
            tokio::time::sleep(BREATH).await;
        }
    };
    let _ = tokio::time::timeout(LAST, idle).await;
    connections.shutdown().await;
}

async fn connected(door: Arc<Door>, socket: TcpStream, seat: Seat) {
    let (session, seat) = (Arc::new(Session::new()), Arc::new(seat));
    let connection = Connection {
        startup: Arc::new(Startup::new(&door, &session, &seat)),
        handler: Arc::new(Handler { door: Arc::clone(&door), session: Arc::clone(&session) }),
        cancels: Arc::clone(&door.cancels),
    };
    let lost = seat.lost();
    tokio::select! {
        // A client that goes without a word is no fault.
        _ = talk(&door, socket, connection, &seat) => {}
        () = lost.notified() => {}
    }
    door.cancels.leave(&session);
}

/// Greets a client and answers it until it goes.
async fn talk(
    door: &Door,
    socket: TcpStream,
    connection: Connection,
    seat: &Seat,
) -> io::Result<()> {
    let until = Instant::now() + GREETING;
    let acceptor = door.options.tls.as_ref().map(Tls::acceptor);
    let greeted = tokio::time::timeout_at(until, negotiate_tls(socket, acceptor)).await;
    let Ok(Ok(Some(socket))) = greeted else { return Ok(()) };
    let most = Arc::new(AtomicUsize::new(bounded::ARRIVING));
    let parts = socket.into_parts();
    let (io, come) = (parts.io, parts.read_buf);
    let mut own = FramedParts::new(Bounded::new(io, &come, &most)?, parts.codec);
    (own.read_buf, own.write_buf) = (come, parts.write_buf);
    let mut socket = Framed::from_parts(own);
    loop {
        let is_arriving = matches!(
            socket.state(),
            PgWireConnectionState::AwaitingStartup
                | PgWireConnectionState::AuthenticationInProgress
        );
        let next = match is_arriving {
            true => tokio::time::timeout_at(until, socket.next()).await.unwrap_or(None),
            false => socket.next().await,
        };
        let message = match next {
            Some(Ok(message)) => message,
            Some(Err(PgWireError::IoError(error)))
                if error.kind() != io::ErrorKind::InvalidData =>
            {
                return Err(error);
            }
            Some(Err(error)) => {
                let told = fatal("08P01", &error.to_string(), None);
                return process_error(&mut socket, told, true).await;
            }
            None => return Ok(()),
        };
        if matches!(message, PgWireFrontendMessage::Terminate(_)) {
            return Ok(());
        }
        // Who waits for an answer is not silent.
        seat.heard(connection.handler.session.rank().0);
        answer(&mut socket, message, &connection).await?;
        let (rank, length) = connection.handler.session.rank();
        seat.heard(rank);
        most.store(length, Ordering::Relaxed);
    }
}

/// Answers one message.
async fn answer(
    socket: &mut Framed<Bounded<MaybeTls>, PgWireMessageServerCodec<Arc<Prepared>>>,
    message: PgWireFrontendMessage,
    own: &Connection,
) -> io::Result<()> {
    let waits = message.is_extended_query();
    let (query, extended) = (Arc::clone(&own.handler), Arc::clone(&own.handler));
    let (startup, cancel) = (Arc::clone(&own.startup), Arc::clone(&own.cancels));
    let copy = Arc::new(NoopHandler);
    match process_message(message, socket, startup, query, extended, copy, cancel).await {
        Ok(()) => Ok(()),
        Err(error) => process_error(socket, error, waits).await,
    }
}

/// What answers one connection.
struct Connection {
    startup: Arc<Startup>,
    handler: Arc<Handler>,
    cancels: Arc<Cancels>,
}
