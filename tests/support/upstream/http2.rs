//! A connection of a fake provider that speaks HTTP/2 over TLS: its own few frames (RFC 9113), so that it can refuse a
//! stream, go away and break off at any of them. Of requests it reads the bodies and no headers; it answers one after the
//! other, without pauses.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::render::{self, Step};
use super::reply::{Content, Reply};
use super::{Recorded, State};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// The largest frame that everybody takes.
const FRAME: usize = 16_384;
/// Large enough for any request of a test.
const WINDOW: u32 = 1 << 26;

/// The types of frames.
#[derive(Debug, Clone, Copy)]
enum Type {
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
}

/// A certificate for `localhost`, which is its own authority.
#[derive(Clone)]
pub(super) struct Tls {
    acceptor: TlsAcceptor,
    ca: Arc<tempfile::NamedTempFile>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("ca", &self.ca.path()).finish_non_exhaustive()
    }
}

impl Tls {
    pub(super) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made");
        let ca = tempfile::Builder::new().suffix(".pem").tempfile().expect("a file can be made");
        std::fs::write(&ca, made.cert.pem()).expect("it can be written");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key))
            .expect("the certificate is good");
        config.alpn_protocols = vec![b"h2".to_vec()];
        Self { acceptor: TlsAcceptor::from(Arc::new(config)), ca: Arc::new(ca) }
    }

    pub(super) fn ca_file(&self) -> PathBuf {
        Path::to_path_buf(self.ca.path())
    }

    /// Serves a connection until a reply or the client ends it.
    pub(super) async fn connection(self, stream: TcpStream, state: &State) {
        stream.set_nodelay(true).expect("a connected socket takes options");
        // A client that does not trust the certificate ends here.
        let Ok(stream) = self.acceptor.accept(stream).await else { return };
        let mut connection = Connection { stream, state, bodies: HashMap::new(), open: HashMap::new() };
        // The client may close at any time.
        let _ = connection.serve().await;
        for number in connection.open.into_values() {
            state.record_abandoned(number);
        }
    }
}

/// Whether the connection goes on.
type Goes = std::io::Result<bool>;

struct Connection<'a> {
    stream: TlsStream<TcpStream>,
    state: &'a State,
    /// What came of requests that are not whole yet, by stream.
    bodies: HashMap<u32, BytesMut>,
    /// The numbers of requests whose reply is not over, by stream.
    open: HashMap<u32, usize>,
}

impl Connection<'_> {
    async fn serve(&mut self) -> std::io::Result<()> {
        let mut preface = [0; PREFACE.len()];
        self.stream.read_exact(&mut preface).await?;
        assert_eq!(preface, PREFACE, "the preface of HTTP/2");
        let initial_window = [&[0, 4][..], &WINDOW.to_be_bytes()].concat();
        self.write(Type::Settings, 0, 0, &initial_window).await?;
        self.write(Type::WindowUpdate, 0, 0, &WINDOW.to_be_bytes()).await?;
        while self.frame().await? {}
        Ok(())
    }

    /// Reads a frame and does what it asks for.
    async fn frame(&mut self) -> Goes {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let (kind, flags) = (head[3], head[4]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).await?;
        const DATA: u8 = Type::Data as u8;
        const HEADERS: u8 = Type::Headers as u8;
        const RESET: u8 = Type::Reset as u8;
        const SETTINGS: u8 = Type::Settings as u8;
        const PING: u8 = Type::Ping as u8;
        match kind {
            HEADERS => drop(self.bodies.insert(stream, BytesMut::new())),
            DATA => self.bodies.entry(stream).or_default().extend_from_slice(&payload),
            SETTINGS if flags & ACK == 0 => self.write(Type::Settings, ACK, 0, &[]).await?,
            PING if flags & ACK == 0 => self.write(Type::Ping, ACK, 0, &payload).await?,
            RESET => {
                if let Some(number) = self.open.remove(&stream) {
                    self.state.record_abandoned(number);
                }
            }
            _ => {}
        }
        if matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
            let body = self.bodies.remove(&stream).unwrap_or_default().freeze();
            return self.answer(stream, body).await;
        }
        Ok(true)
    }

    async fn answer(&mut self, stream: u32, body: Bytes) -> Goes {
        let (method, path, headers) = (Method::POST, String::new(), HeaderMap::new());
        let request = Recorded { method, path, headers, body, at: Instant::now(), abandoned_at: None };
        let reply = self.state.next_reply(&request.model().unwrap_or_default());
        let number = self.state.record(request.clone());
        self.open.insert(stream, number);
        if let Some(code) = reply.going_away {
            self.go_away(stream, code).await?;
        }
        match &reply.content {
            Content::Silence => return Ok(true),
            Content::HangUp => return Ok(false),
            Content::Reset => self.reset(stream, INTERNAL_ERROR).await?,
            Content::RefusedStream => self.reset(stream, REFUSED_STREAM).await?,
            // Streams of clients have odd numbers.
            Content::GoneAway(code) => self.go_away(stream.saturating_sub(2), *code).await?,
            Content::Forbidden => {
                panic!("request {number} to the fake upstream asks for a model that must not be asked")
            }
            Content::Raw(_) => panic!("raw bytes are for HTTP/1"),
            Content::Events(_) => return self.events(stream, &reply, &request).await,
            Content::Text(_) | Content::ToolCall(..) if request.streams() => {
                return self.events(stream, &reply, &request).await;
            }
            Content::Body(_) | Content::Text(_) | Content::ToolCall(..) => {
                self.head(stream, &reply, "application/json").await?;
                self.data(stream, &render::whole(&reply, &request)).await?;
                self.end(stream).await?;
            }
        }
        self.open.remove(&stream);
        Ok(true)
    }

    async fn events(&mut self, stream: u32, reply: &Reply, request: &Recorded) -> Goes {
        self.head(stream, reply, "text/event-stream").await?;
        let (events, last) = render::events(reply, request);
        for event in events {
            self.data(stream, event.as_bytes()).await?;
        }
        match last {
            Some(Step::Silence) => return Ok(true),
            Some(Step::Close) => return Ok(false),
            Some(Step::Reset) => self.reset(stream, INTERNAL_ERROR).await?,
            _ => self.end(stream).await?,
        }
        self.open.remove(&stream);
        Ok(true)
    }

    async fn head(&mut self, stream: u32, reply: &Reply, content_type: &str) -> std::io::Result<()> {
        let mut block = Vec::new();
        let status = reply.status.to_string();
        let content_type = reply.content_type.as_deref().unwrap_or(content_type);
        let more = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in [(":status", status.as_str()), ("content-type", content_type)].into_iter().chain(more) {
            // A literal header field without indexing and without Huffman code (RFC 7541, 6.2.2).
            block.push(0);
            for text in [name, value] {
                block.push(u8::try_from(text.len()).ok().filter(|length| *length < 0x7f).expect("a short header"));
                block.extend_from_slice(text.as_bytes());
            }
        }
        self.write(Type::Headers, END_HEADERS, stream, &block).await
    }

    async fn data(&mut self, stream: u32, bytes: &[u8]) -> std::io::Result<()> {
        for piece in bytes.chunks(FRAME) {
            self.write(Type::Data, 0, stream, piece).await?;
        }
        Ok(())
    }

    async fn end(&mut self, stream: u32) -> std::io::Result<()> {
        self.write(Type::Data, END_STREAM, stream, &[]).await
    }

    async fn reset(&mut self, stream: u32, code: u32) -> std::io::Result<()> {
        self.write(Type::Reset, 0, stream, &code.to_be_bytes()).await
    }

    async fn go_away(&mut self, last: u32, code: u32) -> std::io::Result<()> {
        debug_assert!(code == NO_ERROR || code < 14, "there are fourteen error codes");
        self.write(Type::GoAway, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat()).await
    }

    async fn write(&mut self, kind: Type, flags: u8, stream: u32, payload: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
        let head = [&length[1..], &[kind as u8, flags], &stream.to_be_bytes()].concat();
        self.stream.write_all(&[&head, payload].concat()).await?;
        self.stream.flush().await
    }
}
