//! Connections: taken one by one, ended together.

use super::cancel::Cancels;
use super::catalogs::Catalogs;
use super::door::{Door, Options};
use super::session::Session;
use super::simple::Handler;
use super::startup::Startup;
use crate::service::Service;
use crate::tls::Tls;
use pgwire::api::PgWireServerHandlers;
use pgwire::api::auth::StartupHandler;
use pgwire::api::cancel::CancelHandler;
use pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

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
    let door = Arc::new(Door {
        service,
        options,
        cancels: Arc::default(),
        catalogs: Catalogs::default(),
        numbers: Arc::default(),
    });
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            taken = listener.accept() => match taken {
                Ok((socket, _)) => {
                    connections.spawn(connected(Arc::clone(&door), socket));
                }
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

async fn connected(door: Arc<Door>, socket: TcpStream) {
    let acceptor = door.options.tls.as_ref().map(Tls::acceptor);
    let session = Arc::new(Session::new());
    let connection = Connection {
        startup: Arc::new(Startup::new(&door, &session)),
        handler: Arc::new(Handler { door: Arc::clone(&door), session: Arc::clone(&session) }),
        cancels: Arc::clone(&door.cancels),
    };
    // A client that goes without a word is no fault.
    let _ = pgwire::tokio::process_socket(socket, acceptor, connection).await;
    door.cancels.leave(&session);
}

/// What answers one connection.
struct Connection {
    startup: Arc<Startup>,
    handler: Arc<Handler>,
    cancels: Arc<Cancels>,
}

impl PgWireServerHandlers for Connection {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.handler)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.handler)
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        Arc::clone(&self.startup)
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::clone(&self.cancels)
    }
}
