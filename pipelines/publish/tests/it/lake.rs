//! A lake of its own for each test.

use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use koridor_read::recognise::Request;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

pub static PROJECT: LazyLock<Arc<Project>> =
    LazyLock::new(|| Arc::new(Project::from_files(project_files()).unwrap()));

/// The project of the repository, as texts.
pub fn project_files() -> Files {
    let mut files = Files::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    read_project_folder(&repository, &mut files).unwrap();
    files
}

/// The texts of the repository's project, with those of a folder in place of files of the same
/// path.
pub fn files_with(folder: &Path) -> Files {
    let mut files = project_files();
    read_project_folder(folder, &mut files).unwrap();
    files
}

/// The repository's project, with the files of a folder in place of those of the same path.
pub fn project_with(folder: &Path) -> Project {
    Project::from_files(files_with(folder)).unwrap()
}

/// What a file is sent as.
pub fn request(dataset: &str, source: &str) -> Request {
    Request { dataset: Some(dataset.into()), source: Some(source.into()), ..Request::default() }
}

pub struct TestLake {
    pub folder: tempfile::TempDir,
    pub storage: Storage,
}

impl TestLake {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path().join("lake").to_str().unwrap()).unwrap();
        storage.create().await.unwrap();
        Self { folder, storage }
    }

    /// A lake that is as this one and goes its own way.
    pub fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("lake");
        copy_folder(self.storage.local_path().unwrap(), &root);
        Self { storage: Storage::open(root.to_str().unwrap()).unwrap(), folder }
    }

    /// Puts a file into the landing folder.
    pub fn land(&self, name: &str, bytes: impl AsRef<[u8]>) -> LandedFile {
        let path: PathBuf = self.folder.path().join("landing").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        LandedFile { shown_path: format!("landing/{name}"), ..LandedFile::at(&path).unwrap() }
    }

    pub async fn load(
        &self,
        files: &[(LandedFile, Request)],
    ) -> Result<Vec<FileOutcome>, LakeError> {
        let mut loader =
            Loader::new(Arc::clone(&PROJECT), self.storage.clone(), "test".into()).await?;
        Ok(loader.load(files, &mut |_| {}).await?.0)
    }

    /// Loads one file under its dataset and source.
    pub async fn load_one(
        &self,
        name: &str,
        bytes: impl AsRef<[u8]>,
        dataset: &str,
        source: &str,
    ) -> FileOutcome {
        let landed = self.land(name, bytes);
        self.load(&[(landed, request(dataset, source))]).await.unwrap().remove(0)
    }

    pub async fn engine(&self) -> Engine {
        let snapshot = Snapshot::head(Arc::clone(&PROJECT), self.storage.clone()).await.unwrap();
        Engine::open(snapshot).unwrap()
    }

    /// Rows of a query, each as its texts joined by `|`.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        texts(&self.engine().await.rows(sql).await.unwrap())
    }
}

fn copy_folder(from: &Path, into: &Path) {
    std::fs::create_dir_all(into).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let copy = into.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &copy);
        } else {
            std::fs::copy(entry.path(), copy).unwrap();
        }
    }
}

/// Rows as texts, cells joined by `|`.
pub fn texts(rows: &[arrow::array::RecordBatch]) -> Vec<String> {
    let cell = |column: &arrow::array::ArrayRef, row| {
        arrow::util::display::array_value_to_string(column, row).unwrap()
    };
    rows.iter()
        .flat_map(|rows| {
            (0..rows.num_rows())
                .map(|row| {
                    rows.columns()
                        .iter()
                        .map(|column| cell(column, row))
                        .collect::<Vec<_>>()
                        .join("|")
                })
                .collect::<Vec<_>>()
        })
        .collect()
}
