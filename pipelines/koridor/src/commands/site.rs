use crate::ExitStatus;
use crate::args::SiteArgs;
use crate::context::{At, Context};
use crate::nightly::{self, Files};
use koridor_contract::message::Language;
use koridor_lake::LakeError;
use koridor_lake::engine::guard;
use koridor_publish::pages::{Address, CORRIDOR, Place, Site};
use koridor_serve::ServeError;
use koridor_serve::pages::{STYLE, STYLE_PATH, files, render, render_at};
use std::sync::Arc;

/// The page that a reader of the folder meets.
const FIRST: &str = "index.html";

/// Writes the pages of a release into a folder.
pub async fn run(context: &Context, args: &SiteArgs) -> anyhow::Result<ExitStatus> {
    let base_url = args.base_url.clone().unwrap_or_default();
    check_url(&base_url)?;
    nightly::need_own(&args.folder)?;
    let engine = context.engine(At::asked(args.as_of.as_deref(), false)).await?;
    let project = Arc::clone(&context.project);
    let read = move || async move {
        Ok::<Site, anyhow::Error>(Site::read(&engine, &project, &base_url).await?)
    };
    let site = guard::run(&args.limits.limits(context.memory_bytes), read).await?;
    let (all, pages, heaviest) = written(&site)?;
    nightly::replace(&args.folder, site.release(), all)?;
    let heaviest = heaviest.div_ceil(1024);
    let [id, en] = [
        format!("{pages} halaman, yang terberat {heaviest} KB, rilis {}", site.release()),
        format!("{pages} pages, the heaviest {heaviest} KB, release {}", site.release()),
    ];
    context.printer.note(context.printer.pick(&id, &en));
    Ok(ExitStatus::Done)
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

/// All files of a site by their paths, the number of its pages and the weight of the heaviest with
/// the style that it needs.
fn written(site: &Site) -> Result<(Files, usize, usize), ServeError> {
    let mut all = Files::new();
    let (mut pages, mut heaviest) = (0, 0);
    for address in site.addresses() {
        let Some(page) = site.page(&address) else { continue };
        let bytes = render(&page)?;
        pages += 1;
        heaviest = heaviest.max(bytes.len() + STYLE.len());
        all.insert(address.path(), bytes);
        all.extend(files(&page));
    }
    let first = Address { language: Language::Id, place: Place::Area(CORRIDOR.to_owned()) };
    if let Some(page) = site.page(&first) {
        all.insert(FIRST.to_owned(), render_at(&page, FIRST)?);
    }
    all.insert(STYLE_PATH.to_owned(), STYLE.as_bytes().to_vec());
    Ok((all, pages, heaviest))
}
