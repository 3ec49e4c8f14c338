//! What commands say to a gateway that runs: requests to its admin side, over HTTP on a connection of their own.

use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::Place;

/// The longest that an answer may take: an admission may use the whole of `engine.admission_time`, and one in front of it too.
const TIME: Duration = Duration::from_secs(300);

/// What is said where no token was given.
pub(super) const NO_TOKEN: &str = "the admin token is missing: set FINGERPOST_ADMIN_TOKEN, or give --token. The gateway printed \
                                   it at its first start; if it is lost, stop the gateway, delete admin-token.sha256 in its data \
                                   folder, and start it again";

/// Which gateway, and who speaks to it.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct GatewayArgs {
    #[command(flatten)]
    side: SideArgs,
    /// The admin token, which the gateway printed at its first start
    #[arg(long, env = "FINGERPOST_ADMIN_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

/// Where a gateway's admin side is, and who asks there.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct SideArgs {
    #[command(flatten)]
    place: Place,
    /// Its admin side [default: `admin.listen` of the config]
    #[arg(long, value_name = "URL", env = "FINGERPOST_ADMIN")]
    admin: Option<String>,
    /// Who asks, as the audit shall say; without it, the user of this command
    #[arg(long, env = "USER", default_value_t = user())]
    by: String,
}

/// What a gateway says in place of doing what it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.0["error"]["message"].as_str().unwrap_or("the gateway refused, and does not say why"))]
pub(super) struct Refused(pub(super) Value);

impl GatewayArgs {
    /// The gateway with this admin side, and the token for it.
    pub(super) fn at(side: &SideArgs, token: &str) -> Self {
        Self { side: side.clone(), token: Some(token.to_owned()) }
    }

    /// Asks for something about a route's policy, and gives the answer. `path` follows the route's name; what stands in `query` is
    /// escaped here.
    pub(super) fn ask(
        &self,
        method: Method,
        route: &str,
        path: &str,
        query: &[(&str, &str)],
        body: Bytes,
    ) -> anyhow::Result<Value> {
        self.ask_with(method, route, path, query, (body, "application/octet-stream"))
    }

    /// The same with a body of JSON, about the policy itself.
    pub(super) fn ask_with_json(
        &self,
        method: Method,
        route: &str,
        query: &[(&str, &str)],
        body: &Value,
    ) -> anyhow::Result<Value> {
        self.ask_with(method, route, "", query, (body.to_string().into(), "application/json"))
    }

    fn ask_with(
        &self,
        method: Method,
        route: &str,
        path: &str,
        query: &[(&str, &str)],
        body: (Bytes, &'static str),
    ) -> anyhow::Result<Value> {
        let token = self.token.as_deref().map(str::trim).filter(|token| !token.is_empty()).context(NO_TOKEN)?;
        let by = if self.side.by.is_empty() { user() } else { self.side.by.clone() };
        let query: Vec<_> = [("by", by.as_str())].iter().chain(query).map(pair).collect();
        let path = format!("/admin/v1/routes/{}/policy{path}?{}", escaped(route, b"/"), query.join("&"));
        let asked = async { tokio::time::timeout(TIME, self.send(method, &path, token, body)).await };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(asked).context("the gateway took longer than five minutes")?
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: &str,
        (body, kind): (Bytes, &'static str),
    ) -> anyhow::Result<Value> {
        let authority = self.side.authority()?;
        let connect = || format!("failed to reach the admin side at {authority}: is the gateway running?");
        let stream = TcpStream::connect(&authority).await.with_context(connect)?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &authority)
            .header(CONTENT_TYPE, kind)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .body(Full::new(body))?;
        let exchange = async move {
            let response = sender.send_request(request).await?;
            let status = response.status();
            // The connection ends with its last sender, which ends with this.
            Ok::<_, hyper::Error>((status, response.into_body().collect().await?.to_bytes()))
        };
        let (answered, _) = tokio::join!(exchange, connection);
        let (status, body) = answered.with_context(|| format!("the admin side at {authority} broke off"))?;
        let said: Value = serde_json::from_slice(&body)
            .with_context(|| format!("what answers at {authority} is no admin side of a gateway"))?;
        if status == StatusCode::UNAUTHORIZED {
            bail!(
                "the gateway at {authority} does not take this admin token: give the one that it printed at its first start, as \
                 FINGERPOST_ADMIN_TOKEN or --token"
            );
        }
        if !status.is_success() {
            return Err(Refused(said).into());
        }
        Ok(said)
    }
}

impl SideArgs {
    /// Host and port of the admin side.
    fn authority(&self) -> anyhow::Result<String> {
        let Some(admin) = &self.admin else {
            return Ok(self.place.look()?.admin.listen.to_string());
        };
        let uri: Uri = admin.parse().with_context(|| format!("{admin:?} is no address of an admin side"))?;
        if uri.scheme_str().is_some_and(|scheme| scheme != "http") {
            bail!("{admin:?} begins with https, which the admin side does not speak: write http://HOST:PORT");
        }
        let authority = uri.authority().with_context(|| format!("{admin:?} names no host: write http://HOST:PORT"))?;
        Ok(if authority.port().is_some() { authority.to_string() } else { format!("{authority}:80") })
    }
}

/// The user of this command, where the environment does not name one: in a container it often does not.
pub(super) fn user() -> String {
    if let Some(name) = std::env::var("LOGNAME").ok().filter(|name| !name.is_empty()) {
        return name;
    }
    #[cfg(unix)]
    {
        let id = rustix::process::getuid().as_raw();
        let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        name_of(id, &users).unwrap_or_else(|| format!("uid {id}"))
    }
    #[cfg(not(unix))]
    "unknown".to_owned()
}

/// The name of the user with this number, in the lines of `/etc/passwd`: name, password, number and so on.
#[cfg(unix)]
fn name_of(id: u32, users: &str) -> Option<String> {
    let is_it = |fields: &Vec<&str>| fields.get(2).and_then(|field| field.parse().ok()) == Some(id);
    let found = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(is_it)?;
    found.first().filter(|name| !name.is_empty()).map(|name| (*name).to_owned())
}

fn pair((name, value): &(&str, &str)) -> String {
    format!("{name}={}", escaped(value, b""))
}

/// A text as a part of an address; the bytes of `kept` stay what they are.
fn escaped(text: &str, kept: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || kept.contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escaped, name_of, user};

    #[test]
    fn whoever_asks_has_a_name() {
        let users = "root:x:0:0:root:/root:/bin/bash\nbroken\nann:x:1000:1000::/home/ann:/bin/sh\n";
        assert_eq!([0, 1000, 7].map(|id| name_of(id, users)), [Some("root".into()), Some("ann".into()), None]);
        assert!(!user().is_empty() && user() != "unknown");
    }

    #[test]
    fn what_means_something_in_an_address_is_escaped() {
        assert_eq!(escaped("5% &é", b""), "5%25%20%26%C3%A9");
        assert_eq!(escaped("team/route", b"/"), "team/route");
    }
}
