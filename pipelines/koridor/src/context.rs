//! What commands share: the project, the lake, a session on it.

use crate::args::Global;
use crate::printer::Printer;
use koridor_lake::{At, Engine, LakeError, Project, Storage, journal, release};
use std::sync::Arc;

/// Opened once for a command.
pub struct Context {
    /// The project.
    pub project: Arc<Project>,
    /// The lake.
    pub storage: Storage,
    /// Output.
    pub printer: Printer,
    /// Memory of a query.
    pub memory_bytes: usize,
}

impl Context {
    /// Opens project and lake location; nothing is read from the lake yet.
    ///
    /// # Errors
    /// Where either cannot be used.
    pub fn open(global: &Global) -> Result<Self, LakeError> {
        let project = Arc::new(Project::load(global.project.as_deref())?);
        Ok(Self {
            project,
            storage: Storage::open(&global.lake)?,
            printer: Printer::new(global),
            memory_bytes: global.memory << 20,
        })
    }

    /// That there is a lake, for commands that need one.
    ///
    /// # Errors
    /// Where there is none, or one of a newer program.
    pub async fn need_lake(&self) -> Result<(), LakeError> {
        if self.storage.exists().await? {
            return Ok(());
        }
        Err(LakeError::usage(
            format!("there is no lake at {}", self.storage.url()),
            "`koridor demo` makes one, `koridor run` from your own files".to_owned(),
        ))
    }

    /// A session on the state that a reader asks for: a release by name or date, the head, else the current release.
    ///
    /// # Errors
    /// Where there is no lake or no such release.
    pub async fn engine(&self, as_of: Option<&str>, head: bool) -> Result<Engine, LakeError> {
        Ok(self.engine_of(as_of, head).await?.0)
    }

    /// As [`Context::engine`], with the project it reads by: that of the release where one is asked for, else today's.
    ///
    /// # Errors
    /// As [`Context::engine`].
    pub async fn engine_of(
        &self,
        as_of: Option<&str>,
        head: bool,
    ) -> Result<(Engine, Arc<Project>), LakeError> {
        self.need_lake().await?;
        let mut project = Arc::clone(&self.project);
        let at = match (as_of, head) {
            (Some(as_of), _) => {
                let release = release::find(&self.storage, as_of).await?;
                match release::project(&self.storage, &release, &self.project).await? {
                    Some(own) => project = own,
                    None => self.printer.note(self.printer.pick(
                        "skema rilis itu tidak tersimpan atau tidak terbaca lagi: core.* dan ref.* menurut skema sekarang",
                        "the schemas of that release are not kept or not readable any more: core.* and ref.* follow today's",
                    )),
                }
                At::Release(Box::new(release))
            }
            (None, true) => At::Head(journal::head(&self.storage).await?),
            (None, false) => match release::current(&self.storage).await? {
                Some(release) => At::Release(Box::new(release)),
                None => At::Head(journal::head(&self.storage).await?),
            },
        };
        let engine =
            Engine::open(Arc::clone(&project), self.storage.clone(), at, self.memory_bytes)?;
        Ok((engine, project))
    }

    /// A session on a release that reads by today's project, as comparisons of releases do.
    ///
    /// # Errors
    /// As [`Context::engine`].
    pub fn engine_by_today(&self, release: release::Release) -> Result<Engine, LakeError> {
        Engine::open(
            Arc::clone(&self.project),
            self.storage.clone(),
            At::Release(Box::new(release)),
            self.memory_bytes,
        )
    }

    /// The code of a region given by code or name; `CORR` is the corridor.
    ///
    /// # Errors
    /// Where it is none of the corridor.
    pub fn region(&self, text: &str) -> Result<String, LakeError> {
        Self::region_of(&self.project, text)
    }

    /// As [`Context::region`], in another project's corridor.
    ///
    /// # Errors
    /// As [`Context::region`].
    pub fn region_of(project: &Project, text: &str) -> Result<String, LakeError> {
        if text.eq_ignore_ascii_case("CORR") {
            return Ok("CORR".to_owned());
        }
        koridor_lake::check_file::region_code(project, text).ok_or_else(|| {
            let near = project
                .codes
                .get("region")
                .and_then(|list| list.nearest(text))
                .map(|name| format!("; did you mean {name}?"))
                .unwrap_or_default();
            LakeError::usage(
                format!("no region `{text}` in this corridor{near}"),
                format!("regions: {}, CORR", project.corridor.regions.join(", ")),
            )
        })
    }
}
