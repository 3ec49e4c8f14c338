//! The generator against a listener that answers one way.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::connection::{Connection, Expected};
use crate::report::quantile;

/// A server that gives every connection this answer, in slices of so many bytes.
async fn answering(answer: &'static [u8], slice: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            for slice in answer.chunks(slice) {
                let _ = stream.write_all(slice).await;
                tokio::task::yield_now().await;
            }
        }
    });
    address
}

async fn ask(answer: &'static [u8], slice: usize, expected: Expected) -> anyhow::Result<()> {
    let mut connection = Connection::open(answering(answer, slice).await).await?;
    connection.exchange(b"POST / HTTP/1.1\r\n\r\n", expected).await.map(drop)
}

#[tokio::test]
async fn answers_are_read_however_they_are_cut() {
    let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let stream = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndata: {}\r\n10\r\n\n\ndata: [DONE]\n\n\r\n0\r\n\r\n";
    for slice in [1, 7, 1000] {
        ask(plain, slice, Expected::Plain).await.unwrap();
        ask(stream, slice, Expected::Stream { events: 1 }).await.unwrap();
        assert!(ask(stream, slice, Expected::Stream { events: 2 }).await.is_err());
    }
}

#[tokio::test]
async fn errors_and_broken_answers_are_told() {
    assert!(ask(b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n", 99, Expected::Plain).await.is_err());
    assert!(ask(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort", 99, Expected::Plain).await.is_err());
}

#[test]
fn quantiles_are_of_what_was_measured() {
    assert_eq!(
        (quantile(&[1, 2, 3, 4], 0.5), quantile(&[1, 2, 3, 4], 0.99), quantile(&[], 0.5)),
        (Some(2), Some(4), None)
    );
}
