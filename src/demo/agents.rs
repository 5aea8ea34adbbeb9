//! Browsers: some two hundred user agents, generated from templates and the versions of late 2026.

use std::sync::Arc;

use super::chance::{Deck, Dice};
use super::clock_of_day::swing;

use Platform::{Desktop, InApp, Phone, Tablet};

/// The platform of a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    Desktop,
    Phone,
    Tablet,
    /// The in-app web view of a social network.
    InApp,
}

/// A browser on a system; `{}` in the template stands for the version.
struct Family {
    weight: f64,
    device: Platform,
    newest: u32,
    /// Number of versions in use, counting down from the newest.
    versions: u32,
    template: &'static str,
}

const fn family(weight: f64, device: Platform, newest: u32, versions: u32, template: &'static str) -> Family {
    Family { weight, device, newest, versions, template }
}

#[rustfmt::skip]
const FAMILIES: &[Family] = &[
    family(40.0, Desktop, 155, 12, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"),
    family(15.0, Desktop, 155, 10, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"),
    family(4.0, Desktop, 155, 9, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"),
    family(2.0, Desktop, 155, 4, "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"),
    family(12.0, Desktop, 155, 8, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36 Edg/{}.0.0.0"),
    family(1.2, Desktop, 155, 4, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36 Edg/{}.0.0.0"),
    family(1.5, Desktop, 138, 5, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36 OPR/{}.0.0.0"),
    family(7.0, Desktop, 157, 8, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{}.0) Gecko/20100101 Firefox/{}.0"),
    family(2.4, Desktop, 157, 6, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{}.0) Gecko/20100101 Firefox/{}.0"),
    family(3.2, Desktop, 157, 7, "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0"),
    family(0.8, Desktop, 157, 4, "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0"),
    family(5.0, Desktop, 1, 2, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/27.{} Safari/605.1.15"),
    family(6.0, Desktop, 6, 7, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.{} Safari/605.1.15"),
    family(1.6, Desktop, 6, 4, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{} Safari/605.1.15"),
    family(16.0, Phone, 1, 2, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/27.{} Mobile/15E148 Safari/604.1"),
    family(18.0, Phone, 6, 7, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.{} Mobile/15E148 Safari/604.1"),
    family(4.0, Phone, 6, 5, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{} Mobile/15E148 Safari/604.1"),
    family(36.0, Phone, 155, 14, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36"),
    family(6.0, Phone, 31, 5, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/{}.0 Chrome/144.0.0.0 Mobile Safari/537.36"),
    family(1.6, Phone, 157, 6, "Mozilla/5.0 (Android 16; Mobile; rv:{}.0) Gecko/{}.0 Firefox/{}.0"),
    family(4.0, Phone, 155, 8, "Mozilla/5.0 (iPhone; CPU iPhone OS 26_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/{}.0.7680.60 Mobile/15E148 Safari/604.1"),
    family(0.8, Phone, 157, 5, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/{}.0 Mobile/15E148 Safari/604.1"),
    family(0.9, Phone, 155, 4, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36 EdgA/{}.0.0.0"),
    family(0.9, Phone, 97, 4, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/152.0.0.0 Mobile Safari/537.36 OPR/{}.0.0.0"),
    family(1.8, Phone, 410, 4, "Mozilla/5.0 (iPhone; CPU iPhone OS 26_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/{}.0.903600000 Mobile/15E148 Safari/604.1"),
    family(3.0, InApp, 428, 4, "Mozilla/5.0 (iPhone; CPU iPhone OS 26_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/23F77 Instagram {}.0.0.31.72 (iPhone17,1; iOS 26_5; en_US; en; scale=3.00; 1206x2622)"),
    family(4.0, InApp, 155, 5, "Mozilla/5.0 (Linux; Android 16; SM-S938B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/{}.0.7690.90 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/560.0.0.44.61;]"),
    family(2.4, InApp, 560, 4, "Mozilla/5.0 (iPhone; CPU iPhone OS 26_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/23F77 [FBAN/FBIOS;FBAV/{}.0.0.41.73;FBDV/iPhone17,2;FBSN/iOS;FBSV/26.5;FBLC/en_GB]"),
    family(12.0, Tablet, 6, 6, "Mozilla/5.0 (iPad; CPU OS 18_{} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{} Mobile/15E148 Safari/604.1"),
    family(9.0, Tablet, 155, 7, "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"),
    family(2.0, Tablet, 148, 4, "Mozilla/5.0 (Linux; Android 11; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/{}.2.4 like Chrome/{}.0.0.0 Safari/537.36"),
    family(1.0, Tablet, 157, 3, "Mozilla/5.0 (Android 15; Tablet; rv:{}.0) Gecko/{}.0 Firefox/{}.0"),
];

/// Each version's share relative to the next newer one.
const AGEING: f64 = 0.62;

/// All user agents, with weights.
pub(super) struct AgentPool {
    desktops: Deck<Arc<str>>,
    phones: Deck<Arc<str>>,
    tablets: Deck<Arc<str>>,
    in_apps: Deck<Arc<str>>,
}

impl AgentPool {
    /// Generates all user agents.
    pub(super) fn build() -> AgentPool {
        AgentPool {
            desktops: deck(Desktop),
            phones: deck(Phone),
            tablets: deck(Tablet),
            in_apps: deck(InApp),
        }
    }

    /// Draws a browser for this hour (UTC): more desktops by day, more phones in the evening.
    pub(super) fn draw(&self, hour: f64, dice: &mut Dice) -> Arc<str> {
        let phones = 0.47 + 0.13 * swing(hour, 22.0);
        let roll = dice.fraction();
        let device = match roll {
            _ if roll < 0.06 => &self.tablets,
            _ if roll < 0.06 + phones => &self.phones,
            _ => &self.desktops,
        };
        Arc::clone(device.draw(dice))
    }

    /// Draws an in-app web view.
    pub(super) fn in_app(&self, dice: &mut Dice) -> Arc<str> {
        Arc::clone(self.in_apps.draw(dice))
    }

    /// Draws a desktop browser, which scrapers pretend to be.
    pub(super) fn desktop(&self, dice: &mut Dice) -> Arc<str> {
        Arc::clone(self.desktops.draw(dice))
    }
}

fn deck(device: Platform) -> Deck<Arc<str>> {
    FAMILIES.iter().filter(|family| family.device == device).flat_map(Family::agents).collect()
}

impl Family {
    fn agents(&self) -> impl Iterator<Item = (f64, Arc<str>)> {
        (0..self.versions).scan(self.weight * (1.0 - AGEING), |weight, age| {
            let agent = self.template.replace("{}", &(self.newest - age).to_string());
            let card = (*weight, Arc::from(agent));
            *weight *= AGEING;
            Some(card)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_many_browsers_and_none_twice() {
        let browsers = AgentPool::build();
        let decks = [&browsers.desktops, &browsers.phones, &browsers.tablets, &browsers.in_apps];
        let mut agents: Vec<&Arc<str>> = decks.into_iter().flat_map(Deck::cards).collect();
        let all = agents.len();
        agents.sort_unstable();
        agents.dedup();
        assert_eq!(agents.len(), all);
        assert!(all >= 150, "{all}");
    }

    #[test]
    fn phones_gain_in_the_evening() {
        let browsers = AgentPool::build();
        let phones = |hour: f64| {
            let mut dice = Dice::new(5);
            (0..4000).filter(|_| browsers.draw(hour, &mut dice).contains("Mobile")).count()
        };
        assert!(phones(21.0) > phones(10.0) + 400);
    }
}
