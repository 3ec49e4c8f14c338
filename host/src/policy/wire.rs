//! The types that cross between the host and a policy, generated from `wit/policy.wit`. Owned values, so that they can
//! be recorded and replayed. Whether an answer makes sense is decided elsewhere: here it is untrusted input.

pub use self::bindings::fingerpost::policy::common::{Hold, Limits};
pub use self::bindings::fingerpost::policy::decisions::{
    Answer, Deferral, Explanation, Failing, Recovered, Recovery, Rejection, Resumption, Routed, Routing, Send,
    SessionUse, Until,
};
pub use self::bindings::fingerpost::policy::facts::{
    Attempt, Attribute, Availability, Bounds, Budget, Caller, Deferred, Facts, Failure, QueueState, Request, Session,
    TargetState,
};
pub use self::bindings::fingerpost::policy::log::Level;
pub use self::bindings::fingerpost::policy::setup::{Problem, Route as RouteSetup, Target};

pub(super) use self::bindings::{Policy, PolicyPre};

/// The interface between host and guest, with its version.
pub const INTERFACE: &str = "fingerpost:policy@0.1.0";

/// The import's name as a guest spells it.
pub(super) const LOG_INTERFACE: &str = "fingerpost:policy/log@0.1.0";

#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]
mod bindings {
    wasmtime::component::bindgen!({
        world: "policy",
        path: "../wit",
        additional_derives: [Clone, PartialEq, serde::Serialize, serde::Deserialize],
    });
}
