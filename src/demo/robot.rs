//! An actor with a fixed list of requests.

use std::collections::VecDeque;
use std::sync::Arc;

use super::actor::{Actor, ActorContext};
use super::line::{LogWriter, RefererField, Requester};
use super::places::DemoAddress;
use super::request::SimulatedRequest;
use crate::time::Span;

/// Sends a fixed list of requests, whatever the responses.
pub(super) struct Robot {
    client: Requester,
    ahead: VecDeque<SimulatedRequest>,
}

impl Robot {
    pub(super) fn new(
        address: DemoAddress,
        agent: impl Into<Arc<str>>,
        ahead: VecDeque<SimulatedRequest>,
    ) -> Robot {
        let client = Requester { address: address.text(), agent: agent.into(), protocol: "HTTP/1.1" };
        Robot { client, ahead }
    }
}

impl Actor for Robot {
    fn act(&mut self, moment: &mut ActorContext<'_>, pen: &mut LogWriter) -> Option<Span> {
        let request = self.ahead.pop_front()?;
        let request = moment.answered(request);
        request.write(moment.at, &self.client, &RefererField::Nothing, pen);
        self.ahead.front().map(|next| Span(u64::from(next.wait)))
    }
}

/// A request for a random public page; some are gone, moved or unchanged, as crawlers find them.
pub(super) fn any_page(moment: &mut ActorContext<'_>) -> SimulatedRequest {
    let page = moment.world.site.any(moment.dice);
    let request = SimulatedRequest::get(page.path.clone(), page.bytes);
    match moment.dice.fraction() {
        0.0..0.04 => SimulatedRequest::get(format!("{}/", page.path), 0).answered(301),
        0.04..0.07 => SimulatedRequest::get(format!("{}-2018", page.path), 0).answered(404),
        0.07..0.17 => request.answered(304),
        _ => request,
    }
}
