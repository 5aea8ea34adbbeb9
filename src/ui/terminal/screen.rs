//! The backend for ratatui: collects a frame and writes it at once; writes nothing if nothing changed.

use std::fmt;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::encoder::Encoder;
use super::output::Output;
use super::{Options, Updates};

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Returns the size of the screen.
pub(super) type Measure = Box<dyn Fn() -> io::Result<Size>>;

/// A backend for ratatui that writes each frame at once, inside a synchronized update.
pub struct DiffBackend<W> {
    output: Output<W>,
    measure: Measure,
    updates: Updates,
    encoder: Encoder,
    frame: Vec<u8>,
    /// The cursor after the frame.
    cursor: TerminalCursor,
    /// The cursor after the last frame.
    shown: TerminalCursor,
}

/// The visible cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct TerminalCursor {
    visible: bool,
    position: Position,
}

impl<W: Write> DiffBackend<W> {
    pub(super) fn new(output: Output<W>, options: &Options, measure: Measure) -> DiffBackend<W> {
        DiffBackend {
            output,
            measure,
            updates: options.updates,
            encoder: Encoder::new(options.charset),
            frame: Vec::new(),
            cursor: TerminalCursor::default(),
            shown: TerminalCursor::default(),
        }
    }

    /// A screen of this size on any writer, for tests and benchmarks.
    pub fn of_size(writer: W, size: Size, options: &Options) -> DiffBackend<W> {
        let output = Output::new(writer, options.written.clone());
        DiffBackend::new(output, options, Box::new(move || Ok(size)))
    }

    /// Adds the sequence for the cursor, once the cells are drawn.
    fn place_cursor(&mut self) {
        let TerminalCursor { visible, position } = self.cursor;
        let drawn = !self.frame.is_empty();
        if visible && (drawn || self.cursor != self.shown) {
            self.encoder.move_to(position, &mut self.frame);
        }
        if visible != self.shown.visible {
            self.frame.extend_from_slice(if visible { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
        self.shown = self.cursor;
    }
}

impl<W> fmt::Debug for DiffBackend<W> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("DiffBackend").field("updates", &self.updates).finish_non_exhaustive()
    }
}

impl<W: Write> Backend for DiffBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.encoder.cells(content, &mut self.frame);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cursor.visible = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cursor.visible = true;
        Ok(())
    }

    /// The last known cursor position. The terminal is not asked, because its answer would arrive among the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.position)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor.position = position.into();
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.encoder.clear(&mut self.frame);
        // Another program that had the screen may have shown or hidden the cursor.
        self.frame.extend_from_slice(b"\x1b[?25l");
        self.shown.visible = false;
        Ok(())
    }

    /// Always clears everything: ratatui redraws everything afterwards.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        (self.measure)()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.place_cursor();
        if self.frame.is_empty() {
            return Ok(());
        }
        self.encoder.rest(&mut self.frame);
        if self.updates == Updates::Synchronized {
            self.frame.splice(0..0, BEGIN.iter().copied());
            self.frame.extend_from_slice(END);
        }
        let sent = self.output.send(&self.frame);
        self.frame.clear();
        sent
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use ratatui::Terminal;
    use ratatui::widgets::Paragraph;

    use super::super::BytesWritten;
    use super::*;

    /// Keeps each write by itself.
    #[derive(Clone, Default)]
    struct Writes(Rc<RefCell<Vec<Vec<u8>>>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Bench {
        writes: Writes,
        written: BytesWritten,
        terminal: Terminal<DiffBackend<Writes>>,
    }

    impl Bench {
        fn new(updates: Updates) -> Bench {
            let writes = Writes::default();
            let options = Options { updates, ..Options::default() };
            let screen = DiffBackend::of_size(writes.clone(), Size::new(20, 3), &options);
            let terminal = Terminal::new(screen).unwrap();
            Bench { writes, written: options.written, terminal }
        }

        /// Draws a text, with or without a cursor, and gives what was written.
        fn draw(&mut self, text: &str, cursor: Option<(u16, u16)>) -> Vec<String> {
            self.writes.0.borrow_mut().clear();
            self.terminal
                .draw(|frame| {
                    frame.render_widget(Paragraph::new(text), frame.area());
                    if let Some(position) = cursor {
                        frame.set_cursor_position(position);
                    }
                })
                .unwrap();
            let writes = self.writes.0.borrow();
            writes.iter().map(|write| String::from_utf8(write.clone()).unwrap()).collect()
        }
    }

    #[test]
    fn a_frame_is_one_write_inside_a_synchronized_update() {
        let mut bench = Bench::new(Updates::Synchronized);
        assert_eq!(bench.draw("312", None), ["\x1b[?2026h\x1b[H312\x1b[?2026l"]);
        assert_eq!(bench.written.get(), 22);
    }

    #[test]
    fn synchronized_updates_can_be_turned_off() {
        assert_eq!(Bench::new(Updates::Plain).draw("312", None), ["\x1b[H312"]);
    }

    #[test]
    fn nothing_is_written_where_nothing_changed() {
        let mut bench = Bench::new(Updates::Synchronized);
        bench.draw("312", Some((3, 0)));
        assert_eq!(bench.draw("312", Some((3, 0))), [""; 0]);
        bench.draw("312", None);
        assert_eq!(bench.draw("312", None), [""; 0]);
    }

    #[test]
    fn only_what_changed_is_written() {
        let mut bench = Bench::new(Updates::Plain);
        bench.draw("active 312", None);
        assert_eq!(bench.draw("active 313", None), ["\x1b[1;10H3"]);
    }

    #[test]
    fn the_cursor_is_shown_where_it_was_put_and_hidden_again() {
        let mut bench = Bench::new(Updates::Plain);
        bench.draw("/", None);
        assert_eq!(bench.draw("/", Some((1, 0))), ["\x1b[1;2H\x1b[?25h"]);
        assert_eq!(bench.draw("/a", Some((2, 0))), ["\x1b[1;2Ha"]);
        assert_eq!(bench.draw("/a", Some((1, 0))), ["\x1b[1;2H"]);
        assert_eq!(bench.draw("/a", None), ["\x1b[?25l"]);
    }

    #[test]
    fn after_a_clear_all_is_drawn_anew_in_the_same_write() {
        let mut bench = Bench::new(Updates::Plain);
        bench.draw("312", None);
        bench.terminal.clear().unwrap();
        assert_eq!(bench.draw("312", None), ["\x1b[2J\x1b[?25l\x1b[H312"]);
    }
}
