//! A webhook's other end: it answers as told, and hands over what came.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A webhook on loopback.
pub struct Hook {
    /// Its address.
    pub url: String,
    called: UnboundedReceiver<String>,
}

impl Hook {
    /// Answers one call after another with these statuses, each with a redirect to nowhere, and no other one at all.
    pub async fn start(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}/hook", listener.local_addr().expect("it has an address"));
        let (calls, called) = unbounded_channel();
        tokio::spawn(async move {
            for status in statuses {
                let (mut stream, _) = listener.accept().await.expect("somebody calls");
                let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
                while !bytes.ends_with(b"}") {
                    let count = stream.read(&mut part).await.expect("the call comes whole");
                    assert!(count > 0);
                    bytes.extend_from_slice(&part[..count]);
                }
                let head = format!("HTTP/1.1 {status} x\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(head.as_bytes()).await.expect("the caller listens");
                calls.send(String::from_utf8(bytes).expect("text")).expect("the test listens");
            }
            // The socket stays open, so that whoever calls now waits.
            std::future::pending::<()>().await;
            drop(listener);
        });
        Self { url, called }
    }

    /// The next call: head and body.
    pub async fn call(&mut self) -> String {
        self.called.recv().await.expect("it is called")
    }

    /// The next call's body.
    pub async fn body(&mut self) -> serde_json::Value {
        body_of(&self.call().await)
    }

    /// Whether nobody has called since.
    pub fn is_quiet(&mut self) -> bool {
        self.called.try_recv().is_err()
    }

    /// The section of the config that makes a webhook of it; the secret is kept in a file of that folder.
    pub fn config(&self, name: &str, dir: &tempfile::TempDir) -> String {
        let secret = dir.path().join("hook-secret");
        std::fs::write(&secret, "hook-secret").expect("the secret can be written");
        format!("[webhooks.{name}]\nurl = \"{}\"\nsecret = {{ file = \"{}\" }}", self.url, secret.display())
    }
}

/// The body of a call.
pub fn body_of(call: &str) -> serde_json::Value {
    serde_json::from_str(call.split("\r\n\r\n").nth(1).expect("a call has a body")).expect("it is JSON")
}
