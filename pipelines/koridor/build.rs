//! The bundled samples are part of the program: build anew when a file of them changes.

#![expect(clippy::print_stdout, reason = "a build script speaks to cargo on stdout")]

fn main() {
    println!("cargo::rerun-if-changed=samples");
}
