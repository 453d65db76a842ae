//! A lake of its own for each test.

use koridor_lake::ingest::Loader;
use koridor_lake::landing::LandedFile;
use koridor_lake::outcome::FileOutcome;
use koridor_lake::recognise::Request;
use koridor_lake::{At, Engine, LakeError, Project, Storage, journal};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

pub static PROJECT: LazyLock<Arc<Project>> =
    LazyLock::new(|| Arc::new(Project::load(None).unwrap()));

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
        let request = Request {
            dataset: Some(dataset.into()),
            source: Some(source.into()),
            ..Request::default()
        };
        self.load(&[(self.land(name, bytes), request)]).await.unwrap().remove(0)
    }

    pub async fn engine(&self) -> Engine {
        let head = journal::head(&self.storage).await.unwrap();
        Engine::open(Arc::clone(&PROJECT), self.storage.clone(), At::Head(head), 512 << 20).unwrap()
    }

    /// Rows of a query, each as its texts joined by `|`.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        texts(&self.engine().await.rows(sql).await.unwrap())
    }
}

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
