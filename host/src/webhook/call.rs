//! One call of a webhook: resolve, check, connect, send, look at the status. Redirects are not followed, and of the answer
//! nothing is read.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hmac::{Hmac, Mac};
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use sha2::Sha256;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::address::is_public;
use crate::config::{Secret, Webhook};
use crate::gateway::now_ms;
use crate::store::Due;

/// How long a call may take, the resolving of the name included.
const TIME: Duration = Duration::from_secs(10);

/// A call that was not made, or not well received.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error("the config has no webhook of this name")]
    NoWebhook,
    #[error("the address of the webhook cannot be used")]
    BadAddress,
    #[error("the name of the webhook leads to private addresses only, and `allow_private` is not set")]
    Private,
    #[error("failed to reach the webhook: {0}")]
    Connect(#[from] io::Error),
    #[error("failed to call the webhook: {0}")]
    Http(#[from] hyper::Error),
    #[error("the webhook answered with status {0}")]
    Status(StatusCode),
    #[error("the webhook took longer than {} s", TIME.as_secs())]
    TimedOut,
}

/// Makes the call.
pub(super) async fn call(webhook: &Webhook, due: &Due, tls: &Arc<ClientConfig>) -> Result<(), CallError> {
    let status = tokio::time::timeout(TIME, send(webhook, due, tls)).await.map_err(|_| CallError::TimedOut)??;
    if status.is_success() { Ok(()) } else { Err(CallError::Status(status)) }
}

async fn send(webhook: &Webhook, due: &Due, tls: &Arc<ClientConfig>) -> Result<StatusCode, CallError> {
    let host = webhook.url.host().ok_or(CallError::BadAddress)?.trim_matches(['[', ']']);
    let is_tls = webhook.url.scheme_str() == Some("https");
    let port = webhook.url.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    let stream = connect(host, port, webhook.allow_private).await?;
    let request = request(webhook, due)?;
    if is_tls {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| CallError::BadAddress)?;
        exchange(TlsConnector::from(Arc::clone(tls)).connect(name, stream).await?, request).await
    } else {
        exchange(stream, request).await
    }
}

/// Connects to the first of the name's addresses that may be called and can be reached.
async fn connect(host: &str, port: u16, allow_private: bool) -> Result<TcpStream, CallError> {
    let addresses = tokio::net::lookup_host((host, port)).await?;
    let allowed = |address: &SocketAddr| allow_private || is_public(address.ip());
    let mut last = CallError::Private;
    for address in addresses.filter(allowed) {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

fn request(webhook: &Webhook, due: &Due) -> Result<Request<Full<Bytes>>, CallError> {
    let bad = |_| CallError::BadAddress;
    let path = webhook.url.path_and_query().map_or("/", |path| path.as_str());
    let authority = webhook.url.authority().ok_or(CallError::BadAddress)?;
    let mut request = Request::new(Full::new(Bytes::from(due.body.clone())));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = path.parse().map_err(|_| CallError::BadAddress)?;
    let headers = request.headers_mut();
    headers.insert(HOST, HeaderValue::from_str(authority.as_str()).map_err(bad)?);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("fingerpost/", env!("CARGO_PKG_VERSION"))));
    headers.insert("x-fingerpost-event", HeaderValue::from_str(&due.id).map_err(bad)?);
    let signature = signature(&webhook.secret, now_ms() / 1000, &due.body);
    headers.insert("x-fingerpost-signature", HeaderValue::from_str(&signature).map_err(bad)?);
    Ok(request)
}

/// `t=<Unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">`: the time is signed too, so that an old call cannot be played again.
fn signature(secret: &Secret, seconds: u64, body: &str) -> String {
    use std::fmt::Write;
    let mut text = format!("t={seconds},v1=");
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { return text };
    mac.update(format!("{seconds}.{body}").as_bytes());
    for byte in mac.finalize().into_bytes() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<StatusCode, CallError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let mut connection = std::pin::pin!(connection);
    let mut response = std::pin::pin!(sender.send_request(request));
    // One future for both, so that nothing of the connection is left when the call is over. It may end with the answer.
    tokio::select! {
        biased;
        response = &mut response => return Ok(response?.status()),
        ended = &mut connection => ended?,
    }
    Ok(response.await?.status())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_time_and_body() {
        // As `printf '1.{}' | openssl dgst -sha256 -hmac key` prints it.
        let expected = "t=1,v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224";
        assert_eq!(signature(&Secret::new("key"), 1, "{}"), expected);
    }
}
