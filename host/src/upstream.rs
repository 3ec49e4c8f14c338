//! The only HTTP client: pooled connections to providers, and what a failed send means. It knows nothing of dialects.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{HttpConnector, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;

use crate::outcome::{Failure, Kind, Phase};

/// How long an idle connection is kept: less than the 60 s after which common load balancers close theirs, so that we
/// seldom send into a connection that is just being closed.
const POOL_IDLE: Duration = Duration::from_secs(50);

/// How long a connection may take at the most, whatever an attempt's limits say; the pool goes on connecting for the next
/// request when an attempt has given up.
const CONNECT_AT_MOST: Duration = Duration::from_secs(30);

/// The client.
#[derive(Debug, Clone)]
pub struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
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
    /// A client with an empty pool. It trusts the system's certificate authorities.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new() -> io::Result<Self> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_AT_MOST));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_native_roots()?
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .build(connector);
        Ok(Self { client })
    }

    /// Sends a request and waits for the head of its response.
    ///
    /// # Errors
    /// With the failure of the attempt, when there is no head in time.
    pub async fn send(
        &self,
        mut request: Request<Full<Bytes>>,
        deadlines: Deadlines,
    ) -> Result<Response<Incoming>, Failure> {
        let connection = capture_connection(&mut request);
        let mut response = std::pin::pin!(self.client.request(request));
        let timer = tokio::time::sleep_until(deadlines.connect.min(deadlines.head).min(deadlines.total));
        let mut timer = std::pin::pin!(timer);
        loop {
            tokio::select! {
                biased;
                answer = &mut response => return answer.map_err(|error| explain(&error)),
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

/// What a failed send means.
fn explain(error: &hyper_util::client::legacy::Error) -> Failure {
    let detail = chain(error);
    if error.is_connect() {
        let kind = match find_io(error) {
            _ if detail.contains("dns error") => Kind::Dns,
            Some(io::ErrorKind::ConnectionRefused) => Kind::ConnectRefused,
            Some(io::ErrorKind::TimedOut) => Kind::ConnectTimeout,
            _ if has::<rustls::Error>(error) => Kind::Tls,
            _ => Kind::ConnectFailed,
        };
        return Failure::new(kind, Phase::Connect, detail);
    }
    interrupted(error, Phase::Head)
}

/// What an error on an established connection means.
#[must_use]
pub fn interrupted(error: &(dyn StdError + 'static), phase: Phase) -> Failure {
    let detail = chain(error);
    let kind = if detail.contains("refused stream") { Kind::RefusedStream } else { Kind::Reset };
    Failure::new(kind, phase, detail)
}

fn sources<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// An error with all of its causes, which is where the useful words are.
fn chain(error: &(dyn StdError + 'static)) -> String {
    sources(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn has<E: StdError + 'static>(error: &(dyn StdError + 'static)) -> bool {
    sources(error).any(|error| {
        error.is::<E>()
            || error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).is_some_and(|inner| inner.is::<E>())
    })
}

fn find_io(error: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    sources(error).find_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind)
}
