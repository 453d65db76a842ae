//! The codes of another province: what does not fit them is told in one list.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use koridor_contract::project::{Files, read_project_folder};
use koridor_contract::{Project, ProjectError};
use std::path::Path;

fn built_in() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Files::new();
    read_project_folder(&root, &mut files).unwrap();
    files
}

/// As `koridor init --corridor` leaves the order of sources: nobody's office stands in it.
#[test]
fn an_office_without_a_rank_for_what_it_sends_is_remarked() {
    let remarks = |files: Files| -> Vec<String> {
        let project = Project::from_files(files).unwrap();
        project.remarks().iter().map(ToString::to_string).collect()
    };
    let is_of_order = |line: &&String| line.contains("source_priority");
    let told = remarks(built_in());
    assert_eq!(told.iter().filter(is_of_order).count(), 0, "{told:?}");
    let path = "schemas/codes/source_priority.csv";
    let order = |keeps: &dyn Fn(&str) -> bool| {
        let mut files = built_in();
        let lines = files.get(path).unwrap().lines().filter(|line| keeps(line));
        let left = lines.map(|line| format!("{line}\n")).collect::<String>();
        files.insert(path.into(), left);
        files
    };
    let told = remarks(order(&|line: &str| line.starts_with("theme,") || line.contains(",*,")));
    let line = told.iter().find(|line| line.contains("office `DISPAR_7407` of region `7407`"));
    assert!(line.is_some_and(|line| line.contains("visits")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("office `DLH_7472` of")), "{told:?}");
    // Nobody has a rank where there is no order.
    let told = remarks(order(&|line: &str| line.starts_with("theme,")));
    assert_eq!(told.iter().filter(is_of_order).count(), 0, "{told:?}");
}

#[test]
fn replaced_regions_are_told_with_all_that_still_names_the_old_ones() {
    let mut files = built_in();
    let regions = "code,kemendagri_code,name,aliases,valid_from,valid_to\n\
                   5201,52.01,Kabupaten Lombok Barat,Lombok Barat,,\n";
    files.insert("schemas/codes/region.csv".into(), regions.into());
    let Err(ProjectError::Several(mistakes)) = Project::from_files(files) else {
        unreachable!("the old regions are named in many places")
    };
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    for file in ["corridor.json", "codes/source.csv", "codes/param.csv"] {
        assert!(told.iter().any(|line| line.contains(file)), "{file}: {told:?}");
    }
    assert_eq!(told.iter().filter(|line| line.contains("corridor.json")).count(), 4);
}

#[test]
fn a_constant_that_its_list_does_not_know_is_a_mistake() {
    let path = "schemas/sources/TRIAL.json";
    let with = |measure: &str| {
        let description = serde_json::json!({
            "name": "TRIAL", "title": "Coba", "title_en": "Trial", "dataset": "visitor_flow",
            "source_ids": ["BPS"],
            "constants": {
                "measure": measure, "channel": "attraction", "method": "ticket",
                "market": "wisman", "origin_code": "XXX", "stay": "unknown"
            },
            "columns": [
                {"field": "region_code", "header": ["Wilayah"]},
                {"field": "period_month", "header": ["Bulan"]},
                {"field": "value", "header": ["Kunjungan"]}
            ]
        });
        let mut files = built_in();
        files.insert(path.into(), description.to_string());
        Project::from_files(files)
    };
    let mistake = with("trips").unwrap_err().to_string();
    assert!(mistake.contains("/constants/measure") && mistake.contains("`trips`"), "{mistake}");
    let other = with("visits").err().map(|error| error.to_string()).unwrap_or_default();
    assert!(!other.contains("/constants/measure"), "{other}");
}
