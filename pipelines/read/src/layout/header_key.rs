//! The form in which header texts are compared.

/// A header text in the form in which headers are compared: letters, digits and percent signs only.
pub fn header_key(text: &str) -> String {
    if text.is_ascii() {
        // Nearly all texts; every cell in which a header may stand is brought into this form.
        let mut key = String::with_capacity(text.len());
        let kept = text.bytes().filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'%');
        key.extend(kept.map(|byte| char::from(byte.to_ascii_lowercase())));
        return key;
    }
    text.chars()
        .filter(|mark| mark.is_alphanumeric() || *mark == '%')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_are_compared_in_small_letters() {
        assert_eq!(header_key(" Kabupaten/Kota (1)"), "kabupatenkota1");
        assert_eq!(header_key("Plastik (%)"), "plastik%");
        assert_eq!(header_key("Luas\u{a0}M² É"), "luasm²é");
    }
}
