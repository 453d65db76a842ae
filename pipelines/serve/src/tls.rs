//! Certificate and key of a door.

use crate::error::ServeError;
use koridor_lake::LakeError;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Where a certificate and its key are, as PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate with those above it.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// What encrypts the connections of a door.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tls(..)")
    }
}

impl Tls {
    /// Reads certificate and key; `protocols` are those that are agreed on (ALPN).
    ///
    /// # Errors
    /// Where one cannot be read or they do not belong together: no door opens without them.
    pub fn of(files: &TlsFiles, protocols: &[&str]) -> Result<Self, ServeError> {
        let failed = |path: &Path, why: String| -> ServeError {
            let hint = "give --tls-cert and --tls-key as PEM files that belong together".to_owned();
            LakeError::usage(format!("{}: {why}", path.display()), hint).into()
        };
        let of_certificate = |why: String| failed(&files.certificate, why);
        let certificates: Vec<CertificateDer<'static>> =
            CertificateDer::pem_file_iter(&files.certificate)
                .and_then(Iterator::collect)
                .map_err(|error| of_certificate(error.to_string()))?;
        if certificates.is_empty() {
            return Err(of_certificate("no certificate in it".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(&files.key)
            .map_err(|error| failed(&files.key, error.to_string()))?;
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map(|own| own.with_no_client_auth())
            .and_then(|own| own.with_single_cert(certificates, key));
        let mut config = config.map_err(|error| of_certificate(error.to_string()))?;
        config.alpn_protocols = protocols.iter().map(|own| own.as_bytes().to_vec()).collect();
        Ok(Self { config: Arc::new(config) })
    }

    #[cfg(any(feature = "flight", feature = "pg"))]
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}
