//! What the main loop wants of a terminal besides drawing on it.

use std::io;

use crate::ui::message::Reports;

/// The terminal, but for what is drawn on it.
pub trait TerminalDevice {
    /// Tells the job that this program is a part of to stop, as ^Z does. To this program it comes as a signal.
    ///
    /// # Errors
    /// The terminal is gone, here as below.
    fn stop_job(&mut self) -> io::Result<()>;
    /// Gives the terminal back and stops; returns when continued, with the terminal taken again.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn suspend(&mut self) -> io::Result<()>;
    /// Sets the terminal up again, after someone else had it.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn resume(&mut self) -> io::Result<()>;
    /// Puts a text into the clipboard.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// Turns mouse reports on or off.
    ///
    /// # Errors
    /// See [`TerminalDevice::stop_job`].
    fn report_mouse(&mut self, reports: Reports) -> io::Result<()>;
    /// Whether it is still there, and ours.
    fn is_alive(&self) -> bool;
}
