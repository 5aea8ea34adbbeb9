//! Layout inference: lines of a random `log_format`, without a flag, are read correctly or refused.

#![allow(clippy::expect_used, reason = "what a test needs is there")]

use dwell::format::Format;
use dwell::format::detect::detect;

/// Number of layouts to try; `DWELL_LAYOUTS=1000` tries more.
const LAYOUTS: usize = 150;
/// Requests per log.
const REQUESTS: usize = 60;

/// A request with all loggable fields.
struct Request {
    second: u32,
    address: String,
    method: &'static str,
    target: String,
    status: u16,
    size: u32,
    referrer: &'static str,
    agent: &'static str,
    forwarded: &'static str,
    millis: u32,
    serial: u32,
}

const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
    "curl/8.5.0",
];
const REFERRERS: [&str; 4] = ["-", "-", "https://www.google.com/", "https://www.example.com/docs/"];
const TARGETS: [&str; 6] =
    ["/", "/app.css", "/pricing?plan=a", "/docs/install", "/img/logo.png", "/search?q=a%20b"];

fn request(random: &mut fastrand::Rng, at: usize) -> Request {
    let serial = u32::try_from(at).expect("few");
    let address = match random.u8(..4) {
        0 => format!("2001:db8:{:x}::{:x}", random.u16(1..9), random.u16(1..99)),
        _ => format!(
            "{}.{}.113.{}",
            random.choice([203, 198, 93]).expect("one"),
            random.u8(1..9),
            random.u8(1..30)
        ),
    };
    Request {
        second: serial * 7,
        address,
        method: if random.u8(..12) == 0 { "POST" } else { "GET" },
        target: random.choice(TARGETS).expect("one").to_owned(),
        status: random.choice([200, 200, 200, 304, 404, 302, 500]).expect("one"),
        size: random.u32(0..90_000),
        referrer: random.choice(REFERRERS).expect("one"),
        agent: random.choice(AGENTS).expect("one"),
        forwarded: random.choice(["-", "-", "198.51.100.7"]).expect("one"),
        millis: if random.u8(..3) == 0 { random.u32(100..3000) } else { random.u32(1..30) },
        serial,
    }
}

/// A layout's field: its nginx variable, whether it is mandatory, and its text.
struct Variable {
    name: &'static str,
    text: fn(&Request) -> String,
}

fn clock(r: &Request) -> String {
    format!("{:02}:{:02}:{:02}", 14 + r.second / 3600, r.second / 60 % 60, r.second % 60)
}

/// Time fields; each layout has one.
const TIMES: [Variable; 3] = [
    Variable { name: "[$time_local]", text: |r| format!("[24/Nov/2026:{} +0000]", clock(r)) },
    Variable { name: "$time_iso8601", text: |r| format!("2026-11-24T{}+00:00", clock(r)) },
    Variable { name: "$msec", text: |r| format!("{}.{:03}", 1_795_528_800 + r.second, r.millis % 1000) },
];
const REQUEST_LINES: [Variable; 2] = [
    Variable { name: "\"$request\"", text: |r| format!("\"{} {} HTTP/1.1\"", r.method, r.target) },
    Variable { name: "$request_method $request_uri", text: |r| format!("{} {}", r.method, r.target) },
];
const ADDRESS: Variable = Variable { name: "$remote_addr", text: |r| r.address.clone() };
const STATUS: Variable = Variable { name: "$status", text: |r| r.status.to_string() };
const AGENT: Variable = Variable { name: "\"$http_user_agent\"", text: |r| format!("\"{}\"", r.agent) };

/// Optional fields.
const OTHERS: [Variable; 16] = [
    Variable { name: "\"$http_referer\"", text: |r| format!("\"{}\"", r.referrer) },
    Variable { name: "$remote_user", text: |_| "-".to_owned() },
    Variable { name: "$body_bytes_sent", text: |r| r.size.to_string() },
    Variable { name: "$request_time", text: |r| format!("{}.{:03}", r.millis / 1000, r.millis % 1000) },
    Variable { name: "$host", text: |_| "www.example.com".to_owned() },
    Variable { name: "\"$http_x_forwarded_for\"", text: |r| format!("\"{}\"", r.forwarded) },
    Variable { name: "$upstream_addr", text: |r| format!("10.0.0.{}:8080", r.serial % 3 + 1) },
    Variable { name: "$upstream_response_time", text: |r| format!("0.{:03}", r.millis % 1000 / 2) },
    Variable { name: "$request_length", text: |r| (300 + r.serial % 90).to_string() },
    Variable { name: "$connection", text: |r| (40_000 + r.serial).to_string() },
    Variable { name: "$pipe", text: |_| ".".to_owned() },
    Variable { name: "$scheme", text: |_| "https".to_owned() },
    Variable { name: "$ssl_protocol", text: |_| "TLSv1.3".to_owned() },
    Variable {
        name: "$upstream_cache_status",
        text: |r| ["HIT", "MISS", "-"][r.serial as usize % 3].to_owned(),
    },
    Variable {
        name: "$request_id",
        text: |r| format!("{:032x}", u128::from(r.serial) * 0x1234_5678_9abc_def1_2345),
    },
    Variable {
        name: "$gzip_ratio",
        text: |r| if r.serial % 2 == 0 { "-".to_owned() } else { "3.11".to_owned() },
    },
];

/// A layout: fields in random order, with separators.
struct Layout {
    fields: Vec<&'static Variable>,
    between: &'static str,
}

static ALL: (&[Variable], &[Variable], &Variable, &Variable, &Variable, &[Variable]) =
    (&TIMES, &REQUEST_LINES, &ADDRESS, &STATUS, &AGENT, &OTHERS);

impl Layout {
    fn random(random: &mut fastrand::Rng) -> Layout {
        let (times, lines, address, status, agent, others) = ALL;
        let time = &times[random.usize(..times.len())];
        // Without quotes a request is three words only where blanks are between fields.
        let between = random.choice([" ", " ", " ", " | ", "\t"]).expect("one");
        let line = &lines[if between == " " { random.usize(..lines.len()) } else { 0 }];
        let mut fields = vec![time, line, address, status, agent];
        fields.extend(others.iter().filter(|_| random.u8(..3) == 0));
        random.shuffle(&mut fields);
        Layout { fields, between }
    }

    fn name(&self) -> String {
        self.fields.iter().map(|field| field.name).collect::<Vec<_>>().join(self.between)
    }

    fn line(&self, request: &Request) -> String {
        self.fields.iter().map(|field| (field.text)(request)).collect::<Vec<_>>().join(self.between)
    }
}

/// The fields that identify visitors and pages.
#[derive(Debug, PartialEq, Eq)]
struct Said(i64, String, String, u16, String);

fn read(format: &mut Format, line: &str) -> Option<Said> {
    let mut scratch = Vec::new();
    let hit = format.read(line.as_bytes()).ok()?;
    let details = hit.details(&mut scratch);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let target = hit.request.map_or_else(String::new, |request| text(request.target));
    Some(Said(hit.time.0 / 1000, text(details.address), target, hit.status, text(details.agent)))
}

fn truth(r: &Request) -> Said {
    Said(
        i64::from(1_795_528_800 + r.second),
        r.address.clone(),
        r.target.clone(),
        r.status,
        r.agent.to_owned(),
    )
}

#[derive(Debug, Default)]
struct Outcome {
    right: usize,
    refused: usize,
    wrong: Vec<String>,
}

#[test]
fn random_layouts_are_read_rightly_or_refused() {
    let layouts = std::env::var("DWELL_LAYOUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(LAYOUTS);
    let mut random = fastrand::Rng::with_seed(20_261_124);
    let mut outcome = Outcome::default();
    for _ in 0..layouts {
        let layout = Layout::random(&mut random);
        let requests: Vec<_> = (0..REQUESTS).map(|at| request(&mut random, at)).collect();
        let lines: Vec<_> = requests.iter().map(|request| layout.line(request)).collect();
        let sample: Vec<_> = lines.iter().map(String::as_bytes).collect();
        let Some(found) = detect(&sample) else {
            println!("refused: {}", layout.name());
            outcome.refused += 1;
            continue;
        };
        let mut format = found.format;
        let said: Vec<_> = lines.iter().map(|line| read(&mut format, line)).collect();
        if said.iter().zip(&requests).all(|(said, request)| said.as_ref() == Some(&truth(request))) {
            outcome.right += 1;
        } else {
            let string = format.worked_out_string().unwrap_or_default();
            outcome.wrong.push(format!(
                "{}\n    as {}: {string}\n    {}",
                layout.name(),
                format.name(),
                lines[0]
            ));
        }
    }
    println!(
        "{} right, {} refused, {} wrong of {layouts}",
        outcome.right,
        outcome.refused,
        outcome.wrong.len()
    );
    assert!(outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n"));
    assert!(outcome.right * 100 >= layouts * 95, "{} right of {layouts}", outcome.right);
}

#[test]
fn what_was_worked_out_reads_the_same_lines_when_it_is_given_as_a_flag() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20 {
        let layout = Layout::random(&mut random);
        let requests: Vec<_> = (0..REQUESTS).map(|at| request(&mut random, at)).collect();
        let lines: Vec<_> = requests.iter().map(|request| layout.line(request)).collect();
        let sample: Vec<_> = lines.iter().map(String::as_bytes).collect();
        let Some(mut found) = detect(&sample).map(|found| found.format) else { continue };
        let Some(string) = found.worked_out_string().map(str::to_owned) else { continue };
        let mut given = Format::pattern(&string).expect("a string that compiles");
        for line in &lines {
            assert_eq!(read(&mut given, line), read(&mut found, line), "{string}: {line}");
        }
    }
}
