//! The channels of alerts: a webhook, mail, and a heartbeat.
//!
//! Each is tried a few times. What goes wrong is told without the address, which may hold a secret.

use crate::args::ChannelArgs;
use koridor_lake::LakeError;
use koridor_publish::alerts::{Alert, Sender};
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use reqwest::{Client, StatusCode, Url};
use std::time::Duration;

/// Waiting before each further try.
const AGAIN: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// How long one try may take.
const TIMEOUT: Duration = Duration::from_secs(15);

const WEBHOOK: &str = "webhook";
const MAIL: &str = "mail";

/// Channels that are set.
pub struct Channels {
    client: Client,
    webhook: Option<Url>,
    mail: Option<Mail>,
    heartbeat: Option<Url>,
}

struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
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
            mail: args.alert_smtp.as_deref().map(|url| Mail::of(url, args)).transpose()?,
            heartbeat: address(args.heartbeat_url.as_deref(), "KORIDOR_HEARTBEAT_URL")?,
        })
    }

    /// Asks the heartbeat's address, where there is one.
    ///
    /// # Errors
    /// In words, where it does not answer.
    pub async fn beat(&self) -> Result<bool, String> {
        let Some(url) = &self.heartbeat else { return Ok(false) };
        several(|| asked(self.client.get(url.clone()))).await.map(|()| true)
    }

    async fn post(&self, url: &Url, alert: &Alert) -> Result<(), String> {
        let body = serde_json::to_vec(alert).map_err(|error| error.to_string())?;
        several(|| {
            let request = self.client.post(url.clone());
            let request = request.header("content-type", "application/json");
            asked(request.body(body.clone()))
        })
        .await
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
            (MAIL, _, Some(mail)) => mail.send(alert).await,
            _ => Err("there is no such channel".to_owned()),
        }
    }
}

impl Mail {
    fn of(url: &str, args: &ChannelArgs) -> Result<Self, LakeError> {
        let wrong = |what: &str, example: &str| {
            LakeError::usage(format!("{what} is no address"), format!("for example {example}"))
        };
        let mailbox = |text: &str| text.trim().parse::<Mailbox>().ok();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| wrong("KORIDOR_ALERT_SMTP", "smtps://user:password@mail.example.go.id"))?
            .timeout(Some(TIMEOUT))
            .build();
        let from = args.alert_from.as_deref().and_then(mailbox);
        let from = from.ok_or_else(|| wrong("KORIDOR_ALERT_FROM", "koridor@example.go.id"))?;
        let to: Option<Vec<Mailbox>> = args.alert_to.iter().map(|own| mailbox(own)).collect();
        let to = to.filter(|own| !own.is_empty());
        let to = to.ok_or_else(|| wrong("KORIDOR_ALERT_TO", "operator@example.go.id"))?;
        Ok(Self { transport, from, to })
    }

    async fn send(&self, alert: &Alert) -> Result<(), String> {
        let mut message = Message::builder().from(self.from.clone()).subject(alert.subject.clone());
        for to in &self.to {
            message = message.to(to.clone());
        }
        let message = message.body(alert.text.clone()).map_err(|error| error.to_string())?;
        several(|| async {
            let sent = self.transport.send(message.clone()).await;
            sent.map(|_| ()).map_err(|error| Failure {
                is_final: error.is_permanent(),
                words: error.to_string(),
            })
        })
        .await
    }
}

/// Why a try failed.
struct Failure {
    /// Whether another try is of no use.
    is_final: bool,
    words: String,
}

/// Tries a few times.
async fn several<Try, Tried>(attempt: Try) -> Result<(), String>
where
    Try: Fn() -> Tried,
    Tried: Future<Output = Result<(), Failure>>,
{
    let mut waits = AGAIN.iter();
    loop {
        let Err(failure) = attempt().await else { return Ok(()) };
        match waits.next() {
            Some(wait) if !failure.is_final => tokio::time::sleep(*wait).await,
            _ => return Err(failure.words),
        }
    }
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
