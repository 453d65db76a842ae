//! Mail by SMTP: alerts to the operator, letters to offices.

use crate::args::ChannelArgs;
use crate::attempts::{Failure, several};
use koridor_lake::LakeError;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

/// How long one try may take.
pub const TIMEOUT: Duration = Duration::from_secs(15);

/// A server that sends, and who is the sender.
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// What is sent.
pub struct Letter<'text> {
    subject: &'text str,
    text: &'text str,
    /// Name and bytes of an HTML page.
    page: Option<(&'text str, &'text [u8])>,
    /// What it is called where it may come twice.
    name: Option<String>,
}

impl<'text> Letter<'text> {
    /// A text alone.
    pub fn of_text(subject: &'text str, text: &'text str) -> Self {
        Self { subject, text, page: None, name: None }
    }

    /// With an HTML page beside it.
    pub fn with_page(self, name: &'text str, page: &'text [u8]) -> Self {
        Self { page: Some((name, page)), ..self }
    }

    /// With a name that stays: who gets it twice can tell.
    pub fn named(self, name: String) -> Self {
        Self { name: Some(name), ..self }
    }
}

impl Mail {
    /// The server that arguments name; none where they name none.
    ///
    /// # Errors
    /// Where an address cannot be one.
    pub fn of(args: &ChannelArgs) -> Result<Option<Self>, LakeError> {
        let wrong = |what: &str, example: &str| {
            LakeError::usage(format!("{what} is no address"), format!("for example {example}"))
        };
        let url = args.alert_smtp.as_deref().map(str::trim).filter(|own| !own.is_empty());
        let Some(url) = url else { return Ok(None) };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| wrong("KORIDOR_ALERT_SMTP", "smtps://user:password@mail.example.go.id"))?
            .timeout(Some(TIMEOUT))
            .build();
        let from = args.alert_from.as_deref().and_then(|own| own.trim().parse().ok());
        let from = from.ok_or_else(|| wrong("KORIDOR_ALERT_FROM", "koridor@example.go.id"))?;
        Ok(Some(Self { transport, from }))
    }

    /// Sends a letter to some, in one message.
    ///
    /// # Errors
    /// Where the server does not take it; final where it refuses it, or somebody it is for.
    pub async fn send(&self, to: &[Mailbox], letter: Letter<'_>) -> Result<(), Failure> {
        let name = letter.name.map(|own| format!("<{own}@{}>", self.from.email.domain()));
        let message = Message::builder().from(self.from.clone()).message_id(name);
        let mut message = message.subject(letter.subject);
        for to in to {
            message = message.to(to.clone());
        }
        let message = match letter.page {
            None => message.header(ContentType::TEXT_PLAIN).body(letter.text.to_owned()),
            Some((name, page)) => {
                let page =
                    Attachment::new(name.to_owned()).body(page.to_vec(), ContentType::TEXT_HTML);
                let text = SinglePart::plain(letter.text.to_owned());
                message.multipart(MultiPart::mixed().singlepart(text).singlepart(page))
            }
        };
        let message =
            message.map_err(|error| Failure { is_final: true, words: error.to_string() })?;
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

/// Addresses; none where one of them cannot be one.
pub fn mailboxes(texts: &[String]) -> Option<Vec<Mailbox>> {
    texts.iter().map(|own| own.trim().parse::<Mailbox>().ok()).collect()
}
