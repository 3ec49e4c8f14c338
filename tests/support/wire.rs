//! A caller's connection, byte by byte, for several requests: what HTTP libraries would hide, such as a connection that closes
//! without saying so.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::gateway::KEY;

/// The longest that a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
#[derive(Debug)]
pub struct Wire {
    socket: TcpStream,
    unread: Vec<u8>,
}

/// One answer on it.
#[derive(Debug, Clone)]
pub struct WireAnswer {
    /// Its status.
    pub status: u16,
    /// Its head, in lower case.
    pub head: String,
    /// As much of its body as `content-length` says.
    pub body: String,
}

impl WireAnswer {
    /// Whether it says that the connection closes.
    #[must_use]
    pub fn says_close(&self) -> bool {
        self.head.contains("\r\nconnection: close\r\n")
    }

    /// What it says of the length of its body.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        self.head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
    }
}

/// The head of a request with a key, and with these lines besides.
#[must_use]
pub fn head(method: &str, path: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    format!("{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n{lines}\r\n")
}

impl Wire {
    /// Connects.
    ///
    /// # Panics
    /// When nobody accepts.
    pub async fn to(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).await.expect("the server accepts");
        socket.set_nodelay(true).expect("a connected socket takes options");
        Self { socket, unread: Vec::new() }
    }

    /// Sends all of these bytes before anything is read.
    ///
    /// # Panics
    /// When the other side does not take them.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let sent = tokio::time::timeout(PATIENCE, self.socket.write_all(bytes.as_ref())).await;
        sent.expect("the server reads in time").expect("the server takes what is sent");
    }

    /// Reads the next answer.
    ///
    /// # Panics
    /// When none comes.
    pub async fn answer(&mut self) -> WireAnswer {
        let mut answer = self.head_alone().await;
        let length = answer.length().filter(|_| answer.status != 100).unwrap_or(0);
        while self.unread.len() < length {
            assert!(self.read().await, "closed in a body: {}", answer.head);
        }
        answer.body = String::from_utf8(self.unread.drain(..length).collect()).expect("text");
        answer
    }

    /// Reads the next head, which no body follows.
    ///
    /// # Panics
    /// When none comes.
    pub async fn head_alone(&mut self) -> WireAnswer {
        let end = loop {
            if let Some(at) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.read().await, "closed in a head: {}", String::from_utf8_lossy(&self.unread));
        };
        let head = String::from_utf8_lossy(&self.unread[..end]).to_ascii_lowercase();
        self.unread.drain(..end);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        WireAnswer { status, head, body: String::new() }
    }

    /// Asks, and reads the answer.
    pub async fn ask(&mut self, request: impl AsRef<[u8]>) -> WireAnswer {
        self.send(request).await;
        self.answer().await
    }

    /// Waits until the other side closes; whether it did so cleanly and with nothing more to say.
    pub async fn closes(&mut self) -> bool {
        self.unread.is_empty() && !self.read().await
    }

    /// Reads something; false: the other side closed. A connection that is reset is none that closed.
    async fn read(&mut self) -> bool {
        let reading = tokio::time::timeout(PATIENCE, self.socket.read_buf(&mut self.unread)).await;
        reading.expect("something happens in time").expect("the connection is not reset") > 0
    }
}
