//! Classes of devices, and categories and purposes of bots.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        $(#[$doc])*
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every one, in the order that lists show them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// Its name on screen and in filters.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            pub(super) fn named(text: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|one| one.name() == text)
            }
        }
    };
}

kinds!(
    /// The class of device that a user agent names.
    Device {
        /// A computer on a desk or a lap.
        Desktop = "desktop",
        /// A telephone.
        Phone = "phone",
        /// A tablet or a reader of electronic books.
        Tablet = "tablet",
        /// A television, or a box beside one.
        Tv = "tv",
        /// A games console.
        Console = "console",
        /// A watch, or glasses.
        Wearable = "wearable",
        /// A car.
        Car = "car",
        /// None: the agent says that it is a bot.
        Bot = "bot",
        /// The agent does not say.
        Unknown = "unknown",
    }
);

kinds!(
    /// What a bot is for.
    #[serde(rename_all = "lowercase")]
    BotCategory {
        /// Crawls for a search engine.
        Search = "search",
        /// Measures sites, links and rankings, and watches for brands.
        Seo = "seo",
        /// Feeds language models, or reads on behalf of their users.
        Ai = "ai",
        /// Checks that sites are up, fast and correct.
        Monitor = "monitor",
        /// Reads feeds.
        Feed = "feed",
        /// Fetches link previews.
        Preview = "preview",
        /// Looks for weaknesses.
        Scanner = "scanner",
        /// Keeps copies.
        Archiver = "archiver",
        /// Fits and checks advertisements.
        Advertising = "advertising",
        /// A library or a command, for an unknown use.
        Script = "script",
        /// Anything else.
        Other = "other",
    }
);

kinds!(
    /// The purpose of a bot that reads for language models.
    AiPurpose {
        /// Collects training data.
        Training = "training",
        /// Indexes pages for search in their answers.
        Search = "search",
        /// Fetches a page on a user's request.
        User = "user",
    }
);

impl BotCategory {
    /// The name of a bot of this category that no table lists.
    pub(super) fn unlisted(self) -> &'static str {
        match self {
            BotCategory::Search => "unlisted search crawler",
            BotCategory::Seo => "unlisted site checker",
            BotCategory::Ai => "unlisted AI crawler",
            BotCategory::Monitor => "unlisted monitor",
            BotCategory::Feed => "unlisted feed reader",
            BotCategory::Preview => "unlisted link preview",
            BotCategory::Scanner => "unlisted scanner",
            BotCategory::Archiver => "unlisted archiver",
            BotCategory::Advertising => "unlisted advertising bot",
            BotCategory::Script => "unlisted script",
            BotCategory::Other => "unlisted bot",
        }
    }
}
