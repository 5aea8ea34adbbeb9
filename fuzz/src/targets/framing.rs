//! Streams cut into lines: newlines, octet counting and syslog headers. However they are split into pieces, the lines
//! are the same, and no memory grows beyond the longest line.

use dwell::input::framing::Framer;

fn lines<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let (mut framer, mut lines) = (Framer::default(), Vec::new());
    for piece in pieces {
        framer.push(piece, &mut lines);
    }
    framer.finish(&mut lines);
    lines
}

/// Reads these bytes.
pub fn run(data: &[u8]) {
    // The first byte says how long the pieces are.
    let Some((&length, stream)) = data.split_first() else { return };
    let whole = lines(std::iter::once(stream));
    assert_eq!(lines(stream.chunks(usize::from(length).max(1))), whole);
    assert!(whole.len() <= stream.len() + 1);
}
