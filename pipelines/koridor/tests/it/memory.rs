//! How much memory a process holds, and those that it starts: of each the most that it ever held.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Output};
use std::time::Duration;

/// What a started process tells, and the most memory that it or one below it came to hold, in MiB.
pub fn watched(mut child: Child) -> (Output, u64) {
    let root = child.id();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let heard = [stdout.map(reader), stderr.map(reader)];
    let mut most = 0;
    let status = loop {
        most = family(root).into_iter().map(held).fold(most, u64::max);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let [stdout, stderr] = heard.map(|own| own.map(|own| own.join().unwrap()).unwrap_or_default());
    (Output { status, stdout, stderr }, most)
}

/// Reads a pipe to its end, beside the process that fills it.
fn reader(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// A process and all below it.
fn family(root: u32) -> BTreeSet<u32> {
    let mut parents: BTreeMap<u32, u32> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // The name of a program stands in brackets and may hold anything.
        let parent = text.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1));
        parents.extend(parent.and_then(|own| own.parse().ok()).map(|own: u32| (id, own)));
    }
    let mut family = BTreeSet::from([root]);
    loop {
        let is_new = |id: &u32, parent: &u32| family.contains(parent) && !family.contains(id);
        let below: Vec<u32> =
            parents.iter().filter(|own| is_new(own.0, own.1)).map(|own| *own.0).collect();
        if below.is_empty() {
            return family;
        }
        family.extend(below);
    }
}

/// The most that a process ever held, in MiB; nothing once it has ended.
fn held(id: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let size = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    size.unwrap_or_default() >> 10
}
