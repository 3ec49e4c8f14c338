//! A request that is given an answer which others are given as well, or which is kept: what it asked to be told is added on
//! its own way out, and never becomes a part of that answer.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::Response;

use super::{Disclosure, Explanation, Form, NOT_ALLOWED, with};
use crate::headers::EXPLANATION;
use crate::request::{Arrival, Asked};

/// Adds to the answer of a run what one of those who listen to it asked for.
#[derive(Debug, Clone)]
pub struct Listener {
    form: Form,
    told: Arc<OnceLock<Explanation>>,
}

impl Listener {
    pub(super) fn new(form: Form, told: Arc<OnceLock<Explanation>>) -> Self {
        Self { form, told }
    }

    /// For the request whose own run it is: the run finds out what there is to tell.
    #[must_use]
    pub fn of_run(disclosure: Option<&mut Disclosure>) -> Option<Self> {
        disclosure.map(Disclosure::set_apart)
    }

    /// For a request that is given the answer of another, with the id `from`.
    #[must_use]
    pub fn of_replay(arrival: &Arrival, asked: &Asked, from: &str) -> Option<Self> {
        let form = asked.disclosure.as_ref()?.form;
        Some(Self { form, told: Arc::new(Explanation::undecided(arrival, asked, Some(from)).into()) })
    }

    /// Adds the header, where one is wanted; whether the body has nothing to add any more.
    pub fn head(&self, head: &mut Response<()>) -> bool {
        let value = match self.form {
            Form::NotAllowed => Some(NOT_ALLOWED),
            Form::Header => self.told.get().map(Explanation::header),
            Form::Body => None,
        };
        let is_told = value.is_some();
        head.headers_mut().extend(value.map(|value| (EXPLANATION, value)));
        is_told
    }

    /// A whole body with what is to be told.
    #[must_use]
    pub fn whole(&self, head: &Response<()>, body: Bytes) -> Bytes {
        self.told.get().map_or_else(|| body.clone(), |explanation| with(explanation, head, &body))
    }

    /// A piece of a stream, which tells it if it is the last one.
    #[must_use]
    pub fn piece(&self, piece: Bytes) -> Bytes {
        self.told.get().map_or_else(|| piece.clone(), |explanation| explanation.at_end(&piece))
    }
}
