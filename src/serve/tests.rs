//! Requests over loopback, answered from views that are made up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::*;
use crate::alert::board::AlertRow;
use crate::alert::state::State;
use crate::peers::Network;
use crate::query::inquiry::{Answer, AnswerBody, Inquiry};
use crate::query::view::{Anomaly, InputState, InputStatus, Intake, View};
use crate::time::{Millis, Span};

/// An engine that answers everything with the same view.
struct Answering {
    view: Arc<View>,
    answers: mpsc::UnboundedSender<Answer>,
}

impl Ask for Answering {
    fn ask(&self, inquiry: Inquiry) {
        let found = AnswerBody::View(Arc::clone(&self.view));
        drop(self.answers.send(Answer { ticket: inquiry.ticket, found }));
    }
}

fn view() -> View {
    let input = InputStatus { state: InputState::Live, ..InputStatus::default() };
    View {
        intake: Intake {
            inputs: vec![input],
            lines: 10,
            hits: 9,
            kinds: [5, 1, 2, 0, 1, 0, 0],
            ..Intake::default()
        },
        findings: vec![Anomaly::Traffic { sessions: 100, before: 10 }.into()],
        ..View::default()
    }
}

/// One alert, which does not fire.
fn row() -> AlertRow {
    AlertRow {
        name: "down".to_owned(),
        severity: "page".to_owned(),
        condition: "errors.5xx > 5 %".to_owned(),
        over: Span::minutes(2),
        state: State::default(),
        value: "0 %".to_owned(),
        held: None,
    }
}

fn alerts() -> watch::Receiver<Arc<ShownAlerts>> {
    watch::channel(Arc::new(ShownAlerts { rows: vec![row()], ..ShownAlerts::default() })).1
}

fn served(view: View, token: Option<&str>) -> Server {
    served_to(Allowed::default(), view, token)
}

fn served_to(allowed: Allowed, view: View, token: Option<&str>) -> Server {
    let (answers, answered) = mpsc::unbounded_channel();
    let served = Served {
        listen: "127.0.0.1:0".parse().expect("an address"),
        allowed,
        token: token.map(|token| Token::from_file(token).expect("a token")),
        lately: Question::default(),
        report: Question::default(),
        write_report: Arc::new(|_| b"{}".to_vec()),
        alerts: alerts(),
    };
    Server::start(served, Box::new(Answering { view: Arc::new(view), answers }), answered).expect("a server")
}

/// What comes for a request within some seconds, up to `until` or the end.
fn asked(server: &Server, request: &str, until: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket");
    // Who may not ask may find the connection closed already.
    drop(write!(stream, "{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    let (mut text, mut piece) = (String::new(), [0; 4096]);
    while !text.contains(until) || until.is_empty() {
        match stream.read(&mut piece) {
            Ok(read) if read > 0 => text.push_str(&String::from_utf8_lossy(&piece[..read])),
            _ => break,
        }
    }
    text
}

#[test]
fn metrics_are_in_prometheus_text_format() {
    let page = metrics::write(&view(), &[row()]);
    insta::assert_snapshot!("metrics", page.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    let answer = asked(&served(view(), None), "GET /metrics HTTP/1.1", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("content-type: text/plain; version=0.0.4"), "{answer}");
    assert!(answer.ends_with(&page), "{answer}");
}

#[test]
fn the_report_is_what_was_handed_in() {
    let answer = asked(&served(view(), None), "GET /report.json HTTP/1.1", "");
    assert!(answer.contains("content-type: application/json") && answer.ends_with("{}"), "{answer}");
}

#[test]
fn events_tell_the_findings_that_stand() {
    let answer = asked(&served(view(), None), "GET /events HTTP/1.1", "\n\n");
    assert!(answer.contains("content-type: text/event-stream"), "{answer}");
    let event = "id: 1\nevent: finding\ndata: {\"kind\":\"traffic\",\"subject\":\"\",\"text\":\"100 sessions began, 10 before\"";
    assert!(answer.contains(event), "{answer}");
}

#[test]
fn a_finding_is_told_once_and_then_that_it_is_over() {
    let mut told = events::Told::default();
    assert!(told.events(&view(), &[]).contains("event: finding"));
    assert_eq!(told.events(&view(), &[]), "");
    let calm = View { findings: Vec::new(), ..view() };
    assert!(told.events(&calm, &[]).starts_with("id: 2\nevent: over\n"));
}

#[test]
fn an_alert_is_told_when_it_fires_and_when_it_is_resolved() {
    let (mut told, calm) = (events::Told::default(), View::default());
    assert_eq!(told.events(&calm, &[row()]), "");
    let state = State::Firing { since: Millis(0), fired: Millis(0) };
    let firing = AlertRow { state, ..row() };
    assert!(
        told.events(&calm, std::slice::from_ref(&firing))
            .contains("event: alert\ndata: {\"alert\":\"down\",\"severity\":\"page\",\"state\":\"firing\"")
    );
    assert_eq!(told.events(&calm, &[firing]), "");
    assert!(told.events(&calm, &[row()]).contains("\"state\":\"resolved\""));
}

#[test]
fn health_is_an_engine_that_answers_and_understands_its_input() {
    assert!(asked(&served(view(), None), "GET /healthz HTTP/1.1", "").starts_with("HTTP/1.1 200"));
    let mut blind = view();
    blind.intake.hits = 0;
    assert!(asked(&served(blind, None), "GET /healthz HTTP/1.1", "").starts_with("HTTP/1.1 503"));
}

#[test]
fn without_its_token_nothing_is_told_but_health() {
    let server = served(view(), Some("0123456789abcdef"));
    assert!(asked(&server, "GET /metrics HTTP/1.1", "").starts_with("HTTP/1.1 401"));
    let with = "GET /metrics HTTP/1.1\r\nAuthorization: Bearer 0123456789abcdef";
    assert!(asked(&server, with, "").starts_with("HTTP/1.1 200"));
    assert!(asked(&server, "GET /healthz HTTP/1.1", "").starts_with("HTTP/1.1 200"));
}

#[test]
fn who_is_in_no_network_that_may_ask_gets_no_answer() {
    let allowed = |text| Allowed::from(vec![Network::parse(text).expect("a network")]);
    let ask = |networks| asked(&served_to(allowed(networks), view(), None), "GET /healthz HTTP/1.1", "");
    assert!(ask("127.0.0.0/8").starts_with("HTTP/1.1 200"));
    assert_eq!(ask("10.0.0.0/8"), "");
}

#[test]
fn a_client_that_asks_nothing_on_all_its_connections_keeps_no_other_from_asking() {
    let server = served(view(), None);
    let silent: Vec<_> = (0..200).filter_map(|_| TcpStream::connect(server.address()).ok()).collect();
    assert!(!silent.is_empty());
    let other = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    if other.bind(&std::net::SocketAddr::from(([127, 0, 0, 2], 0)).into()).is_err() {
        eprintln!("skipped: this system has one loopback address only");
        return;
    }
    other.connect(&server.address().into()).expect("a connection");
    let mut other = TcpStream::from(other);
    other.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket");
    write!(other, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("a request");
    let mut answer = String::new();
    other.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn what_is_not_served_is_refused() {
    let server = served(view(), None);
    assert!(asked(&server, "POST /metrics HTTP/1.1", "").starts_with("HTTP/1.1 405"));
    assert!(asked(&server, "GET /etc/passwd HTTP/1.1", "").starts_with("HTTP/1.1 404"));
    assert!(asked(&server, "nonsense", "").starts_with("HTTP/1.1 400"));
}

#[test]
fn beyond_loopback_a_token_is_needed() {
    let (_, answered) = mpsc::unbounded_channel();
    let (answers, _) = mpsc::unbounded_channel();
    let served = Served {
        listen: "0.0.0.0:0".parse().expect("an address"),
        token: None,
        allowed: Allowed::default(),
        lately: Question::default(),
        report: Question::default(),
        write_report: Arc::new(|_| Vec::new()),
        alerts: alerts(),
    };
    let asker = Answering { view: Arc::default(), answers };
    let refused = Server::start(served, Box::new(asker), answered).expect_err("nobody may read that");
    assert!(matches!(refused, ServeError::NoToken(_)), "{refused}");
}
