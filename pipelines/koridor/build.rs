//! The bundled samples are part of the program: build anew when a file of them changes.

fn main() {
    println!("cargo::rerun-if-changed=samples");
}
