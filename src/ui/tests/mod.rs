//! Tests of the whole app: screens as they look, keys as they are pressed.

mod alerts;
mod annotations;
mod beats;
mod choices;
mod closeups;
mod compared;
mod deeper;
mod fixture;
mod keys;
mod mouse;
mod privacy;
mod rig;
mod screens;
mod shop;
mod shop_pages;
mod shop_paths;
mod shop_traffic;
mod sizes;
mod state;
mod studies;
mod traffic;
mod views;
mod ways;

use super::theme::{self, Depth, Theme};

/// The default theme on a terminal with sixteen colours.
pub(crate) fn theme() -> Theme {
    theme::load(theme::DEFAULT, None, Depth::Ansi16).expect("the default theme")
}
