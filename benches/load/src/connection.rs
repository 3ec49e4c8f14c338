//! One keep-alive connection: a request out, its answer in, as little HTTP/1.1 as gateways and proxies answer with.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Context, anyhow, bail, ensure};
use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection and what was read from it but not used.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// The body of the answer, kept to be reused.
    body: Vec<u8>,
}

/// What an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A 200 with a body.
    Plain,
    /// A 200 with at least so many events and `[DONE]`.
    Stream {
        /// The `[DONE]` left out.
        events: usize,
    },
}

/// How a body is delimited.
enum Framing {
    Length(usize),
    Chunked,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("failed to connect")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 << 10), body: Vec::with_capacity(16 << 10) })
    }

    /// Sends a request and reads its answer whole; when the first byte of its body came.
    pub(crate) async fn exchange(&mut self, request: &[u8], expected: Expected) -> anyhow::Result<Instant> {
        self.buffer.clear();
        self.body.clear();
        self.stream.write_all(request).await.context("failed to send")?;
        let framing = self.read_head().await?;
        while self.buffer.is_empty() {
            self.fill().await?;
        }
        let first_byte = Instant::now();
        match framing {
            Framing::Length(length) => self.read_length(length).await?,
            Framing::Chunked => self.read_chunks().await?,
        }
        self.check(expected)?;
        Ok(first_byte)
    }

    async fn read_head(&mut self) -> anyhow::Result<Framing> {
        let end = loop {
            match memmem::find(&self.buffer, b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => self.fill().await?,
            }
        };
        let head = std::str::from_utf8(&self.buffer[..end]).context("the head is no text")?;
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap_or_default();
        ensure!(status.starts_with("HTTP/1.1 200"), "answered {status:?}");
        let framing = lines.filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
            if name.eq_ignore_ascii_case("content-length") {
                value.trim().parse().ok().map(Framing::Length)
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                Some(Framing::Chunked)
            } else {
                None
            }
        });
        self.buffer.drain(..end);
        framing.ok_or_else(|| anyhow!("the answer has neither a length nor chunks"))
    }

    async fn read_length(&mut self, length: usize) -> anyhow::Result<()> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        self.body.extend(self.buffer.drain(..length));
        Ok(())
    }

    async fn read_chunks(&mut self) -> anyhow::Result<()> {
        let mut at = 0;
        loop {
            let Some((size, start)) = chunk_size(&self.buffer[at..])? else {
                self.fill().await?;
                continue;
            };
            let (start, end) = (at + start, at + start + size);
            while self.buffer.len() < end + 2 {
                self.fill().await?;
            }
            self.body.extend_from_slice(&self.buffer[start..end]);
            at = end + 2;
            if size == 0 {
                self.buffer.drain(..at);
                return Ok(());
            }
        }
    }

    fn check(&self, expected: Expected) -> anyhow::Result<()> {
        match expected {
            Expected::Plain => ensure!(!self.body.is_empty(), "an empty answer"),
            Expected::Stream { events } => {
                ensure!(memmem::rfind(&self.body, b"data: [DONE]").is_some(), "a stream without [DONE]");
                let found = memmem::find_iter(&self.body, b"data: {").count();
                ensure!(found >= events, "a stream of {found} events");
            }
        }
        Ok(())
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await.context("failed to read")? {
            0 => bail!("the server closed in the middle of an answer"),
            _ => Ok(()),
        }
    }
}

/// The size of the chunk that begins here and where its bytes begin; none while its first line is not there.
fn chunk_size(bytes: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(line_end) = memmem::find(bytes, b"\r\n") else { return Ok(None) };
    let line = std::str::from_utf8(&bytes[..line_end]).context("a chunk has no size")?;
    let size = usize::from_str_radix(line.trim(), 16).context("a chunk has no size")?;
    Ok(Some((size, line_end + 2)))
}
