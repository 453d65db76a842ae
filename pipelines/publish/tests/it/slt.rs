//! SQL from outside, as `.slt` files under `tests/slt`: types, nulls, the catalogue, refused
//! statements.

use crate::lake::{TestLake, texts};
use koridor_lake::{Engine, LakeError};
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType};

struct Client {
    engine: Engine,
}

#[async_trait::async_trait]
impl AsyncDB for Client {
    type Error = LakeError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, LakeError> {
        let rows = self.engine.rows(sql).await?;
        let width = rows.first().map_or(0, arrow::array::RecordBatch::num_columns);
        let rows = texts(&rows)
            .into_iter()
            .map(|line| {
                line.split('|')
                    .map(|cell| if cell.is_empty() { "NULL".to_owned() } else { cell.to_owned() })
                    .collect()
            })
            .collect();
        Ok(DBOutput::Rows { types: vec![DefaultColumnType::Any; width], rows })
    }

    async fn shutdown(&mut self) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn every_slt_file_holds() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let lake = TestLake::new().await;
    let rows = "region_code,period_month,reduced_ton,handled_ton\n\
                7407,2024-01,1.5,\n7472,2024-01,0,3\n";
    lake.load_one("a.csv", rows, "waste_handling", "DLH_7407").await;
    for file in files {
        let client = async || Ok(Client { engine: lake.engine().await });
        sqllogictest::Runner::new(client).run_file_async(&file).await.unwrap();
    }
}
