//! Who may ask, for what, and what they are told when they may not.

use http::Method;
use serde_json::json;
use support::client::Client;
use support::gateway::{ConfigText, Gateway, KEY};
use support::upstream::{Reply, Upstream};

#[tokio::test]
async fn a_request_without_a_key_or_with_an_unknown_one_is_refused() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let without = gateway.client().without_key().chat("r", "hi").await;
    let unknown = Client::new(gateway.address(), "fp-other").chat("r", "hi").await;
    assert_eq!((without.status.as_u16(), without.error_code().as_deref()), (401, Some("missing_api_key")));
    assert_eq!((unknown.status.as_u16(), unknown.error_code().as_deref()), (401, Some("invalid_api_key")));
}

#[tokio::test]
async fn a_key_made_on_the_command_line_works_at_once_and_no_longer_when_revoked() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let secret = gateway.create_key("fresh").await;
    let client = Client::new(gateway.address(), &secret);
    gateway.until(|| async { client.chat("r", "hi").await.status == 200 }).await;
    gateway.revoke_key("fresh").await;
    gateway.until(|| async { client.chat("r", "hi").await.status == 401 }).await;
}

#[tokio::test]
async fn a_route_is_chosen_by_model_by_header_or_by_the_keys_default() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let more = "[routes.s]\nclass = \"batch\"\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"single\" }";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(more)).await;
    let route = |answer: support::client::Answer| answer.header("x-fingerpost-route").map(str::to_owned);
    assert_eq!(route(gateway.client().chat("s", "hi").await).as_deref(), Some("s"));
    assert_eq!(route(gateway.client().chat("gpt-4o", "hi").await).as_deref(), Some("r"));
    let by_header = gateway.client().with_header("x-fingerpost-route", "s");
    assert_eq!(route(by_header.chat("r", "hi").await).as_deref(), Some("s"));
}

#[tokio::test]
async fn a_key_sees_and_uses_only_its_own_routes() {
    let upstream = Upstream::start().await;
    let more = format!(
        "[routes.s]\nclass = \"batch\"\ntargets = [\"a\"]\npolicy = {{ source = \"builtin\", name = \"single\" }}\n\
         [keys.narrow]\ntenant = \"acme\"\nroutes = [\"s\"]\nsha256 = \"{}\"",
        fingerpost::policy::Digest::of(b"fp-narrow")
    );
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&more)).await;
    let client = Client::new(gateway.address(), "fp-narrow");
    let refused = client.chat("r", "hi").await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (404, Some("model_not_found")));
    let models = client.get("/v1/models").await.json();
    assert_eq!(models["data"].as_array().unwrap().iter().map(|model| &model["id"]).collect::<Vec<_>>(), ["s"]);
}

#[tokio::test]
async fn models_are_the_routes_and_the_targets_that_the_key_may_name() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let models = gateway.client().get("/v1/models").await.json();
    let ids: Vec<_> = models["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["r", "a", "b", "c", "d"]);
    assert_eq!(gateway.client().get("/v1/models/r").await.json()["object"], "model");
    assert_eq!(gateway.client().get("/v1/models/nothing").await.status, 404);
}

#[tokio::test]
async fn bad_input_gets_a_clear_error_and_never_reaches_a_provider() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    for (body, code) in [
        (json!("text"), "invalid_json"),
        (json!({"model": "r"}), "missing_required_parameter"),
        (json!({"model": "r", "messages": []}), "empty_array"),
        (json!({"model": "r", "messages": [{}], "n": 0}), "invalid_value"),
        (json!({"model": "r", "messages": [{}], "n": 4_000_000_000_u32}), "invalid_value"),
        (json!({"model": "x".repeat(300), "messages": [{}]}), "invalid_value"),
        (json!({"model": "r", "messages": [{}], "stream": "yes"}), "invalid_type"),
        (json!({"model": "r", "messages": [["user", "hi"]]}), "invalid_type"),
        (json!({"model": "r", "messages": [{}], "max_tokens": 5_000_000_000_u64}), "invalid_value"),
        (json!({"model": "r", "messages": [{}], "seed": u64::MAX}), "invalid_value"),
    ] {
        let answer = gateway.client().post_chat(&body).await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (400, Some(code)), "{body}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn hostile_bytes_on_the_socket_hurt_nobody() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let head = format!("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n");
    for bytes in [
        b"\x00\xff\x16\x03\x01\r\n\r\n".to_vec(),
        format!("{head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n").into_bytes(),
        format!("{head}content-length: 99999999999999999999\r\n\r\n").into_bytes(),
        format!("{head}{}\r\n\r\n", "x: y\r\n".repeat(5_000)).into_bytes(),
    ] {
        gateway.client().raw(&bytes).await;
    }
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_413() {
    let upstream = Upstream::start().await;
    let config = ConfigText::new(&upstream).server("max_body = \"1KiB\"");
    let gateway = Gateway::start(&config).await;
    let answer = gateway.client().chat("r", &"x".repeat(2_000)).await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (413, Some("request_too_large")));
}

#[tokio::test]
async fn other_paths_and_methods_say_what_there_is() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    assert_eq!(gateway.client().get("/chat/completions").await.error_code().as_deref(), Some("unknown_url"));
    let wrong = gateway.client().send(Method::GET, "/v1/chat/completions", "").await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow")), (405, Some("POST, OPTIONS")));
}

#[tokio::test]
async fn a_caller_can_lower_its_class_but_never_raise_it() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).class("internal")).await;
    for (claimed, class) in [("batch", "batch"), ("critical", "internal"), ("nonsense", "internal")] {
        let answer = gateway.client().with_header("x-fingerpost-class", claimed).chat("r", "hi").await;
        let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
        assert_eq!(record.class.as_str(), class);
    }
}

#[tokio::test]
async fn http_2_works_as_well() {
    use http_body_util::{BodyExt, Full};
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("over HTTP/2"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let socket = tokio::net::TcpStream::connect(gateway.address()).await.unwrap();
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(executor, hyper_util::rt::TokioIo::new(socket)).await.unwrap();
    tokio::spawn(connection);
    let body = support::client::chat_body("r", "hi").to_string();
    let request = http::Request::post(format!("http://{}/v1/chat/completions", gateway.address()))
        .header("authorization", format!("Bearer {KEY}"))
        .body(Full::new(bytes::Bytes::from(body)))
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, http::Version::HTTP_2));
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("over HTTP/2"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_connection_that_brings_no_request_is_closed() {
    use tokio::io::AsyncReadExt;
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream).server("head_timeout = \"200ms\"")).await;
    let mut socket = tokio::net::TcpStream::connect(gateway.address()).await.unwrap();
    let read = tokio::time::timeout(std::time::Duration::from_secs(10), socket.read(&mut [0; 16])).await;
    assert!(matches!(read, Ok(Ok(0) | Err(_))), "{read:?}");
}

/// The names of one model, by its path.
async fn model(gateway: &Gateway, path: &str) -> Option<String> {
    gateway.client().get(path).await.json()["id"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn paths_are_decoded_once_and_names_may_hold_slashes() {
    let upstream = Upstream::start().await;
    let more = "[routes.\"team/chat:v1\"]\nclass = \"batch\"\ntargets = [\"a\"]\n\
                policy = { source = \"builtin\", name = \"single\" }";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(more)).await;
    for path in [
        "/v1/models/team/chat:v1",
        "/v1/models/team%2Fchat:v1",
        "/v1/models/team%2fchat%3Av1",
        "/v1/models/team%2Fchat:v1?api-version=2024&x=%zz",
        "//v1//models/team%2Fchat:v1/",
        "/%76%31/models/team%2Fchat:v1",
    ] {
        assert_eq!(model(&gateway, path).await.as_deref(), Some("team/chat:v1"), "{path}");
    }
    for (path, status, code) in [
        ("/v1/models/team%252Fchat:v1", 404, "model_not_found"),
        ("/v1/x/../models/r", 404, "unknown_url"),
        ("/v1/models/%", 400, "invalid_url"),
        ("/v1/models/team%2", 400, "invalid_url"),
        ("/v1/models/%zz", 400, "invalid_url"),
        ("/v1/models/%ff", 400, "invalid_url"),
    ] {
        let answer = gateway.client().get(path).await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (status, Some(code)), "{path}");
    }
    assert_eq!(gateway.client().get("/v1/models/").await.json()["object"], "list");
    let status = gateway.operator().get("/admin/v1/routes/team%2Fchat:v1/policy").await;
    assert_eq!(status.status, 200, "{}", status.body_text());
    upstream.finish().await;
}

#[tokio::test]
async fn a_careless_base_url_still_reaches_chat_completions() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let body = support::client::chat_body("r", "hi").to_string();
    for path in ["/v1//chat/completions", "/v1/chat/completions/", "/v1/chat/completions?x=1", "/v1/chat%2Fcompletions"]
    {
        assert_eq!(gateway.client().send(Method::POST, path, body.clone()).await.status, 200, "{path}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn an_endpoint_that_does_not_exist_says_so_and_what_exists() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    for (method, path, hint) in [
        (Method::POST, "/v1/embeddings", "Embeddings are not offered here."),
        (Method::POST, "/v1/responses", "The Responses API is not offered here."),
        (Method::GET, "/chat/completions", "must end in /v1"),
        (Method::POST, "/v1/v1/chat/completions", "/v1 twice"),
        (Method::GET, "/v1/nothing", "GET /v1/nothing"),
        (Method::DELETE, "/", "ending in /v1"),
    ] {
        let answer = gateway.client().send(method.clone(), path, "").await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (404, Some("unknown_url")), "{path}");
        let message = answer.json()["error"]["message"].to_string();
        assert!(message.contains(&format!("{method} {path} ")) && message.contains(hint), "{message}");
        assert!(message.contains("POST /v1/chat/completions") && message.contains("/v1/deferred/{id}"), "{message}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_bearer_key_is_found_whatever_blanks_surround_it_and_two_are_refused() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let client = || gateway.client().without_key();
    for value in [format!("Bearer   {KEY}"), format!("bearer\t{KEY}"), format!("BEARER \t {KEY}")] {
        assert_eq!(client().with_header("authorization", &value).get("/v1/models").await.status, 200, "{value:?}");
    }
    for (value, code) in [("Bearer", "missing_api_key"), (KEY, "missing_api_key"), ("Basic eDp5", "missing_api_key")] {
        let answer = client().with_header("authorization", value).get("/v1/models").await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (401, Some(code)), "{value}");
    }
    let twice = gateway.client().with_header("authorization", "Bearer other").get("/v1/models").await;
    assert_eq!((twice.status.as_u16(), twice.error_code().as_deref()), (400, Some("duplicate_header")));
    upstream.finish().await;
}

#[tokio::test]
async fn callers_see_whether_the_gateway_is_well_without_a_key_and_nothing_else() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let client = gateway.client().without_key();
    assert_eq!(client.get("/health/live").await.json(), json!({"live": true}));
    for path in ["/health/ready", "/health", "/healthz"] {
        assert_eq!(client.get(path).await.json(), json!({"ready": true}), "{path}");
    }
    gateway.running().gateway.draining.store(true, std::sync::atomic::Ordering::Release);
    assert_eq!(client.get("/health/ready").await.status, 503);
    assert_eq!(client.get("/health/live").await.status, 200);
    upstream.finish().await;
}

#[tokio::test]
async fn options_says_what_an_endpoint_takes() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    for (path, status, allow) in [
        ("/v1/chat/completions", 204, Some("POST, OPTIONS")),
        ("/v1/models/r", 204, Some("GET, HEAD, OPTIONS")),
        ("/v1/deferred/x", 204, Some("GET, HEAD, DELETE, OPTIONS")),
        ("/v1/nothing", 404, None),
    ] {
        let answer = gateway.client().send(Method::OPTIONS, path, "").await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (status, allow), "{path}");
    }
    upstream.finish().await;
}
