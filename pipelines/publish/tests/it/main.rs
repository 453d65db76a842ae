//! The lake and what is said about it, from outside: one file a subject, `lake` is what they share.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod bad_files;
mod book;
mod budgets;
mod cards;
mod cases;
mod commit;
mod damage;
mod deliveries;
mod evaluation;
mod evaluation_edges;
mod findings;
mod incremental;
mod lake;
mod large_files;
mod layouts;
mod locks;
mod maintenance;
mod moved_keys;
mod older_lake;
mod overflow;
mod programme;
mod pruning;
mod reference;
mod replay;
mod retained;
mod slice_parts;
mod slt;
mod submissions;
mod test_files;
mod told_values;
mod vintages;
mod words;
mod workbooks;
mod year;
