//! The records of the interface, as `wit/policy.wit` has them. Durations are in milliseconds, instants in milliseconds
//! since the Unix epoch, money in nano-USD, shares in thousandths; targets are named by their index in the set-up.

use crate::bindings::fingerpost::policy::{common, decisions, facts, setup};

pub use common::{Hold, Limits};
pub use decisions::{
    Answer, Deferral, Explanation, Failing, Recovered, Recovery, Rejection, Resumption, Routed, Routing,
    Send as SendTo, SessionUse, Until,
};
pub use facts::{
    Attempt, Attribute, Availability, Bounds, Budget, Caller, Deferred, Facts as DecisionFacts, Failure, QueueState,
    Request, Session, TargetState,
};
pub use setup::{Problem, Route as Setup, Target as TargetSpec};
