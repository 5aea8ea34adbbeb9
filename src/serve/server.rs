//! The HTTP server: connections, routes, answers.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::access::{self, Access};
use super::events::Told;
use super::views::{self, Ask, Questions, Views, Wanted};
use super::{ServeError, Served, Token, WriteReport, metrics};
use crate::alert::watcher::ShownAlerts;
use crate::peers::{Allowed, Shares};
use crate::query::inquiry::Answer;
use crate::query::view::{InputState, View};

/// So many connections at once: a scraper, some dashboards, and room.
const CONNECTIONS: usize = 64;
/// So many of them for one client, so that a slow one locks no other out.
const SHARE: usize = 16;
/// A request's head must be here by then.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How often findings are looked for, as the monitor does.
const LOOK: Duration = Duration::from_secs(10);
/// Answers in progress have so long once dwell ends.
const LAST_WORDS: Duration = Duration::from_millis(200);

type Body = BoxBody<Bytes, Infallible>;

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What every request needs.
struct Shared {
    listen: SocketAddr,
    token: Option<Token>,
    views: Views,
    write_report: WriteReport,
    alerts: watch::Receiver<Arc<ShownAlerts>>,
}

impl Shared {
    fn alerts(&self) -> Arc<ShownAlerts> {
        Arc::clone(&self.alerts.borrow())
    }
}

impl Server {
    /// Listens, and answers requests on a thread of its own.
    ///
    /// # Errors
    /// The address cannot be used, or lies beyond loopback and there is no token.
    pub fn start(
        served: Served,
        asker: Box<dyn Ask>,
        answers: mpsc::UnboundedReceiver<Answer>,
    ) -> Result<Server, ServeError> {
        let listen = served.listen;
        if !listen.ip().is_loopback() && served.token.is_none() {
            return Err(ServeError::NoToken(listen));
        }
        let unusable = |error| ServeError::Address { listen, error };
        let listener = TcpListener::bind(listen).map_err(unusable)?;
        listener.set_nonblocking(true).map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(ServeError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let run = move || runtime.block_on(serve(listener, served, (asker, answers), stopped));
        let thread = thread::Builder::new().name("serve".into()).spawn(run).map_err(ServeError::Thread)?;
        Ok(Server { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Dropping the sender tells the thread to end.
        self.stop = None;
        drop(self.thread.take().map(JoinHandle::join));
    }
}

async fn serve(
    listener: TcpListener,
    served: Served,
    (asker, answers): (Box<dyn Ask>, mpsc::UnboundedReceiver<Answer>),
    stopped: oneshot::Receiver<()>,
) {
    let Served { listen, token, allowed, lately, report, write_report, alerts } = served;
    let views = views::start(Questions { lately, report }, asker, answers);
    let shared = Arc::new(Shared { listen, token, views, write_report, alerts });
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    tokio::select! {
        () = accept(listener, &allowed, shared) => {}
        _ = stopped => sleep(LAST_WORDS).await,
    }
}

async fn accept(listener: tokio::net::TcpListener, allowed: &Allowed, shared: Arc<Shared>) {
    let (room, each) = (Arc::new(Semaphore::new(CONNECTIONS)), Shares::of(SHARE));
    let mut has_refused = false;
    loop {
        // One that is aborted before it is accepted harms no other.
        let Ok((stream, peer)) = listener.accept().await else {
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        if !allowed.admits(peer.ip()) {
            if !std::mem::replace(&mut has_refused, true) {
                tracing::warn!(
                    "requests from {} are refused: allow in [serve] names other networks",
                    peer.ip()
                );
            }
            continue;
        }
        let permit = Arc::clone(&room).try_acquire_owned();
        let (Ok(permit), Some(place)) = (permit, each.take(peer.ip())) else {
            // Full: it is closed at once, and the client may come again.
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            connection(stream, shared).await;
            drop((permit, place));
        });
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let answer = move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(route(&request, &shared).await) }
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(16 << 10)
        .serve_connection(TokioIo::new(stream), service_fn(answer));
    // A client that breaks off is no trouble of ours.
    drop(connection.await);
}

async fn route(request: &Request<Incoming>, shared: &Arc<Shared>) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return said(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here\n");
    }
    let path = request.uri().path();
    // Whether dwell is well is no secret, and who looks after it may have no token.
    if path == "/healthz" {
        return health(shared).await;
    }
    match access::of(request.headers(), shared.listen, shared.token.as_ref()) {
        Access::Granted => {}
        Access::NeedsToken => {
            let mut refused = said(StatusCode::UNAUTHORIZED, "send the token: Authorization: Bearer TOKEN\n");
            refused.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            return refused;
        }
        Access::ForeignHost => {
            return said(StatusCode::FORBIDDEN, "ask by address or as localhost\n");
        }
    }
    match path {
        "/metrics" => match shared.views.get(Wanted::Lately).await {
            Some(view) => answered(metrics::MEDIA_TYPE, metrics::write(&view, &shared.alerts().rows).into()),
            None => unanswered(),
        },
        "/report.json" => match shared.views.get(Wanted::Report).await {
            Some(view) => answered("application/json", (shared.write_report)(&view).into()),
            None => unanswered(),
        },
        "/events" => events(shared),
        "/" => said(StatusCode::OK, "dwell serves /metrics /report.json /events /healthz\n"),
        _ => said(StatusCode::NOT_FOUND, "there are /metrics /report.json /events /healthz\n"),
    }
}

/// Well is an engine that answers and has an input that is read.
async fn health(shared: &Shared) -> Response<Body> {
    match shared.views.get(Wanted::Lately).await {
        None => unanswered(),
        Some(view) if is_blind(&view) => {
            said(StatusCode::SERVICE_UNAVAILABLE, "no input can be read: dwell check says why\n")
        }
        Some(_) => said(StatusCode::OK, "ok\n"),
    }
}

/// Whether no input is read, or none of its lines is understood.
fn is_blind(view: &View) -> bool {
    let intake = &view.intake;
    let failed = intake.inputs.iter().all(|input| input.state == InputState::Failed);
    failed || (intake.lines > 0 && intake.hits == 0)
}

/// A stream of findings: those that stand now, then what changes.
fn events(shared: &Arc<Shared>) -> Response<Body> {
    let (sender, frames) = mpsc::channel::<Result<Frame<Bytes>, Infallible>>(4);
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        let (mut told, mut beat) = (Told::default(), interval(LOOK));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            let Some(view) = shared.views.get(Wanted::Lately).await else { continue };
            let mut events = told.events(&view, &shared.alerts().rows);
            if events.is_empty() {
                // A comment shows that the line is alive.
                ":\n\n".clone_into(&mut events);
            }
            // Who listened may be gone.
            if sender.send(Ok(Frame::data(events.into()))).await.is_err() {
                return;
            }
        }
    });
    let body = StreamBody::new(Received(frames)).boxed();
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What a channel brings, as a stream.
struct Received<T>(mpsc::Receiver<T>);

impl<T> futures_core::Stream for Received<T> {
    type Item = T;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<T>> {
        self.0.poll_recv(context)
    }
}

fn answered(media_type: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Full::new(body).boxed());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn said(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = answered("text/plain; charset=utf-8", Bytes::from_static(text.as_bytes()));
    *response.status_mut() = status;
    response
}

fn unanswered() -> Response<Body> {
    said(StatusCode::SERVICE_UNAVAILABLE, "the engine does not answer: it may still be reading the log\n")
}
