//! Who asks: SCRAM against access keys, or the user `open` without one.

use super::door::Door;
use super::errors::fatal;
use super::session::Session;
use crate::seats::Seat;
use crate::service::{Caller, Service};
use futures::Sink;
use futures::future::BoxFuture;
use koridor_lake::LakeError;
use koridor_lake::store::access_keys::{self, AccessKey};
use koridor_lake::store::scram::{self, SaltedKey};
use parking_lot::Mutex;
use pgwire::api::auth::sasl::SASLAuthStartupHandler;
use pgwire::api::auth::sasl::scram::ScramAuth;
use pgwire::api::auth::{
    AuthSource, DefaultServerParameterProvider, LoginInfo, Password, ServerParameterProvider,
    StartupHandler, finish_authentication, protocol_negotiation,
    save_startup_parameters_to_metadata,
};
use pgwire::api::{ClientInfo, METADATA_USER, PgWireConnectionState, PidSecretKeyGenerator};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::time::Instant;

/// The user that needs no key, where the door lets anybody in.
const ANYBODY: &str = "open";

/// What the first answer takes at least: it tells not whether there is such a user.
const FIRST: Duration = Duration::from_millis(20);

/// What salts of users that are not there are made of: the same each time, as those of others.
static NOBODY: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let mut secret = [0; 32];
    // Without randomness a salt tells who has no key, and lets nobody in.
    let _ = getrandom::fill(&mut secret);
    secret
});

/// Finds out who asks on one connection.
pub(super) struct Startup {
    scram: SASLAuthStartupHandler<Entrance>,
    entrance: Arc<Entrance>,
    keys: Arc<Keys>,
    door: Arc<Door>,
}

impl Startup {
    pub(super) fn new(door: &Arc<Door>, session: &Arc<Session>, seat: &Arc<Seat>) -> Self {
        let mut parameters = DefaultServerParameterProvider::default();
        parameters.server_version = super::settings::VERSION.to_owned();
        parameters.search_path = "core".to_owned();
        parameters.is_superuser = false;
        parameters.default_transaction_read_only = true;
        parameters.time_zone = "UTC".to_owned();
        let keys = Arc::new(Keys {
            service: Arc::clone(&door.service),
            found: Mutex::new(None),
            is_unread: AtomicBool::new(false),
        });
        let entrance = Arc::new(Entrance {
            parameters,
            keys: Arc::clone(&keys),
            session: Arc::clone(session),
            seat: Arc::clone(seat),
            door: Arc::clone(door),
        });
        let mut scram = ScramAuth::new(Arc::clone(&keys) as Arc<dyn AuthSource>);
        scram.set_iterations(scram::ROUNDS as usize);
        let handler = SASLAuthStartupHandler::new(Arc::clone(&entrance))
            .with_scram(scram)
            .with_pid_secret_key_generator(Arc::clone(&door.numbers) as _);
        Self { scram: handler, entrance, keys, door: Arc::clone(door) }
    }

    /// That nobody from outside comes in without TLS where there is some.
    fn check_tls<C: ClientInfo>(&self, client: &C) -> PgWireResult<()> {
        let is_own = client.socket_addr().ip().is_loopback();
        if self.door.options.tls.is_some() && !client.is_secure() && !is_own {
            let message = "this server speaks with other machines through TLS alone";
            return Err(fatal("28000", message, Some("connect with sslmode=require")));
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl StartupHandler for Startup {
    async fn on_startup<C>(
        &self,
        client: &mut C,
        message: PgWireFrontendMessage,
    ) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        if let PgWireFrontendMessage::Startup(startup) = &message {
            self.check_tls(client)?;
            let user = startup.parameters.get(METADATA_USER).map(String::as_str);
            if user == Some(ANYBODY) && self.door.options.lets_in_anybody {
                protocol_negotiation(client, startup).await?;
                save_startup_parameters_to_metadata(client, startup);
                let (number, secret) = self.door.numbers.generate(client);
                client.set_pid_and_secret_key(number, secret);
                *self.keys.found.lock() = Some(Caller::anybody());
                return finish_authentication(client, self.entrance.as_ref()).await;
            }
        }
        let begun = Instant::now();
        let outcome = self.scram.on_startup(client, message).await;
        if self.keys.is_unread.load(Ordering::SeqCst) {
            return Err(fatal("58030", "the lake cannot be read", Some("koridor verify")));
        }
        let is_let_in = matches!(client.state(), PgWireConnectionState::ReadyForQuery);
        if outcome.is_err() || (is_let_in && !self.entrance.session.is_in()) {
            let delay = self.door.wrong_keys.delay(client.socket_addr().ip());
            tokio::time::sleep_until(begun + delay).await;
            // Who was asked for is not said: it may be a key in the wrong place.
            let hint = "user: the id or the name of a key; password: the key's text";
            return Err(fatal("28P01", "password authentication failed", Some(hint)));
        }
        Ok(())
    }
}

/// Lets in who has shown a key. It is asked for what is told of the server before the client hears
/// that it is in: from then on the seat is its own.
struct Entrance {
    parameters: DefaultServerParameterProvider,
    keys: Arc<Keys>,
    session: Arc<Session>,
    seat: Arc<Seat>,
    door: Arc<Door>,
}

impl ServerParameterProvider for Entrance {
    fn server_parameters<C: ClientInfo>(&self, client: &C) -> Option<HashMap<String, String>> {
        if let Some(caller) = self.keys.found.lock().take() {
            self.session.enter(caller, client.pid_and_secret_key().0);
            self.door.cancels.enter(client.pid_and_secret_key(), &self.session);
            self.seat.heard(self.session.rank().0);
        }
        self.parameters.server_parameters(client)
    }
}

/// The keys of the lake, and whose was asked for on this connection.
struct Keys {
    service: Arc<Service>,
    found: Mutex<Option<Caller>>,
    /// Whether the lake could not be read.
    is_unread: AtomicBool,
}

impl Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Keys(..)")
    }
}

impl Keys {
    /// The key of a user, with what SCRAM needs of it.
    fn find<'own>(
        &'own self,
        user: &'own str,
    ) -> BoxFuture<'own, Result<Option<(AccessKey, SaltedKey)>, LakeError>> {
        Box::pin(async move {
            let storage = self.service.storage();
            let Some(key) = access_keys::find_named(storage, user).await? else { return Ok(None) };
            Ok(key.salted(storage).await?.map(|salted| (key, salted)))
        })
    }
}

#[async_trait::async_trait]
impl AuthSource for Keys {
    async fn get_password(&self, login: &LoginInfo) -> PgWireResult<Password> {
        let begun = Instant::now();
        let user = login.user().unwrap_or_default();
        let found = self.find(user).await;
        tokio::time::sleep_until(begun + FIRST).await;
        let found = found.map_err(|error| {
            self.is_unread.store(true, Ordering::SeqCst);
            PgWireError::ApiError(Box::new(error))
        })?;
        let Some((key, salted)) = found else {
            // As if there were one, with a password that nobody has.
            let salt = Sha256::new().chain_update(*NOBODY).chain_update(user).finalize();
            let key = Sha256::new().chain_update(salt).chain_update(*NOBODY).finalize();
            return Ok(Password::new(Some(salt[..16].to_vec()), key.to_vec()));
        };
        *self.found.lock() = Some(Caller::of(key));
        Ok(Password::new(Some(salted.salt), salted.key))
    }
}
