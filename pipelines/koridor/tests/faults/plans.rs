//! Random plans from a seed: loads, corrections, replays, nights and sweeps, each of them hit by a
//! fault at a write by number. What stands after each step is what the model says: a plain map of
//! the figures that were sent last. In the end the lake says what one without faults says, and what
//! one says that is made from its raw bytes.

use crate::kills::difference;
use crate::store::Fault;
use crate::world::{PROJECT, break_lock, corrected, load, night, process, replay, said, tidy};
use koridor_contract::Project;
use koridor_lake::load::rebuild;
use koridor_lake::{Engine, Snapshot, Storage};
use object_store::memory::InMemory;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Numbers below a bound, the same of the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Figures by region and month.
type Figures = BTreeMap<(u32, u32), u64>;

/// One step of a plan.
#[derive(Debug, Clone)]
pub enum Step {
    /// A file comes: the newest submission of a region and month counts.
    Send(Figures),
    /// All files are read again.
    Replay,
    /// Small files are put together, what nobody names is removed.
    Tidy,
    /// A whole night with a release.
    Night,
    /// A figure that stands is known to be wrong: the project says so, and files are read again.
    /// The figure's place among those that stand, and the right one.
    Correct(u64, u64),
}

/// Steps, and the fault that hits each, if one does.
pub type Plan = Vec<(Step, Option<(u64, Fault)>)>;

/// A plan of so many steps.
pub fn plan(dice: &mut Dice, steps: usize) -> Plan {
    let mut plan = Plan::new();
    for _ in 0..steps {
        let step = match dice.below(12) {
            0 => Step::Replay,
            1 | 2 => Step::Tidy,
            3 => Step::Night,
            4 | 5 => Step::Correct(dice.below(12), 1000 + dice.below(1000)),
            _ => {
                let mut figures = Figures::new();
                for _ in 0..1 + dice.below(3) {
                    let region = [7407, 7472, 7401, 7405][dice.below(4) as usize];
                    figures.insert((region, 1 + dice.below(3) as u32), dice.below(1000));
                }
                Step::Send(figures)
            }
        };
        let fault = Fault::ALL[dice.below(Fault::ALL.len() as u64) as usize];
        let fault = (dice.below(4) > 0).then(|| (1 + dice.below(28), fault));
        plan.push((step, fault));
    }
    plan
}

/// Writes the file of a step into the landing folder; what counts from then on.
fn land(folder: &Path, number: usize, step: &Step, model: &mut Figures) {
    let Step::Send(figures) = step else { return };
    let mut text = "region_code,period_month,reduced_ton,handled_ton\n".to_owned();
    for ((region, month), figure) in figures {
        text += &format!("{region},2024-0{month},{number},{figure}\n");
    }
    let path = folder.join(format!("DLH_7472/{number:03}.csv"));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    model.extend(figures);
}

/// What the lake must say: the figures that were sent last, and those that are known to be wrong.
#[derive(Default)]
struct Model {
    sent: Figures,
    /// By region, month and wrong figure: the right one.
    corrections: BTreeMap<(u32, u32, u64), u64>,
}

impl Model {
    /// The figures that count.
    fn figures(&self) -> Figures {
        let right = |(region, month): (u32, u32), figure: u64| {
            *self.corrections.get(&(region, month, figure)).unwrap_or(&figure)
        };
        self.sent.iter().map(|(key, figure)| (*key, right(*key, *figure))).collect()
    }

    /// Takes the figure at a place for wrong, where it is not taken so already.
    fn correct(&mut self, place: u64, right: u64) {
        let count = self.sent.len().max(1) as u64;
        let Some(((region, month), figure)) = self.sent.iter().nth((place % count) as usize) else {
            return;
        };
        self.corrections.entry((*region, *month, *figure)).or_insert(right);
    }

    /// The project that knows of the wrong figures.
    fn project(&self) -> Arc<Project> {
        if self.corrections.is_empty() {
            return Arc::clone(&PROJECT);
        }
        let line = |((region, month, wrong), right): (&(u32, u32, u64), &u64)| {
            let key = format!("region_code={region};period_month=2024-0{month}-01");
            format!("waste_handling,{key},handled_ton,{wrong},set,{right},plan,plan,plan,\n")
        };
        corrected(&self.corrections.iter().map(line).collect::<String>())
    }
}

async fn take(
    step: &Step,
    project: &Arc<Project>,
    storage: &Storage,
    folder: &Path,
) -> Result<(), String> {
    match step {
        Step::Send(_) => load(project, storage, folder).await,
        Step::Replay | Step::Correct(..) => replay(project, storage).await,
        Step::Tidy => tidy(storage).await,
        Step::Night => night(project, storage, folder).await,
    }
}

/// Runs a plan: what did not come out as it had to.
pub async fn run(plan: &Plan) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (store, whole) = (Arc::new(InMemory::new()), Arc::new(InMemory::new()));
    load_nothing(&store, folder).await;
    load_nothing(&whole, folder).await;
    let mut model = Model::default();
    let mut project = Arc::clone(&PROJECT);
    let mut failures = Vec::new();
    for (number, (step, fault)) in plan.iter().enumerate() {
        land(folder, number, step, &mut model.sent);
        if let Step::Correct(place, right) = step {
            model.correct(*place, *right);
            project = model.project();
        }
        let faults = fault.iter().copied().collect();
        let hit = take(step, &project, &process(&store, faults).1, folder).await;
        let mut told = Vec::new();
        if hit.is_err() || fault.is_some() {
            break_lock(&store).await;
            let again = take(step, &project, &process(&store, Vec::new()).1, folder).await;
            told.extend(again.err().map(|error| format!("    after {hit:?}: {error}")));
        }
        take(step, &project, &process(&whole, Vec::new()).1, folder).await.unwrap();
        let stands = standing(&process(&store, Vec::new()).1).await;
        let expected = model.figures();
        if stands.as_ref() != Ok(&expected) {
            told.push(format!("    stands {stands:?}, not {expected:?}"));
        }
        if !told.is_empty() {
            failures.push(format!("step {number}: {step:?} with {fault:?}"));
            failures.extend(told);
            return failures;
        }
    }
    let expected = said(&process(&whole, Vec::new()).1).await.unwrap();
    let found = said(&process(&store, Vec::new()).1).await;
    if found.as_ref() != Ok(&expected) {
        failures.push("the lake is another than one without faults".to_owned());
        failures.extend(difference(&expected, &found));
    }
    failures.extend(rebuilt(&project, &process(&store, Vec::new()).1).await);
    failures
}

/// Makes a lake that holds nothing.
async fn load_nothing(store: &Arc<InMemory>, folder: &Path) {
    std::fs::create_dir_all(folder.join("DLH_7472")).unwrap();
    load(&PROJECT, &process(store, Vec::new()).1, folder).await.unwrap();
}

/// The figures that count.
async fn standing(storage: &Storage) -> Result<Figures, String> {
    use arrow::array::AsArray;
    use arrow::datatypes::Int64Type;
    let text = |error: koridor_lake::LakeError| error.to_string();
    let snapshot = Snapshot::head(Arc::clone(&PROJECT), storage.clone()).await.map_err(text)?;
    let sql =
        "select cast(region_code as bigint), cast(date_part('month', period_month) as bigint),
        cast(handled_ton as bigint) from core.waste_handling";
    let mut figures = Figures::new();
    for rows in Engine::open(snapshot).map_err(text)?.rows(sql).await.map_err(text)? {
        let column = |at: usize| rows.column(at).as_primitive::<Int64Type>();
        for row in 0..rows.num_rows() {
            let key = (column(0).value(row) as u32, column(1).value(row) as u32);
            if figures.insert(key, column(2).value(row) as u64).is_some() {
                return Err(format!("{key:?} counts twice"));
            }
        }
    }
    Ok(figures)
}

/// Tables that are others in a lake that is made from the raw bytes.
async fn rebuilt(project: &Arc<Project>, storage: &Storage) -> Vec<String> {
    let fresh = process(&Arc::new(InMemory::new()), Vec::new()).1;
    let made =
        rebuild::rebuild(project, (storage, &fresh), ("rebuild", &Arc::default()), &mut |_| {})
            .await;
    if let Err(error) = made {
        return vec![format!("rebuild: {error}")];
    }
    match rebuild::compare(project, storage, &fresh).await {
        Ok(tables) => {
            let others = tables.into_iter().filter(|own| !own.is_equal);
            others.map(|own| format!("rebuilt otherwise: {own:?}")).collect()
        }
        Err(error) => vec![format!("rebuild: {error}")],
    }
}

/// The shortest plan found that still fails: steps are left out one by one, then faults.
pub async fn shrunk(plan: Plan) -> (Plan, Vec<String>) {
    let mut least = (plan.clone(), run(&plan).await);
    let mut at = 0;
    while at < least.0.len() {
        let mut fewer = least.0.clone();
        fewer.remove(at);
        let mut calmer = least.0.clone();
        let had_fault = calmer[at].1.take().is_some();
        let mut tries = vec![fewer];
        tries.extend(had_fault.then_some(calmer));
        let mut is_smaller = false;
        for own in tries {
            let failures = run(&own).await;
            if !failures.is_empty() {
                is_smaller = own.len() < least.0.len();
                least = (own, failures);
                break;
            }
        }
        at += usize::from(!is_smaller);
    }
    least
}
