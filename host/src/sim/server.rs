//! The sockets of a simulated provider: listening, refusing and cutting connections as its condition says. What a
//! request is answered is left to `respond.rs`.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::respond::respond;
use super::{Condition, SimControl, SimModel};
use crate::config::Simulation;

/// Connections that wait to be accepted: enough for a load test that opens all of its own at once.
const BACKLOG: u32 = 1024;

/// The pause after a failed accept, which mostly means that the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A simulated provider that runs. Dropping it stops it.
#[derive(Debug)]
pub struct SimProvider {
    base_url: http::Uri,
    control: SimControl,
    task: JoinHandle<io::Result<()>>,
}

/// What all connections of a provider share.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) name: String,
    pub(super) behaviour: Simulation,
    pub(super) models: Vec<SimModel>,
    pub(super) control: SimControl,
    /// How many answers it has begun.
    pub(super) answers: AtomicU64,
}

/// Starts a provider on a free loopback port.
///
/// # Errors
/// When no port can be had.
pub async fn start(name: &str, behaviour: &Simulation, models: Vec<SimModel>) -> io::Result<SimProvider> {
    start_on(0, name, behaviour, models).await
}

/// Starts a provider on that loopback port; 0 is any free one.
///
/// # Errors
/// When the port cannot be had.
pub async fn start_on(port: u16, name: &str, behaviour: &Simulation, models: Vec<SimModel>) -> io::Result<SimProvider> {
    let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    let base_url = loopback_base_url(address)?;
    let control = SimControl::new();
    let provider = Provider {
        name: name.to_owned(),
        behaviour: behaviour.clone(),
        models,
        control: control.clone(),
        answers: AtomicU64::new(0),
    };
    let task = tokio::spawn(serve(Arc::new(provider), listener, address));
    Ok(SimProvider { base_url, control, task })
}

impl SimProvider {
    /// What an OpenAI client takes as its base URL.
    #[must_use]
    pub fn base_url(&self) -> http::Uri {
        self.base_url.clone()
    }

    /// The handle that changes its condition.
    #[must_use]
    pub fn control(&self) -> SimControl {
        self.control.clone()
    }

    /// Stops it and cuts its connections. Returns when its port is free.
    pub async fn stop(mut self) {
        self.task.abort();
        // The only result is that of the abort.
        let _ = (&mut self.task).await;
    }
}

impl Drop for SimProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The base URL of a server at that address.
pub(super) fn loopback_base_url(address: SocketAddr) -> io::Result<http::Uri> {
    let url = http::Uri::builder().scheme("http").authority(address.to_string()).path_and_query("/v1").build();
    url.map_err(io::Error::other)
}

/// Listens while the provider is not down. While it is, the port stays bound, but nobody listens: connections are
/// refused, and no other process can take the port.
async fn serve(provider: Arc<Provider>, mut listener: TcpListener, address: SocketAddr) -> io::Result<()> {
    let mut condition = provider.control.watch();
    loop {
        tokio::select! {
            () = accept(&provider, &listener) => {}
            () = until(&mut condition, |now| now == Condition::Down) => {}
        }
        drop(listener);
        let closed = bind(address)?;
        until(&mut condition, |now| now != Condition::Down).await;
        listener = closed.listen(BACKLOG)?;
    }
}

/// Serves connections until it is dropped, and they with it.
async fn accept(provider: &Arc<Provider>, listener: &TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(Arc::clone(provider), stream));
            }
            Err(error) => {
                tracing::warn!(%error, provider = provider.name, "a simulated provider failed to accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(provider: Arc<Provider>, stream: TcpStream) {
    // Tokens leave one by one; waiting for more would add 40 ms to each.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(|request| {
        let provider = Arc::clone(&provider);
        async move { Ok::<_, Infallible>(respond(&provider, request).await) }
    });
    let served = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        // Callers hang up, and cut streams end here as well.
        tracing::debug!(%error, provider = provider.name, "a connection to a simulated provider broke");
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Connections of the time before may linger on the port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Waits for such a condition; for ever, if nobody is left who could set it.
async fn until(condition: &mut watch::Receiver<Condition>, wanted: impl Fn(Condition) -> bool) {
    let nobody_left = condition.wait_for(|now| wanted(*now)).await.is_err();
    if nobody_left {
        std::future::pending::<()>().await;
    }
}
