//! `koridor bulletin --format json | typeset > buletin.pdf`: the typesetter without the program.

use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut content = Vec::new();
    std::io::stdin().read_to_end(&mut content)?;
    Ok(std::io::stdout().write_all(&koridor_pdf::typeset(&content)?)?)
}
