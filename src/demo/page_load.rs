//! Requests triggered by a page: stylesheets, scripts, fonts and images that are not cached, and API calls of scripts.

use std::collections::VecDeque;

use super::chance::Dice;
use super::request::SimulatedRequest;
use super::site::{Page, PageKind};

/// The state of the browser cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cache {
    Empty,
    Filled,
}

/// A file used by all pages.
struct SharedAsset {
    path: &'static str,
    bytes: u32,
    /// Probability of fetching it on the first page (some have it cached from another day).
    fetched: f64,
}

const fn shared(path: &'static str, bytes: u32, fetched: f64) -> SharedAsset {
    SharedAsset { path, bytes, fetched }
}

const SHARED: [SharedAsset; 9] = [
    shared("/assets/css/site.4be1c07a.css", 48_213, 0.85),
    shared("/assets/css/theme.0c19d2e5.css", 9_640, 0.4),
    shared("/assets/js/app.9d02f6e3.js", 164_880, 0.85),
    shared("/assets/js/vendor.51c8ba90.js", 241_002, 0.55),
    shared("/assets/fonts/source-sans-variable.woff2", 71_344, 0.5),
    shared("/images/logo.svg", 3_412, 0.45),
    shared("/images/icons.7731fe0b.svg", 12_906, 0.4),
    shared("/favicon.ico", 15_406, 0.16),
    shared("/site.webmanifest", 642, 0.07),
];

/// Probability of revalidating a cached file.
const ASKED_AGAIN: f64 = 0.03;
/// Probability of fetching the page's own image.
const PICTURE: f64 = 0.6;

/// An API call of a page's scripts.
struct Call {
    method: &'static str,
    path: &'static str,
    status: u16,
    bytes: u32,
    likely: f64,
}

const fn call(method: &'static str, path: &'static str, status: u16, bytes: u32, likely: f64) -> Call {
    Call { method, path, status, bytes, likely }
}

/// Queues the requests triggered by a page.
pub(super) fn fetch(page: &Page, cache: Cache, dice: &mut Dice, ahead: &mut VecDeque<SimulatedRequest>) {
    match cache {
        Cache::Empty => fetch_shared(dice, ahead),
        Cache::Filled => ask_again(dice, ahead),
    }
    fetch_picture(page, dice, ahead);
    for call in calls(page.kind) {
        if dice.chance(call.likely) {
            let request = SimulatedRequest::get(call.path, call.bytes).by(call.method).answered(call.status);
            ahead.push_back(request.after(dice.between(60, 420)));
        }
    }
}

fn fetch_shared(dice: &mut Dice, ahead: &mut VecDeque<SimulatedRequest>) {
    for file in &SHARED {
        if dice.chance(file.fetched) {
            ahead.push_back(SimulatedRequest::get(file.path, file.bytes).after(dice.between(5, 160)));
        }
    }
}

fn ask_again(dice: &mut Dice, ahead: &mut VecDeque<SimulatedRequest>) {
    for file in &SHARED {
        if dice.chance(ASKED_AGAIN) {
            ahead.push_back(SimulatedRequest::get(file.path, 0).answered(304).after(dice.between(5, 160)));
        }
    }
}

fn fetch_picture(page: &Page, dice: &mut Dice, ahead: &mut VecDeque<SimulatedRequest>) {
    let Some(image) = &page.image else { return };
    if dice.chance(PICTURE) {
        let bytes = page.bytes * 6 + 1_000;
        ahead.push_back(SimulatedRequest::get(image.clone(), bytes).after(dice.between(30, 300)));
    }
}

fn calls(kind: PageKind) -> &'static [Call] {
    match kind {
        PageKind::Product => {
            const {
                &[
                    call("GET", "/api/v2/stock", 200, 214, 0.45),
                    call("GET", "/api/v2/related", 200, 3_870, 0.25),
                ]
            }
        }
        PageKind::Search => const { &[call("GET", "/api/v2/suggest", 200, 1_121, 0.9)] },
        PageKind::Cart => const { &[call("GET", "/api/v2/cart", 200, 1_460, 0.9)] },
        PageKind::Checkout => {
            const {
                &[
                    call("GET", "/api/v2/cart", 200, 1_460, 0.9),
                    call("POST", "/api/v2/shipping", 200, 388, 0.8),
                ]
            }
        }
        PageKind::Account => {
            const {
                &[
                    call("GET", "/api/v2/devices", 200, 6_204, 0.9),
                    call("GET", "/api/v2/readings", 200, 18_442, 0.7),
                ]
            }
        }
        PageKind::Docs | PageKind::Article => const { &[call("POST", "/api/v2/events", 204, 0, 0.25)] },
        _ => const { &[call("GET", "/api/v2/session", 200, 96, 0.35)] },
    }
}
