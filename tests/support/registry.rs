//! Registries of a test's own: the reference implementation, as a process on loopback with its storage in a temporary folder;
//! and one that lies, within the test.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use fingerpost::policy::Digest;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The only user of a registry that asks who somebody is.
pub const USER: &str = "ann";
/// The user's password.
pub const PASSWORD: &str = "hunter2-registry";
/// The same as bcrypt, which is all that the registry reads.
const HTPASSWD: &str = "ann:$2b$05$7Bg70C5UHDzeCIRlGJ5U0e3u3GDUYcCtELUI4f4sepG69wsBQmBM2\n";

/// The registry server (CNCF distribution). It is killed with the test.
pub struct Registry {
    /// Host and port.
    pub host: String,
    child: Child,
    dir: tempfile::TempDir,
}

impl Registry {
    /// One that everybody may read and write.
    pub fn start() -> Self {
        Self::with("", "")
    }

    /// One that only [`USER`] may read and write.
    pub fn start_with_login() -> Self {
        Self::with("", "auth: {htpasswd: {realm: tests, path: DIR/htpasswd}}")
    }

    /// One that speaks TLS as `localhost`, with the certificate that [`Registry::certificate`] has.
    pub fn start_with_tls() -> Self {
        Self::with(", tls: {certificate: DIR/certificate.pem, key: DIR/key.pem}", "")
    }

    /// The file with its certificate.
    pub fn certificate(&self) -> PathBuf {
        self.dir.path().join("certificate.pem")
    }

    /// Starts one with more in its config.
    fn with(http: &str, more: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder can be made");
        let folder = dir.path().display().to_string();
        std::fs::write(dir.path().join("htpasswd"), HTPASSWD).expect("it can be written");
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made");
        std::fs::write(dir.path().join("certificate.pem"), made.cert.pem()).expect("it can be written");
        std::fs::write(dir.path().join("key.pem"), made.signing_key.serialize_pem()).expect("it can be written");
        let config = format!(
            "version: 0.1\nstorage: {{filesystem: {{rootdirectory: DIR/storage}}}}\nhttp: {{addr: '127.0.0.1:0', secret: s{http}}}\n{more}\n"
        );
        let file = dir.path().join("config.yml");
        std::fs::write(&file, config.replace("DIR", &folder)).expect("it can be written");
        let mut child = Command::new(server())
            .arg("serve")
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}. {MISSING}", server().display()));
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let listening = lines.by_ref().inspect(|line| said.push(line.clone())).find_map(|line| {
            let (_, address) = line.split_once("listening on ")?;
            Some(address.split(['"', ' ', ',']).next().unwrap_or_default().to_owned())
        });
        let host = listening.unwrap_or_else(|| panic!("the registry did not start:\n{}", said.join("\n")));
        // It writes a line for every request, into a pipe that somebody has to empty.
        std::thread::spawn(move || lines.for_each(drop));
        let mut stdout = child.stdout.take().expect("it is piped");
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        Self { host, child, dir }
    }

    /// A reference to something in it.
    pub fn reference(&self, rest: &str) -> String {
        format!("oci://{}/{rest}", self.host)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const MISSING: &str = "The tests need the registry server (CNCF distribution, version 2 or later): `make registry-server` \
                       unpacks Debian's docker-registry; elsewhere, put `registry` or `docker-registry` into the PATH, or its path into \
                       FINGERPOST_TEST_REGISTRY";

/// The server's program: what the variable names, else Debian's name for it, else its own; in the PATH, or
/// where `make registry-server` unpacks it.
fn server() -> PathBuf {
    if let Some(named) = std::env::var_os("FINGERPOST_TEST_REGISTRY") {
        return named.into();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let unpacked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/registry-server/usr/bin");
    let folders: Vec<_> = std::env::split_paths(&folders).chain([unpacked]).collect();
    let found = ["docker-registry", "registry"]
        .into_iter()
        .find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()));
    found.unwrap_or_else(|| panic!("There is no registry server here. {MISSING}"))
}

/// What a lying registry says to one path.
#[derive(Debug, Clone)]
pub enum Lie {
    /// This body, as it stands.
    Body(Bytes),
    /// This status, with this body.
    Status(u16, &'static str),
    /// Bytes without end.
    Endless,
    /// The head, and then nothing.
    Silence,
    /// Somewhere else.
    Redirect(String),
}

/// A registry within the test: it says what it is told to, and 404 to the rest.
#[derive(Clone)]
pub struct Liar {
    /// Host and port.
    pub host: String,
    lies: Arc<Mutex<BTreeMap<String, Lie>>>,
}

impl Liar {
    /// One that has nothing.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let host = listener.local_addr().expect("it has an address").to_string();
        let lies: Arc<Mutex<BTreeMap<String, Lie>>> = Arc::default();
        let liar = Self { host, lies };
        let told = liar.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let told = told.clone();
                let answer = service_fn(move |request: Request<Incoming>| {
                    let lie = told.lie(request.uri().path());
                    async move { Ok::<_, Infallible>(response(lie)) }
                });
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
                // A caller that goes away ends its connection.
                tokio::spawn(connection);
            }
        });
        liar
    }

    fn lie(&self, path: &str) -> Option<Lie> {
        self.lies.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Says this from now on.
    pub fn say(&self, path: &str, lie: Lie) {
        self.lies.lock().unwrap_or_else(PoisonError::into_inner).insert(path.into(), lie);
    }

    /// Says this of the manifest of `mine` under a reference: a tag, or `sha256:` and a digest.
    pub fn manifest(&self, under: &str, lie: Lie) {
        self.say(&format!("/v2/mine/manifests/{under}"), lie);
    }

    /// Says this of a blob of `mine`.
    pub fn blob(&self, digest: &str, lie: Lie) {
        self.say(&format!("/v2/mine/blobs/{digest}"), lie);
    }

    /// Has a manifest, by its digest; gives the reference to it.
    pub fn has(&self, manifest: &Value) -> String {
        let manifest = manifest.to_string();
        let digest = digest(manifest.as_bytes());
        self.manifest(&digest, Lie::Body(manifest.into()));
        self.pinned(&digest)
    }

    /// A reference to `mine` by a digest.
    pub fn pinned(&self, digest: &str) -> String {
        format!("oci://{}/mine@{digest}", self.host)
    }
}

/// A digest as registries write it.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", Digest::of(bytes))
}

/// The manifest of a wasm artifact with this component.
pub fn manifest(component: &[u8]) -> Value {
    manifest_of("application/vnd.wasm.config.v0+json", &[("application/wasm", component)])
}

/// A manifest with a config of this type, and layers with their types and contents.
pub fn manifest_of(config: &str, layers: &[(&str, &[u8])]) -> Value {
    let layers: Vec<_> = layers
        .iter()
        .map(|(kind, content)| json!({ "mediaType": kind, "digest": digest(content), "size": content.len() }))
        .collect();
    json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": { "mediaType": config, "digest": digest(b"{}"), "size": 2 },
        "layers": layers,
    })
}

fn response(lie: Option<Lie>) -> Response<BoxBody<Bytes, Infallible>> {
    let whole = |bytes: Bytes| Full::new(bytes).boxed();
    let (status, body, location) = match lie {
        None => (404, whole("{}".into()), None),
        Some(Lie::Body(bytes)) => (200, whole(bytes), None),
        Some(Lie::Status(status, body)) => (status, whole(body.into()), None),
        Some(Lie::Redirect(to)) => (307, whole(Bytes::new()), Some(to)),
        Some(Lie::Endless) => (200, Unending { says_something: true }.boxed(), None),
        Some(Lie::Silence) => (200, Unending { says_something: false }.boxed(), None),
    };
    let response = Response::builder().status(StatusCode::from_u16(status).expect("a status"));
    let response = location.into_iter().fold(response, |response, to| response.header("location", to));
    response.body(body).expect("a response")
}

/// A body that never ends: with bytes all the time, or without any.
struct Unending {
    says_something: bool,
}

impl Body for Unending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.says_something {
            // Nobody wakes it: it goes with its connection.
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 1 << 16])))))
    }
}
