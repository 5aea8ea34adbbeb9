//! Questions answered once more: every session is looked at for every figure (design.md R7, R8, section 4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use dwell::classify::agent::{self, AgentFacts, Agents, BotVerdict};
use dwell::classify::visitor::Visitor;
use dwell::glob::Glob;
use dwell::query::filter::{AssetsTest, BotTest, Filter, Flag, NumberField, Term, Test, TextField};
use dwell::query::question::{
    Bots, BounceRule, Grouping, Measures, Order, Population, Question, SeriesAsk, SessionSort, SessionsAsk,
    SmallGroups, TableAsk, Window,
};
use dwell::query::view::{BotCounts, Count, Newness, Point, SMALL_GROUPS, SessionState, TableRow, Totals};
use dwell::time::{Millis, Span};

use super::arrivals::Arrival;
use super::rig::{Instant, visitor_of};
use super::{Deed, Hit, Session};

static AGENTS: LazyLock<Agents> = LazyLock::new(|| Agents::new(&agent::AgentAdditions::default()));

/// A session with what its strings mean and how far it is.
pub struct Known {
    pub session: Session,
    pub visitor: Visitor,
    address: String,
    pub arrival: Arrival,
    agent: AgentFacts,
    pub state: SessionState,
    pub bounced: bool,
    pub newness: Newness,
    /// When it closed, if it has: at the end of the input at the latest.
    closed: Option<Millis>,
}

impl Known {
    fn new(session: &Session, all: &[Session], at: Instant, rule: BounceRule) -> Known {
        let earlier = |other: &Session| other.visitor == session.visitor && other.start() < session.start();
        let first = &session.events[0];
        let state = at.state(session);
        Known {
            session: session.clone(),
            visitor: visitor_of(&super::site(first.host), first.address, first.agent),
            address: super::kept_address(first.address, at.rules.addresses),
            arrival: session.arrival.clone(),
            agent: AGENTS.facts(first.agent.as_bytes()),
            state,
            bounced: bounced(session, rule),
            newness: if all.iter().any(earlier) { Newness::Returning } else { Newness::New },
            closed: (state == SessionState::Closed).then(|| (session.end() + at.rules.gap).min(at.now)),
        }
    }

    pub fn pages(&self) -> Vec<&'static str> {
        self.session.pages()
    }

    /// What a bot calls itself.
    pub fn bot_name(&self) -> &'static str {
        match self.agent.bot {
            Some(BotVerdict::Agent(bot)) => AGENTS.bot_name(bot),
            _ => "",
        }
    }

    fn has_pageview(&self) -> bool {
        !self.pages().is_empty()
    }

    /// Whether anything happened between two instants: an event, or its last request, which may only extend it (R2).
    pub fn is_seen_in(&self, from: Millis, to: Millis) -> bool {
        let times = self.session.events.iter().map(|event| event.time).chain([self.session.end()]);
        times.into_iter().any(|time| time >= from && time <= to)
    }

    fn closed_in(&self, from: Millis, before: Millis) -> bool {
        self.closed.is_some_and(|closed| closed >= from && closed < before)
    }

    /// The group that it belongs to, where it belongs to just one.
    fn group(&self, grouping: Grouping) -> Option<String> {
        let owned = |page: Option<&&str>| page.map(|page| (*page).to_owned());
        match grouping {
            Grouping::Channel => Some(self.arrival.channel.to_owned()),
            Grouping::Source => Some(self.arrival.source.clone()),
            Grouping::Campaign => Some(self.arrival.campaign.clone()).filter(|name| !name.is_empty()),
            Grouping::Entry => owned(self.pages().first()),
            Grouping::Exit => owned(self.pages().last()),
            Grouping::Country => Some("(unknown)".to_owned()),
            Grouping::Browser => Some(AGENTS.browser_name(self.agent.browser).to_owned()),
            Grouping::System => Some(AGENTS.system_name(self.agent.system).to_owned()),
            Grouping::Device => Some(self.agent.device.name().to_owned()),
            Grouping::Site => Some(super::site(self.session.events[0].host)),
            Grouping::Newness => Some(self.newness.name().to_owned()),
            Grouping::Bot => self.session.bot.map(str::to_owned),
            Grouping::Page | Grouping::Action => panic!("a session belongs to many of them"),
        }
    }
}

/// R7.
fn bounced(session: &Session, rule: BounceRule) -> bool {
    let single = session.pages().len() == 1;
    match rule {
        BounceRule::Single => single && session.actions().count() == 0,
        BounceRule::Engaged => {
            let short = session.end().since(session.start()) < Span::seconds(10);
            single && short && session.actions().count() == 0
        }
    }
}

/// All that a question is answered from.
pub struct Answers {
    pub at: Instant,
    pub from: Millis,
    pub before: Millis,
    /// Sessions that count.
    pub counting: Vec<Known>,
    /// Sessions that would count, but for being bots.
    pub left_out: Vec<Known>,
}

impl Answers {
    pub fn new(sessions: &[Session], question: &Question, at: Instant) -> Answers {
        let known = sessions.iter().map(|session| Known::new(session, sessions, at, question.bounce));
        let matching = known.filter(|known| matches(&question.filter, known));
        let with_bots = question.bots == Bots::Included || question.filter.speaks_of_bots();
        let (counting, left_out) = matching.partition(|known| with_bots || known.session.bot.is_none());
        let (from, before) = match question.window {
            Window::All => (Millis::MIN, Millis::MIN),
            Window::Last(length) => (at.now - length, at.now - length - length),
        };
        Answers { at, from, before, counting, left_out }
    }

    pub fn seen(&self) -> impl Iterator<Item = &Known> {
        self.counting.iter().filter(|known| known.is_seen_in(self.from, self.at.now))
    }

    pub fn closed(&self) -> impl Iterator<Item = &Known> {
        self.counting.iter().filter(|known| known.closed_in(self.from, Millis::MAX))
    }

    fn count(&self, test: impl Fn(&Known) -> bool) -> u64 {
        self.counting.iter().filter(|known| test(known)).count() as u64
    }

    pub fn totals(&self) -> Totals {
        let (now, active) = (self.at.now, self.at.rules.active);
        let visitors: BTreeSet<_> = self.seen().map(|known| known.visitor).collect();
        let sum = |count: fn(&Known) -> usize| self.seen().map(count).sum::<usize>() as u64;
        Totals {
            sessions: self.seen().count() as u64,
            started: self.seen().filter(|known| known.session.start() >= self.from).count() as u64,
            active: self.count(|known| known.state == SessionState::Active),
            active_before: self.count(|known| known.is_seen_in(now - active - active, now - active)),
            open: self.count(|known| known.state != SessionState::Closed),
            closed: self.closed().count() as u64,
            with_pageview: self.seen().filter(|known| known.has_pageview()).count() as u64,
            pageviews: sum(|known| known.pages().len()),
            actions: sum(|known| known.session.actions().count()),
            visitors: Count::Exact(visitors.len() as u64),
            bots: self.bots(),
        }
    }

    fn bots(&self) -> BotCounts {
        let seen = self.left_out.iter().filter(|known| known.is_seen_in(self.from, self.at.now));
        let reasons: Vec<_> = seen.filter_map(|known| known.session.bot).collect();
        let count = |reason| reasons.iter().filter(|&&one| one == reason).count() as u64;
        BotCounts {
            agent: count("agent"),
            no_agent: count("no agent"),
            robots_txt: count("robots.txt"),
            rate: count("rate"),
            spam: count("spam"),
            ..BotCounts::default()
        }
    }

    /// R7: bounced sessions, and those that could bounce, of those that closed between two instants.
    fn settled_between(&self, from: Millis, before: Millis) -> (u64, u64) {
        let closed = |known: &Known| known.has_pageview() && known.closed_in(from, before);
        (self.count(|known| closed(known) && known.bounced), self.count(closed))
    }

    pub fn settled(&self) -> (u64, u64) {
        self.settled_between(self.from, Millis::MAX)
    }

    pub fn settled_before(&self) -> (u64, u64) {
        self.settled_between(self.before, self.from)
    }

    /// R7: what started in the window, an open bounce counting with the probability that it stays one.
    /// Ages count as so many thousandths of what they are.
    pub fn rate_now(&self, thousandths: u64) -> (f64, u64) {
        let started =
            self.counting.iter().filter(|known| known.has_pageview() && known.session.start() >= self.from);
        let started: Vec<_> = started.collect();
        let share = |known: &&Known| match (known.bounced, known.closed) {
            (false, _) => 0.0,
            (true, Some(_)) => 1.0,
            (true, None) => {
                let age = self.at.now.since(known.session.start());
                self.stays_single(Span(age.0 * thousandths / 1000))
            }
        };
        (started.iter().map(share).sum(), started.len() as u64)
    }

    /// B ÷ (B + N(a)), of the sessions that closed in the window or, if that is shorter, in the last hour.
    fn stays_single(&self, age: Span) -> f64 {
        let lately =
            if self.from == Millis::MIN { self.from } else { self.from.min(self.at.now - Span::hours(1)) };
        let closed = |known: &&Known| known.has_pageview() && known.closed_in(lately, Millis::MAX);
        let closed: Vec<_> = self.counting.iter().filter(closed).collect();
        let bounced = closed.iter().filter(|known| known.bounced).count() as f64;
        let second = |known: &Known| Some(known.session.events.get(1)?.time.since(known.session.start()));
        let later =
            closed.iter().filter(|known| !known.bounced && second(known).is_some_and(|after| after > age));
        let all = bounced + later.count() as f64;
        if all == 0.0 { 1.0 } else { bounced / all }
    }

    /// R8: durations of the sessions that closed in the window, in order; and how many are unmeasured.
    pub fn durations(&self) -> (Vec<Span>, u64) {
        let mut durations: Vec<_> = self.closed().filter_map(|known| known.session.duration()).collect();
        durations.sort_unstable();
        let unmeasured = self.closed().count() - durations.len();
        (durations, unmeasured as u64)
    }

    pub fn histogram(&self) -> [u64; 7] {
        let (durations, _) = self.durations();
        // Each row up to, not including, its upper bound, in seconds.
        let bounds = [0, 10, 30, 60, 180, 600, 1800, u64::MAX / 1000].map(Span::seconds);
        std::array::from_fn(|row| {
            let in_row = durations.iter().filter(|&&one| one >= bounds[row] && one < bounds[row + 1]);
            in_row.count() as u64
        })
    }

    /// The points of so many buckets from an instant on.
    pub fn points(&self, bucket: Span, first: Millis, count: usize) -> Vec<Point> {
        let bucket_at = |nth: usize| first + Span(bucket.0 * nth as u64);
        (0..count).map(|nth| self.point(bucket_at(nth), bucket_at(nth + 1))).collect()
    }

    fn point(&self, from: Millis, before: Millis) -> Point {
        // Of the time before the window before, nothing is told.
        let (bounced, closed) = self.settled_between(from.max(self.before), before);
        let started = |known: &Known| {
            let start = known.session.start();
            start >= from.max(self.before) && start < before
        };
        Point { started: self.count(started), closed, bounced }
    }

    /// The names and times of the sessions that a list shows.
    pub fn list(&self, ask: SessionsAsk) -> (Vec<(Visitor, Millis)>, u64) {
        let listed = |known: &&Known| match ask.population {
            Population::Active => known.state == SessionState::Active,
            Population::Open => known.state != SessionState::Closed,
            Population::Seen => known.is_seen_in(self.from, self.at.now),
        };
        let mut listed: Vec<_> = self.counting.iter().filter(listed).collect();
        listed.sort_by_key(|known| {
            let by = sort_key(&known.session, ask.sort);
            let by = if ask.order == Order::Descending { -by } else { by };
            (by, std::cmp::Reverse((known.session.start(), known.visitor)))
        });
        let total = listed.len() as u64;
        let names = listed.iter().map(|known| (known.visitor, known.session.start()));
        (names.take(ask.rows).collect(), total)
    }

    /// The rows of a table by their names.
    pub fn table(&self, ask: TableAsk, small_groups: SmallGroups) -> BTreeMap<String, TableRow> {
        let mut rows = match ask.grouping {
            Grouping::Page => self.pages(),
            Grouping::Action => self.actions(),
            grouping => self.groups(grouping),
        };
        rows.retain(|_, (row, _)| row.count > 0);
        if small_groups == SmallGroups::Folded {
            rows = self.folded(rows, ask.grouping);
        }
        let named = rows.into_iter().map(|(key, (row, times))| {
            let p50 = if ask.measures == Measures::CountsAndTimes { median(times) } else { None };
            let channel =
                if ask.grouping == Grouping::Source { self.channel_of(&key) } else { String::new() };
            let load = row.load.filter(|_| ask.measures == Measures::CountsAndTimes);
            let loads = row.loads.filter(|_| ask.measures == Measures::CountsAndTimes);
            (key.clone(), TableRow { key, p50, channel, load, loads, ..row })
        });
        named.collect()
    }

    /// R11: groups of fewer than five sessions are one row.
    fn folded(&self, rows: Rows, grouping: Grouping) -> Rows {
        let (mut shown, small): (Rows, Rows) = rows.into_iter().partition(|(_, (row, _))| row.sessions >= 5);
        if small.is_empty() {
            return shown;
        }
        let sum = |figure: fn(&TableRow) -> u64| small.values().map(|(row, _)| figure(row)).sum();
        let folded = TableRow {
            count: sum(|row| row.count),
            sessions: sum(|row| row.sessions),
            settled: sum(|row| row.settled),
            bounced: sum(|row| row.bounced),
            pageviews: sum(|row| row.pageviews),
            entries: sum(|row| row.entries),
            exits: sum(|row| row.exits),
            load: self.load(|page| grouping == Grouping::Page && small.contains_key(page)),
            ..TableRow::default()
        };
        let times = small.values().flat_map(|(_, times)| times.clone()).collect();
        shown.insert(SMALL_GROUPS.to_owned(), (folded, times));
        shown
    }

    /// How long the server took for a view of such pages, on average.
    fn load(&self, is_such: impl Fn(&str) -> bool) -> Option<Span> {
        let views = self.seen().flat_map(|known| known.session.views());
        let loads: Vec<_> = views.filter(|view| is_such(view.path())).filter_map(Hit::load).collect();
        loads.iter().sum::<u64>().checked_div(loads.len() as u64).map(Span)
    }

    fn groups(&self, grouping: Grouping) -> Rows {
        let mut rows = Rows::new();
        for known in &self.counting {
            let Some(group) = known.group(grouping) else { continue };
            let (row, times) = rows.entry(group).or_default();
            if known.is_seen_in(self.from, self.at.now) {
                row.count += 1;
                row.sessions += 1;
                row.pageviews += known.pages().len() as u64;
            }
            if known.closed_in(self.from, Millis::MAX) {
                row.settled += u64::from(known.has_pageview());
                row.bounced += u64::from(known.has_pageview() && known.bounced);
                times.extend(known.session.duration());
            }
        }
        rows
    }

    fn pages(&self) -> Rows {
        let mut rows = Rows::new();
        for known in self.seen() {
            let pages = known.pages();
            for page in &pages {
                let (row, _) = rows.entry((*page).to_owned()).or_default();
                row.count += 1;
                row.pageviews += 1;
            }
            for page in pages.iter().copied().collect::<BTreeSet<_>>() {
                let (row, _) = rows.entry(page.to_owned()).or_default();
                row.sessions += 1;
                row.entries += u64::from(pages.first() == Some(&page));
                row.exits += u64::from(pages.last() == Some(&page));
            }
        }
        for (key, (row, _)) in &mut rows {
            row.load = self.load(|page| page == key);
            row.loads = self.spread_of_loads(key);
        }
        for known in self.closed() {
            if let Some(entry) = known.pages().first() {
                let (row, _) = rows.entry((*entry).to_owned()).or_default();
                row.settled += 1;
                row.bounced += u64::from(known.bounced);
            }
            for pair in known.session.events.windows(2).filter(|pair| pair[0].deed == Deed::View) {
                let (_, times) = rows.entry(pair[0].path().to_owned()).or_default();
                times.push(pair[1].time.since(pair[0].time));
            }
        }
        rows
    }

    fn actions(&self) -> Rows {
        let mut rows = Rows::new();
        for known in self.seen() {
            let actions: Vec<_> = known.session.actions().collect();
            for action in actions.iter().copied().collect::<BTreeSet<_>>() {
                let (row, _) = rows.entry(action.to_owned()).or_default();
                row.count += actions.iter().filter(|&&one| one == action).count() as u64;
                row.sessions += 1;
            }
        }
        rows
    }

    /// The channel by which most sessions of a source came; here each source has just one.
    fn channel_of(&self, source: &str) -> String {
        let of_source = |known: &&Known| known.arrival.source == source;
        let channel = self.counting.iter().find(of_source).map(|known| known.arrival.channel);
        channel.unwrap_or_default().to_owned()
    }
}

/// Rows by name, with the times whose median they show.
type Rows = BTreeMap<String, (TableRow, Vec<Span>)>;

fn median(mut times: Vec<Span>) -> Option<Span> {
    times.sort_unstable();
    percentile(&times, 50)
}

/// What so many hundredths of the values, sorted, do not exceed.
pub fn percentile(sorted: &[Span], hundredths: usize) -> Option<Span> {
    sorted.get((sorted.len() * hundredths).div_ceil(100).max(1) - 1).copied()
}

fn sort_key(session: &Session, sort: SessionSort) -> i64 {
    let count = |count: usize| i64::try_from(count).expect("a small count");
    match sort {
        SessionSort::LastEvent => session.end().0,
        SessionSort::Start => session.start().0,
        SessionSort::Duration => session.end().since(session.start()).0.cast_signed(),
        SessionSort::Pageviews => count(session.pages().len()),
        SessionSort::Actions => count(session.actions().count()),
    }
}

/// Whether a session matches every term of a filter.
fn matches(filter: &Filter, known: &Known) -> bool {
    filter.terms().iter().all(|Term { negated, test }| holds(test, known) != *negated)
}

fn holds(test: &Test, known: &Known) -> bool {
    match test {
        Test::Text(field, globs) => globs.iter().any(|glob| text_holds(*field, glob, known)),
        Test::Number(field, compare, value) => {
            number(*field, &known.session).is_some_and(|number| compare.holds(&number, value))
        }
        Test::Flag(flag) => flag_holds(*flag, known),
        Test::Bot(test) => bot_holds(*test, known.session.bot),
        Test::Assets(test) => known.session.has_assets == (*test == AssetsTest::Some),
        Test::Way(ways) => ways.iter().any(|way| super::paths::goes(known, way)),
        Test::Word(glob) => {
            let mut pages = known.pages().into_iter();
            pages.any(|page| glob.matches_ignoring_case(page))
                || glob.matches_ignoring_case(&known.arrival.source)
        }
    }
}

fn text_holds(field: TextField, glob: &Glob, known: &Known) -> bool {
    let pages = known.pages();
    let is = |text: &str| glob.matches_ignoring_case(text);
    match field {
        TextField::Page => pages.iter().any(|page| glob.matches(page)),
        TextField::Entry => pages.first().is_some_and(|page| glob.matches(page)),
        TextField::Exit => pages.last().is_some_and(|page| glob.matches(page)),
        TextField::Source => is(&known.arrival.source),
        TextField::Channel => is(known.arrival.channel),
        TextField::Campaign => is(&known.arrival.campaign),
        TextField::Country => is("(unknown)"),
        TextField::Browser => is(AGENTS.browser_name(known.agent.browser)),
        TextField::System => is(AGENTS.system_name(known.agent.system)),
        TextField::Device => is(known.agent.device.name()),
        TextField::Site => is(&super::site(known.session.events[0].host)),
        TextField::Host => is(&super::host(known.session.events[0].host)),
        TextField::Action => known.session.actions().any(is),
        TextField::Agent => is(known.bot_name()),
        // The rigs define no goals, funnels and groups, and their events name no variants.
        TextField::Goal | TextField::Reached | TextField::Dropped | TextField::Group | TextField::Variant => {
            false
        }
        TextField::Kind => {
            (is("asset") && known.session.has_assets) || request_holds(known, |hit| is(kind(hit)))
        }
        TextField::Status => {
            let class = |hit: &Hit| format!("{}xx", hit.status() / 100);
            request_holds(known, |hit| is(&hit.status().to_string()) || is(&class(hit)))
        }
        TextField::Method => request_holds(known, |hit| is(hit.method())),
        TextField::Path => request_holds(known, |hit| glob.matches(hit.path())),
        TextField::Visitor => is(&known.visitor.alias()),
        TextField::Address => is(&known.address),
    }
}

/// Whether it holds for any request that the session notes.
fn request_holds(known: &Known, holds: impl Fn(&Hit) -> bool) -> bool {
    known.session.happenings().into_iter().any(holds)
}

fn kind(hit: &Hit) -> &'static str {
    match hit.deed {
        Deed::Submit | Deed::Download => "action",
        Deed::Fail => "error",
        Deed::Move => "redirect",
        _ => "pageview",
    }
}

/// R8: no comparison holds for a duration that there is not.
fn number(field: NumberField, session: &Session) -> Option<u64> {
    match field {
        NumberField::Duration => session.duration().map(|span| span.0),
        NumberField::Pageviews => Some(session.pages().len() as u64),
        NumberField::Actions => Some(session.actions().count() as u64),
        NumberField::Errors => Some(session.errors() as u64),
    }
}

fn flag_holds(flag: Flag, known: &Known) -> bool {
    match flag {
        Flag::Bounced => known.bounced,
        Flag::Active => known.state == SessionState::Active,
        Flag::Open => known.state != SessionState::Closed,
        Flag::Closed => known.state == SessionState::Closed,
        Flag::New => known.newness == Newness::New,
        Flag::Returning => known.newness == Newness::Returning,
        Flag::Slow => super::visits::entry_load(known).is_some_and(|load| load > 2500),
        Flag::Resumed => known.arrival.resumed,
    }
}

fn bot_holds(test: BotTest, bot: Option<&str>) -> bool {
    match test {
        BotTest::Any => true,
        BotTest::No => bot.is_none(),
        BotTest::Yes => bot.is_some(),
        BotTest::Agent => bot == Some("agent"),
        BotTest::NoAgent => bot == Some("no agent"),
        BotTest::RobotsTxt => bot == Some("robots.txt"),
        BotTest::Rate => bot == Some("rate"),
        BotTest::Spam => bot == Some("spam"),
    }
}

/// The finest bucket of the design's that fits a window into so many.
pub fn bucket_of(window: Span, ask: SeriesAsk) -> Span {
    let seconds = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400];
    let fits = |second: &u64| window.0 <= second * 1000 * ask.buckets as u64;
    seconds.into_iter().find(fits).map(Span::seconds).expect("a window of some days at most")
}
