//! Sockets: accepting, TLS, HTTP/1.1 and HTTP/2, the connection limit, how long a connection is kept, how it closes, and the
//! drain. What is said over them is the handler's business.

mod patience;
mod pulse;
mod refused;
mod staged;
mod unread;

pub use unread::RequestBody;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use prometheus_client::metrics::gauge::Gauge;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::config::Tls;
use crate::downstream::{AnswerBody, BrokenOff};
use patience::Patient;
use pulse::{Allowance, Over, Pulse, UnderWay};
use staged::Staged;

/// A pause after an accept that failed for want of file descriptors: closing connections frees some.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// How often an HTTP/2 connection is asked whether anybody is there.
const PING_EVERY: Duration = Duration::from_secs(20);

/// A listening socket.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    tls: Option<TlsSetup>,
}

#[derive(Clone)]
struct TlsSetup(TlsAcceptor);

impl std::fmt::Debug for TlsSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsSetup(..)")
    }
}

/// A listener that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is taken, not ours, or takes rights.
    #[error("failed to listen on {address}: {source}; {}", refused::advice(*address, source))]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The certificate or its key is unusable.
    #[error("failed to use the TLS certificate `{certificate}` and key `{key}`: {problem}", certificate = .tls.certificate.display(), key = .tls.key.display())]
    Tls {
        /// Which files.
        tls: Tls,
        /// Why.
        problem: String,
    },
}

/// How connections are treated.
#[derive(Debug, Clone)]
pub struct Treatment {
    /// Connections at once.
    pub max_connections: usize,
    /// How long a caller may take to send its head, and the TLS handshake before it.
    pub head_timeout: Duration,
    /// How long a connection is kept on which no request is under way.
    pub keep_alive: Duration,
    /// How long a write may wait for the caller to read.
    pub write_timeout: Duration,
    /// How long open requests may go on after the signal to stop.
    pub drain: Duration,
    /// Counts open connections.
    pub connections: Gauge,
}

/// Finds out whether an address could be listened on, without listening.
///
/// # Errors
/// When it could not.
pub fn try_address(address: SocketAddr) -> Result<(), ListenError> {
    let bind = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(address)
    };
    bind().map_err(|source| ListenError::Bind { address, source })
}

/// Finds out whether TLS could be spoken with these files.
///
/// # Errors
/// When it could not.
pub fn try_tls(tls: &Tls) -> Result<(), ListenError> {
    acceptor(tls).map(drop)
}

impl Listener {
    /// Opens a socket.
    ///
    /// # Errors
    /// When the address or the certificate cannot be used.
    pub async fn bind(address: SocketAddr, tls: Option<&Tls>) -> Result<Self, ListenError> {
        let tls = tls.map(acceptor).transpose()?;
        let socket = TcpListener::bind(address).await.map_err(|source| ListenError::Bind { address, source })?;
        Ok(Self { socket, tls })
    }

    /// Where it listens, with the port that the system chose.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves connections until `stop` says so, then lets open requests end.
    pub async fn serve<H, F>(self, handler: H, treatment: Treatment, mut stop: watch::Receiver<bool>)
    where
        H: Fn(Request<RequestBody>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<AnswerBody>> + Send + 'static,
    {
        let permits = Arc::new(Semaphore::new(treatment.max_connections));
        let mut open = JoinSet::new();
        loop {
            let permit = tokio::select! {
                permit = Arc::clone(&permits).acquire_owned() => permit,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
                    continue;
                }
            };
            let connection = Connection {
                handler: handler.clone(),
                tls: self.tls.clone(),
                treatment: treatment.clone(),
                stop: stop.clone(),
            };
            while open.try_join_next().is_some() {}
            open.spawn(async move {
                let _permit = permit;
                connection.run(stream).await;
            });
        }
        drop(self.socket);
        let ended = async { while open.join_next().await.is_some() {} };
        if tokio::time::timeout(treatment.drain, ended).await.is_err() {
            tracing::warn!("some requests did not end within the drain time and are cut off");
        }
        // Closed in the middle, not ended: no client can take what it has for the whole.
        open.shutdown().await;
    }
}

struct Connection<H> {
    handler: H,
    tls: Option<TlsSetup>,
    treatment: Treatment,
    stop: watch::Receiver<bool>,
}

impl<H, F> Connection<H>
where
    H: Fn(Request<RequestBody>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<AnswerBody>> + Send + 'static,
{
    async fn run(self, stream: TcpStream) {
        // Events are small and must not wait for each other.
        let _ = stream.set_nodelay(true);
        let pulse = Pulse::new();
        let stream = Staged::new(Patient::new(stream, self.treatment.write_timeout), Arc::clone(&pulse));
        self.treatment.connections.inc();
        let connections = self.treatment.connections.clone();
        match &self.tls {
            None => self.speak(TokioIo::new(stream), pulse).await,
            Some(TlsSetup(acceptor)) => {
                let handshake = tokio::time::timeout(self.treatment.head_timeout, acceptor.accept(stream)).await;
                match handshake {
                    Ok(Ok(stream)) => self.speak(TokioIo::new(stream), pulse).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                    Err(_) => tracing::debug!("a TLS handshake took too long"),
                }
            }
        }
        connections.dec();
    }

    async fn speak<I>(self, io: I, pulse: Arc<Pulse>)
    where
        I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
    {
        let Self { handler, treatment, mut stop, .. } = self;
        let mut builder = auto::Builder::new(TokioExecutor::new());
        // Heads are timed by their connection's pulse: hyper would count the time between two requests as well.
        builder.http1().timer(TokioTimer::new()).header_read_timeout(None);
        builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(PING_EVERY));
        pulse.is_ready();
        let beat = Arc::clone(&pulse);
        let service = service_fn(move |request: Request<Incoming>| {
            let under_way = beat.begin(request.version());
            let (request, unread) = unread::hand_over(request);
            let response = handler(request);
            async move {
                let mut response = response.await;
                if let Some(unread) = unread {
                    unread.settle(&mut response, &under_way);
                }
                Ok::<_, Infallible>(response.map(|body| Attended { body, _under_way: under_way }))
            }
        });
        let mut connection = pin!(builder.serve_connection(io, service));
        let allowed = Allowance { between: treatment.keep_alive, head: treatment.head_timeout };
        let (mut over, mut stopped) = (pin!(pulse.until_over(allowed)), pin!(stop.wait_for(|stop| *stop)));
        let (mut is_over, mut is_stopped) = (false, false);
        loop {
            tokio::select! {
                biased;
                result = connection.as_mut() => {
                    if let Err(error) = result {
                        tracing::debug!(error = &*error, "a connection ended with an error");
                    }
                    return;
                }
                why = over.as_mut(), if !is_over => match why {
                    Over::Headless => {
                        tracing::debug!("a connection brought no request in time and is closed");
                        return;
                    }
                    Over::Idle => is_over = true,
                },
                _ = stopped.as_mut(), if !is_stopped => is_stopped = true,
            }
            // What is under way ends, and nothing new begins.
            connection.as_mut().graceful_shutdown();
        }
    }
}

/// The body of an answer, whose request is under way for as long as there is one.
struct Attended {
    body: AnswerBody,
    _under_way: UnderWay,
}

impl Body for Attended {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn acceptor(tls: &Tls) -> Result<TlsSetup, ListenError> {
    let failed = |problem: String| ListenError::Tls { tls: tls.clone(), problem };
    let of_file = |path: &Path, error: pem::Error| failed(format!("`{}`: {}", path.display(), what_is_wrong(&error)));
    let chain: Vec<_> = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(Iterator::collect)
        .map_err(|error| of_file(&tls.certificate, error))?;
    if chain.is_empty() {
        return Err(of_file(&tls.certificate, pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| of_file(&tls.key, error))?;
    let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| failed(format!("the two do not go together: {error}")))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsSetup(TlsAcceptor::from(Arc::new(config))))
}

fn what_is_wrong(error: &pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => "it holds none (PEM begins with `-----BEGIN`)".to_owned(),
        pem::Error::Io(error) => error.to_string(),
        error => error.to_string(),
    }
}
