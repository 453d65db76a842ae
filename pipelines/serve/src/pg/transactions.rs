//! Transactions and savepoints: they hold what a client has set, for nothing else changes here.

use super::control::Control;
use super::errors::error;
use super::simple::Handler;
use pgwire::api::ClientInfo;
use pgwire::api::results::{Response, Tag};
use pgwire::error::PgWireResult;
use pgwire::messages::response::TransactionStatus;

impl Handler {
    /// What a statement about a transaction answers.
    pub(super) fn transaction(
        &self,
        status: TransactionStatus,
        control: &Control,
    ) -> PgWireResult<Response> {
        match control {
            Control::Begin => {
                self.session.settings.lock().begin();
                Ok(Response::TransactionStart(Tag::new("BEGIN")))
            }
            Control::Commit | Control::Rollback => {
                self.session.cursors.end_transaction();
                let is_aborted = status == TransactionStatus::Error;
                let is_commit = *control == Control::Commit && !is_aborted;
                self.session.settings.lock().end(is_commit);
                let tag = if is_commit { "COMMIT" } else { "ROLLBACK" };
                Ok(Response::TransactionEnd(Tag::new(tag)))
            }
            control => self.savepoint(control).map(Response::Execution),
        }
    }

    /// A transaction that was aborted goes on where its client goes back to a savepoint.
    pub(super) fn revive<C: ClientInfo>(&self, client: &mut C, control: &Control) {
        if client.transaction_status() == TransactionStatus::Error
            && let Control::RollbackTo(name) = control
            && self.session.settings.lock().has_savepoint(name)
        {
            client.set_transaction_status(TransactionStatus::Transaction);
        }
    }

    fn savepoint(&self, control: &Control) -> PgWireResult<Tag> {
        let mut settings = self.session.settings.lock();
        let (tag, name, was_there) = match control {
            Control::Savepoint(name) | Control::Release(name) | Control::RollbackTo(name)
                if !settings.is_in_transaction() =>
            {
                let message = format!("no transaction has begun for the savepoint `{name}`");
                return Err(error("25P01", message, Some("send BEGIN first")));
            }
            Control::Savepoint(name) => {
                settings.savepoint(name);
                ("SAVEPOINT", name, true)
            }
            Control::Release(name) => ("RELEASE", name, settings.release(name)),
            Control::RollbackTo(name) => ("ROLLBACK", name, settings.roll_back_to(name)),
            _ => return Err(error("XX000", "this is about no savepoint", None)),
        };
        match was_there {
            true => Ok(Tag::new(tag)),
            false => Err(error("3B001", format!("savepoint `{name}` does not exist"), None)),
        }
    }
}
