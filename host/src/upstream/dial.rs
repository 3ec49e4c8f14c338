//! How a connection to a provider comes about: over the network, or, for scenarios on a virtual clock, within the process.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio::net::TcpStream;
use tower_service::Service;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

type Open = dyn Fn(&str) -> io::Result<DuplexStream> + Send + Sync;

/// Providers within the process: gives the near end of a new connection to the host of an address.
#[derive(Clone)]
pub struct Indoors(Arc<Open>);

impl Indoors {
    /// Connects by this.
    #[must_use]
    pub fn new(open: impl Fn(&str) -> io::Result<DuplexStream> + Send + Sync + 'static) -> Self {
        Self(Arc::new(open))
    }
}

impl fmt::Debug for Indoors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Indoors(..)")
    }
}

/// Makes connections.
#[derive(Clone, Debug)]
pub(super) enum Dial {
    /// Over TCP.
    Network(HttpConnector),
    /// Within the process.
    Indoors(Indoors),
}

/// A connection that stands.
#[derive(Debug)]
pub(super) enum Dialled {
    Network(TokioIo<TcpStream>),
    Indoors(TokioIo<DuplexStream>),
}

impl Service<Uri> for Dial {
    type Response = Dialled;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Dialled, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self {
            Self::Network(connector) => connector.poll_ready(context).map_err(Into::into),
            Self::Indoors(_) => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        match self {
            Self::Network(connector) => {
                let connecting = connector.call(address);
                Box::pin(async move { Ok(Dialled::Network(connecting.await?)) })
            }
            Self::Indoors(Indoors(open)) => {
                let opened = open(address.host().unwrap_or_default());
                Box::pin(async move { Ok(Dialled::Indoors(TokioIo::new(opened?))) })
            }
        }
    }
}

impl Connection for Dialled {
    fn connected(&self) -> Connected {
        match self {
            Self::Network(stream) => stream.connected(),
            Self::Indoors(_) => Connected::new(),
        }
    }
}

impl Read for Dialled {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Network(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Indoors(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl Write for Dialled {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Network(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Indoors(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Network(stream) => Pin::new(stream).poll_flush(context),
            Self::Indoors(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Network(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Indoors(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Network(stream) => stream.is_write_vectored(),
            Self::Indoors(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Network(stream) => Pin::new(stream).poll_write_vectored(context, parts),
            Self::Indoors(stream) => Pin::new(stream).poll_write_vectored(context, parts),
        }
    }
}
