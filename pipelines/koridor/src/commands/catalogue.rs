use crate::ExitStatus;
use crate::args::CatalogueArgs;
use crate::context::{At, Context};
use crate::whole_folder::{self, Edition, Staged, Taken};
use anyhow::Context as _;
use koridor_lake::engine::Tier;
use koridor_lake::{Engine, LakeError};
use koridor_publish::catalogue::{self, Catalogue};
use koridor_serve::Format;
use koridor_serve::catalogue::{DataFile, Published, documents, write_data, write_list};
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::Path;

/// Formats of data files.
const FORMATS: [Format; 2] = [Format::Csv, Format::Parquet];

/// Writes what is published, as other portals read it: each folder whole, or as it was.
pub async fn run(context: &Context, args: &CatalogueArgs) -> anyhow::Result<ExitStatus> {
    let base = args.base_url.as_deref().map(base).transpose()?;
    let at = At::asked(args.as_of.as_deref(), false);
    let engine = context.engine_for(at, Tier::Open).await?;
    let catalogue = catalogue::catalogue(&engine, base.is_some()).await?;
    if args.stable && args.as_of.is_none() {
        let failing = catalogue::stopping(&context.engine(At::Head).await?).await?;
        if !failing.is_empty() {
            return Ok(refused(context, &failing));
        }
    }
    let dated = format!("v{}", catalogue.day.replace('-', "."));
    let mut names = vec![dated.as_str()];
    names.extend(args.as_of.is_none().then_some("nightly"));
    names.extend(args.stable.then_some("stable"));
    let mut status = ExitStatus::Done;
    let _alone = alone(&args.folder)?;
    for name in names {
        let folder = args.folder.join(name);
        // What a day has published is never written again, whatever came later that day.
        if name == dated && folder.exists() {
            let is_whole = whole_folder::is_whole(&folder);
            if !is_whole {
                status = ExitStatus::Damaged;
            }
            told(context, &folder, if is_whole { Told::Kept } else { Told::Damaged });
            continue;
        }
        let staged = Staged::begin(&folder)?;
        let base = base.as_ref().map(|base| format!("{base}{name}/"));
        write(&engine, &catalogue, &staged, base.as_deref()).await?;
        let edition = Edition { release: catalogue.release.clone(), made: String::new() };
        let taken = staged.take_place(&edition)?;
        told(context, &folder, if taken == Taken::Same { Told::Same } else { Told::Written });
    }
    Ok(status)
}

/// Keeps other commands from writing to the folder until it is dropped.
fn alone(folder: &Path) -> anyhow::Result<File> {
    let shown = || folder.display().to_string();
    std::fs::create_dir_all(folder).with_context(shown)?;
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(".lock"));
    let lock = lock.with_context(shown)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let message = format!("another command is writing to {}", folder.display());
            Err(LakeError::usage(message, "wait until it has ended".to_owned()).into())
        }
        // A file system without locks: the folders change places whole all the same.
        Err(TryLockError::Error(_)) => Ok(lock),
    }
}

/// The address with a slash at its end.
fn base(url: &str) -> Result<String, LakeError> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if !is_web || url.contains(char::is_whitespace) || url.contains(['?', '#', '"', '<', '>']) {
        let hint = "give --base-url https://data.example.go.id/".to_owned();
        return Err(LakeError::usage(format!("`{url}` is no address of a folder"), hint));
    }
    Ok(format!("{}/", url.trim_end_matches('/')))
}

fn refused(context: &Context, failing: &[String]) -> ExitStatus {
    let failing = failing.join("; ");
    let printer = &context.printer;
    let (id, en) = (
        format!("`stable` tetap: pemeriksaan menahan rilis yang lebih baru ({failing})"),
        format!("`stable` stays as it is: a check keeps a newer release back ({failing})"),
    );
    printer.error_line(printer.pick(&id, &en));
    ExitStatus::Refused
}

/// What became of a folder.
enum Told {
    Written,
    Same,
    Kept,
    Damaged,
}

fn told(context: &Context, folder: &Path, what: Told) {
    let printer = &context.printer;
    let (id, en) = match what {
        Told::Written => ("ditulis", "written"),
        Told::Same => ("sama", "the same"),
        Told::Kept => ("sudah ada, tidak diubah", "there already, left as it is"),
        Told::Damaged => {
            ("RUSAK: berkasnya berubah; hapus foldernya", "DAMAGED: its files changed; remove it")
        }
    };
    printer.note(&format!("{}: {}", folder.display(), printer.pick(id, en)));
}

/// Writes all files of a folder.
async fn write(
    engine: &Engine,
    catalogue: &Catalogue,
    staged: &Staged,
    base: Option<&str>,
) -> anyhow::Result<()> {
    let mut files: Vec<DataFile> = Vec::new();
    for own in &catalogue.datasets {
        for format in FORMATS {
            let path = format!("data/{}.{}", own.name, format.ending());
            let mut rows = catalogue::rows(engine, &own.name).await?;
            let output = staged.create(&path)?;
            files.push(write_data((&own.name, &path), format, &mut rows, output).await?);
        }
    }
    for list in &catalogue.lists {
        let name = format!("codes-{}", list.name.replace('_', "-"));
        let path = format!("data/{name}.csv");
        files.push(write_list((&name, &path), list, staged.create(&path)?)?);
    }
    let published = Published { catalogue, files: &files, base };
    for (path, bytes) in documents(published)? {
        let mut file = staged.create(&path)?;
        file.write_all(&bytes)?;
        file.flush()?;
    }
    Ok(())
}
