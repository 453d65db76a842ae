//! Signatures of releases, as minisign makes and checks them.

use anyhow::Context as _;
use koridor_lake::LakeError;
use minisign::{PublicKey, PublicKeyBox, SecretKeyBox, SignatureBox};
use std::io::Cursor;
use std::path::Path;

/// Holds the password of a key that has one.
const PASSWORD: &str = "KORIDOR_SIGN_PASSWORD";

/// Signs bytes with the secret key of a file.
///
/// # Errors
/// Where the file holds no key, or its password is not given or wrong.
pub fn sign(bytes: &[u8], key: &Path, said: &str) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(key).with_context(|| key.display().to_string())?;
    let password = std::env::var(PASSWORD).ok();
    let boxed = SecretKeyBox::from_string(&text);
    let opened = boxed.and_then(|own| match password {
        Some(password) => own.into_secret_key(Some(password)),
        None => own.into_unencrypted_secret_key(),
    });
    let secret = opened.map_err(|error| {
        LakeError::usage(
            format!("{} cannot be used for signing: {error}", key.display()),
            format!("give a secret key of minisign; {PASSWORD} holds its password, if it has one"),
        )
    })?;
    let public = PublicKey::from_secret_key(&secret)?;
    let signature =
        minisign::sign(Some(&public), &secret, Cursor::new(bytes), Some(said), Some("koridor"))?;
    Ok(signature.to_string())
}

/// Makes a pair of keys without a password: `FILE` and `FILE.pub`, neither written over.
///
/// # Errors
/// Where one of them is there already.
pub fn new_pair(file: &Path) -> anyhow::Result<String> {
    let pair = minisign::KeyPair::generate_unencrypted_keypair()?;
    let public = pair.pk.to_box()?.to_string();
    let written = [
        (file.to_owned(), pair.sk.to_box(None)?.to_string(), 0o600),
        (file.with_added_extension("pub"), public.clone(), 0o644),
    ];
    for (path, text, mode) in written {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        let mut made = options.open(&path).with_context(|| path.display().to_string())?;
        std::io::Write::write_all(&mut made, text.as_bytes())?;
    }
    Ok(pair.pk.to_base64())
}

/// That bytes are signed with the secret key of a public one, which is given as a file or in words.
///
/// # Errors
/// Where they are not, or there is no such key.
pub fn check(bytes: &[u8], signature: &str, key: &str) -> anyhow::Result<()> {
    let found = match std::fs::read_to_string(key) {
        Ok(text) => PublicKeyBox::from_string(&text).and_then(PublicKeyBox::into_public_key),
        Err(_) => PublicKey::from_base64(key.trim()),
    };
    let public = found.map_err(|error| {
        let hint = "give a public key of minisign: its file, or the line that begins with RW";
        LakeError::usage(format!("`{key}` is no public key: {error}"), hint.to_owned())
    })?;
    let forged = |error: minisign::PError| {
        LakeError::damaged("the signature", format!("it is not of this key: {error}"))
    };
    let signature = SignatureBox::from_string(signature).map_err(forged)?;
    Ok(minisign::verify(&public, &signature, Cursor::new(bytes), true, false, false)
        .map_err(forged)?)
}
