//! Framing: splits streams and datagrams into lines. Newlines and octet counting (RFC 6587, 3.4.1) are told apart for
//! each frame. Syslog headers stay: the wrapper layers remove them.

/// The longest line accepted from a socket, in bytes; longer ones are truncated.
pub const LONGEST: usize = 64 << 10;

/// Splits a stream into lines, however it is split into pieces.
#[derive(Debug, Default)]
pub struct Framer {
    /// The part of the frame received so far, at most [`LONGEST`] bytes.
    frame: Vec<u8>,
    state: FrameState,
}

#[derive(Debug, Default, Clone, Copy)]
enum FrameState {
    /// Undecided: the frame's first bytes are incomplete.
    #[default]
    Deciding,
    /// The frame ends with a newline.
    Line,
    /// This many bytes of the frame are still missing.
    Counted(usize),
}

/// The framing announced by the first bytes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    Undecided,
    Line,
    /// `123 <`: the number of bytes, and the length of the count itself.
    Counted(usize, usize),
}

/// The longest count: a line of [`LONGEST`] bytes has no more digits.
const DIGITS: usize = 7;

impl Framer {
    /// Takes a piece of the stream; complete lines are appended to `lines`, each with a newline.
    pub fn push(&mut self, piece: &[u8], lines: &mut Vec<u8>) {
        let mut rest = piece;
        while !rest.is_empty() {
            let taken = match self.state {
                FrameState::Deciding => self.decide(rest),
                FrameState::Line => self.line(rest, lines),
                FrameState::Counted(left) => self.counted(left, rest, lines),
            };
            rest = &rest[taken..];
        }
    }

    /// The end of the stream: an incomplete line counts as a line.
    pub fn finish(&mut self, lines: &mut Vec<u8>) {
        add_lines(&self.frame, lines);
        *self = Framer::default();
    }

    /// Whether a frame is incomplete.
    #[must_use]
    pub fn is_within_frame(&self) -> bool {
        !self.frame.is_empty() || !matches!(self.state, FrameState::Deciding)
    }

    /// Consumes no more than it takes to decide. Returns the number of bytes consumed.
    fn decide(&mut self, rest: &[u8]) -> usize {
        // Most frames are decided by the first piece.
        if self.frame.is_empty() && kind(rest) == FrameKind::Line {
            self.state = FrameState::Line;
            return 0;
        }
        self.frame.push(rest[0]);
        match kind(&self.frame) {
            FrameKind::Undecided => {}
            // These bytes may contain a newline: they are left to the reader of lines.
            FrameKind::Line => {
                self.frame.pop();
                self.state = FrameState::Line;
                return 0;
            }
            FrameKind::Counted(bytes, digits) => {
                self.frame.drain(..=digits);
                self.state = FrameState::Counted(bytes.saturating_sub(self.frame.len()));
            }
        }
        1
    }

    fn line(&mut self, rest: &[u8], lines: &mut Vec<u8>) -> usize {
        let Some(end) = memchr::memchr(b'\n', rest) else {
            self.keep(rest);
            return rest.len();
        };
        if self.frame.is_empty() {
            add_line(&rest[..end.min(LONGEST)], lines);
        } else {
            self.keep(&rest[..end]);
            add_line(&self.frame, lines);
        }
        self.next_frame();
        end + 1
    }

    fn counted(&mut self, left: usize, rest: &[u8], lines: &mut Vec<u8>) -> usize {
        let taken = left.min(rest.len());
        self.keep(&rest[..taken]);
        if taken == left {
            add_lines(&self.frame, lines);
            self.next_frame();
        } else {
            self.state = FrameState::Counted(left - taken);
        }
        taken
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST - self.frame.len().min(LONGEST);
        self.frame.extend_from_slice(&bytes[..room.min(bytes.len())]);
    }

    fn next_frame(&mut self) {
        self.frame.clear();
        self.state = FrameState::Deciding;
    }
}

fn kind(start: &[u8]) -> FrameKind {
    let digits = start.iter().take(DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > DIGITS || start[0] == b'0' {
        return FrameKind::Line;
    }
    match start[digits..] {
        [] | [b' '] => FrameKind::Undecided,
        [b' ', b'<', ..] => {
            count(&start[..digits]).map_or(FrameKind::Line, |bytes| FrameKind::Counted(bytes, digits))
        }
        _ => FrameKind::Line,
    }
}

fn count(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Appends the lines of a datagram or a counted frame, each with a newline.
pub fn add_lines(frame: &[u8], lines: &mut Vec<u8>) {
    for line in frame.split(|&byte| byte == b'\n') {
        add_line(&line[..line.len().min(LONGEST)], lines);
    }
}

/// Appends a line unless it is empty. Some senders end lines with NUL.
fn add_line(line: &[u8], lines: &mut Vec<u8>) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_suffix(b"\0").unwrap_or(line);
    if !line.is_empty() {
        lines.extend_from_slice(line);
        lines.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines_of(pieces: &[&[u8]]) -> String {
        let (mut framer, mut lines) = (Framer::default(), Vec::new());
        for piece in pieces {
            framer.push(piece, &mut lines);
        }
        framer.finish(&mut lines);
        String::from_utf8_lossy(&lines).into_owned()
    }

    #[test]
    fn newlines_end_lines_and_the_last_one_needs_none() {
        assert_eq!(lines_of(&[b"10.0.0.1 a\r\n\nb", b"c\nlast"]), "10.0.0.1 a\nbc\nlast\n");
    }

    #[test]
    fn rfc6587_counted_frames_are_found_among_lines() {
        assert_eq!(
            lines_of(&[b"9 <190>one\n", b"plain\n10 <190>t\nwo\n\n9 <19", b"0>last"]),
            "<190>one\nplain\n<190>t\nwo\n<190>last\n"
        );
    }

    #[test]
    fn a_line_that_begins_with_a_number_is_a_line() {
        assert_eq!(
            lines_of(&[b"200 ok\n1", b"2\n12345678 <190>x\n012 <x\n"]),
            "200 ok\n12\n12345678 <190>x\n012 <x\n"
        );
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let (mut framer, mut lines) = (Framer::default(), Vec::new());
        for _ in 0..10 {
            framer.push(&vec![b'x'; LONGEST], &mut lines);
        }
        assert!(framer.frame.capacity() <= 2 * LONGEST);
        framer.push(b"\nnext\n", &mut lines);
        assert_eq!(lines.len(), LONGEST + 1 + "next\n".len());
    }

    /// Bytes that look like frames, so that they are not all plain lines.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let frame = prop_oneof![
            "[ -~]{0,20}\n".prop_map(String::into_bytes),
            "[ -~]{0,20}".prop_map(|text| format!("{} <13>{text}", text.len() + 4).into_bytes()),
            "[1-9][0-9]{0,8} ?<?".prop_map(String::into_bytes),
            "<[0-9]{1,3}>(1 - - - - - )?(\\[a b=\"c\"\\]|-)? ?[a-z: ]{0,9}\n".prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 0..20),
        ];
        proptest::collection::vec(frame, 0..12).prop_map(|frames| frames.concat())
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_the_stream_is_split(
            stream in stream(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)
        ) {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]).collect();
            let bytes: Vec<_> = stream.chunks(1).collect();
            let whole = lines_of(&[&stream]);
            prop_assert_eq!(&lines_of(&pieces), &whole);
            prop_assert_eq!(&lines_of(&bytes), &whole);
        }

        #[test]
        fn any_datagram_gives_whole_lines(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut lines = Vec::new();
            add_lines(&bytes, &mut lines);
            prop_assert!(lines.is_empty() || lines.ends_with(b"\n"));
            prop_assert!(lines.len() <= bytes.len() + 1);
        }
    }
}
