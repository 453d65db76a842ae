//! The codes of another province: what does not fit them is told in one list.

use koridor_contract::project::{Files, read_project_folder};
use koridor_contract::{Project, ProjectError};
use std::path::Path;

#[test]
fn replaced_regions_are_told_with_all_that_still_names_the_old_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Files::new();
    read_project_folder(&root, &mut files).unwrap();
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
