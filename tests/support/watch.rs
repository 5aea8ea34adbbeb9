//! A watch that serves what it reads, on loopback.
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::DWELL;

/// A watch of a log that says where it listens.
pub(crate) struct Watch {
    process: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Watch {
    pub(crate) fn start(words: &[&str], lines: impl AsRef<[u8]>, config: &str) -> Watch {
        let folder = tempfile::tempdir().expect("a folder");
        let (log, file) = (folder.path().join("access.log"), folder.path().join("dwell.toml"));
        std::fs::write(&log, lines).expect("a log");
        std::fs::write(&file, config).expect("a config");
        let mut dwell = Command::new(DWELL);
        dwell.args(["watch", "--listen", "127.0.0.1:0", "--config"]).args([&file, &log]).args(words);
        dwell.env("XDG_CONFIG_HOME", "/nonexistent").env_remove("NOTIFY_SOCKET");
        let mut process = dwell.stderr(Stdio::piped()).spawn().expect("dwell runs");
        let said = BufReader::new(process.stderr.take().expect("its standard error")).lines();
        let mut said = said.map(|line| line.expect("text"));
        let place = said.find_map(|line| Some(line.split_once("serving http://")?.1.to_owned()));
        let place = place.expect("where it listens");
        let address = place.trim_end_matches("/metrics").parse().expect("an address");
        // What else it says is read, so that it never waits for that.
        std::thread::spawn(move || said.for_each(drop));
        Watch { process, address, _folder: folder }
    }

    /// The body of an answer.
    pub(crate) fn ask(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("a request");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {text}");
        body.to_owned()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
