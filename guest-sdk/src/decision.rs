//! Building answers. What the interface allows only before a part of the answer has reached the caller, and what only
//! after, are two types: [`Recovered`] and [`Repaired`].

use crate::names::{code, note};
use crate::record::{
    Answer, Deferral, Explanation, Failing, Hold, Limits, Recovery, Rejection, Resumption, Routed, Routing, SendTo,
    SessionUse,
};
use crate::{Attempts, Target, record};

/// An explanation: the rule that decided, a token of `[a-z0-9_.-]{1,64}`, and the reason in a whole sentence.
#[must_use]
pub fn why(rule: impl Into<String>, reason: impl Into<String>) -> Explanation {
    Explanation { rule: rule.into(), reason: reason.into(), considered: Vec::new(), notes: Vec::new() }
}

impl Explanation {
    /// Adds the targets that were considered, by index, with the verdict on each.
    #[must_use]
    pub fn considering(mut self, considered: Vec<(u16, String)>) -> Explanation {
        self.considered = considered;
        self
    }

    /// Adds something worth recording.
    #[must_use]
    pub fn note(mut self, name: impl Into<String>, value: impl Into<String>) -> Explanation {
        self.notes.push((name.into(), value.into()));
        self
    }
}

impl SendTo {
    pub(crate) fn new(target: u16) -> SendTo {
        SendTo {
            target,
            intended: 0,
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

    /// Says which target was meant, where that is not the route's first. The host works out from it whether this try is a downgrade or an upgrade.
    #[must_use]
    pub fn intended(mut self, target: Target<'_>) -> SendTo {
        self.intended = target.index();
        self
    }

    /// Waits this many milliseconds first.
    #[must_use]
    pub fn after(mut self, millis: u64) -> SendTo {
        self.after = millis;
        self
    }

    /// Sets time limits instead of the route's.
    #[must_use]
    pub fn limits(mut self, limits: impl Into<Option<Limits>>) -> SendTo {
        self.limits = limits.into();
        self
    }

    /// Sets how much of a stream is kept back before the caller sees any of it. Without: until the first token.
    #[must_use]
    pub fn hold(mut self, hold: Hold) -> SendTo {
        self.hold = hold;
        self
    }

    /// Asks the provider for a stream where the caller wants a plain answer, so that a slow first token and a stall are
    /// noticed there too.
    #[must_use]
    pub fn as_stream(mut self) -> SendTo {
        self.as_stream = true;
        self
    }

    /// Allows fewer output tokens than the caller does.
    #[must_use]
    pub fn max_output_tokens(mut self, tokens: u32) -> SendTo {
        self.max_output_tokens = Some(tokens);
        self
    }

    /// Marks the answer as of lesser quality or certainty, with a token that the caller sees, such as `uncertain`.
    #[must_use]
    pub fn degraded(mut self, token: impl Into<String>) -> SendTo {
        self.degraded = Some(token.into());
        self
    }

    /// Has somebody else pay than the caller's tenant. No gateway allows that yet: it overrules such a decision.
    #[must_use]
    pub fn payer(mut self, payer: impl Into<String>) -> SendTo {
        self.payer = Some(payer.into());
        self
    }

    /// Says what the try means for the session. Without: the session stays where it is.
    #[must_use]
    pub fn session(mut self, session: SessionUse) -> SendTo {
        self.session = session;
        self
    }
}

impl Default for Limits {
    /// Limits that suit a hosted model: 2 s to connect, 15 s to the head, 20 s to the first token, 20 s of silence, a
    /// minute without content and 120 s in all.
    fn default() -> Limits {
        Limits {
            connect: 2_000,
            first_byte: 15_000,
            first_token: 20_000,
            idle: 20_000,
            content_idle: 60_000,
            total: 120_000,
        }
    }
}

impl Rejection {
    /// An error with this HTTP status (400 to 599), this `code` (a token) and this message for people.
    #[must_use]
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Rejection {
        Rejection { status, code: code.into(), message: message.into() }
    }

    /// 429 `insufficient_quota`: a budget is out. OpenAI's clients do not retry it.
    #[must_use]
    pub fn quota(message: impl Into<String>) -> Rejection {
        Rejection::new(429, code::INSUFFICIENT_QUOTA, message)
    }

    /// 429 `request_exceeds_budget`: there is money, but less than this request may cost.
    #[must_use]
    pub fn over_budget(message: impl Into<String>) -> Rejection {
        Rejection::new(429, code::REQUEST_EXCEEDS_BUDGET, message)
    }

    /// 503 `no_target_available`: no target can take the request now.
    #[must_use]
    pub fn unavailable(message: impl Into<String>) -> Rejection {
        Rejection::new(503, code::NO_TARGET_AVAILABLE, message)
    }

    /// 403 `no_allowed_target`: the boundaries of the tenant or the key allow no target of the route. Another try would
    /// end like this one, and the gateway tells clients so.
    #[must_use]
    pub fn out_of_boundary() -> Rejection {
        let message = "The boundaries of the tenant or of the key allow none of this route's models.";
        Rejection::new(403, code::NO_ALLOWED_TARGET, message)
    }
}

impl Routed {
    /// Try a target.
    #[must_use]
    pub fn send(send: SendTo, why: Explanation) -> Routed {
        Routed { decision: Routing::Send(send), traffic_class: None, explanation: why }
    }

    /// Answer without a model.
    #[must_use]
    pub fn answer(answer: Answer, why: Explanation) -> Routed {
        Routed { decision: Routing::Answer(answer), traffic_class: None, explanation: why }
    }

    /// Put the request into a queue.
    #[must_use]
    pub fn defer(deferral: Deferral, why: Explanation) -> Routed {
        Routed { decision: Routing::Defer(deferral), traffic_class: None, explanation: why }
    }

    /// Refuse the request.
    #[must_use]
    pub fn reject(rejection: Rejection, why: Explanation) -> Routed {
        Routed { decision: Routing::Reject(rejection), traffic_class: None, explanation: why }
    }

    /// Moves the request to this traffic class, one of the bounds' `may_reclassify_to`.
    #[must_use]
    pub fn reclassify(mut self, class: impl Into<String>) -> Routed {
        self.traffic_class = Some(class.into());
        self
    }

    /// Says why the intended target does not serve, where another does or none: one of [`crate::names::cause`]. Without: the
    /// policy wanted it so.
    #[must_use]
    pub fn because_of(mut self, cause: &str) -> Routed {
        self.explanation = self.explanation.note(note::CAUSE, cause);
        self
    }
}

/// What to do after a failure of which the caller has seen nothing: another try, an answer without a model, a queue, or
/// giving up.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovered(record::Recovered);

impl Recovered {
    /// Another try: at the same target a retry, at another a fallback. The cause follows from the last failure.
    #[must_use]
    pub fn send(send: SendTo, attempts: &Attempts<'_>, why: Explanation) -> Recovered {
        Recovered::new(Recovery::Send(send), attempts, why)
    }

    /// Answer without a model.
    #[must_use]
    pub fn answer(answer: Answer, attempts: &Attempts<'_>, why: Explanation) -> Recovered {
        Recovered::new(Recovery::Answer(answer), attempts, why)
    }

    /// Put the request into a queue.
    #[must_use]
    pub fn defer(deferral: Deferral, attempts: &Attempts<'_>, why: Explanation) -> Recovered {
        Recovered::new(Recovery::Defer(deferral), attempts, why)
    }

    /// Give up with the error of the attempt that tells most.
    #[must_use]
    pub fn fail(attempts: &Attempts<'_>, why: Explanation) -> Recovered {
        Recovered::new(Recovery::Fail(Failing::Original(None)), attempts, why)
    }

    /// Give up with this error.
    #[must_use]
    pub fn fail_with(failing: Failing, attempts: &Attempts<'_>, why: Explanation) -> Recovered {
        Recovered::new(Recovery::Fail(failing), attempts, why)
    }

    /// Names another cause than the last failure's, one of [`crate::names::cause`].
    #[must_use]
    pub fn because_of(mut self, cause: &str) -> Recovered {
        self.0.cause = cause.to_owned();
        self
    }

    fn new(decision: Recovery, attempts: &Attempts<'_>, why: Explanation) -> Recovered {
        let cause = attempts.last().failure.cause().to_owned();
        Recovered(record::Recovered { decision, cause, explanation: why })
    }
}

impl From<Recovered> for record::Recovered {
    fn from(recovered: Recovered) -> record::Recovered {
        recovered.0
    }
}

/// What to do after a stream broke of which the caller has seen a part: continue it, or end it with an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Repaired(record::Recovered);

impl Repaired {
    /// Continue the stream with `send`, in the way `how`, one of [`crate::names::resume_how`] that the last attempt's
    /// `resumable` lists, at a target of the model that began.
    #[must_use]
    pub fn resume(send: SendTo, how: &str, attempts: &Attempts<'_>, why: Explanation) -> Repaired {
        let resumption = Resumption { send, how: how.to_owned(), other_model: false };
        Repaired(Recovered::new(Recovery::Resume(resumption), attempts, why).0)
    }

    /// Lets another model than the one that began go on. The caller sees which target each part came from.
    #[must_use]
    pub fn at_another_model(mut self) -> Repaired {
        if let Recovery::Resume(resumption) = &mut self.0.decision {
            resumption.other_model = true;
        }
        self
    }

    /// End the stream with the error of the attempt that tells most.
    #[must_use]
    pub fn fail(attempts: &Attempts<'_>, why: Explanation) -> Repaired {
        Repaired(Recovered::fail(attempts, why).0)
    }

    /// End the stream with this error.
    #[must_use]
    pub fn fail_with(failing: Failing, attempts: &Attempts<'_>, why: Explanation) -> Repaired {
        Repaired(Recovered::fail_with(failing, attempts, why).0)
    }
}

impl From<Repaired> for record::Recovered {
    fn from(repaired: Repaired) -> record::Recovered {
        repaired.0
    }
}
