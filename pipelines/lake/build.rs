//! The embedded project is part of the program: build anew when a file of it changes.

#![expect(clippy::print_stdout, reason = "a build script speaks to cargo on stdout")]

fn main() {
    for folder in ["../../schemas", "../../sql"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
