//! Traffic sources: share, time of day, landing pages and bounce rate.

use super::chance::Dice;
use super::clock_of_day::swing;
use super::site::PageKind::{self, Account, Article, Category, Docs, Home, Landing, Login, Pricing, Product};

/// A traffic source.
pub(super) struct WeightedSource {
    pub(super) name: &'static str,
    /// Share of all visits over a day in percent.
    share: f64,
    /// The hour (UTC) of its largest relative weight, and the amplitude.
    peak: f64,
    sway: f64,
    /// Share of visitors who see one page only.
    pub(super) bounce: f64,
    /// Share of visitors in its in-app web view.
    pub(super) in_app: f64,
    /// Referrers by weight.
    pub(super) referrers: &'static [(u32, &'static str)],
    /// Query strings by weight; `*` stands for a click id.
    pub(super) tags: &'static [(u32, &'static str)],
    /// Landing page kinds by weight.
    pub(super) entries: &'static [(u32, PageKind)],
}

/// Direct visits: bookmarks, typed addresses, apps that hide the referrer.
pub(super) const DIRECT: WeightedSource = WeightedSource {
    name: "Direct",
    share: 18.0,
    peak: 9.0,
    sway: 0.2,
    bounce: 0.36,
    in_app: 0.0,
    referrers: &[(1, "-")],
    tags: &[(1, "")],
    entries: &[(58, Home), (12, Docs), (10, Product), (8, Login), (7, Pricing), (5, Account)],
};

const SEARCH: WeightedSource = WeightedSource {
    peak: 14.0,
    sway: 0.15,
    bounce: 0.47,
    entries: &[(32, Article), (24, Product), (22, Docs), (12, Home), (10, Category)],
    ..DIRECT
};

const SOCIAL: WeightedSource = WeightedSource {
    peak: 20.0,
    sway: 0.45,
    bounce: 0.62,
    entries: &[(74, Article), (14, Product), (12, Home)],
    ..DIRECT
};

const ASSISTANT: WeightedSource = WeightedSource {
    peak: 15.0,
    sway: 0.3,
    bounce: 0.4,
    entries: &[(40, Docs), (24, Product), (20, Article), (16, Pricing)],
    ..DIRECT
};

const ADVERT: WeightedSource = WeightedSource {
    peak: 19.0,
    sway: 0.25,
    bounce: 0.58,
    entries: &[(62, Landing), (22, Product), (16, Pricing)],
    ..DIRECT
};

const PARTNER: WeightedSource = WeightedSource {
    peak: 11.0,
    sway: 0.2,
    bounce: 0.44,
    entries: &[(40, Product), (26, Home), (22, Article), (12, Pricing)],
    ..DIRECT
};

const SOURCES: &[WeightedSource] = &[
    DIRECT,
    WeightedSource {
        name: "Google",
        share: 29.0,
        referrers: &[
            (86, "https://www.google.com/"),
            (6, "https://www.google.de/"),
            (3, "https://www.google.co.uk/"),
            (2, "https://www.google.fr/"),
            (3, "android-app://com.google.android.googlequicksearchbox/"),
        ],
        ..SEARCH
    },
    WeightedSource { name: "Bing", share: 3.6, referrers: &[(1, "https://www.bing.com/")], ..SEARCH },
    WeightedSource { name: "DuckDuckGo", share: 2.8, referrers: &[(1, "https://duckduckgo.com/")], ..SEARCH },
    WeightedSource { name: "Ecosia", share: 0.9, referrers: &[(1, "https://www.ecosia.org/")], ..SEARCH },
    WeightedSource { name: "Yahoo", share: 0.6, referrers: &[(1, "https://search.yahoo.com/")], ..SEARCH },
    WeightedSource { name: "Kagi", share: 0.3, referrers: &[(1, "https://kagi.com/")], ..SEARCH },
    WeightedSource {
        name: "Newsletter",
        share: 4.8,
        peak: 8.0,
        sway: 0.85,
        bounce: 0.4,
        in_app: 0.0,
        referrers: &[(8, "-"), (2, "https://mail.google.com/")],
        tags: &[
            (7, "?utm_source=newsletter&utm_medium=email&utm_campaign=garden-notes-47"),
            (3, "?utm_source=newsletter&utm_medium=email&utm_campaign=frost-warning"),
        ],
        entries: &[(48, Article), (32, Product), (20, Landing)],
    },
    WeightedSource {
        name: "Reddit",
        share: 3.2,
        referrers: &[
            (8, "https://www.reddit.com/"),
            (1, "https://old.reddit.com/"),
            (1, "android-app://com.reddit.frontpage/"),
        ],
        ..SOCIAL
    },
    WeightedSource {
        name: "Hacker News",
        share: 1.2,
        bounce: 0.65,
        referrers: &[(1, "https://news.ycombinator.com/")],
        ..SOCIAL
    },
    WeightedSource { name: "X", share: 1.8, bounce: 0.64, referrers: &[(1, "https://t.co/")], ..SOCIAL },
    WeightedSource { name: "Mastodon", share: 0.5, referrers: &[(1, "https://mastodon.social/")], ..SOCIAL },
    WeightedSource { name: "Bluesky", share: 0.6, referrers: &[(1, "https://go.bsky.app/")], ..SOCIAL },
    WeightedSource {
        name: "Facebook",
        share: 2.0,
        in_app: 0.6,
        referrers: &[(5, "https://l.facebook.com/"), (4, "https://m.facebook.com/")],
        tags: &[(9, "?fbclid=*"), (1, "")],
        ..SOCIAL
    },
    WeightedSource {
        name: "Instagram",
        share: 1.3,
        in_app: 0.85,
        referrers: &[(1, "https://l.instagram.com/")],
        tags: &[(4, "?utm_source=ig&utm_medium=social&fbclid=*"), (1, "")],
        entries: &[(50, Product), (30, Home), (20, Article)],
        ..SOCIAL
    },
    WeightedSource {
        name: "LinkedIn",
        share: 1.8,
        peak: 9.0,
        bounce: 0.55,
        referrers: &[(4, "https://www.linkedin.com/"), (1, "android-app://com.linkedin.android/")],
        ..SOCIAL
    },
    WeightedSource {
        name: "YouTube",
        share: 1.9,
        bounce: 0.52,
        referrers: &[(1, "https://www.youtube.com/")],
        entries: &[(60, Product), (25, Home), (15, Docs)],
        ..SOCIAL
    },
    WeightedSource {
        name: "ChatGPT",
        share: 3.0,
        referrers: &[(7, "https://chatgpt.com/"), (3, "-")],
        tags: &[(1, "?utm_source=chatgpt.com")],
        ..ASSISTANT
    },
    WeightedSource {
        name: "Perplexity",
        share: 1.3,
        referrers: &[(1, "https://www.perplexity.ai/")],
        ..ASSISTANT
    },
    WeightedSource { name: "Claude", share: 1.1, referrers: &[(1, "https://claude.ai/")], ..ASSISTANT },
    WeightedSource {
        name: "Gemini",
        share: 0.7,
        referrers: &[(1, "https://gemini.google.com/")],
        ..ASSISTANT
    },
    WeightedSource {
        name: "Copilot",
        share: 0.5,
        referrers: &[(1, "https://copilot.microsoft.com/")],
        ..ASSISTANT
    },
    WeightedSource {
        name: "Google Ads",
        share: 6.0,
        referrers: &[(9, "https://www.google.com/"), (1, "https://www.google.de/")],
        tags: &[
            (5, "?utm_source=google&utm_medium=cpc&utm_campaign=frost-season&gclid=*"),
            (3, "?utm_source=google&utm_medium=cpc&utm_campaign=greenhouse-brand&gclid=*"),
            (2, "?gclid=*"),
            (1, "?utm_source=google&utm_medium=cpc&utm_campaign=cross-network-autumn&gbraid=*"),
        ],
        ..ADVERT
    },
    WeightedSource {
        name: "Microsoft Ads",
        share: 1.2,
        referrers: &[(1, "https://www.bing.com/")],
        tags: &[(1, "?utm_source=bing&utm_medium=cpc&utm_campaign=irrigation&msclkid=*")],
        ..ADVERT
    },
    WeightedSource {
        name: "Meta Ads",
        share: 2.4,
        in_app: 0.75,
        bounce: 0.65,
        referrers: &[(3, "https://l.instagram.com/"), (2, "https://l.facebook.com/")],
        tags: &[(1, "?utm_source=facebook&utm_medium=paid_social&utm_campaign=starter-kit&fbclid=*")],
        ..ADVERT
    },
    WeightedSource {
        name: "TikTok Ads",
        share: 0.8,
        bounce: 0.65,
        referrers: &[(1, "https://www.tiktok.com/")],
        tags: &[(1, "?utm_source=tiktok&utm_medium=paid_social&utm_campaign=balcony&ttclid=*")],
        ..ADVERT
    },
    WeightedSource {
        name: "Display",
        share: 0.7,
        bounce: 0.65,
        tags: &[(1, "?utm_source=garden-network&utm_medium=display&utm_campaign=autumn-sale")],
        ..ADVERT
    },
    WeightedSource {
        name: "Affiliates",
        share: 0.9,
        referrers: &[(1, "https://www.garden-deals.example/")],
        tags: &[(1, "?utm_source=garden-deals&utm_medium=affiliate&utm_campaign=q4")],
        ..PARTNER
    },
    WeightedSource {
        name: "Garden magazine",
        share: 1.5,
        referrers: &[(1, "https://www.garden-magazine.example/")],
        ..PARTNER
    },
    WeightedSource {
        name: "Growers' forum",
        share: 1.2,
        referrers: &[(1, "https://growers-forum.example/")],
        ..PARTNER
    },
    WeightedSource {
        name: "Dealer",
        share: 0.8,
        referrers: &[(1, "https://dealer-north.example/")],
        ..PARTNER
    },
    WeightedSource {
        name: "GitHub",
        share: 1.2,
        referrers: &[(1, "https://github.com/")],
        entries: &[(80, Docs), (20, Home)],
        ..PARTNER
    },
    WeightedSource {
        name: "Wikipedia",
        share: 0.4,
        referrers: &[(1, "https://en.wikipedia.org/")],
        ..PARTNER
    },
];

/// Draws a source by the weights for this hour (UTC).
pub(super) fn draw(hour: f64, dice: &mut Dice) -> &'static WeightedSource {
    let weight = |source: &WeightedSource| source.share * (1.0 + source.sway * swing(hour, source.peak));
    let total: f64 = SOURCES.iter().map(weight).sum();
    let mut roll = dice.fraction() * total;
    let found = SOURCES.iter().find(|source| {
        roll -= weight(source);
        roll < 0.0
    });
    found.unwrap_or(&DIRECT)
}

/// The source with this name, or else direct.
pub(super) fn named(name: &str) -> &'static WeightedSource {
    SOURCES.iter().find(|source| source.name == name).unwrap_or(&DIRECT)
}

impl WeightedSource {
    /// Draws the landing page's query: campaign tags with a new click id, or nothing.
    pub(super) fn query(&self, dice: &mut Dice) -> String {
        let tags = dice.weigh(self.tags);
        if tags.contains('*') { tags.replace('*', &dice.token(40)) } else { (*tags).to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share_of(name: &str, hour: f64) -> usize {
        let mut dice = Dice::new(11);
        (0..20_000).filter(|_| draw(hour, &mut dice).name == name).count()
    }

    #[test]
    fn the_newsletter_is_read_in_the_morning() {
        assert!(share_of("Newsletter", 8.0) > 3 * share_of("Newsletter", 20.0));
    }

    #[test]
    fn google_leads_at_any_hour() {
        for hour in [3.0, 12.0, 20.0] {
            assert!(share_of("Google", hour) > share_of("Direct", hour));
        }
    }

    #[test]
    fn shares_sum_up_to_about_a_hundred_percent() {
        let sum: f64 = SOURCES.iter().map(|source| source.share).sum();
        assert!((sum - 100.0).abs() < 5.0, "{sum}");
    }
}
