//! The channels of alerts: a webhook, mail, and a heartbeat.
//!
//! Each is tried a few times. What goes wrong is told without the address, which may hold a secret.

use crate::args::ChannelArgs;
use crate::attempts::{Failure, several};
use crate::mail::{Letter, Mail, TIMEOUT, mailboxes};
use koridor_lake::LakeError;
use koridor_publish::alerts::{Alert, Sender};
use lettre::message::Mailbox;
use reqwest::{Client, StatusCode, Url};
use std::time::Duration;

const WEBHOOK: &str = "webhook";
const MAIL: &str = "mail";

/// Channels that are set.
pub struct Channels {
    client: Client,
    webhook: Option<Url>,
    mail: Option<AlertMail>,
    heartbeat: Option<Url>,
}

struct AlertMail {
    mail: Mail,
    to: Vec<Mailbox>,
}

impl Channels {
    /// The channels that arguments name.
    ///
    /// # Errors
    /// Where an address cannot be one.
    pub fn of(args: &ChannelArgs) -> Result<Self, LakeError> {
        let client = Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(Duration::from_secs(5))
            .user_agent(concat!("koridor/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| LakeError::usage("no connection can be made", None))?;
        Ok(Self {
            client,
            webhook: address(args.alert_webhook.as_deref(), "KORIDOR_ALERT_WEBHOOK")?,
            mail: alert_mail(args)?,
            heartbeat: address(args.heartbeat_url.as_deref(), "KORIDOR_HEARTBEAT_URL")?,
        })
    }

    /// Asks the heartbeat's address, where there is one.
    ///
    /// # Errors
    /// In words, where it does not answer.
    pub async fn beat(&self) -> Result<bool, String> {
        let Some(url) = &self.heartbeat else { return Ok(false) };
        let asked = several(|| asked(self.client.get(url.clone()))).await;
        asked.map(|()| true).map_err(|own| own.words)
    }

    async fn post(&self, url: &Url, alert: &Alert) -> Result<(), String> {
        let body = serde_json::to_vec(alert).map_err(|error| error.to_string())?;
        several(|| {
            let request = self.client.post(url.clone());
            let request = request.header("content-type", "application/json");
            asked(request.body(body.clone()))
        })
        .await
        .map_err(|own| own.words)
    }
}

impl Sender for Channels {
    fn channels(&self) -> Vec<String> {
        let webhook = self.webhook.as_ref().map(|_| WEBHOOK.to_owned());
        let mail = self.mail.as_ref().map(|_| MAIL.to_owned());
        webhook.into_iter().chain(mail).collect()
    }

    async fn send(&mut self, channel: &str, alert: &Alert) -> Result<(), String> {
        match (channel, &self.webhook, &self.mail) {
            (WEBHOOK, Some(url), _) => self.post(url, alert).await,
            (MAIL, _, Some(own)) => {
                let letter = Letter::of_text(&alert.subject, &alert.text);
                own.mail.send(&own.to, letter).await.map_err(|own| own.words)
            }
            _ => Err("there is no such channel".to_owned()),
        }
    }
}

fn alert_mail(args: &ChannelArgs) -> Result<Option<AlertMail>, LakeError> {
    let Some(mail) = Mail::of(args)? else { return Ok(None) };
    let to = mailboxes(&args.alert_to);
    if to.as_ref().is_some_and(Vec::is_empty) && args.letters_list().is_some() {
        return Ok(None);
    }
    let to = to.filter(|own| !own.is_empty()).ok_or_else(|| {
        let hint = "for example operator@example.go.id".to_owned();
        LakeError::usage("KORIDOR_ALERT_TO is no address", hint)
    })?;
    Ok(Some(AlertMail { mail, to }))
}

/// Sends a request; an answer that says it was wrong is not asked for again.
async fn asked(request: reqwest::RequestBuilder) -> Result<(), Failure> {
    let answer = request.send().await.map_err(|error| Failure {
        is_final: error.is_builder(),
        words: error.without_url().to_string(),
    })?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let is_passing = status.is_server_error()
        || [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].contains(&status);
    Err(Failure { is_final: !is_passing, words: format!("it answers {status}") })
}

fn address(text: Option<&str>, name: &str) -> Result<Option<Url>, LakeError> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let url = Url::parse(text.trim()).ok();
    let url = url.filter(|url| ["http", "https"].contains(&url.scheme()));
    let wrong = || {
        let hint = "for example https://example.org/hook".to_owned();
        LakeError::usage(format!("{name} is no address of the web"), hint)
    };
    url.ok_or_else(wrong).map(Some)
}
