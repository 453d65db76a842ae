//! One file a command: plain arguments in, a printer for output, an exit status out.

pub mod bulletin;
pub mod catalogue;
pub mod check;
pub mod completions;
pub mod demo;
pub mod evaluate;
pub mod explain;
pub mod extract;
pub mod generate;
pub mod http;
pub mod indicators;
pub mod ingest;
pub mod key;
pub mod quarantine;
pub mod read_apart;
pub mod rebuild;
pub mod reference;
pub mod releases;
pub mod run;
pub mod serve;
pub mod site;
pub mod sources;
pub mod sql;
pub mod status;
pub mod template;
pub mod verify;
