//! Assigns a field to each column by its values and its position.

mod load;

use super::super::stamp::StampReader;
use super::super::stamps::{self, StampStyle};
use super::columns::{LayoutColumn, LayoutColumns};
use super::looks;
use super::numbers::{self, LoadUnit};

/// The field that a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnRole {
    Skip,
    User,
    Time(StampStyle),
    Request,
    Method,
    Target,
    Query,
    Status,
    /// A result code and the status: `TCP_MISS/200`.
    ResultAndStatus,
    Size,
    Address,
    /// The peer of the connection, if the client address is a forwarded one.
    Connected,
    Forwarded,
    Host,
    Referrer,
    Agent,
    Load(LoadUnit),
}

impl ColumnRole {
    /// Its variable in a format string.
    pub(super) fn name(self) -> &'static str {
        match self {
            ColumnRole::Skip => "$skip",
            ColumnRole::User => "$remote_user",
            ColumnRole::Time(StampStyle::Common) => "$time_local",
            ColumnRole::Time(StampStyle::Iso) => "$time_iso8601",
            ColumnRole::Time(StampStyle::Epoch | StampStyle::Other) => "$time",
            ColumnRole::Request => "$request",
            ColumnRole::Method => "$request_method",
            ColumnRole::Target => "$request_uri",
            ColumnRole::Query => "$args",
            ColumnRole::Status => "$status",
            ColumnRole::ResultAndStatus => "$skip/$status",
            ColumnRole::Size => "$body_bytes_sent",
            ColumnRole::Address => "$remote_addr",
            ColumnRole::Connected => "$realip_remote_addr",
            ColumnRole::Forwarded => "$http_x_forwarded_for",
            ColumnRole::Host => "$host",
            ColumnRole::Referrer => "$http_referer",
            ColumnRole::Agent => "$http_user_agent",
            ColumnRole::Load(LoadUnit::Seconds) => "$request_time",
            ColumnRole::Load(LoadUnit::Millis) => "$request_time_ms",
            ColumnRole::Load(LoadUnit::Micros) => "$request_time_us",
            ColumnRole::Load(LoadUnit::Named) => "$request_time_named",
        }
    }
}

/// The columns with their roles.
pub(super) struct Roles<'c, 'a> {
    columns: &'c LayoutColumns<'a>,
    roles: Vec<ColumnRole>,
}

/// Share of values that must match a strict role; not 1, since any log has some garbage.
const NEARLY_ALL: f64 = 0.9;
/// Share of values that must match a lenient role.
const MOST: f64 = 0.6;

impl<'c, 'a> Roles<'c, 'a> {
    /// Assigns roles, the most certain ones first; the rest depend on their neighbours.
    pub(super) fn of(columns: &'c LayoutColumns<'a>) -> Roles<'c, 'a> {
        let mut roles = Roles { columns, roles: columns.iter().map(|_| ColumnRole::Skip).collect() };
        roles.time();
        roles.request();
        roles.status();
        roles.agent();
        roles.addresses();
        roles.referrer();
        roles.host();
        roles.size();
        roles.user();
        roles.load();
        roles
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = ColumnRole> {
        self.roles.iter().copied()
    }

    pub(super) fn has(&self, role: ColumnRole) -> bool {
        self.place(role).is_some()
            || role == ColumnRole::Status && self.place(ColumnRole::ResultAndStatus).is_some()
    }

    pub(super) fn has_request(&self) -> bool {
        self.has(ColumnRole::Request) || self.has(ColumnRole::Target)
    }

    fn place(&self, role: ColumnRole) -> Option<usize> {
        self.roles.iter().position(|&one| one == role)
    }

    /// The columns without a role, with their positions.
    fn free(&self) -> impl Iterator<Item = (usize, &'c LayoutColumn<'a>)> {
        self.columns.iter().enumerate().filter(|(at, _)| self.roles[*at] == ColumnRole::Skip)
    }

    fn first_free(&self, is_so: impl Fn(&LayoutColumn) -> bool) -> Option<usize> {
        self.free().find(|(_, column)| is_so(column)).map(|(at, _)| at)
    }

    fn give(&mut self, at: Option<usize>, role: ColumnRole) {
        if let Some(at) = at {
            self.roles[at] = role;
        }
    }

    /// Of several timestamps prefer the most reliable style, then the first.
    fn time(&mut self) {
        let stamped = self.free().filter_map(|(at, column)| style(column).map(|style| (at, style)));
        let preference = |style| match style {
            StampStyle::Common => 0,
            StampStyle::Iso => 1,
            StampStyle::Other => 2,
            StampStyle::Epoch => 3,
        };
        if let Some((at, style)) = stamped.min_by_key(|&(at, style)| (preference(style), at)) {
            self.roles[at] = ColumnRole::Time(style);
        }
    }

    fn request(&mut self) {
        if let Some(at) = self.first_free(|column| column.share(looks::is_request) >= MOST) {
            self.roles[at] = ColumnRole::Request;
            return;
        }
        let method = self.first_free(|column| column.share(looks::is_method) >= NEARLY_ALL);
        self.give(method, ColumnRole::Method);
        let target = self.target(method);
        self.give(target, ColumnRole::Target);
        let query = target.map(|at| at + 1).filter(|&at| self.is_query(at));
        self.give(query, ColumnRole::Query);
    }

    /// The path after the method, present in every line, unlike a referrer. Of several paths take the one with the most
    /// distinct values.
    fn target(&self, method: Option<usize>) -> Option<usize> {
        let targets = self.free().filter(|(_, column)| column.share(looks::is_target) >= NEARLY_ALL);
        let targets = targets.filter(|(_, column)| !is_on_own_disk(column));
        targets
            .min_by_key(|&(at, column)| {
                let is_behind = method.is_some_and(|method| at > method);
                let is_path = column.share(|text| text.starts_with(b"/")) >= NEARLY_ALL;
                let says = if is_path { column.distinct() } else { 0 };
                (!is_behind, !is_path, column.filled() < NEARLY_ALL, std::cmp::Reverse(says), at)
            })
            .map(|(at, _)| at)
    }

    fn is_query(&self, at: usize) -> bool {
        let Some(column) = self.columns.get(at).filter(|_| self.roles[at] == ColumnRole::Skip) else {
            return false;
        };
        column.share(looks::is_query) >= NEARLY_ALL
    }

    fn request_place(&self) -> Option<usize> {
        [ColumnRole::Request, ColumnRole::Target, ColumnRole::Method]
            .into_iter()
            .find_map(|role| self.place(role))
    }

    /// The first status after the request. If it comes before the request, the nearest one is the server's own; those
    /// before it are of upstream servers.
    fn status(&mut self) {
        let squid = self.first_free(|column| column.share(looks::is_result_and_status) >= NEARLY_ALL);
        if squid.is_some() {
            return self.give(squid, ColumnRole::ResultAndStatus);
        }
        let is_status = |column: &LayoutColumn| {
            column.share(looks::is_status) >= NEARLY_ALL && column.filled() >= NEARLY_ALL
        };
        let request = self.request_place().unwrap_or(0);
        let all: Vec<usize> = self.free().filter(|(_, column)| is_status(column)).map(|(at, _)| at).collect();
        let behind = all.iter().copied().find(|&at| at > request);
        let before = all.iter().copied().rev().find(|&at| at < request);
        self.give(behind.or(before), ColumnRole::Status);
    }

    fn agent(&mut self) {
        let share = |column: &LayoutColumn| column.share(looks::is_agent);
        let quoted = self.first_free(|column| column.is_quoted() && share(column) >= MOST);
        let agent = quoted.or_else(|| self.first_free(|column| share(column) >= MOST));
        self.give(agent, ColumnRole::Agent);
    }

    /// The peer's address and `X-Forwarded-For`: every line has the former, many lack the latter.
    fn addresses(&mut self) {
        let is_list = |column: &LayoutColumn| column.share(looks::is_address_list) >= NEARLY_ALL;
        let all: Vec<usize> = self.free().filter(|(_, column)| is_list(column)).map(|(at, _)| at).collect();
        let clients: Vec<usize> = all.iter().copied().filter(|&at| !self.is_upstream(at, &all)).collect();
        let peer = clients.iter().copied().find(|&at| self.is_peer(at)).or_else(|| clients.first().copied());
        let forwarded = clients.iter().copied().find(|&at| Some(at) != peer && self.is_forwarded(at, peer));
        let (address, forwarded) = match peer.filter(|&at| self.has_lists(at)) {
            Some(list) => (None, Some(list)),
            None => (peer, forwarded),
        };
        self.give(address, ColumnRole::Address);
        self.give(forwarded, ColumnRole::Forwarded);
        let beside = address.map(|at| at + 1).filter(|at| clients.contains(at) && forwarded != Some(*at));
        self.give(beside, ColumnRole::Connected);
        if address.is_none() && forwarded.is_none() {
            let is_name = |column: &LayoutColumn| {
                column.share(is_address_or_name) >= NEARLY_ALL && column.filled() >= NEARLY_ALL
            };
            let first = self.first_free(is_name).filter(|&at| at == 0);
            self.give(first, ColumnRole::Address);
        }
    }

    /// The peer address: exactly one, in every line.
    fn is_peer(&self, at: usize) -> bool {
        self.columns.get(at).is_some_and(|column| column.filled() >= 1.0) && !self.has_lists(at)
    }

    fn has_lists(&self, at: usize) -> bool {
        self.columns.get(at).is_some_and(|column| column.there().any(looks::has_several))
    }

    /// Forwarded addresses: lists, or often absent, or public while the peers are private proxies.
    fn is_forwarded(&self, at: usize, peer: Option<usize>) -> bool {
        let Some(column) = self.columns.get(at) else { return false };
        let peers_are_inner = peer.is_some_and(|peer| self.share(peer, looks::is_public) < 0.1);
        let says_clients = column.share(looks::is_public) > 0.0 && column.share(looks::has_port) < 0.5;
        says_clients && (self.has_lists(at) || column.filled() < 1.0 || peers_are_inner || column.is_quoted())
    }

    /// Upstream servers behind a proxy: few, private, with ports, and another column has a client address.
    fn is_upstream(&self, at: usize, all: &[usize]) -> bool {
        let Some(column) = self.columns.get(at) else { return false };
        let is_inner = column.share(looks::is_public) < 0.1 && column.share(looks::has_port) >= MOST;
        let mut others = all.iter().filter(|&&other| other != at);
        is_inner
            && others.any(|&other| {
                self.share(other, looks::has_port) < MOST || self.share(other, looks::is_public) > 0.1
            })
    }

    /// The referrer is next to the agent; before it if neither side has values.
    fn referrer(&mut self) {
        let Some(agent) = self.place(ColumnRole::Agent) else {
            let at = self
                .first_free(|column| column.is_quoted() && column.share(looks::is_referrer) >= NEARLY_ALL);
            return self.give(at, ColumnRole::Referrer);
        };
        let sides = [agent.checked_sub(1), Some(agent + 1)].into_iter().flatten();
        let free = sides.filter(|&at| self.roles.get(at) == Some(&ColumnRole::Skip));
        let candidates: Vec<usize> = free.filter(|&at| self.is_quoted_as(at, agent)).collect();
        let says_so = candidates.iter().copied().find(|&at| self.share(at, looks::is_referrer) >= NEARLY_ALL);
        let elsewhere = || {
            self.first_free(|column| {
                column.is_quoted() && column.distinct() > 1 && column.share(looks::is_referrer) >= NEARLY_ALL
            })
        };
        let empty = || {
            candidates
                .iter()
                .copied()
                .find(|&at| self.columns.get(at).is_some_and(|column| column.there().next().is_none()))
        };
        let referrer = says_so.or_else(elsewhere).or_else(empty);
        self.give(referrer, ColumnRole::Referrer);
    }

    fn is_quoted_as(&self, at: usize, other: usize) -> bool {
        let is_quoted = |at| self.columns.get(at).is_some_and(LayoutColumn::is_quoted);
        is_quoted(at) == is_quoted(other)
    }

    fn share(&self, at: usize, is_so: impl Fn(&[u8]) -> bool) -> f64 {
        self.columns.get(at).map_or(0.0, |column| column.share(is_so))
    }

    fn host(&mut self) {
        let is_host = |column: &LayoutColumn| {
            column.share(looks::is_known_host) >= NEARLY_ALL && column.filled() >= 0.5
        };
        let host = self.first_free(is_host).or_else(|| self.named_first());
        self.give(host, ColumnRole::Host);
    }

    /// A dotless name before the address is also a host: `localhost:80 203.0.113.5 - -`.
    fn named_first(&self) -> Option<usize> {
        let address = self.place(ColumnRole::Address)?;
        let is_name = |text: &[u8]| {
            let (name, port) = looks::name_and_port(text);
            port.is_some()
                && name.iter().any(u8::is_ascii_alphabetic)
                && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte))
        };
        (address == 1 && self.roles[0] == ColumnRole::Skip && self.share(0, is_name) >= NEARLY_ALL)
            .then_some(0)
    }

    fn size(&mut self) {
        let Some(status) = self.place(ColumnRole::Status).or_else(|| self.place(ColumnRole::ResultAndStatus))
        else {
            return;
        };
        let next = Some(status + 1).filter(|&at| self.roles.get(at) == Some(&ColumnRole::Skip));
        let is_behind_request = self.request_place().is_some_and(|request| request < status);
        let is_size = |at: &usize| {
            let Some(column) = self.columns.get(*at) else { return false };
            let is_empty = column.there().next().is_none();
            let is_number = column.share(numbers::is_whole_number) >= NEARLY_ALL;
            !column.is_quoted() && (is_number || is_empty && is_behind_request)
        };
        self.give(next.filter(is_size), ColumnRole::Size);
    }

    /// The user is between address and time, as in the common log.
    fn user(&mut self) {
        let time = self.roles.iter().position(|role| matches!(role, ColumnRole::Time(_)));
        let (Some(address), Some(time)) = (self.place(ColumnRole::Address), time) else { return };
        if time == address + 3 && self.roles[address + 2] == ColumnRole::Skip {
            self.roles[address + 2] = ColumnRole::User;
        }
    }
}

/// The timestamp style of a column; `None` if it holds no timestamps.
fn style(column: &LayoutColumn) -> Option<StampStyle> {
    let mut reader = StampReader::new();
    let mut styles = Vec::new();
    for value in &column.values {
        let found = stamps::leading(value, &mut reader).filter(|found| found.length == value.len());
        styles.extend(found.map(|found| found.style));
    }
    let first = *styles.first()?;
    let same = styles.iter().filter(|&&style| style == first).count();
    let enough = |count: usize| count as f64 >= NEARLY_ALL * column.values.len() as f64;
    if enough(same) { Some(first) } else { enough(styles.len()).then_some(StampStyle::Other) }
}

/// Whether the column holds file names on the server's disk rather than request paths.
fn is_on_own_disk(column: &LayoutColumn) -> bool {
    const ROOTS: [&[u8]; 4] = [b"/var/", b"/usr/", b"/srv/", b"/home/"];
    column.share(|text| ROOTS.iter().any(|root| text.starts_with(root))) > 0.5
}

fn is_address_or_name(text: &[u8]) -> bool {
    looks::is_address(text) || looks::is_host_name(text)
}
