//! Arguments of `alerts`, and the channels of whoever tells.

use clap::Args;
use std::path::Path;

/// Channels that tell what needs a person. What they name may hold secrets, so it is not shown.
#[derive(Debug, Clone, Args)]
pub struct ChannelArgs {
    /// Address that alerts are posted to as JSON.
    #[arg(long, env = "KORIDOR_ALERT_WEBHOOK", hide_env_values = true, value_name = "URL")]
    pub alert_webhook: Option<String>,
    /// Server that sends alerts by mail: smtps://USER:PASSWORD@HOST or smtp://HOST:PORT.
    #[arg(long, env = "KORIDOR_ALERT_SMTP", hide_env_values = true, value_name = "URL")]
    pub alert_smtp: Option<String>,
    /// Sender of alerts by mail.
    #[arg(long, env = "KORIDOR_ALERT_FROM", value_name = "ADDRESS")]
    pub alert_from: Option<String>,
    /// Who gets alerts by mail; several with a comma between.
    #[arg(long, env = "KORIDOR_ALERT_TO", value_name = "ADDRESS", value_delimiter = ',')]
    pub alert_to: Vec<String>,
    /// List of offices that get the letter of each month by mail, `OFFICE,ADDRESS` a line; without
    /// it none gets one. They go through the server of `--alert-smtp`.
    #[arg(long, env = "KORIDOR_LETTERS_TO", value_name = "FILE")]
    pub letters_to: Option<String>,
    /// Address that is asked after each night that ended (exit code 0 or 3): a monitor that hears
    /// nothing tells of a night that never ran.
    #[arg(long, env = "KORIDOR_HEARTBEAT_URL", hide_env_values = true, value_name = "URL")]
    pub heartbeat_url: Option<String>,
}

impl ChannelArgs {
    /// The list of those who get letters; an empty name is none.
    pub fn letters_list(&self) -> Option<&Path> {
        let name = self.letters_to.as_deref().map(str::trim).filter(|own| !own.is_empty());
        name.map(Path::new)
    }
}

/// Arguments of `alerts`.
#[derive(Debug, Args)]
pub struct AlertsArgs {
    /// Send a trial by each channel, and ask the heartbeat's address.
    #[arg(long)]
    pub test: bool,
    /// Channels.
    #[command(flatten)]
    pub channels: ChannelArgs,
}
