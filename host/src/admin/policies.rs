//! What operators do to the policies of routes: deploy, look, promote, go back, release. What comes of it is
//! `lifecycle/deployment.rs`'s to say.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::queues::unescaped;
use super::{AdminSide, Reply, nothing_here, read, refused, too_large};
use crate::accept::RequestBody;
use crate::decision::cut;
use crate::lifecycle::{Back, Deploy, Deployed};
use crate::policy::{MOST_SETTINGS, Settings};
use crate::signature::Signature;
use crate::store::deployments::{Stage, Version};

/// What stands in the query of a request about a policy.
#[derive(Debug, Default)]
struct Wish {
    /// None: it decides from now on.
    stage: Option<Stage>,
    signature: Option<Signature>,
    by: Option<String>,
    reason: Option<String>,
    digest: Option<String>,
    skip_rehearsal: bool,
    /// The number of the version that is gone back to.
    to: Option<u64>,
    settings: Option<Settings>,
}

/// What is deployed, where it comes as JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Upload {
    /// In base64; none: the component of the active version.
    component: Option<String>,
    /// None: those of the route's own sections.
    settings: Option<Settings>,
}

impl AdminSide {
    /// Answers what concerns the policy of a route; `path` begins with the route's name, which may hold slashes.
    pub(super) async fn policies(&self, method: &Method, path: &[&str], request: Request<RequestBody>) -> Reply {
        let wish = match Wish::of(request.uri().query().unwrap_or_default()) {
            Ok(wish) => wish,
            Err(reply) => return reply,
        };
        match (method, path) {
            (&Method::PUT, [route @ .., "policy"]) => self.deploy(&route.join("/"), wish, request).await,
            (&Method::GET, [route @ .., "policy"]) => self.standing(&route.join("/")).await,
            (&Method::GET, [route @ .., "policy", "history"]) => {
                replied(self.lifecycle.history(&route.join("/")).await.map(|history| json!(history)))
            }
            (&Method::GET, [route @ .., "policy", "differences"]) => {
                replied(self.lifecycle.differences(&route.join("/")).map(|seen| json!(seen)))
            }
            (&Method::POST, [route @ .., "policy", "promote"]) => {
                let promoted = self.lifecycle.promote(&route.join("/"), wish.stage, &self.who(&wish)).await;
                replied(promoted.map(|promoted| deployed(&promoted)))
            }
            (&Method::POST, [route @ .., "policy", "rollback"]) => self.roll_back(&route.join("/"), wish).await,
            (&Method::POST, [route @ .., "policy", "release"]) => {
                let digest = wish.digest.as_deref().unwrap_or_default();
                let released = self.lifecycle.release_digest(&route.join("/"), digest, &self.who(&wish)).await;
                replied(released.map(|digest| json!({ "released": digest })))
            }
            (&Method::POST, [route @ .., "release"]) => match self.lifecycle.release(&route.join("/")) {
                Ok(()) => self.routes(),
                Err(error) => refused(&error),
            },
            _ => nothing_here(),
        }
    }

    async fn deploy(&self, route: &str, wish: Wish, request: Request<RequestBody>) -> Reply {
        let kind = request.headers().get(CONTENT_TYPE);
        let may_be_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let (limit, setting) = (self.gateway.state.load().config.engine.component_bytes, "`engine.component`");
        // As JSON a component takes a third more, and has settings beside it.
        let at_most = if may_be_json { limit.saturating_mul(2).saturating_add(2 * MOST_SETTINGS) } else { limit };
        let since = std::time::Instant::now();
        let body = match read(request, at_most, (limit, setting)).await {
            Ok(body) => body,
            Err(reply) => return reply,
        };
        // Many a client calls JSON whatever it sends.
        let is_json = may_be_json && body.trim_ascii_start().starts_with(b"{");
        if !is_json && body.len() > limit {
            return too_large((limit, setting));
        }
        let (took, by) = (since.elapsed(), self.who(&wish));
        let (component, settings) = match what(body, is_json, wish.settings) {
            Ok(what) => what,
            Err(message) => return Reply::error(StatusCode::BAD_REQUEST, "invalid_upload", &message),
        };
        let Wish { signature, stage, skip_rehearsal, .. } = wish;
        let deploy = Deploy { component, settings, took, signature, skip_rehearsal, stage, by };
        replied(self.lifecycle.deploy(route, deploy).await.map(|done| deployed(&done)))
    }

    async fn standing(&self, route: &str) -> Reply {
        replied(self.lifecycle.status(route).await.map(|status| json!(status)))
    }

    async fn roll_back(&self, route: &str, wish: Wish) -> Reply {
        let reason = wish.reason.as_deref().unwrap_or("an operator went back");
        let back = Back { by: &self.who(&wish), reason, to: wish.to, is_automatic: false };
        let active = self.lifecycle.roll_back(route, back).await;
        replied(active.map(|version: Version| json!({ "active": version })))
    }

    /// Who asks, by their own word, since there is one token for all operators. Of who gives no name it is known that they hold
    /// the token; and where the admin side listens on loopback, that they are on this machine.
    fn who(&self, wish: &Wish) -> String {
        let is_local = self.gateway.state.load().config.admin.listen.ip().is_loopback();
        let unnamed = if is_local { "unnamed, on this machine" } else { "unnamed, with the admin token" };
        wish.by.clone().filter(|by| !by.is_empty()).unwrap_or_else(|| unnamed.into())
    }
}

/// What is deployed: its component and its settings, as far as they are given.
fn what(body: Bytes, is_json: bool, settings: Option<Settings>) -> Result<(Option<Bytes>, Option<Settings>), String> {
    if !is_json {
        let component = Some(body).filter(|body| !body.is_empty());
        return match (&component, &settings) {
            (None, None) => Err("Send a component, or `settings` for the one that is active.".into()),
            _ => Ok((component, settings)),
        };
    }
    let upload: Upload = serde_json::from_slice(&body).map_err(|error| {
        format!("{error}. Send {{\"component\": base64, \"settings\": {{…}}}}, or the component itself.")
    })?;
    let component = upload.component.map(|text| BASE64_STANDARD.decode(text).map(Bytes::from)).transpose();
    let component = component.map_err(|error| format!("`component` is not in base64: {error}."))?;
    match (component, upload.settings, settings) {
        (_, Some(_), Some(_)) => Err("`settings` stand in the body and in the query: keep one of the two.".into()),
        (None, None, None) => Err("There is neither a `component` nor `settings`: nothing would change.".into()),
        (component, of_body, of_query) => Ok((component, of_body.or(of_query))),
    }
}

impl Wish {
    fn of(query: &str) -> Result<Self, Reply> {
        let bad = |message: &str| Reply::error(StatusCode::BAD_REQUEST, "invalid_query", message);
        let mut wish = Self::default();
        let (mut stage, mut share) = (None, None);
        for (field, value) in query.split('&').filter(|pair| !pair.is_empty()).filter_map(|pair| pair.split_once('=')) {
            let value = unescaped(value);
            match field {
                "stage" => stage = Some(value),
                "share" => share = Some(value),
                "by" => wish.by = Some(cut(&value).into()),
                "reason" => wish.reason = Some(cut(&value).into()),
                "digest" => wish.digest = Some(value),
                "to" => {
                    let number =
                        value.parse().map_err(|_| bad("`to` is the number of a version, as the history shows it."))?;
                    wish.to = Some(number);
                }
                "settings" => {
                    let settings = serde_json::from_str(&value);
                    wish.settings = Some(settings.map_err(|error| bad(&format!("`settings`: {error}.")))?);
                }
                "rehearsal" if value == "skip" => wish.skip_rehearsal = true,
                "rehearsal" => return Err(bad("`rehearsal` can only be `skip`.")),
                "signature" => {
                    wish.signature = Some(Signature::from_hex(&value).map_err(|error| bad(&error.to_string()))?);
                }
                _ => {
                    return Err(bad(
                        "Use `stage`, `share`, `settings`, `signature`, `rehearsal`, `by`, `reason`, `to` or `digest`.",
                    ));
                }
            }
        }
        wish.stage = match (stage.as_deref(), share) {
            (None | Some("active"), None) => None,
            (Some("shadow"), None) => Some(Stage::Shadow),
            (Some("canary"), share) => {
                let permille = permille(share.as_deref().unwrap_or("5%"));
                Some(Stage::Canary(permille.ok_or_else(|| bad("`share` goes from 0.1% to 99.9%, such as `5%`."))?))
            }
            _ => return Err(bad("`stage` is `shadow`, `canary` with a `share`, or `active`.")),
        };
        Ok(wish)
    }
}

/// A share of requests such as `5%` or `0.5%`, in thousandths: neither nobody nor everybody.
fn permille(text: &str) -> Option<u32> {
    let text = text.trim_end_matches('%');
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok())?;
    let tenth = digits(tenth).filter(|_| tenth.len() == 1)?;
    let permille = digits(whole).filter(|whole| *whole < 100)? * 10 + tenth;
    (1..1000).contains(&permille).then_some(permille)
}

fn replied(done: Result<Value, crate::lifecycle::ChangeError>) -> Reply {
    match done {
        Ok(value) => Reply::ok(&value),
        Err(error) => refused(&error),
    }
}

fn deployed(done: &Deployed) -> Value {
    let module = done.generation.module();
    json!({
        "version": done.version,
        "stage": done.stage.map_or(json!("active"), |stage| json!(stage)),
        "generation": done.generation.number(),
        "digest": done.generation.digest(),
        "component": module.component_digest(),
        "name": done.generation.name(),
        "settings": done.generation.settings(),
        "unchanged": done.is_unchanged,
        "steps": done.steps,
        "rehearsal": done.rehearsal,
        "warnings": module.warnings(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Wish, permille};
    use crate::store::deployments::Stage;

    #[test]
    fn a_share_is_a_part_of_the_requests() {
        assert_eq!(["5%", "0.5%", "99.9", "50"].map(permille), [Some(50), Some(5), Some(999), Some(500)]);
        for nonsense in ["0%", "100%", "", "5.25%", "-5%", "+5", "five", "4294967295"] {
            assert_eq!(permille(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_query_says_what_is_wished() {
        let wish = Wish::of("stage=canary&share=2.5%25&by=ann%20b").ok().unwrap();
        assert_eq!((wish.stage, wish.by.as_deref()), (Some(Stage::Canary(25)), Some("ann b")));
        assert_eq!(Wish::of("").ok().unwrap().stage, None);
        let wish = Wish::of("settings=%7B%22b%22:1,%20%22a%22:2%7D&to=3").ok().unwrap();
        assert_eq!((wish.settings.unwrap().as_str(), wish.to), (r#"{"a":2,"b":1}"#, Some(3)));
        for wrong in [
            "stage=now",
            "stage=shadow&share=5%25",
            "signature=12",
            "colour=red",
            "to=first",
            "settings=[1]",
            "settings=%7B",
        ] {
            assert!(Wish::of(wrong).is_err(), "{wrong}");
        }
    }
}
