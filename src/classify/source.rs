//! Known sources: looks up hosts, apps and campaign tags (R9).
//!
//! The data is in `tables/`; the user's config extends and overrides it.

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use serde::Deserialize;

use super::category::Category;
use super::channel::ChannelRule;
use super::referrer::Scheme;
use super::tags::folded;
use super::{host, referrer, table};

/// Prefix of an Android app's id among hosts.
const APP: &str = "app:";
/// Prefix of a host that stands for itself and `www.` only, not for its subdomains.
const ONLY: &str = "=";
/// Prefix of a tag that says advertising.
const PAID: char = '$';

/// A source with a known name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSource {
    /// The name as displayed.
    pub name: String,
    /// Its category.
    pub category: Category,
}

/// The source that a campaign tag stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaggedSource<'a> {
    /// The source.
    pub source: &'a NamedSource,
    /// Whether the tag says advertising: `google_ads`, `fbad`, `adwords`.
    pub paid: bool,
}

/// The config's additions to known sources and channel rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceAdditions {
    /// `[[source]]`: new sources, or additions to known ones, which take precedence.
    pub sources: Vec<SourceAddition>,
    /// `[[channel]]`: rules before those of R10; the first match wins.
    pub channels: Vec<ChannelRule>,
}

/// A source from the config.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceAddition {
    /// The name as displayed; a known name, ignoring case, extends that source.
    pub name: String,
    /// Its category; if missing, it stays as it was or is a plain site.
    #[serde(default)]
    pub category: Option<Category>,
    /// Hosts; `name.*` for every country, `app:` and an id for an app.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Other names in campaign tags.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// All known sources, and the user's channel rules.
#[derive(Debug, Clone)]
pub struct Sources {
    known: Vec<NamedSource>,
    by_host: HashMap<String, usize, RandomState>,
    by_alias: HashMap<String, usize, RandomState>,
    paid_words: HashSet<String, RandomState>,
    spam: HashSet<&'static str, RandomState>,
    channel_rules: Vec<ChannelRule>,
}

impl Sources {
    /// The built-in sources with the user's `additions`.
    #[must_use]
    pub fn new(additions: &SourceAdditions) -> Sources {
        let mut sources = Sources {
            known: Vec::new(),
            by_host: HashMap::default(),
            by_alias: HashMap::default(),
            paid_words: HashSet::default(),
            spam: table::spam().collect(),
            channel_rules: additions.channels.clone(),
        };
        for row in table::rows() {
            sources.add(row.name, Some(row.category), &row.hosts, &row.aliases);
        }
        for addition in &additions.sources {
            sources.add(&addition.name, addition.category, &addition.hosts, &addition.aliases);
        }
        sources
    }

    fn add<S: AsRef<str>>(&mut self, name: &str, category: Option<Category>, hosts: &[S], aliases: &[S]) {
        let place = self.place_of(name);
        if let (Some(known), Some(category)) = (self.known.get_mut(place), category) {
            known.category = category;
        }
        for host in hosts {
            self.by_host.insert(host_key(host.as_ref()), place);
        }
        for alias in aliases {
            let alias = alias.as_ref();
            let word = folded(alias.trim_start_matches(PAID));
            if alias.starts_with(PAID) {
                self.paid_words.insert(word.clone());
            }
            self.by_alias.insert(word, place);
        }
    }

    /// The index of the source with this name, which is added if new.
    fn place_of(&mut self, name: &str) -> usize {
        let folded_name = folded(name);
        let same_name = |known: &NamedSource| known.name == name || folded(&known.name) == folded_name;
        let alias = self.by_alias.get(&folded_name).copied();
        if let Some(place) = alias.filter(|&place| self.known.get(place).is_some_and(same_name)) {
            return place;
        }
        let place = self.known.len();
        self.known.push(NamedSource { name: name.to_owned(), category: Category::Site });
        self.by_alias.insert(folded_name, place);
        place
    }

    /// The source of a host in lower case without port. The longest match wins: `mail.google.com` before `google.*`.
    #[must_use]
    pub fn of_host(&self, host: &str) -> Option<&NamedSource> {
        let country = host::country_suffix(host);
        let everywhere = |domain: &str| Some(format!("{}*", domain.strip_suffix(country?)?));
        let of_key = |key: &str| self.by_host.get(key).copied();
        let of_domain = |domain: &str| of_key(domain).or_else(|| of_key(&everywhere(domain)?));
        let bare = host::without_www(host);
        let only = of_domain(&format!("{ONLY}{bare}"));
        let place = only.or_else(|| host::upwards(host).find_map(of_domain));
        self.known.get(place?)
    }

    /// Whether a host is in any table: it is not an own host unless `--site` says so (R9).
    #[must_use]
    pub fn knows_host(&self, host: &str) -> bool {
        self.of_host(host).is_some() || self.is_spam(host)
    }

    /// Whether a host is a referrer spammer's (R3).
    #[must_use]
    pub fn is_spam(&self, host: &str) -> bool {
        host::upwards(host).any(|domain| self.spam.contains(domain))
    }

    /// The source of an Android app, by its id in lower case.
    #[must_use]
    pub fn of_app(&self, id: &str) -> Option<&NamedSource> {
        self.known.get(*self.by_host.get(&format!("{APP}{id}"))?)
    }

    /// The source of a campaign tag: a name, an alias, or a host (`m.facebook.com`), possibly followed by `ads`.
    #[must_use]
    pub fn of_word(&self, word: &str) -> Option<TaggedSource<'_>> {
        let word = folded(word.trim());
        if let Some(source) = self.named(&word) {
            return Some(TaggedSource { source, paid: self.paid_words.contains(&word) });
        }
        let advertiser = without_ads(&word).and_then(|name| self.named(name));
        advertiser.map(|source| TaggedSource { source, paid: true })
    }

    /// The source of a folded name, alias or host.
    fn named(&self, word: &str) -> Option<&NamedSource> {
        let alias = self.by_alias.get(word).and_then(|&place| self.known.get(place));
        alias.or_else(|| self.of_host(&host::normal(word.as_bytes())?))
    }

    pub(super) fn channel_rules(&self) -> &[ChannelRule] {
        &self.channel_rules
    }
}

/// The part before a final `ad` or `ads` and its separator.
fn without_ads(word: &str) -> Option<&str> {
    let name = word.strip_suffix("ads").or_else(|| word.strip_suffix("ad"))?;
    Some(name.strip_suffix(['-', '.']).unwrap_or(name))
}

/// A host as in the table; of a whole URL, as users may write it, the host.
fn host_key(host: &str) -> String {
    let address = referrer::parse(host.as_bytes());
    let mark = if address.is_some_and(|address| address.scheme == Scheme::AndroidApp) { APP } else { "" };
    let bare = address.map_or_else(|| host.into(), |address| String::from_utf8_lossy(address.host));
    format!("{mark}{bare}").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of_host(host: &str) -> Option<String> {
        Sources::new(&SourceAdditions::default()).of_host(host).map(|known| known.name.clone())
    }

    fn social(name: &str, hosts: &[&str], aliases: &[&str]) -> SourceAddition {
        let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let category = Some(Category::Social);
        SourceAddition { name: name.to_owned(), category, hosts: owned(hosts), aliases: owned(aliases) }
    }

    #[test]
    fn r9_hosts_count_by_their_longest_known_part() {
        for (host, name) in [
            ("www.google.com", "Google"),
            ("mail.google.com", "Gmail"),
            ("news.google.com", "Google News"),
            ("gemini.google.com", "Gemini"),
            ("translate.google.de", "Google Translate"),
            ("semicomplete-com.translate.goog", "Google Translate"),
            ("l.facebook.com", "Facebook"),
            ("out.reddit.com", "Reddit"),
            ("de.mail.yahoo.com", "Yahoo Mail"),
            ("de.search.yahoo.com", "Yahoo"),
            ("old.tieba.baidu.com", "Baidu Tieba"),
        ] {
            assert_eq!(name_of_host(host).as_deref(), Some(name), "{host}");
        }
    }

    #[test]
    fn r9_only_public_suffixes_stand_for_a_star() {
        for host in ["google.de", "www.google.co.uk", "www.google.com.br", "images.google.com.kh"] {
            assert_eq!(name_of_host(host).as_deref(), Some("Google"), "{host}");
        }
        for host in ["google.example.com", "google.github.io", "notgoogle.com", "google", "com", "google.7"] {
            assert_eq!(name_of_host(host), None, "{host}");
        }
    }

    #[test]
    fn r9_words_fold_into_their_source() {
        let sources = Sources::new(&SourceAdditions::default());
        for (word, name) in [
            ("fb", "Facebook"),
            ("Facebook.com", "Facebook"),
            ("m.facebook", "Facebook"),
            ("FACEBOOK ADS", "Facebook"),
            ("facebook_ads", "Facebook"),
            ("adwords", "Google"),
            ("google.de", "Google"),
            ("chatgpt.com", "ChatGPT"),
            ("twitter", "X (Twitter)"),
            ("hacker-news", "Hacker News"),
        ] {
            assert_eq!(sources.of_word(word).map(|spoken| spoken.source.name.as_str()), Some(name), "{word}");
        }
        assert_eq!(sources.of_word("newsletter"), None);
    }

    #[test]
    fn r10_words_that_say_advertising_are_paid() {
        let sources = Sources::new(&SourceAdditions::default());
        let paid = |word| sources.of_word(word).map(|spoken| (spoken.source.name.as_str(), spoken.paid));
        for (word, name) in [
            ("google_ads", "Google"),
            ("Google Ads", "Google"),
            ("fb-ads", "Facebook"),
            ("fbad", "Facebook"),
            ("bingads", "Bing"),
            ("yt-ads", "YouTube"),
            ("tiktok.ads", "TikTok"),
            ("facebook.com_ads", "Facebook"),
            ("adwords", "Google"),
            ("google-display", "Google"),
            ("pmax", "Google"),
            ("threads-ads", "Threads"),
        ] {
            assert_eq!(paid(word), Some((name, true)), "{word}");
        }
        for (word, name) in [("threads", "Threads"), ("fb", "Facebook"), ("google", "Google")] {
            assert_eq!(paid(word), Some((name, false)), "{word}");
        }
        for word in ["ads", "ad", "-ads", "broad", "partner-ads"] {
            assert_eq!(paid(word), None, "{word}");
        }
    }

    #[test]
    fn r10_an_exact_host_does_not_stand_for_those_below_it() {
        for (host, name) in [
            ("google.com", "Google"),
            ("www.google.com.br", "Google"),
            ("images.google.fr", "Google"),
            ("pay.google.com", "Google Apps"),
            ("ads.google.com", "Google Apps"),
            ("console.cloud.google.com", "Google Cloud"),
            ("search.google.com", "Google Search Console"),
        ] {
            assert_eq!(name_of_host(host).as_deref(), Some(name), "{host}");
        }
    }

    #[test]
    fn r9_the_user_adds_and_overrides() {
        let hosts = ["https://intra.example.com/", "portal.google.com", "app:com.example.Intra"];
        let sources = Sources::new(&SourceAdditions {
            sources: vec![
                social("Intranet", &hosts, &["The Desk"]),
                social("github", &["code.example.com"], &[]),
            ],
            channels: Vec::new(),
        });
        let intranet = NamedSource { name: "Intranet".to_owned(), category: Category::Social };
        assert_eq!(sources.of_host("wiki.intra.example.com"), Some(&intranet));
        assert_eq!(sources.of_host("portal.google.com"), Some(&intranet));
        assert_eq!(sources.of_app("com.example.intra"), Some(&intranet));
        assert_eq!(sources.of_word("the_desk"), Some(TaggedSource { source: &intranet, paid: false }));
        let github = NamedSource { name: "GitHub".to_owned(), category: Category::Social };
        assert_eq!(sources.of_host("code.example.com"), Some(&github));
        assert_eq!(sources.of_host("gist.github.com"), Some(&github));
    }
}
