//! Doubts about how an input is parsed. They depend on everything read from it, not just on its first lines.

use crate::query::view::{Doubt, DoubtKind, InputStatus};

use super::evidence::Evidence;
use super::unused_fields::UnusedFields;

/// With fewer events there are no doubts: anybody who tries out a server looks like this.
const FEW: u64 = 5;
/// Comparing addresses needs more events: one visitor alone may send [`FEW`].
const SEVERAL: u64 = 8;
/// The share of events, in per cent, from which a single address is likely a proxy's. A busy crawler or office stays
/// far below.
const NEARLY_ALL: u64 = 90;
/// The least number of visitors behind a proxy's address; one person has a browser or two.
const VISITORS_OF_A_PROXY: u64 = 4;
/// Visitors per hundred events from which nearly every line has its own. Even if people leave after one page,
/// crawlers alone come again more often than that.
const A_VISITOR_EACH: u64 = 97;
/// Events needed before that can be said.
const MANY: u64 = 50;

/// The doubts about an input, the worst first.
pub(super) fn doubts(status: &InputStatus, evidence: &Evidence, unused: &UnusedFields) -> Vec<Doubt> {
    let input = status.name.as_str();
    let doubt = |kind: DoubtKind, text: String| {
        let proposal = if is_of_a_place(kind) { unused.proposal.clone() } else { Vec::new() };
        Doubt { input: input.to_owned(), kind, text, proposal }
    };
    let events = evidence.events;
    let share = |part: u64, percent: u64| part * 100 >= events * percent;
    let mut doubts = Vec::new();
    if events < FEW {
        return doubts;
    }
    if evidence.with_address == 0 {
        doubts.push(doubt(DoubtKind::NoAddress, no_address(unused)));
    } else if unused.forwarded {
        doubts.push(doubt(DoubtKind::ForwardedUnused, FORWARDED_UNUSED.to_owned()));
    } else if events >= SEVERAL
        && share(evidence.of_one_address(), NEARLY_ALL)
        && evidence.visitors() >= VISITORS_OF_A_PROXY
    {
        doubts.push(doubt(DoubtKind::OneAddress, one_address(&status.format)));
    } else if events >= MANY && share(evidence.visitors(), A_VISITOR_EACH) {
        doubts.push(doubt(DoubtKind::AddressPerLine, ADDRESS_PER_LINE.to_owned()));
    }
    if evidence.with_agent == 0 {
        doubts.push(doubt(DoubtKind::NoAgents, no_agents(&status.format)));
    }
    if evidence.no_hosts * 2 > evidence.hosts {
        doubts.push(doubt(DoubtKind::NoHosts, NO_HOSTS.to_owned()));
    }
    if unused.load && evidence.with_load == 0 {
        doubts.push(doubt(DoubtKind::LoadUnused, LOAD_UNUSED.to_owned()));
    }
    // A proposal is attached only once, to the first doubt.
    let first = doubts.iter().position(|doubt| !doubt.proposal.is_empty());
    let later = doubts.iter_mut().enumerate().filter(|(at, _)| first.is_some_and(|first| *at > first));
    later.for_each(|(_, doubt)| doubt.proposal.clear());
    doubts
}

/// Whether parsing the same lines in another way could resolve it.
fn is_of_a_place(kind: DoubtKind) -> bool {
    matches!(
        kind,
        DoubtKind::NoAddress | DoubtKind::ForwardedUnused | DoubtKind::NoAgents | DoubtKind::LoadUnused
    )
}

const FORWARDED_UNUSED: &str = "lines hold a second address that differs from line to line, as of X-Forwarded-For, and it \
     is not used: name its place with --format, so that visitors behind a proxy are told apart";

const ADDRESS_PER_LINE: &str = "nearly every line has a visitor of its own: what is read as the address may be something \
     else, such as a port or a time; compare a line with `dwell check`, and name the format with --format";

const NO_HOSTS: &str = "what is read as the host is mostly a number or a time: another field stands in its place; name the \
     format with --format";

const LOAD_UNUSED: &str = "lines end with a number that may be the time that the server took, and it is not used: name it \
     with --format, as $request_time (seconds), $request_time_ms or $request_time_us";

fn no_address(unused: &UnusedFields) -> String {
    let names = match unused.names.as_slice() {
        [] => String::new(),
        names => format!("; the names found are {}", names.join(", ")),
    };
    format!(
        "no line names the visitor's address, so everybody with one browser is one visitor{names}. Say under which one it \
         stands: [format] address = \"…\" in the config"
    )
}

/// How to make the server log the address behind its proxy.
fn one_address(format: &str) -> String {
    let setting = match Server::of(format) {
        Server::Caddy => "set trusted_proxies in Caddy: its client_ip is used then",
        Server::Haproxy => {
            "log with `option forwardfor` at the server behind, or let HAProxy see clients itself"
        }
        Server::W3c => "add the field cs(X-Forwarded-For), or X-Forwarded-For under custom fields in IIS",
        Server::Json => "log X-Forwarded-For too, or let the server take it for the address",
        Server::Text => {
            "let the server take the address from X-Forwarded-For: set_real_ip_from and real_ip_header in nginx, \
             RemoteIPHeader of mod_remoteip (and %a) in Apache, RemoteIpValve in Tomcat"
        }
    };
    format!(
        "nearly all lines come from one address, though by several browsers: it is likely a proxy's; {setting}"
    )
}

/// How to make the server log the user agent.
fn no_agents(format: &str) -> String {
    let setting = match Server::of(format) {
        Server::Caddy => "log the request's headers, which Caddy does unless its filter deletes them",
        Server::Haproxy => "add `capture request header User-Agent len 256` to the frontend in HAProxy",
        Server::W3c => "choose the field cs(User-Agent)",
        Server::Json => "log the user agent too",
        Server::Text => {
            "log it with `access_log PATH combined` in nginx, `CustomLog PATH combined` in Apache, pattern=\"combined\" in \
             Tomcat"
        }
    };
    format!(
        "no line names a user agent, so bots cannot be told from people, nor browsers from each other: {setting}"
    )
}

/// The server whose settings decide what is logged.
enum Server {
    Caddy,
    Haproxy,
    W3c,
    Json,
    Text,
}

impl Server {
    fn of(format: &str) -> Server {
        let has = |part: &str| format.contains(part);
        match () {
            () if has("Caddy") => Server::Caddy,
            () if has("HAProxy") => Server::Haproxy,
            () if has("W3C") => Server::W3c,
            () if has("JSON") => Server::Json,
            () => Server::Text,
        }
    }
}
