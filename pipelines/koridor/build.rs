//! The embedded project and the bundled samples are part of the program: build anew when one
//! changes.

fn main() {
    for folder in ["samples", "../../schemas", "../../sql"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
