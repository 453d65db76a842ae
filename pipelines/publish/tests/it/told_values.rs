//! What values say of themselves: months that a figure from January on leaves without a number,
//! months before a register's first list, businesses that come back, regions that did not exist.

use crate::lake::{PROJECT, TestLake, project_with, texts};
use koridor_contract::{Project, card};
use koridor_lake::load::ingest::Loader;
use koridor_lake::{Engine, Snapshot};
use koridor_publish::indicators;
use koridor_read::recognise::Request;
use serde_json::{Value, json};
use std::sync::Arc;

/// The repository's project, with some files in place of those of the same path.
fn project(files: &[(&str, String)]) -> Arc<Project> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Arc::new(project_with(folder.path()))
}

/// Loads files one after the other, each as a description and a day say; gives the values of an
/// indicator.
async fn values(
    project: &Arc<Project>,
    source: &str,
    files: &[(&str, &str)],
    (indicator, filter): (&str, &str),
) -> Vec<String> {
    let columns = "regions_expected, missing_regions, flags";
    told(project, (source, files), (indicator, filter), columns).await
}

/// The same with what is asked for behind region, grain, month, value and state.
async fn told(
    project: &Arc<Project>,
    (source, files): (&str, &[(&str, &str)]),
    (indicator, filter): (&str, &str),
    columns: &str,
) -> Vec<String> {
    let lake = TestLake::new().await;
    let storage = lake.storage.clone();
    let mut loader = Loader::new(Arc::clone(project), storage, "test".into()).await.unwrap();
    for (day, text) in files {
        let landed = lake.land(&format!("{day}.csv"), text);
        let request = Request {
            source: Some(source.into()),
            released: Some((*day).into()),
            ..Request::default()
        };
        let (outcomes, _) = loader.load(&[(landed, request)], &mut |_| {}).await.unwrap();
        assert_eq!((outcomes[0].rejected, &outcomes[0].message), (0, &None), "{outcomes:?}");
    }
    let snapshot = Snapshot::head(Arc::clone(project), lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot).unwrap();
    let mut own = card::load(project).unwrap();
    own.retain(|own| own.card.id == indicator);
    indicators::compute(&engine, project, &own, &mut |_| {}).await.unwrap();
    let sql = format!(
        "select region_code, grain, substr(cast(period as varchar), 1, 7), value, state, {columns}
         from work.values where breakdown = '' and {filter} order by 1, 2, 3"
    );
    texts(&engine.rows(&sql).await.unwrap())
}

/// A description of waste in which tons count from January on.
fn generation() -> (&'static str, String) {
    description(true)
}

/// A description of waste, of tons by month or from January on.
fn description(is_cumulative: bool) -> (&'static str, String) {
    let column = |field: &str, header: &str| json!({"field": field, "header": [header]});
    let mut tons = column("gen_ton", "Timbulan");
    tons["cumulative"] = json!(is_cumulative);
    let columns = [
        column("region_code", "Kabupaten/Kota"),
        column("period_month", "Bulan"),
        column("method", "Metode"),
        tons,
    ];
    let description = json!({
        "name": "TRIAL", "title": "Coba", "title_en": "Trial", "dataset": "waste_generation",
        "source_ids": ["DLH_7407"], "numbers": "id", "dates": "dmy", "columns": columns,
    });
    ("schemas/sources/TRIAL.json", description.to_string())
}

/// Tons of a region from January on, by month.
fn tons(region: &str, months: &[(&str, u32)]) -> String {
    let row = |(month, tons): &(&str, u32)| format!("{region};{month} 2024;measured;{tons}\n");
    months.iter().map(row).collect()
}

const HEAD: &str = "Kabupaten/Kota;Bulan;Metode;Timbulan\n";
const FEBRUARY: [(&str, u32); 2] = [("Januari", 1_000), ("Februari", 2_100)];

#[tokio::test(flavor = "multi_thread")]
async fn a_value_says_which_month_a_figure_from_january_on_leaves_without_a_number() {
    let project = project(&[generation()]);
    let mut own = FEBRUARY.to_vec();
    own.extend([("Maret", 2_000), ("Mei", 5_000)]);
    let whole = [("Januari", 900), ("Februari", 1_900), ("Maret", 3_200)];
    let file = format!("{HEAD}{}{}", tons("Wakatobi", &own), tons("Baubau", &whole));
    let filter = "region_code = '7407' and grain in ('M', 'Y')
        and (grain = 'Y' or date_part('month', period) in (2, 3, 5))";
    let found =
        values(&project, "TRIAL", &[("2024-06-01", file.as_str())], ("waste_generated", filter))
            .await;
    assert_eq!(
        found,
        [
            "7407|M|2024-02|1100.0|ok|1||",
            "7407|M|2024-03||no_data|1|7407|cum_revised: 2024-03",
            "7407|M|2024-05||no_data|1|7407|cum_gap: 2024-05",
            "7407|Y|2024-01||incomplete|1|7407|cum_gap: 2024-05, cum_revised: 2024-03",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_expected_from_its_beginning_on() {
    let regions = PROJECT.file("schemas/codes/region.csv").unwrap();
    let own = "Buton|Kab. Buton|Buton Regency,";
    let regions = regions.replace(&format!("{own},"), &format!("{own}2024-02-15,"));
    let project = project(&[generation(), ("schemas/codes/region.csv", regions)]);
    let file = ["Wakatobi", "Baubau", "Konawe Selatan"].map(|region| tons(region, &FEBRUARY));
    let file = format!("{HEAD}{}", file.concat());
    let filter = "grain = 'M' and region_code in ('7401', 'CORR')";
    let found =
        values(&project, "TRIAL", &[("2024-06-01", file.as_str())], ("waste_generated", filter))
            .await;
    let told: Vec<String> =
        found.iter().map(|row| row.split('|').take(7).collect::<Vec<_>>().join("|")).collect();
    assert_eq!(
        told,
        [
            "7401|M|2024-02||no_data|1|7401",
            "CORR|M|2024-01|3000.0|ok|3|",
            "CORR|M|2024-02|3300.0|partial_coverage|4|7401",
        ]
    );
}

/// The months before a region began are nobody's: the sum of its own is whole, and said to be of a
/// part of the period.
#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_in_which_a_region_began_is_of_its_own_months() {
    let regions = PROJECT.file("schemas/codes/region.csv").unwrap();
    let own = "Buton|Kab. Buton|Buton Regency,";
    let regions = regions.replace(&format!("{own},"), &format!("{own}2024-02-15,"));
    let project = project(&[description(false), ("schemas/codes/region.csv", regions)]);
    let months: [(&str, u32); 3] = [("Januari", 1_000), ("Februari", 1_100), ("Maret", 1_200)];
    let filter = ("waste_generated", "grain = 'Q' and region_code in ('7401', 'CORR')");
    // No two regions file the same figure, which is a finding.
    let others = [("Wakatobi", 2_000), ("Baubau", 3_000), ("Konawe Selatan", 4_000_u32)];
    let others = others.map(|(region, more)| {
        tons(region, &months.map(|(month, own)| (month, own + more - 1_000)))
    });
    let others = others.concat();
    for (own, expected) in [
        (
            &months[1..],
            [
                "7401|Q|2024-01|2300.0|ok|1/1 regencies, 2/2 periods|region_began: 7401 2024-02-15",
                "CORR|Q|2024-01|30200.0|ok|4/4 regencies, 11/11 periods|\
                 region_began: 7401 2024-02-15",
            ],
        ),
        (
            &months[1..2],
            [
                "7401|Q|2024-01||incomplete|0/1 regencies, 1/2 periods (missing 7401)|\
                 region_began: 7401 2024-02-15",
                "CORR|Q|2024-01|27900.0|partial_coverage|\
                 3/4 regencies, 10/11 periods (missing 7401)|",
            ],
        ),
        // Of a month before its own, which it filed all the same, no other is left out.
        (
            &months[..2],
            [
                "7401|Q|2024-01||incomplete|0/1 regencies, 2/3 periods (missing 7401)|\
                 region_began: 7401 2024-02-15",
                "CORR|Q|2024-01|27900.0|partial_coverage|\
                 3/4 regencies, 11/12 periods (missing 7401)|",
            ],
        ),
        (
            &months[..0],
            [
                "7401|Q|2024-01||no_data|0/1 regencies, 0/2 periods (missing 7401)|",
                "CORR|Q|2024-01|27900.0|partial_coverage|\
                 3/4 regencies, 9/11 periods (missing 7401)|",
            ],
        ),
    ] {
        let file = format!("{HEAD}{others}{}", tons("Buton", own));
        let files = [("2024-06-01", file.as_str())];
        let found = told(&project, ("TRIAL", &files), filter, "coverage, flags").await;
        // One office files them all.
        let elsewhere = "filed_elsewhere: DLH_7407";
        assert!(found[1].ends_with(elsewhere), "{found:?}");
        let found = found.iter().map(|own| own.trim_end_matches(elsewhere).trim_end_matches(", "));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}

/// The description of the register, of full lists.
fn full_lists() -> (&'static str, String) {
    let text = PROJECT.file("schemas/sources/DISKOP_REGISTER.json").unwrap();
    let mut source: Value = serde_json::from_str(text).unwrap();
    source["name"] = "DISKOP_LIST".into();
    source["source_ids"] = json!(["DISKOP_7407"]);
    source["supersedes"] = "snapshot".into();
    source["named_only"] = true.into();
    ("schemas/sources/DISKOP_LIST.json", source.to_string())
}

/// A list of businesses by number; those of `closed` have closed in 2024.
fn list(open: &[u32], closed: &[u32]) -> String {
    let row = |number: u32, word| format!("U{number};01/02/2024;7407;mikro;{word}\n");
    let open = open.iter().map(|number| row(*number, "aktif"));
    let closed = closed.iter().map(|number| row(*number, "tutup"));
    let head = "NIK Pemilik;Terdaftar Sejak;Kabupaten/Kota;Skala Usaha;Status\n";
    format!("{head}{}", open.chain(closed).collect::<String>())
}

async fn active(lists: &[(&str, &str)]) -> Vec<String> {
    let project = project(&[full_lists()]);
    let filter = "region_code = '7407' and grain = 'M'
        and date_part('year', period) = 2025 and date_part('month', period) >= 2";
    values(&project, "DISKOP_LIST", lists, ("umkm_active", filter)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn months_before_the_first_list_are_those_of_survivors() {
    let found = active(&[("2025-03-31", list(&[1, 2], &[]).as_str())]).await;
    let survivors = ["7407|M|2025-02|2.0|ok|1||before_first_list", "7407|M|2025-03|2.0|ok|1||"];
    assert_eq!(found, survivors);
    // A register that tells of businesses that have closed knows the months before.
    let found = active(&[("2025-03-31", list(&[1, 2], &[3]).as_str())]).await;
    assert_eq!(found, ["7407|M|2025-02|2.0|ok|1||", "7407|M|2025-03|2.0|ok|1||"]);
    // It knows those that ended since the first that it names, and none before.
    let one = "U9;01/03/2025;7407;mikro;tutup\n";
    let found = active(&[("2025-03-31", format!("{}{one}", list(&[1, 2], &[])).as_str())]).await;
    assert_eq!(found, survivors);
    // What closes afterwards tells nothing of the months before the first list.
    let found = active(&[
        ("2025-03-31", list(&[1, 2], &[]).as_str()),
        ("2025-05-31", list(&[1], &[2]).as_str()),
    ])
    .await;
    assert_eq!(found[0], "7407|M|2025-02|1.0|ok|1||before_first_list");
    assert!(found[1..].iter().all(|row| !row.contains("before_first_list")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_of_accommodation_says_what_its_first_list_cannot_tell() {
    let lake = TestLake::new().await;
    let rows = "estab_id,valid_from,region_code,name,accom_class,rooms,beds\n\
                E1,2024-01-01,7407,Wisma Satu,bintang,10,20\n";
    let loaded = lake.load_one("a.csv", rows, "accommodation_register", "DISPAR_7407").await;
    assert_eq!((loaded.accepted, &loaded.message), (1, &None), "{loaded:?}");
    let flags = "select dataset, flag, period from ops.row_flags";
    let expected = ["accommodation_register|before_first_list|2024-01-01"];
    assert_eq!(lake.rows(flags).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn months_in_which_a_business_was_in_no_list_say_so_when_it_comes_back() {
    let found = active(&[
        ("2025-02-28", list(&[1, 2, 3], &[]).as_str()),
        ("2025-03-31", list(&[1, 3], &[]).as_str()),
        ("2025-05-31", list(&[1, 3, 2], &[]).as_str()),
        ("2025-06-30", list(&[1, 2, 3, 4], &[]).as_str()),
    ])
    .await;
    let flags: Vec<String> = found
        .iter()
        .map(|row| {
            let cells: Vec<&str> = row.split('|').collect();
            [cells[2], cells[3], cells[7]].join("|")
        })
        .collect();
    assert_eq!(
        flags,
        [
            "2025-02|4.0|",
            "2025-03|4.0|named_again",
            "2025-04|4.0|named_again",
            "2025-05|4.0|",
            "2025-06|4.0|",
        ]
    );
}
