//! Who asks: a key as `Bearer`, or as the password of `Basic`.

use super::errors::told;
use crate::seats::{Rank, Seat};
use crate::service::{Caller, Service};
use crate::wrong_keys::WrongKeys;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tonic::Status;
use tonic::metadata::MetadataMap;

/// The header that says which release is read.
const AS_OF: &str = "koridor-as-of";

/// Where a call comes from.
#[derive(Clone)]
pub(super) struct Peer {
    /// The address of the connection.
    pub(super) address: SocketAddr,
    /// Its seat.
    pub(super) seat: Arc<Seat>,
}

impl Peer {
    /// A call has shown a key: its connection keeps its seat.
    pub(super) fn has_key(&self) {
        self.seat.heard(Rank::Keyed);
    }
}

/// Who asks, of the headers of a call.
///
/// # Errors
/// Where there is no valid key and the door does not let anybody in.
pub(super) async fn caller(
    service: &Service,
    headers: &MetadataMap,
    lets_in_anybody: bool,
    (wrong_keys, peer): (&WrongKeys, Option<&Peer>),
) -> Result<Caller, Status> {
    let Some(key) = key(headers)? else {
        return match lets_in_anybody {
            true => Ok(Caller::anybody()),
            false => Err(Status::unauthenticated("a key is needed: authorization: Bearer KEY")),
        };
    };
    match service.caller(&key).await.map_err(|error| told(&error))? {
        Some(caller) => {
            if let Some(own) = peer {
                own.has_key();
            }
            Ok(caller)
        }
        None => {
            let address = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |own| own.address.ip());
            tokio::time::sleep(wrong_keys.delay(address)).await;
            Err(Status::unauthenticated("this key is not valid"))
        }
    }
}

/// The key of a call; none where none is given, or the user `open` without a password.
pub(super) fn key(headers: &MetadataMap) -> Result<Option<String>, Status> {
    let Some(given) = headers.get("authorization") else { return Ok(None) };
    let wrong = || Status::unauthenticated("write authorization: Bearer KEY, or Basic");
    let given = given.to_str().map_err(|_| wrong())?;
    let (kind, rest) = given.split_once(' ').ok_or_else(wrong)?;
    match kind.to_ascii_lowercase().as_str() {
        "bearer" => Ok(Some(rest.trim().to_owned()).filter(|own| !own.is_empty())),
        "basic" => {
            // Some clients leave the padding away.
            let bytes = STANDARD_NO_PAD.decode(rest.trim().trim_end_matches('='));
            let bytes = bytes.map_err(|_| wrong())?;
            let text = String::from_utf8(bytes).map_err(|_| wrong())?;
            let (_, key) = text.split_once(':').ok_or_else(wrong)?;
            Ok(Some(key.to_owned()).filter(|own| !own.is_empty()))
        }
        _ => Err(wrong()),
    }
}

/// The release that is asked for, by name or day; none for the current one.
pub(super) fn as_of(headers: &MetadataMap) -> Option<String> {
    let given = headers.get(AS_OF)?.to_str().ok()?.trim();
    Some(given.to_owned()).filter(|own| !own.is_empty())
}
