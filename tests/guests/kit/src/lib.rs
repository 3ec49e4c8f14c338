//! What the test suite's guests share: the bindings, and sane defaults for whatever a guest does not misbehave in.
//!
//! The guests stand on the interface itself rather than on the SDK, since the SDK would keep them from answering what
//! they must not.

/// The bindings as they are generated.
#[doc(hidden)]
#[allow(clippy::too_many_arguments)]
pub mod bindings {
    wit_bindgen::generate!({
        world: "policy",
        path: "../../../wit",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_bindings",
    });
}

pub use bindings::fingerpost::policy::common::{Hold, Limits};
pub use bindings::fingerpost::policy::decisions::{
    Answer, Deferral, Explanation, Failing, Recovered, Recovery, Rejection, Resumption, Routed, Routing, Send,
    SessionUse, Until,
};
pub use bindings::fingerpost::policy::facts::{Attempt, Facts};
pub use bindings::fingerpost::policy::log::{Level, log};
pub use bindings::fingerpost::policy::setup::{Problem, Route};

/// A guest: it sends everything to the first target and never tries again, unless it says otherwise.
pub trait Behaviour {
    /// Called once, at deployment.
    fn configure(_route: Route) -> Result<(), Vec<Problem>> {
        Ok(())
    }

    /// Called once a request.
    fn route(_facts: Facts) -> Routed {
        routed(Routing::Send(send(0)))
    }

    /// Called after each failed attempt.
    fn fallback(_facts: Facts, _attempts: Vec<Attempt>) -> Recovered {
        recovered(Recovery::Fail(Failing::Original(None)))
    }
}

/// One try at a target, with nothing unusual about it.
pub fn send(target: u16) -> Send {
    Send {
        target,
        intended: target,
        after: 0,
        limits: None,
        hold: Hold::FirstToken,
        as_stream: false,
        max_output_tokens: None,
        degraded: None,
        payer: None,
        session: SessionUse::Keep,
    }
}

/// A routing decision with a plain explanation.
pub fn routed(decision: Routing) -> Routed {
    Routed { decision, traffic_class: None, explanation: explanation() }
}

/// A fallback decision with a plain explanation.
pub fn recovered(decision: Recovery) -> Recovered {
    Recovered { decision, cause: "error".to_owned(), explanation: explanation() }
}

/// An explanation that says little.
pub fn explanation() -> Explanation {
    Explanation {
        rule: "first".to_owned(),
        reason: "The first target serves.".to_owned(),
        considered: Vec::new(),
        notes: Vec::new(),
    }
}

/// Takes memory, a megabyte at a time, until that fails.
pub fn allocate_without_end() -> ! {
    loop {
        std::hint::black_box(vec![1_u8; 1 << 20]).leak();
    }
}

/// Exports a guest from its crate.
#[macro_export]
macro_rules! export {
    ($guest:ident) => {
        const _: () = {
            struct Exported;

            impl $crate::bindings::Guest for Exported {
                fn configure(route: $crate::Route) -> Result<(), Vec<$crate::Problem>> {
                    <$guest as $crate::Behaviour>::configure(route)
                }

                fn route(facts: $crate::Facts) -> $crate::Routed {
                    <$guest as $crate::Behaviour>::route(facts)
                }

                fn fallback(facts: $crate::Facts, attempts: Vec<$crate::Attempt>) -> $crate::Recovered {
                    <$guest as $crate::Behaviour>::fallback(facts, attempts)
                }
            }

    $crate::bindings::export_bindings!(Exported with_types_in $crate::bindings);
        };
    };
}
