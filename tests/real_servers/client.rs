//! A small browser: HTTP/1.1 on a connection that is kept, from whatever address of this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use tokio::net::TcpSocket;

use super::visits::{Ask, Visit};

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes the visits, one after the other: each on one connection, so that its lines are logged in their order.
/// `logged` waits until the server has sent so many lines.
pub(crate) fn visit(port: u16, visits: &[Visit], logged: impl Fn(usize)) {
    let mut answers = 0;
    for visit in visits {
        let mut connection = Connection::open(visit.from, port);
        for ask in &visit.asks {
            let answer = connection.ask(visit, ask);
            assert_eq!(answer.status, ask.status, "{}", ask.target);
            answers += 1;
            logged(answers);
            if answer.is_last {
                connection = Connection::open(visit.from, port);
            }
        }
    }
}

struct Connection(BufReader<TcpStream>);

struct Answer {
    status: u16,
    /// The server closes the connection.
    is_last: bool,
}

impl Connection {
    fn open(from: &str, port: u16) -> Connection {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        let stream = runtime.block_on(async {
            let socket = TcpSocket::new_v4().expect("a socket");
            socket
                .bind(format!("{from}:0").parse().expect("an address"))
                .expect("an address of this machine");
            socket.connect(([127, 0, 0, 1], port).into()).await.expect("a connection")
        });
        let stream = stream.into_std().expect("a stream");
        stream.set_nonblocking(false).expect("a stream that waits");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Connection(BufReader::new(stream))
    }

    fn ask(&mut self, visit: &Visit, ask: &Ask) -> Answer {
        let request = request(visit, ask);
        self.0.get_mut().write_all(request.as_bytes()).expect("sent");
        self.answer()
    }

    fn answer(&mut self) -> Answer {
        let first = self.line();
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).expect(&first);
        let (mut length, mut is_last) = (0, false);
        loop {
            let line = self.line().to_ascii_lowercase();
            match line.split_once(": ") {
                None => break,
                Some(("content-length", value)) => length = value.parse().expect("a length"),
                Some(("connection", value)) => is_last = value == "close",
                Some((name, _)) => assert_ne!(name, "transfer-encoding", "answers have a length"),
            }
        }
        self.0.read_exact(&mut vec![0; length]).expect("the answer's body");
        Answer { status, is_last }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a line");
        assert!(line.ends_with("\r\n"), "the connection ended in {line:?}");
        line.trim_end().to_owned()
    }
}

fn request(visit: &Visit, ask: &Ask) -> String {
    let headers =
        [("User-Agent", visit.agent), ("X-Forwarded-For", visit.forwarded), ("Referer", ask.referrer)];
    let said = headers.into_iter().filter(|(_, value)| !value.is_empty());
    let said: String = said.flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
    let body = if ask.method == "POST" { "Content-Length: 5\r\n\r\nname=" } else { "\r\n" };
    format!("{} {} HTTP/1.1\r\nHost: shop.example\r\n{said}{body}", ask.method, ask.target)
}
