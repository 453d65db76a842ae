use crate::ExitStatus;
use crate::args::SiteArgs;
use crate::context::{At, Context};
use crate::guides::GUIDES;
use crate::whole_folder::{self, Edition, Files};
use koridor_contract::message::Language;
use koridor_lake::LakeError;
use koridor_lake::engine::guard;
use koridor_publish::pages::{Address, CORRIDOR, Place, Site};
use koridor_serve::ServeError;
use koridor_serve::pages::{STYLE, STYLE_PATH, files, render, render_at};
use std::path::Path;
use std::sync::Arc;

/// The page that a reader of the folder meets.
const FIRST: &str = "index.html";

/// Writes the pages of a release into a folder.
pub async fn run(context: &Context, args: &SiteArgs) -> anyhow::Result<ExitStatus> {
    let base_url = args.base_url.clone().unwrap_or_default();
    check_url(&base_url)?;
    need_own(&args.folder)?;
    let engine = Arc::new(context.engine(At::asked(args.as_of.as_deref(), false)).await?);
    let project = Arc::clone(&context.project);
    let own_url = base_url.clone();
    let read = move || async move {
        let mut site = Site::read(&engine, &project, &own_url).await?;
        site.add_texts(&engine, &GUIDES).await?;
        Ok::<Site, anyhow::Error>(site)
    };
    let site = guard::run(&args.limits.limits(context.memory_bytes), read).await?;
    let Written { files, pages, heaviest } = written(&site)?;
    let release = site.release().to_owned();
    let made = format!("koridor site {} {base_url}", env!("CARGO_PKG_VERSION"));
    whole_folder::replace(&args.folder, &Edition { release, made }, files)?;
    let heaviest = heaviest.div_ceil(1000);
    let [id, en] = [
        format!("{pages} halaman, yang terberat {heaviest} KB, rilis {}", site.release()),
        format!("{pages} pages, the heaviest {heaviest} KB, release {}", site.release()),
    ];
    context.printer.note(context.printer.pick(&id, &en));
    Ok(ExitStatus::Done)
}

/// That a folder is not there, is empty, or was left by an earlier call: what else stands in it is
/// none of ours.
fn need_own(folder: &Path) -> Result<(), LakeError> {
    let is_free = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none() || whole_folder::is_ours(folder),
        Err(_) => !folder.exists(),
    };
    if is_free {
        return Ok(());
    }
    let message = format!("{} holds other files", folder.display());
    Err(LakeError::usage(message, "give a folder of its own".to_owned()))
}

/// An address that links can begin with.
fn check_url(base_url: &str) -> Result<(), LakeError> {
    let is_one = ["http://", "https://"].iter().any(|own| base_url.starts_with(own));
    if base_url.is_empty() || is_one {
        return Ok(());
    }
    let hint = "write --base-url https://example.org/folder".to_owned();
    Err(LakeError::usage(format!("`{base_url}` is no web address"), hint))
}

/// The files of a site.
#[derive(Default)]
struct Written {
    /// By their paths.
    files: Files,
    pages: usize,
    /// The weight of the heaviest page with the style that it needs, in bytes.
    heaviest: usize,
}

/// All files of a site; pages do not wait for one another.
fn written(site: &Site) -> Result<Written, ServeError> {
    let addresses = site.addresses();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = addresses.len().div_ceil(threads).max(1);
    let parts = std::thread::scope(|scope| {
        let part = |own| scope.spawn(move || part(site, own));
        let begun: Vec<_> = addresses.chunks(each).map(part).collect();
        let joined = begun.into_iter().map(|own| own.join());
        joined.collect::<Vec<_>>()
    });
    let mut all = Written::default();
    for part in parts {
        let part = part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        all.pages += part.pages;
        all.heaviest = all.heaviest.max(part.heaviest);
        all.files.extend(part.files);
    }
    let first = Address { language: Language::Id, place: Place::Area(CORRIDOR.to_owned()) };
    if let Some(page) = site.page(&first) {
        all.files.insert(FIRST.to_owned(), render_at(&page, FIRST)?);
    }
    all.files.insert(STYLE_PATH.to_owned(), STYLE.as_bytes().to_vec());
    Ok(all)
}

/// Some pages with their files.
fn part(site: &Site, addresses: &[Address]) -> Result<Written, ServeError> {
    let mut own = Written::default();
    for address in addresses {
        let Some(page) = site.page(address) else { continue };
        let bytes = render(&page)?;
        own.pages += 1;
        own.heaviest = own.heaviest.max(bytes.len() + STYLE.len());
        own.files.insert(address.path(), bytes);
        own.files.extend(files(&page));
    }
    Ok(own)
}
