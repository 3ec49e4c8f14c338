//! A socket that closes in stages. A system that closes a socket with unread bytes resets the connection, and a reset takes
//! away an answer that the peer has not read yet. So the side for writing is shut first; what the peer still sends is read and
//! thrown away until it ends, or for a while; then the socket is closed.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::pulse::Pulse;

/// How long what comes is thrown away, and how long nothing may come meanwhile: as nginx does
/// (<https://nginx.org/en/docs/http/ngx_http_core_module.html#lingering_time>).
const AT_MOST: Duration = Duration::from_secs(30);
const QUIET: Duration = Duration::from_secs(5);

/// How many bytes are thrown away: some times the largest body that most gateways take. Whoever sends more wants no answer.
const BYTES: u64 = 256 << 20;

/// A socket that closes in stages, and says when bytes come.
#[derive(Debug)]
pub(super) struct Staged<S> {
    socket: S,
    pulse: Arc<Pulse>,
    /// There once the side for writing is shut.
    ending: Option<Ending>,
}

#[derive(Debug)]
struct Ending {
    /// When the wait for the next bytes is over.
    quiet: Pin<Box<Sleep>>,
    until: Instant,
    bytes_left: u64,
    has_come: bool,
}

impl<S> Staged<S> {
    pub(super) fn new(socket: S, pulse: Arc<Pulse>) -> Self {
        Self { socket, pulse, ending: None }
    }
}

impl Ending {
    fn new() -> Self {
        let now = Instant::now();
        Self { quiet: Box::pin(sleep_until(now + QUIET)), until: now + AT_MOST, bytes_left: BYTES, has_come: false }
    }

    /// Takes note of so many bytes; whether there may be more.
    fn take(&mut self, bytes: usize) -> bool {
        let now = Instant::now();
        self.has_come = true;
        self.bytes_left = self.bytes_left.saturating_sub(bytes as u64);
        self.quiet.as_mut().reset(self.until.min(now + QUIET));
        self.bytes_left > 0 && now < self.until
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Staged<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pulse.bytes_came();
        }
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Staged<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let ending = match &mut this.ending {
            Some(ending) => ending,
            place @ None => {
                ready!(Pin::new(&mut this.socket).poll_shutdown(context))?;
                place.insert(Ending::new())
            }
        };
        let mut scrap = [std::mem::MaybeUninit::uninit(); 16 << 10];
        loop {
            let mut buffer = ReadBuf::uninit(&mut scrap);
            match Pin::new(&mut this.socket).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    if !ending.take(buffer.filled().len()) {
                        return Poll::Ready(Ok(()));
                    }
                }
                // The peer has ended too, or is gone.
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                // A peer that was idle is not waited for.
                Poll::Pending if !ending.has_come && !this.pulse.is_unread() => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    ready!(std::future::Future::poll(ending.quiet.as_mut(), context));
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Version;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    fn socket(unread: bool) -> (Staged<DuplexStream>, DuplexStream) {
        let (socket, peer) = duplex(64);
        let pulse = Pulse::new();
        if unread {
            pulse.begin(Version::HTTP_11).leave_unread();
        }
        (Staged::new(socket, pulse), peer)
    }

    /// How many seconds the close took.
    async fn close(mut socket: Staged<DuplexStream>) -> u64 {
        let began = Instant::now();
        socket.shutdown().await.expect("it closes");
        began.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_peer_is_not_waited_for() {
        let (socket, _peer) = socket(false);
        assert_eq!(close(socket).await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_still_sends_can_do_so_and_reads_its_answer_afterwards() {
        let (mut socket, mut peer) = socket(true);
        socket.write_all(b"413").await.expect("there is room");
        let sent = tokio::spawn(async move {
            peer.write_all(&[0; 5_000]).await.expect("somebody reads");
            let mut answer = String::new();
            peer.read_to_string(&mut answer).await.expect("the answer is there");
            answer
        });
        assert_eq!(close(socket).await, 0);
        assert_eq!(sent.await.expect("no panic"), "413");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_falls_silent_or_never_ends_is_left_in_the_end() {
        let (socket, _peer) = self::socket(true);
        assert_eq!(close(socket).await, QUIET.as_secs());
        let (socket, mut peer) = self::socket(false);
        peer.write_all(b"x").await.expect("there is room");
        let drip = tokio::spawn(async move {
            while peer.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        assert!((AT_MOST.as_secs()..AT_MOST.as_secs() + 2).contains(&close(socket).await));
        drip.await.expect("no panic");
    }
}
