//! Doors: who may ask, what each role is given, what a statement may cost; the same on all of them.

mod attacks;
mod flight_attacks;
mod http;
mod http_problems;
mod keys;
mod limits;
mod parameters;
mod postgres;
mod same_everywhere;
mod start_up;

use super::Place;
use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use koridor_lake::Storage;
use koridor_lake::engine::Limits;
use koridor_lake::store::access_keys::{self, NewAccessKey, Role};
use koridor_serve::service::{Caller, Service};
use std::sync::{Arc, LazyLock};

const CASES: &str = "region_code,case_id,month_reported,month_occurred,n_victims,age_group,sex,\
                     violence_type,service_given,referral\n\
                     7401,K71881,2024-02,,8117,18+,P,fisik,true,\n";

const HANDLING: &str = "region_code,period_month,reduced_ton,handled_ton\n\
                        7401,2024-01,1.5,\n7407,2024-01,2,4\n7472,2024-01,0,3\n";

/// The project of this repository.
pub static PROJECT: LazyLock<Arc<Project>> = LazyLock::new(|| {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Files::default();
    read_project_folder(&repository, &mut files).unwrap();
    Arc::new(Project::from_files(files).unwrap())
});

/// A lake with rows of three regions and a case; tests add keys to it and nothing else.
pub static LAKE: LazyLock<Place> = LazyLock::new(|| {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    place.write("b.csv", CASES);
    let load = |file: &str, dataset: &str, source: &str| {
        let words = format!("ingest {file} --dataset {dataset} --source {source} --allow-rejected");
        // The lake has a secret of its own: this process opens what it seals.
        let mut command = place.command(&words.split_whitespace().collect::<Vec<_>>());
        let output = command.env_remove("KORIDOR_HASH_KEY").output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{words}: {told}");
    };
    load("a.csv", "waste_handling", "DLH_7401");
    load("b.csv", "sapa_case", "SAMPLE_SYNTHETIC");
    place
});

/// The lake of these tests.
pub fn storage() -> Storage {
    Storage::open(LAKE.path().join("lake").to_str().unwrap()).unwrap()
}

/// What all doors share, with small limits.
pub fn service() -> Arc<Service> {
    Arc::new(Service::new(Arc::clone(&PROJECT), storage(), Limits::new(256 << 20)))
}

/// A new key: its text, and whoever gives it.
pub async fn key(role: Role, region: Option<&str>) -> (String, Caller) {
    let name = format!("{} {}", role.as_str(), region.unwrap_or("all"));
    let region = region.map(str::to_owned);
    let new = NewAccessKey { name, role, region, expires: None };
    let (own, text) = access_keys::create(&storage(), &PROJECT, new).await.unwrap();
    (text, Caller::of(own))
}

/// Rows of a statement, a line each, or what is told instead.
pub async fn asked(service: &Service, caller: &Caller, sql: &str) -> Result<String, String> {
    let told = |error: koridor_serve::ServeError| format!("{error}; {:?}", error.hint());
    let mut rows = service.rows(caller, sql, None).await.map_err(told)?;
    let mut text = String::new();
    while let Some(batch) = rows.next().await.map_err(told)? {
        let shown = arrow::util::display::ArrayFormatter::try_new;
        let options = arrow::util::display::FormatOptions::default();
        for row in 0..batch.num_rows() {
            let columns = batch.columns().iter();
            let cells = columns.map(|own| shown(own, &options).unwrap().value(row).to_string());
            text.push_str(&cells.collect::<Vec<_>>().join("|"));
            text.push('\n');
        }
    }
    Ok(text)
}
