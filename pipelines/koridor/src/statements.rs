//! How a statement is run: apart, within limits.

use crate::context::Context;
use crate::output::Output;
use crate::printer::Printer;
use koridor_lake::Engine;
use koridor_lake::engine::{Limits, guard};
use koridor_publish::RowStream;

/// What statements are run on, and what they may cost.
pub struct Guarded<'command> {
    /// The lake and the printer.
    pub context: &'command Context,
    /// The session.
    pub engine: &'command Engine,
    /// The limits of each statement.
    pub limits: &'command Limits,
}

impl Guarded<'_> {
    /// Runs a statement and writes its rows as they come.
    ///
    /// # Errors
    /// Where the statement is wrong, costs more than it may, or the output cannot be written.
    pub async fn show(&self, sql: &str) -> anyhow::Result<()> {
        self.context.printer.refuse_terminal()?;
        self.run(sql, async |printer, mut rows| printer.stream(&mut rows).await).await
    }

    /// Runs a statement and writes its rows one below the other, a line a column.
    ///
    /// # Errors
    /// As [`Guarded::show`].
    pub async fn show_upright(&self, sql: &str) -> anyhow::Result<()> {
        self.run(sql, async |printer, mut rows| {
            let rows = printer.held(&mut rows).await?;
            printer.plain(&printer.upright_rows(&rows))
        })
        .await
    }

    async fn run(
        &self,
        sql: &str,
        write: impl AsyncFnOnce(Printer, RowStream) -> anyhow::Result<()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let (engine, printer) = (self.engine.clone(), self.context.printer.clone());
        let (sql, limits) = (sql.to_owned(), self.limits.clone());
        let outcome = guard::run(self.limits, move || async move {
            let rows = RowStream::of(engine.guarded(&sql, &limits).await?).await?;
            write(printer, rows).await
        });
        let outcome = outcome.await;
        if outcome.is_err() {
            Output::discard(self.context.printer.output());
        }
        outcome
    }
}
