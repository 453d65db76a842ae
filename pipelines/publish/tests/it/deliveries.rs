//! Ordinary deliveries whose answer is no single value: a unit that is off, two vintages, values
//! that disappear. Those with a single value are cases under `sql/indicators/`.

use crate::lake::{self, PROJECT, TestLake, project_with, texts};
use koridor_contract::message::Language;
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::quarantine::Decision;
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, Snapshot};
use koridor_publish::release::{self, Built};
use koridor_publish::{indicators, letter, status};
use koridor_read::recognise::Request;
use std::sync::Arc;

async fn build(lake: &TestLake) -> Release {
    let built = release::build(&PROJECT, &lake.storage, "test", 512 << 20, &mut |_| {}).await;
    let release = match built.unwrap() {
        Built::New(release, ..) => Some(release),
        _ => None,
    };
    release.unwrap()
}

async fn released(lake: &TestLake, sql: &str) -> Vec<String> {
    let snapshot = Snapshot::released(Arc::clone(&PROJECT), lake.storage.clone()).await.unwrap();
    texts(&Engine::open(snapshot).unwrap().rows(sql).await.unwrap())
}

/// January of two years: what a query of a value says that it is a sum of, and its change.
async fn compared(dataset: &str, source: &str, files: [&str; 2], indicator: &str) -> Vec<String> {
    let lake = TestLake::new().await;
    for (name, text) in ["2024.csv", "2025.csv"].into_iter().zip(files) {
        lake.load_one(name, text.to_owned(), dataset, source).await;
    }
    build(&lake).await;
    let sql = format!(
        "select v.basis, c.state, c.change, c.flags from indicators.changes c
         join indicators.values v
           on v.indicator_id = c.indicator_id and v.region_code = c.region_code
           and v.grain = c.grain and v.period = c.period and v.breakdown = c.breakdown
         where c.indicator_id = '{indicator}' and c.change_kind = 'y-on-y' and c.grain = 'M'
           and c.breakdown = '' and c.region_code <> 'CORR' and c.period = date '2025-01-01'
           and c.value is not null"
    );
    released(&lake, &sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_compares_equal_sets_of_classes_points_and_methods() {
    let head = "region_code,point_id,period_month,channel,method,measure,market,origin_code,stay,\
                value,period_type\n";
    let visits = |year: u32, point: &str, market: &str, value: u32| {
        format!("7407,{point},{year}-01,attraction,ticket,visits,{market},XXX,unknown,{value},M\n")
    };
    let first = format!("{head}{}", visits(2024, "", "total", 100));
    let second = format!("{head}{}", visits(2025, "WANCI", "total", 600));
    let rows = compared("visitor_flow", "DISPAR_7407", [&first, &second], "visits_total").await;
    let flags = "sets differ: only before attraction *; only now attraction WANCI";
    assert_eq!(rows, [format!("attraction WANCI|series_break||{flags}")]);
    let method = |year: u32, method: &str| {
        format!(
            "region_code,period_month,method,gen_ton,period_type\n7472,{year}-01,{method},2700,M\n"
        )
    };
    let files = [method(2024, "sampling_sni"), method(2025, "measured")];
    let rows =
        compared("waste_generation", "DLH_7472", [&files[0], &files[1]], "waste_generated").await;
    let flags = "sets differ: only before method sampling_sni; only now method measured";
    assert_eq!(rows, [format!("method measured|series_break||{flags}")]);
}

/// A year's months of a landfill's city.
fn generation(year: i32, tons: f64) -> String {
    let row =
        |month: u32| format!("7472,{year}-{month:02},measured,{},M\n", tons + f64::from(month));
    let rows: String = (1..=12).map(row).collect();
    format!("region_code,period_month,method,gen_ton,period_type\n{rows}")
}

#[tokio::test(flavor = "multi_thread")]
async fn kilograms_in_a_column_of_tons_make_no_number() {
    let lake = TestLake::new().await;
    let office = ("waste_generation", "DLH_7472");
    lake.load_one("2024.csv", generation(2024, 2_700.0), office.0, office.1).await;
    let today = koridor_contract::date::from_days((PROJECT.local_now() / 86_400_000_000) as i32);
    let month = today.unwrap().to_string()[..8].to_owned() + "01";
    let engine = lake.engine().await;
    let asked = letter::letter(&engine, &PROJECT, "DLH_7472", &month, Language::Id);
    assert_eq!(asked.await.unwrap().verdict, "Semua berkas diterima, tidak ada yang ditolak.");
    lake.load_one("2025.csv", generation(2025, 2_750_000.0), office.0, office.1).await;
    build(&lake).await;
    let values = "select period, value, state, flags from indicators.waste_generated
                  where region_code = '7472' and grain = 'M'
                    and period in (date '2024-12-01', date '2025-01-01') order by period";
    assert_eq!(
        released(&lake, values).await,
        ["2024-12-01|2712.0|ok|", "2025-01-01||no_data|magnitude: looks like kg (gen_ton)"]
    );
    let year = "select distinct state from indicators.values
                where region_code = '7472' and grain = 'Y' and period = date '2025-01-01'
                  and indicator_id in ('waste_generated', 'waste_per_capita_day')";
    assert_eq!(released(&lake, year).await, ["incomplete"]);
    let engine = lake.engine().await;
    for (language, words, number, verdict) in [
        (Language::Id, "tampak seperti kg, bukan t", "2.750.001 t", "12 angka ditahan"),
        (Language::En, "looks like kg and not t", "2,750,001 t", "12 figures are withheld"),
    ] {
        let asked = letter::letter(&engine, &PROJECT, "DLH_7472", &month, language);
        let letter = asked.await.unwrap();
        let told = format!("{:?}", letter.parts);
        assert!(told.contains(words) && told.contains(number), "{told}");
        assert!(told.contains("Kota Baubau, 2025-01") || told.contains("Baubau City, 2025-01"));
        assert!(letter.verdict.starts_with(verdict), "{}", letter.verdict);
    }

    // Somebody says why: the figures stand.
    let folder = tempfile::tempdir().unwrap();
    let codes = folder.path().join("schemas/codes");
    std::fs::create_dir_all(&codes).unwrap();
    let header = PROJECT.file("schemas/codes/revision_reason.csv").unwrap().lines().next().unwrap();
    let reason = "waste_generation,DLH_7472,7472,2025-01-01,2025-12-01,2025-12-31,banjir,flood,DLH";
    std::fs::write(codes.join("revision_reason.csv"), format!("{header}\n{reason}\n")).unwrap();
    let project = Arc::new(project_with(folder.path()));
    let snapshot = Snapshot::head(project, lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot).unwrap();
    assert!(engine.rows("select * from ops.magnitudes").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_rupiah_and_millions_in_a_column_of_rupiah_make_no_number() {
    let quarter = |year: i32, sum: u64| {
        let half = sum / 2;
        format!(
            "region_code,period_quarter,kbli2,scale,is_tourism,n_frame,n_resp,turnover_resp_rp,\
             turnover_est_rp,top2_rp\n7407,{year}-01,55,mikro,true,40,10,{half},{sum},{}\n",
            sum / 10
        )
    };
    for (divisor, looks_like) in [(1_000, "1000 Rp"), (1_000_000, "1000000 Rp")] {
        let lake = TestLake::new().await;
        for (year, sum) in [(2024, 4_000_000_000), (2025, 4_400_000_000 / divisor)] {
            let name = format!("{year}.csv");
            lake.load_one(&name, quarter(year, sum), "umkm_turnover", "DISKOP_7407").await;
        }
        build(&lake).await;
        let values = "select period, value, state, flags from indicators.umkm_turnover
                      where region_code = '7407' and grain = 'Q'
                        and date_part('month', period) = 1 order by period";
        let flag = format!("magnitude: looks like {looks_like} (turnover_est_rp)");
        assert_eq!(
            released(&lake, values).await,
            [
                "2024-01-01|4000000000.0|ok|estimate_follows_respondents".to_owned(),
                format!("2025-01-01||no_data|{flag}")
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_waits_is_not_ended_by_one_of_the_same_name_of_another_office() {
    let lake = TestLake::new().await;
    let wrong = "a,b\n1,2\n";
    let good = |region: &str| generation(2024, 2_700.0).replace("7472", region);
    let waiting = async || {
        let rows = lake.engine().await.run_named("waiting_files", []).await.unwrap();
        let refused = status::needs(&lake.engine().await).await.unwrap().refused_files;
        assert_eq!(rows.iter().map(|own| own.num_rows()).sum::<usize>(), refused.len());
        refused.into_iter().map(|own| own.source_id.unwrap_or_default()).collect::<Vec<_>>()
    };
    let load = async |office: &str, text: &str| {
        let name = format!("{office}/timbulan.csv");
        lake.load_one(&name, text, "waste_generation", office).await
    };
    assert_eq!(load("DLH_7472", wrong).await.status.as_str(), "refused");
    assert_eq!(load("DLH_7407", &good("7407")).await.status.as_str(), "loaded");
    assert_eq!(waiting().await, ["DLH_7472"]);
    assert_eq!(load("DLH_7472", &good("7472")).await.status.as_str(), "loaded");
    assert!(waiting().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_and_what_sources_had_released_are_two_questions() {
    let lake = TestLake::new().await;
    let rows = "region_code,period_month,channel,method,measure,market,origin_code,stay,value,\
                period_type,release_date\n\
                7407,2026-02,attraction,ticket,visits,total,XXX,unknown,900,M,2026-02-10\n\
                7407,2026-02,attraction,ticket,visits,total,XXX,unknown,800,M,2026-03-10\n";
    lake.load_one("visits.csv", rows, "visitor_flow", "DISPAR_7407").await;
    let release = build(&lake).await;
    let sql = "select value from indicators.visits_total
               where region_code = '7407' and grain = 'M' and breakdown = ''
                 and period = date '2026-02-01'";
    assert_eq!(released(&lake, sql).await, ["800.0"]);
    for (day, expected) in [("2026-02-15", "900.0"), ("2026-03-15", "800.0")] {
        let day = koridor_contract::date::parse_date(day.as_bytes(), Default::default()).unwrap();
        let snapshot = Snapshot::head(Arc::clone(&PROJECT), lake.storage.clone()).await.unwrap();
        let engine = Engine::open(snapshot.with_vintage(day)).unwrap();
        let figure = engine.rows("select sum(value) from core.visitor_flow").await.unwrap();
        assert_eq!(format!("{}.0", texts(&figure)[0]), expected);
        indicators::put_values(&engine).await.unwrap();
        assert_eq!(texts(&engine.rows(sql).await.unwrap()), [expected]);
    }
    // A day is one of the corridor's calendar, by which releases are named.
    let store = koridor_lake::store::release::find;
    let day = &release.id[..10];
    assert_eq!(store(&lake.storage, day).await.unwrap().id, release.id);
    let date = day.parse::<chrono::NaiveDate>().unwrap().pred_opt().unwrap().to_string();
    assert!(store(&lake.storage, &date).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_disappears_keeps_a_row_and_is_told() {
    let lake = TestLake::new().await;
    let header = "region_code,period_month,method,gen_ton,period_type,release_date\n";
    let row = |month: u32, day: &str| format!("7472,2024-{month:02},measured,2700,M,{day}\n");
    let whole: String = (1..=3).map(|month| row(month, "2024-05-01")).collect();
    lake.load_one("a.csv", format!("{header}{whole}"), "waste_generation", "DLH_7472").await;
    let first = build(&lake).await;
    // The market of visits is filed anew, and only foreigners: the total is none any more.
    let visits = |rows: &str| {
        format!(
            "region_code,period_month,channel,method,measure,market,origin_code,stay,value,\
             period_type,release_date\n{rows}"
        )
    };
    let both = "7407,2024-02,attraction,ticket,visits,wisman,AUS,unknown,900,M,2024-05-01\n\
                7407,2024-02,attraction,ticket,visits,wisnus,74,unknown,100,M,2024-05-01\n";
    lake.load_one("b.csv", visits(both), "visitor_flow", "DISPAR_7407").await;
    let second = build(&lake).await;
    let one = "7407,2024-02,attraction,ticket,visits,wisman,AUS,unknown,900,M,2024-06-01\n";
    lake.load_one("c.csv", visits(one), "visitor_flow", "DISPAR_7407").await;
    let third = build(&lake).await;
    assert_ne!(first.id, second.id);
    let snapshot = Snapshot::released(Arc::clone(&PROJECT), lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot).unwrap();
    let changes = release::changes(&engine, (Some(&second), &third), Vec::new()).await.unwrap();
    let total = changes.lost_values.iter().find(|own| own.indicator_id == "visits_total").unwrap();
    assert_eq!(
        (total.value, total.state.as_str(), total.breakdown.as_str()),
        (1_000.0, "incomplete", "")
    );
    assert_eq!(total.flags.as_deref(), Some("missing: wisnus"));
    assert_eq!(changes.lost, changes.lost_values.len() as u64);
    let gone = changes.lost_values.iter().filter(|own| own.state == "gone").count();
    assert_eq!(gone, 0, "a value without a row: {:?}", changes.lost_values);
}

#[tokio::test(flavor = "multi_thread")]
async fn weights_are_in_the_unit_that_the_header_says() {
    let lake = TestLake::new().await;
    let head = "Nomor Tiket;Fasilitas;Waktu Masuk;Asal Wilayah;Sumber Sampah;Ditimbang";
    let tons = format!(
        "{head};Bruto (ton);Tara (ton);Netto (ton)\n\
         T1;TPA-1;01/03/2025 08:00;7472;household;ya;15,250;5,000;10,250\n"
    );
    let kilograms = format!(
        "{head};Bruto (kg);Tara (kg);Netto (kg)\n\
         T2;TPA-1;02/03/2025 08:00;7472;household;ya;15.250;5.000;10.250\n\
         T3;TPA-1;02/03/2025 09:00;7472;household;ya;;;4.800\n"
    );
    for (name, text) in [("t.csv", tons), ("kg.csv", kilograms)] {
        let request = Request { source: Some("DLH_7472".into()), ..Request::default() };
        let outcome = lake.load(&[(lake.land(name, text), request)]).await.unwrap().remove(0);
        assert_eq!((outcome.rejected, &outcome.message), (0, &None), "{outcome:?}");
    }
    let sql = "select ticket_id, gross_kg, tare_kg, net_ton from core.waste_weighbridge order by 1";
    assert_eq!(
        lake.rows(sql).await,
        ["T1|15250|5000|10.250", "T2|15250|5000|10.250", "T3|||4.800"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_fits_nothing_is_told_what_comes_near() {
    let lake = TestLake::new().await;
    let near = "Nomor Tiket;Fasilitas;Waktu Masuk;Asal Wilayah;Ditimbang;Bruto (kg);Tara (kg)\n\
                T1;TPA-1;01/03/2025 08:00;7472;ya;15.250;5.000\n";
    let twice = "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton);Penanganan (ton)\n\
                 Wakatobi;Januari 2025;1;2;3\n";
    let slip = "Kabupaten/Kota;Bulan;Pengurngan (ton);Penanganan (ton)\n\
                Wakatobi;Januari 2025;1;2\n";
    let far = "apa;ini\nsatu;dua\n";
    for (name, text, expected) in [
        ("near.csv", near, "the nearest is TPA_WEIGHBRIDGE"),
        ("far.csv", far, "none comes near"),
        ("twice.csv", twice, "column \"Penanganan (ton)\" is there twice"),
        ("slip.csv", slip, "misspelled: \"Pengurngan (ton)\" -> \"Pengurangan (ton)\""),
    ] {
        let landed = lake.land(name, text);
        let outcome = lake.load(&[(landed, Request::default())]).await.unwrap().remove(0);
        let message = outcome.message.unwrap();
        assert!(message.en.contains(expected), "{message:?}");
        let lacks = expected.contains("nearest");
        assert_eq!(
            message.en.contains("are missing: \"Sumber Sampah\", \"Netto\""),
            lacks,
            "{message:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_off_is_told_at_load_and_held_where_the_contract_says_so() {
    let months = |from: u32, until: u32, tons: f64| {
        let row =
            |month: u32| format!("7472,2025-{month:02},measured,{},M\n", tons + f64::from(month));
        let rows: String = (from..=until).map(row).collect();
        format!("region_code,period_month,method,gen_ton,period_type\n{rows}")
    };
    let first = [("05.csv", months(1, 5, 2_700.0)), ("06.csv", months(6, 6, 2_750_000.0))];
    let lake = TestLake::new().await;
    let office = ("waste_generation", "DLH_7472");
    for (name, text) in first.clone() {
        let outcome = lake.load_one(name, text, office.0, office.1).await;
        let told = format!("{:?}", outcome.warnings);
        assert_eq!(told.contains("1 figure is withheld, as it looks like kg"), name == "06.csv");
        assert!(!outcome.needs_answer());
    }
    let figures = "select cast(period as varchar) from ops.magnitudes";
    assert_eq!(texts(&lake.engine().await.rows(figures).await.unwrap()), ["2025-06-01"]);

    // The contract of another project holds such a file; somebody accepts it.
    let folder = tempfile::tempdir().unwrap();
    let datasets = folder.path().join("schemas/datasets");
    std::fs::create_dir_all(&datasets).unwrap();
    let contract = PROJECT.file("schemas/datasets/waste_generation.json").unwrap();
    let holding = contract.replace("\"unit\": \"kg\"", "\"unit\": \"kg\", \"at_load\": \"hold\"");
    assert_ne!(holding, contract);
    std::fs::write(datasets.join("waste_generation.json"), holding).unwrap();
    let project = Arc::new(project_with(folder.path()));
    let lake = TestLake::new().await;
    let loader = Loader::new(Arc::clone(&project), lake.storage.clone(), "test".into());
    let loader = &mut loader.await.unwrap();
    let files: Vec<_> =
        first.map(|(name, text)| (lake.land(name, text), lake::request(office.0, office.1))).into();
    let outcomes = loader.load(&files, &mut |_| {}).await.unwrap().0;
    let told: Vec<_> = outcomes.into_iter().map(|own| (own.needs_answer(), own.message)).collect();
    assert!(!told[0].0 && told[1].0, "{told:?}");
    assert!(told[1].1.as_ref().unwrap().en.contains("held: 1 figure is withheld"), "{told:?}");
    let count = "select count(*) from core.waste_generation";
    let rows = |project: &Arc<koridor_contract::Project>| {
        Snapshot::head(Arc::clone(project), lake.storage.clone())
    };
    let engine = Engine::open(rows(&project).await.unwrap()).unwrap();
    assert_eq!(texts(&engine.rows(count).await.unwrap()), ["5"], "the last good one stands");
    let decision = Decision { by: "DLH", reason: "benar" };
    loader.accept(("06.csv", None), decision, &mut |_| {}).await.unwrap();
    let engine = Engine::open(rows(&project).await.unwrap()).unwrap();
    assert_eq!(texts(&engine.rows(count).await.unwrap()), ["6"]);
    assert!(engine.rows(figures).await.unwrap().is_empty(), "what is accepted stands");
}
