//! What stands behind the servers that serve nothing of their own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Answers until the test ends, at the port that is returned.
pub(crate) fn backend() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A server that looks whether it is here asks for nothing.
            thread::spawn(|| answer(stream));
        }
    });
    port
}

fn answer(stream: TcpStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut first = String::new();
    stream.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    stream.read_exact(&mut vec![0; length])?;
    let head = head_for(first.split(' ').nth(1).unwrap_or_default());
    write!(stream.get_mut(), "HTTP/1.1 {head}\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhere")
}

fn head_for(target: &str) -> &'static str {
    match target {
        "/old" => "302 Found\r\nLocation: /pricing",
        _ if target.starts_with("/missing") || target.starts_with("/wp-login") => "404 Not Found",
        _ => "200 OK\r\nContent-Type: text/plain",
    }
}
