//! The only HTTP client: pooled connections to providers, and what becomes of a request on its way to one. It knows nothing
//! of dialects. What an error means is in `upstream/fault.rs`; `upstream/body.rs` hands out the answer's body.

mod body;
mod decode;
mod dial;
mod fault;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{HttpConnector, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use prometheus_client::metrics::counter::Counter;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use tokio::time::Instant;

pub use body::{Body, BodyError};
pub use decode::DecodeError;
pub use dial::Indoors;
pub use fault::interrupted;

use crate::outcome::{Failure, Kind, Phase};
use dial::Dial;

/// How long an idle connection is kept: less than the 60 s after which common load balancers close theirs, so that we
/// seldom send into a connection that is just being closed.
const POOL_IDLE: Duration = Duration::from_secs(50);

/// How long a connection may take at the most, whatever an attempt's limits say; the pool goes on connecting for the next
/// request when an attempt has given up.
const CONNECT_AT_MOST: Duration = Duration::from_secs(30);

/// The most headers of an answer over HTTP/1.1. Proxies in a row add dozens each, and hyper stops at a hundred.
const MOST_HEADERS: usize = 1_024;

/// The largest head of an answer over HTTP/2, in bytes: about what hyper takes over HTTP/1.1.
const HEADER_BYTES: u32 = 400 << 10;

/// The client.
#[derive(Debug, Clone)]
pub struct Upstream {
    client: Client<HttpsConnector<Dial>, Full<Bytes>>,
}

/// The instants by which a connection and a head must be there.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// For the connection.
    pub connect: Instant,
    /// For the response's head.
    pub head: Instant,
    /// For everything: whichever of the others would be later is cut to it.
    pub total: Instant,
}

impl Upstream {
    /// A client with an empty pool. It trusts the system's certificate authorities and these.
    ///
    /// # Errors
    /// When there are none.
    pub fn new(authorities: &[CertificateDer<'static>]) -> io::Result<Self> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_AT_MOST));
        Ok(Self::dialling(Dial::Network(http), trusting(authorities)?))
    }

    /// A client of providers within the process. It trusts nobody, so that it speaks plain HTTP only.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn indoors(providers: Indoors) -> io::Result<Self> {
        let tls = client_tls()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
        Ok(Self::dialling(Dial::Indoors(providers), tls))
    }

    fn dialling(dial: Dial, tls: rustls::ClientConfig) -> Self {
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(dial);
        // The pool sends a request again, on another connection, where the one that it had taken closed before a byte of
        // the request was written, and only then.
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .retry_canceled_requests(true)
            .http1_max_headers(MOST_HEADERS)
            .http2_max_header_list_size(HEADER_BYTES)
            .build(connector);
        Self { client }
    }

    /// Sends a request and waits for the head of its response. A request that the provider certainly has not processed,
    /// since it refused the stream or closed the connection before it, is made and sent once more, which is counted:
    /// providers close connections whenever they like, and that is no failure.
    ///
    /// # Errors
    /// With the failure of the attempt, when there is no head in time.
    pub async fn deliver(
        &self,
        request: impl Fn() -> Request<Full<Bytes>>,
        resends: &Counter,
        deadlines: Deadlines,
    ) -> Result<Response<Body>, Failure> {
        let patience = deadlines.connect.saturating_duration_since(Instant::now());
        match self.send(request(), deadlines).await {
            Err(failure) if fault::is_untouched(&failure) => {
                resends.inc();
                let connect = Instant::now() + patience;
                self.send(request(), Deadlines { connect, ..deadlines }).await
            }
            sent => sent,
        }
    }

    /// Sends a request and waits for the head of its response.
    ///
    /// # Errors
    /// With the failure, when there is no head in time.
    pub async fn send(
        &self,
        mut request: Request<Full<Bytes>>,
        deadlines: Deadlines,
    ) -> Result<Response<Body>, Failure> {
        let connection = capture_connection(&mut request);
        let mut response = std::pin::pin!(self.client.request(request));
        let timer = tokio::time::sleep_until(deadlines.connect.min(deadlines.head).min(deadlines.total));
        let mut timer = std::pin::pin!(timer);
        loop {
            tokio::select! {
                biased;
                answer = &mut response => {
                    let (head, incoming) = answer.map_err(|error| fault::explain(&error))?.into_parts();
                    let body = Body::of(&head.headers, incoming);
                    return Ok(Response::from_parts(head, body));
                }
                () = &mut timer => {}
            }
            let connected = connection.connection_metadata().is_some();
            let late = |kind, phase| Err(Failure::new(kind, phase, "no answer within the attempt's limit"));
            let now = Instant::now();
            if now >= deadlines.total {
                return late(Kind::TotalTimeout, if connected { Phase::Head } else { Phase::Connect });
            }
            if !connected {
                return late(Kind::ConnectTimeout, Phase::Connect);
            }
            if now >= deadlines.head {
                return late(Kind::FirstByteTimeout, Phase::Head);
            }
            timer.as_mut().reset(deadlines.head.min(deadlines.total));
        }
    }
}

/// TLS towards others: the system's certificate authorities and these are trusted.
///
/// # Errors
/// When there are none.
pub fn trusting(authorities: &[CertificateDer<'static>]) -> io::Result<rustls::ClientConfig> {
    Ok(client_tls()?.with_root_certificates(roots(authorities)?).with_no_client_auth())
}

fn client_tls() -> io::Result<rustls::ConfigBuilder<rustls::ClientConfig, rustls::WantsVerifier>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    builder.with_safe_default_protocol_versions().map_err(io::Error::other)
}

/// The system's certificate authorities and these. One of the system's that cannot be read is left out.
fn roots(authorities: &[CertificateDer<'static>]) -> io::Result<RootCertStore> {
    let system = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(system.certs);
    for authority in authorities {
        roots.add(authority.clone()).map_err(io::Error::other)?;
    }
    if roots.is_empty() {
        let why = system.errors.first().map_or_else(String::new, |error| format!(": {error}"));
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("the system has none{why}")));
    }
    Ok(roots)
}
