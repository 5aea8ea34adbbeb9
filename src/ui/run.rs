//! The loop between the terminal, the engine and the program on screen.

use ratatui::Frame;

use super::message::{Command, Message};

/// What the loop runs: messages in, commands and frames out.
pub trait Program {
    /// Takes in what happened and says what is to be done.
    fn handle(&mut self, message: Message) -> Vec<Command>;
    /// Draws the screen as it stands.
    fn draw(&mut self, frame: &mut Frame);
    /// Whether the screen would look different if it were drawn now.
    fn needs_draw(&self) -> bool;
}
