//! What operators do to the policies of routes: deploy, look, promote, go back, release. What comes of it is
//! `lifecycle/deployment.rs`'s to say.

use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::queues::unescaped;
use super::{AdminSide, Reply, nothing_here, read, refused};
use crate::accept::RequestBody;
use crate::decision::cut;
use crate::lifecycle::{Deploy, Deployed};
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
                let promoted = self.lifecycle.promote(&route.join("/"), wish.stage, &wish.by()).await;
                replied(promoted.map(|promoted| deployed(&promoted)))
            }
            (&Method::POST, [route @ .., "policy", "rollback"]) => self.roll_back(&route.join("/"), wish).await,
            (&Method::POST, [route @ .., "policy", "release"]) => {
                let digest = wish.digest.as_deref().unwrap_or_default();
                let released = self.lifecycle.release_digest(&route.join("/"), digest, &wish.by()).await;
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
        let at_most = self.gateway.state.load().config.engine.component_bytes;
        let since = std::time::Instant::now();
        let component = match read(request, at_most, "`engine.component`").await {
            Ok(component) => component,
            Err(reply) => return reply,
        };
        let took = since.elapsed();
        let by = wish.by();
        let Wish { signature, stage, skip_rehearsal, .. } = wish;
        let deploy = Deploy { component, took, signature, skip_rehearsal, stage, by };
        replied(self.lifecycle.deploy(route, deploy).await.map(|done| deployed(&done)))
    }

    async fn standing(&self, route: &str) -> Reply {
        replied(self.lifecycle.status(route).await.map(|status| json!(status)))
    }

    async fn roll_back(&self, route: &str, wish: Wish) -> Reply {
        let reason = wish.reason.clone().unwrap_or_else(|| "an operator went back".into());
        let active = self.lifecycle.roll_back(route, &wish.by(), &reason).await;
        replied(active.map(|version: Version| json!({ "active": version })))
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
                "rehearsal" if value == "skip" => wish.skip_rehearsal = true,
                "rehearsal" => return Err(bad("`rehearsal` can only be `skip`.")),
                "signature" => {
                    wish.signature = Some(Signature::from_hex(&value).map_err(|error| bad(&error.to_string()))?);
                }
                _ => return Err(bad("Use `stage`, `share`, `signature`, `rehearsal`, `by`, `reason` or `digest`.")),
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

    /// Who asks, by their own word: there is one token for all operators.
    fn by(&self) -> String {
        self.by.clone().filter(|by| !by.is_empty()).unwrap_or_else(|| "unknown".into())
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
        "component": module.component_digest(),
        "key": module.key(),
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
        assert_eq!((wish.stage, wish.by().as_str()), (Some(Stage::Canary(25)), "ann b"));
        assert_eq!(Wish::of("").ok().unwrap().stage, None);
        for wrong in ["stage=now", "stage=shadow&share=5%25", "signature=12", "colour=red"] {
            assert!(Wish::of(wrong).is_err(), "{wrong}");
        }
    }
}
