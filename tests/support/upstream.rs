//! A fake provider on a loopback port, over HTTP/1.1 or over HTTP/2 and TLS, that does what a test tells it, model by model, and writes down what it was
//! asked. What it can do is in [`Reply`]; how bytes come to the socket is in `upstream/serve.rs`.
//!
//! ```no_run
//! # async fn example() {
//! use support::upstream::{Reply, Upstream};
//! let upstream = Upstream::start().await;
//! upstream.on("small").reply(Reply::status(429).retry_after(2)).then(Reply::ok("fine"));
//! upstream.on("large").reply(Reply::stream(["a", "b"]).cut_after(1));
//! // … the test itself …
//! assert_eq!(upstream.hits("small"), 2);
//! upstream.finish().await;
//! # }
//! ```

mod http2;
mod render;
mod reply;
mod serve;
mod wire;

#[cfg(test)]
mod tests;

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use http2::Tls;
pub use reply::Reply;

/// How long [`Upstream::until_hits`] waits before it fails the test.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long nothing is written before [`Upstream::until_stuck`] believes that nothing will be.
const STUCK: Duration = Duration::from_millis(500);

/// A fake provider that runs. Dropped or finished, it stops, and passes on the panics of its connections.
#[derive(Debug)]
pub struct Upstream {
    address: SocketAddr,
    tls: Option<Tls>,
    state: Arc<State>,
    accepting: Mutex<Accepting>,
}

/// Whether somebody listens at the port.
#[derive(Debug)]
enum Accepting {
    Yes(JoinHandle<()>),
    /// The socket keeps the port, so that nobody else can take it, but does not listen.
    No(TcpSocket),
    Stopped,
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its method.
    pub method: Method,
    /// Its path, with the query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// When its last byte arrived.
    pub at: Instant,
    /// When the client was seen to have hung up before the reply was over.
    pub abandoned_at: Option<Instant>,
}

/// What the connections share with the test.
#[derive(Debug, Default)]
struct State {
    requests: Mutex<Vec<Recorded>>,
    forgets: AtomicBool,
    scripts: Mutex<HashMap<String, VecDeque<Reply>>>,
    connections: Mutex<usize>,
    written: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// The replies of one model, in order. The last one is repeated.
#[derive(Debug)]
pub struct Script<'a> {
    upstream: &'a Upstream,
    model: String,
}

impl Upstream {
    /// Starts one that answers every model kindly until it is told otherwise.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Self {
        Self::start_with(None)
    }

    /// Starts one that speaks HTTP/2 over TLS, with a certificate that is its own authority.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start_http2() -> Self {
        Self::start_with(Some(Tls::new()))
    }

    fn start_with(tls: Option<Tls>) -> Self {
        let socket = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let listener = socket.listen(1024).expect("a bound socket can listen");
        let address = listener.local_addr().expect("a listening socket has an address");
        let state = Arc::new(State::default());
        let accepting = Mutex::new(Accepting::Yes(tokio::spawn(accept(listener, tls.clone(), Arc::clone(&state)))));
        Self { address, tls, state, accepting }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the gateway's config takes as its base URL.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.tls {
            None => format!("http://{}/v1", self.address),
            Some(_) => format!("https://localhost:{}/v1", self.address.port()),
        }
    }

    /// The authority of its certificate, where it speaks TLS.
    #[must_use]
    pub fn ca_file(&self) -> Option<PathBuf> {
        self.tls.as_ref().map(Tls::ca_file)
    }

    /// The script of a model, which starts anew.
    pub fn on(&self, model: &str) -> Script<'_> {
        lock(&self.state.scripts).insert(model.to_owned(), VecDeque::new());
        Script { upstream: self, model: model.to_owned() }
    }

    /// From now on keeps the latest request alone, for tests that look at memory.
    pub fn forget_requests(&self) {
        self.state.forgets.store(true, Ordering::Relaxed);
    }

    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.state.requests).clone()
    }

    /// The requests for that model so far.
    #[must_use]
    pub fn requests_for(&self, model: &str) -> Vec<Recorded> {
        self.requests().into_iter().filter(|request| request.model().as_deref() == Some(model)).collect()
    }

    /// How many requests for that model there were so far.
    #[must_use]
    pub fn hits(&self, model: &str) -> usize {
        self.requests_for(model).len()
    }

    /// How many connections it has accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        *lock(&self.state.connections)
    }

    /// How many bytes it has written over HTTP/1.1 so far.
    #[must_use]
    pub fn written(&self) -> usize {
        self.state.written.load(Ordering::Relaxed)
    }

    /// Waits until it could write nothing for a while; what it has written.
    pub async fn until_stuck(&self) -> usize {
        let mut before = (self.written(), Instant::now());
        while before.0 == 0 || before.1.elapsed() < STUCK {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if self.written() != before.0 {
                before = (self.written(), Instant::now());
            }
        }
        before.0
    }

    /// Waits until there were so many requests for that model.
    ///
    /// # Panics
    /// When that takes longer than ten seconds.
    pub async fn until_hits(&self, model: &str, hits: usize) {
        self.until(|upstream| upstream.hits(model) >= hits, "too few requests").await;
    }

    /// Waits until the client has hung up on the last request for that model.
    ///
    /// # Panics
    /// When that takes longer than ten seconds.
    pub async fn until_abandoned(&self, model: &str) {
        let abandoned = |upstream: &Self| upstream.requests_for(model).last().is_some_and(|r| r.abandoned_at.is_some());
        self.until(abandoned, "the client has not hung up").await;
    }

    async fn until(&self, condition: impl Fn(&Self) -> bool, otherwise: &str) {
        let give_up = Instant::now() + PATIENCE;
        while !condition(self) {
            assert!(Instant::now() < give_up, "{otherwise}: {:#?}", self.requests());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Cuts all connections and refuses new ones.
    pub async fn refuse_connections(&self) {
        let before = std::mem::replace(&mut *lock(&self.accepting), Accepting::Stopped);
        if let Accepting::Yes(task) = before {
            stop(task).await;
        }
        *lock(&self.accepting) = Accepting::No(bind(self.address));
    }

    /// Listens again, at the same port.
    ///
    /// # Panics
    /// When it listens already.
    pub fn accept_connections(&self) {
        let mut accepting = lock(&self.accepting);
        let Accepting::No(socket) = std::mem::replace(&mut *accepting, Accepting::Stopped) else {
            panic!("the upstream listens already");
        };
        let listener = socket.listen(1024).expect("a bound socket can listen");
        *accepting = Accepting::Yes(tokio::spawn(accept(listener, self.tls.clone(), Arc::clone(&self.state))));
    }

    /// Stops, and passes on the first panic of a connection.
    pub async fn finish(self) {
        let before = std::mem::replace(&mut *lock(&self.accepting), Accepting::Stopped);
        if let Accepting::Yes(task) = before {
            stop(task).await;
        }
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        if let Accepting::Yes(task) = &*lock(&self.accepting) {
            task.abort();
        }
        let panic = lock(&self.state.panic).take();
        if let Some(panic) = panic.filter(|_| !std::thread::panicking()) {
            std::panic::resume_unwind(panic);
        }
    }
}

impl Script<'_> {
    /// Adds a reply.
    #[allow(clippy::return_self_not_must_use, reason = "a script is written by its side effect")]
    pub fn reply(self, reply: Reply) -> Self {
        lock(&self.upstream.state.scripts).entry(self.model.clone()).or_default().push_back(reply);
        self
    }

    /// Puts this reply in place of all that there were.
    #[allow(clippy::return_self_not_must_use, reason = "a script is written by its side effect")]
    pub fn only(self, reply: Reply) -> Self {
        lock(&self.upstream.state.scripts).insert(self.model.clone(), VecDeque::from([reply]));
        self
    }

    /// Adds another reply, for the next request.
    #[allow(clippy::return_self_not_must_use, reason = "a script is written by its side effect")]
    pub fn then(self, reply: Reply) -> Self {
        self.reply(reply)
    }
}

impl Recorded {
    /// Its body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The model that it asks for.
    #[must_use]
    pub fn model(&self) -> Option<String> {
        self.json().get("model")?.as_str().map(str::to_owned)
    }

    /// Whether it asks for a stream.
    #[must_use]
    pub fn streams(&self) -> bool {
        self.json()["stream"] == true
    }

    /// A header of it, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl State {
    /// Writes a request down; its number.
    fn record(&self, request: Recorded) -> usize {
        let mut requests = lock(&self.requests);
        if self.forgets.load(Ordering::Relaxed) {
            requests.clear();
        }
        requests.push(request);
        requests.len() - 1
    }

    fn record_abandoned(&self, number: usize) {
        if let Some(request) = lock(&self.requests).get_mut(number) {
            request.abandoned_at = Some(Instant::now());
        }
    }

    /// The reply to the next request for a model; the last of its script stays there.
    fn next_reply(&self, model: &str) -> Reply {
        let mut scripts = lock(&self.scripts);
        match scripts.get_mut(model) {
            Some(script) if script.len() > 1 => script.pop_front(),
            Some(script) => script.front().cloned(),
            None => None,
        }
        .unwrap_or_else(|| Reply::ok(&format!("Hello from {model}.")))
    }
}

/// Accepts until it is dropped, and its connections with it.
async fn accept(listener: TcpListener, tls: Option<Tls>, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a loopback listener accepts");
        *lock(&state.connections) += 1;
        connections.spawn(guarded(stream, tls.clone(), Arc::clone(&state)));
        while connections.try_join_next().is_some() {}
    }
}

/// Serves a connection and keeps its panic. The socket closes only after that, so that a test which waits for the
/// answer cannot end before the panic is known.
async fn guarded(mut stream: TcpStream, tls: Option<Tls>, state: Arc<State>) {
    let mut serving: Pin<Box<dyn Future<Output = ()> + Send + '_>> = match tls {
        None => Box::pin(serve::connection(&mut stream, &state)),
        Some(tls) => Box::pin(tls.connection(stream, &state)),
    };
    let served = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| serving.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    });
    if let Err(panic) = served.await {
        lock(&state.panic).get_or_insert(panic);
    }
}

async fn stop(task: JoinHandle<()>) {
    task.abort();
    // The only result is that of the abort, or a panic which tokio has printed.
    let _ = task.await;
}

fn bind(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a process has sockets left");
    socket.set_reuseaddr(true).expect("a new socket takes options");
    socket.bind(address).expect("the loopback port is free");
    socket
}

/// A panic elsewhere does not spoil what the lock guards, and is reported on its own.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
