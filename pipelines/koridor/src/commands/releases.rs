use crate::ExitStatus;
use crate::context::{At, Context};
use koridor_publish::{Table, diff};

/// All releases, oldest first.
pub async fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(At::Head).await?;
    let releases = Table::named(&engine, "releases", []).await?;
    context.printer.listed(&releases, &[])?;
    Ok(ExitStatus::Done)
}

/// Which numbers moved between two releases, and because of which files.
pub async fn diff(context: &Context, from: &str, to: &str) -> anyhow::Result<ExitStatus> {
    let (project, storage) = (&context.project, &context.storage);
    let diff = diff::diff(project, storage, context.memory_bytes, (from, to)).await?;
    let printer = &context.printer;
    printer.listed(&diff.moved, &["files", "breakdown", "state_from", "state_to"])?;
    if printer.is_table() && diff.has_other_project {
        printer.note(printer.pick(
            "schemas/ atau sql/ juga berubah di antara keduanya: angka dapat bergeser tanpa \
             berkas baru",
            "schemas/ or sql/ changed between them too: a number may have moved without a new file",
        ));
    }
    Ok(ExitStatus::Done)
}
