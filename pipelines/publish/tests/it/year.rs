//! A year of nights under a clock that stands where it is put: missed nights, a late office, a unit
//! that is off, a refused file, a channel that is down, a change of `schemas/`, a person who is
//! taken out. Whoever looks after the lake is told each thing once, and nothing else.

use crate::lake::{TestLake, project_files, texts};
use koridor_contract::Project;
use koridor_contract::date::parse_date;
use koridor_contract::project::Files;
use koridor_lake::load::erase::{Asked, CopiesOf, Subject, erase};
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::load::quarantine::Decision;
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, Snapshot};
use koridor_publish::alerts::{self, Alert, AlertKind, Sender, Situation};
use koridor_publish::night::{self, Night, NightHost, NightSetting};
use koridor_publish::{backfill, metrics, overdue, status};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A night writes no extracts here; `fails` makes the step fail that would.
#[derive(Default)]
struct Host {
    fails: bool,
}

impl NightHost for Host {
    fn begin_files(&mut self, _: u64) {}
    fn file_done(&mut self, _: &FileOutcome) {}
    fn indicator_begun(&mut self, _: &str) {}

    fn has_extracts(&self, _: &Release) -> bool {
        false
    }

    async fn write_extracts(
        &mut self,
        _: &Engine,
        _: &Release,
    ) -> Result<bool, Box<dyn Error + Send + Sync>> {
        if self.fails { Err("the disk is full".into()) } else { Ok(true) }
    }
}

/// A channel that keeps what it is sent.
#[derive(Default)]
struct Inbox {
    sent: Vec<Alert>,
    is_down: bool,
}

impl Sender for Inbox {
    fn channels(&self) -> Vec<String> {
        vec!["inbox".into()]
    }

    async fn send(&mut self, _: &str, alert: &Alert) -> Result<(), String> {
        if self.is_down {
            return Err("it answers 503".into());
        }
        self.sent.push(alert.clone());
        Ok(())
    }
}

struct Year {
    lake: TestLake,
    files: Files,
    landed: BTreeMap<String, LandedFile>,
    inbox: Inbox,
    host: Host,
}

impl Year {
    async fn new() -> Self {
        let mut files = project_files();
        let kept = "sql/indicators/environment/waste_generated/";
        files.retain(|path, _| !path.starts_with("sql/indicators/") || path.starts_with(kept));
        let arrivals = files.get_mut("schemas/codes/arrival.csv").unwrap();
        let header = arrivals.lines().next().unwrap().to_owned();
        *arrivals =
            format!("{header}\nDLH_7472,waste_generation,7472,M,10,2027-01-01,,1,,,trial\n");
        let (lake, landed) = (TestLake::new().await, BTreeMap::new());
        Self { lake, files, landed, inbox: Inbox::default(), host: Host::default() }
    }

    /// The project on the night of a day, at half past one.
    fn project(&self, day: &str) -> Arc<Project> {
        let project = Project::from_files(self.files.clone()).unwrap();
        let midnight = i64::from(parse_date(day.as_bytes(), Default::default()).unwrap());
        let local = midnight * 86_400_000_000 + 90 * 60_000_000;
        let moment = local - project.local(0);
        Arc::new(project.at(moment))
    }

    /// An office's file of a month.
    fn deliver(&mut self, month: &str, tons: &str) {
        let text = format!(
            "region_code,period_month,method,gen_ton,period_type\n7472,{month},measured,{tons},M\n"
        );
        self.land(&format!("{month}.csv"), &text);
    }

    fn land(&mut self, name: &str, text: &str) {
        self.land_at(&format!("DLH_7472/waste_generation/{name}"), text);
    }

    fn land_at(&mut self, path: &str, text: &str) {
        let landed = self.lake.land(path, text);
        self.landed.insert(path.to_owned(), landed);
    }

    fn setting(&self, project: &Arc<Project>) -> NightSetting {
        NightSetting {
            project: Arc::clone(project),
            storage: self.lake.storage.clone(),
            memory_bytes: 256 << 20,
            reader: Arc::default(),
            wait: Duration::ZERO,
            command: "run".into(),
            landing: Some("landing".into()),
            allows_rejected: false,
            holds_changes: false,
            ignores_clock: false,
            is_trial: false,
            meant_for: None,
        }
    }

    fn landing(&self) -> Vec<LandedFile> {
        self.landed.values().cloned().collect()
    }

    /// A night, and what it tells: the kind of the message and the causes that are new.
    async fn night(&mut self, day: &str) -> (Night, Vec<String>) {
        let project = self.project(day);
        let setting = self.setting(&project);
        let night = night::run(&setting, &self.landing(), &mut self.host).await.unwrap();
        let engine = self.engine(&project).await;
        let situation = Situation {
            causes: alerts::causes(&status::needs(&engine).await.unwrap(), Some(&night.report)),
            is_whole: true,
            corridor: project.corridor.name.clone(),
            zone: project.corridor.zone(),
            run_id: Some(night.report.run_id.clone()),
        };
        let storage = (&self.lake.storage, project.clock);
        let before = self.inbox.sent.len();
        alerts::tell(storage, &situation, &mut self.inbox).await.unwrap();
        // People read the time that they live by, to the minute.
        let is_of_here = |alert: &Alert| alert.text.ends_with(" WITA");
        assert!(self.inbox.sent[before..].iter().all(is_of_here), "{:?}", self.inbox.sent.last());
        let told = self.inbox.sent[before..].iter().flat_map(|alert| match alert.kind {
            AlertKind::AllClear => vec!["all clear".to_owned()],
            _ => alert.causes.iter().map(|own| own.id.clone()).collect(),
        });
        (night, told.collect())
    }

    async fn told(&mut self, day: &str) -> Vec<String> {
        self.night(day).await.1
    }

    async fn engine(&self, project: &Arc<Project>) -> Engine {
        let storage = self.lake.storage.clone();
        Engine::open(Snapshot::head(Arc::clone(project), storage).await.unwrap()).unwrap()
    }

    async fn rows(&self, day: &str, sql: &str) -> Vec<String> {
        texts(&self.engine(&self.project(day)).await.rows(sql).await.unwrap())
    }
}

const LATE: [&str; 1] = ["deliveries:DLH_7472:missing"];
const CLEAR: [&str; 1] = ["all clear"];
const NOTHING: [&str; 0] = [];

/// The files below a folder with their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => drop(found.insert(path.clone(), std::fs::read(&path).unwrap())),
        }
    }
    found
}

/// Plans of the state are deep: an unoptimised build needs more than the stack of a test.
#[test]
fn a_year_of_nights_tells_each_thing_once() {
    let year = || {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.enable_all().thread_stack_size(16 << 20).build().unwrap();
        runtime.block_on(a_year_of_nights());
    };
    std::thread::Builder::new().stack_size(64 << 20).spawn(year).unwrap().join().unwrap();
}

async fn a_year_of_nights() {
    let mut year = Year::new().await;
    year.deliver("2027-01", "2700");
    let (night, told) = year.night("2027-02-05").await;
    assert_eq!(night.report.run_id, "nightly-2027-02-05");
    assert_eq!(told, CLEAR, "the first night says that all is well");
    assert!(year.inbox.sent[0].text.starts_with("semua berkas diterima, tidak ada yang ditolak"));

    // The machine was off for months, and the office is late meanwhile.
    year.deliver("2027-02", "2710");
    let (night, told) = year.night("2027-05-12").await;
    assert_eq!(told, LATE);
    assert_eq!(night.report.caught_up.len(), 95);
    let sql = "select count(*), count(distinct run_id), min(caught_up_by) from ops.runs
               where outcome = 'caught_up'";
    assert_eq!(year.rows("2027-05-12", sql).await, ["95|95|nightly-2027-05-12"]);
    assert_eq!(year.told("2027-05-13").await, NOTHING);

    // It comes, with another unit and a file that is none; the channel is down that night.
    year.inbox.is_down = true;
    year.deliver("2027-03", "2720");
    year.deliver("2027-04", "2730");
    year.deliver("2027-05", "2740000");
    year.land("2027-06.csv", "Nama;Warna\nsatu;biru\n");
    assert_eq!(year.told("2027-06-05").await, NOTHING);
    year.inbox.is_down = false;
    let unit = "withheld_figures:DLH_7472:waste_generation:7472:kg";
    let told = year.told("2027-06-06").await;
    assert_eq!(told, ["refused_file:DLH_7472:2027-06.csv", unit]);
    assert_eq!(year.inbox.sent.last().unwrap().ended[0].id, LATE[0]);
    year.deliver("2027-05", "2740");
    year.deliver("2027-06", "2750");

    a_change_of_schemas(&mut year).await;
    a_night_that_failed(&mut year).await;
    an_erasure(&mut year).await;
    a_file_without_rows(&mut year).await;
}

/// A spelling that the project does not know; then it does. The change waits for somebody, is
/// planned and approved, and moves what was planned.
async fn a_change_of_schemas(year: &mut Year) {
    let strange = "region_code,period_month,method,gen_ton,period_type\n\
                   Kota Bauubau,2027-07,measured,2760,M\n";
    year.land("2027-07.csv", strange);
    assert_eq!(year.told("2027-08-05").await, ["refused_rows:DLH_7472"]);
    let regions = year.files.get_mut("schemas/codes/region.csv").unwrap();
    *regions = regions.replace("Kota Baubau,", "Kota Baubau,Kota Bauubau|");
    let project = year.project("2027-08-06");
    let setting = NightSetting { holds_changes: true, ..year.setting(&project) };
    let night = night::run(&setting, &year.landing(), &mut year.host).await.unwrap();
    assert!(night.is_refused && night.report.holds_changes && night.report.read_again.is_none());
    // Known in the morning too, without the night that told it.
    let needs = status::needs(&year.engine(&project).await).await.unwrap();
    let mut causes = alerts::causes(&needs, None).into_iter();
    assert!(needs.holds_changes && causes.any(|own| own.id == "held_changes:project"));
    let lake = year.lake.storage.local_path().unwrap().to_owned();
    let before = files(&lake);
    let staged = backfill::stage(year.setting(&project), &mut |_| {}).await.unwrap();
    let mut after = files(&lake);
    after.retain(|path, _| !path.starts_with(lake.join("_koridor/backfills")));
    let lock = lake.join("_koridor/lock");
    let changed: Vec<_> =
        after.iter().filter(|(path, own)| before.get(*path) != Some(own)).collect();
    assert!(changed.iter().all(|(path, _)| **path == lock), "a plan writes nothing: {changed:?}");
    let by = (staged.id.as_str(), "Bappeda");
    // The first approval dies behind its release: the second one ends it.
    year.host.fails = true;
    assert!(backfill::approve(&setting, by, &mut year.host).await.is_err());
    year.host.fails = false;
    let (done, _) = backfill::approve(&setting, by, &mut year.host).await.unwrap();
    assert_eq!((done.stage, done.by.as_deref()), (backfill::Stage::Done, Some("Bappeda")));
    assert!(backfill::approve(&setting, by, &mut year.host).await.is_err(), "once");
    let again = staged.read_again.unwrap().files;
    let moved: Vec<_> =
        again.iter().map(|own| (own.rows_accepted_before, own.file.rows_accepted)).collect();
    assert_eq!(moved, [(0, 1)], "one file of all brings something else");
    let (planned, done) = (staged.changes.unwrap(), done.moved.unwrap());
    assert_eq!((planned.new, planned.moved, planned.lost), (done.new, done.moved, done.lost));
    assert!(done.new > 0, "the month has a number now");
}

/// A night that ends behind its release is finished by the next; what never ran is noticed.
async fn a_night_that_failed(year: &mut Year) {
    year.deliver("2027-08", "2770");
    year.host.fails = true;
    let project = year.project("2027-09-05");
    let setting = year.setting(&project);
    assert!(night::run(&setting, &year.landing(), &mut year.host).await.is_err());
    year.host.fails = false;
    let (night, told) = year.night("2027-09-06").await;
    assert_eq!(told, CLEAR, "the spelling and the failure are over");
    assert_eq!(night.report.resumes.as_deref(), Some("nightly-2027-09-05"));
    assert!(night.report.read_again.is_none(), "what was read again is not read twice");
    assert!(!night.report.is_new_release && night.report.changes.unwrap().new > 0);
    let steps: Vec<_> = night.report.steps.iter().map(|step| step.name.as_str()).collect();
    assert!(steps.ends_with(&["comparison", "extracts", "maintenance"]), "{steps:?}");
    let engine = year.engine(&year.project("2027-09-10")).await;
    let now = year.project("2027-09-10").clock.now();
    let lines = overdue::overdue(&engine, (26, now)).await.unwrap();
    assert_eq!(lines[0].en, "a night is overdue: the last one ended 96 hours ago");
    assert!(overdue::overdue(&engine, (120, now)).await.unwrap().is_empty());
    let metrics = metrics::metrics(&engine, "1").await.unwrap();
    let value = |name: &str| {
        let metric = metrics.iter().find(|metric| metric.name == name).unwrap();
        metric.samples[0].value
    };
    assert_eq!(value("koridor_last_success_timestamp_seconds") as i64, now / 1_000_000 - 96 * 3600);
    assert_eq!(value("koridor_rows_accepted_total"), 9.0);
}

/// A file with its header alone is no delivery.
async fn a_file_without_rows(year: &mut Year) {
    year.land("2027-09.csv", "region_code,period_month,method,gen_ton,period_type\n");
    assert_eq!(year.told("2027-09-10").await, ["empty_file:DLH_7472:2027-09.csv"]);
    assert_eq!(year.told("2027-09-11").await, NOTHING);
    year.deliver("2027-09", "2780");
    assert_eq!(year.told("2027-10-02").await, CLEAR);
}

/// A person is taken out between two nights: nobody is told of it, and the file that lies in the
/// landing folder still does not bring the person back.
async fn an_erasure(year: &mut Year) {
    let row = |id: &str| format!("{id},2027-01-01,7472,Wolio,56101,mikro,1000000,active\n");
    let header = "umkm_id,valid_from,region_code,kecamatan,kbli5,scale,sales_rp_year,status\n";
    let (gone, stays) = ("7472014101850001", "7472014101850002");
    let text = [header, &row(gone), &row(stays)].concat();
    year.land_at("DISKOP_7472/umkm_register/a.csv", &text);
    assert_eq!(year.told("2027-09-07").await, NOTHING);
    let rows = "select count(*) from core.umkm_register";
    assert_eq!(year.rows("2027-09-07", rows).await, ["2"]);

    let project = year.project("2027-09-07");
    let subject = Subject::of_key(&project.datasets["umkm_register"], gone, &[]).unwrap();
    let decision = Decision { by: "Diskominfo", reason: "surat 9/2027" };
    let asked = Asked { subject: &subject, decision, copies: CopiesOf::default() };
    let done = erase(&project, &year.lake.storage, (&asked, &Arc::default())).await.unwrap();
    assert_eq!(done.proof.unwrap().is_proven(), Some(true));

    let (night, told) = year.night("2027-09-08").await;
    assert_eq!(told, NOTHING);
    assert!(!night.is_refused);
    assert_eq!(year.rows("2027-09-08", rows).await, ["1"]);
    // The same bytes under another name.
    year.land_at("DISKOP_7472/umkm_register/salinan.csv", &text);
    assert_eq!(year.told("2027-09-09").await, NOTHING);
    assert_eq!(year.rows("2027-09-09", rows).await, ["1"]);
    let balance = "select count(*) from ops.files where rows_read <> rows_accepted
                   + rows_rejected + rows_ignored + rows_erased";
    assert_eq!(year.rows("2027-09-09", balance).await, ["0"]);
}
