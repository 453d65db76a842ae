//! The embedded project is part of the program: build anew when a file of it changes.

fn main() {
    for folder in ["../../schemas", "../../sql"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
