//! What the main loop needs of a terminal besides drawing.

use std::io;

use crate::ui::message::Reports;

/// The terminal, except for drawing.
pub trait TerminalDevice {
    /// Stops this program's whole job, as ^Z does; it reaches this program as a signal.
    ///
    /// # Errors
    /// The terminal is gone, here as below.
    fn stop_job(&mut self) -> io::Result<()>;
    /// Restores the terminal and stops; returns when continued, with the terminal set up again.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn suspend(&mut self) -> io::Result<()>;
    /// Sets up the terminal again after another program had it.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn resume(&mut self) -> io::Result<()>;
    /// Copies a text to the clipboard.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// Tells the user of something although nobody may look at the screen: a bell, or a notification.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn notify(&mut self, text: &str) -> io::Result<()>;
    /// Turns mouse reports on or off.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn report_mouse(&mut self, reports: Reports) -> io::Result<()>;
    /// Whether it still exists and is ours.
    fn is_alive(&self) -> bool;
}
