//! Numbers that stand for strings: each string is interned once, and every folder after that compares numbers.
//!
//! An id is an index into its dictionary (see `store::dictionaries`). Id 0 is what a string becomes once its
//! dictionary is full: `(other)`.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// What a string becomes once the dictionary is full.
            pub const OTHER: $name = $name(0);

            /// The place in columns that are indexed by this id.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> $name {
                $name(number)
            }
        }

        impl From<$name> for u32 {
            fn from(id: $name) -> u32 {
                id.0
            }
        }
    };
}

id!(
    /// A page: a request path without scheme, host, query and fragment (R1).
    PageId
);
id!(
    /// A path of traffic, of whatever kind (R12).
    PathId
);
id!(
    /// A client of traffic: the larger, the later it came first.
    ClientId
);
id!(
    /// A combination of host, kind, status, method and bot (R12).
    ClassId
);
id!(
    /// A user agent, as the log has it.
    AgentId
);
id!(
    /// How a session arrived: its referrer and the campaign tags of its first request (R9).
    ArrivalId
);
id!(
    /// The host that was asked for, where the log says it.
    HostId
);
id!(
    /// A site: hosts that are one (R4).
    SiteId
);
id!(
    /// The name of an action: `submit`, `download`, or one that a rule or an event gives.
    ActionId
);
id!(
    /// What an event says beside its page and action; `OTHER` where nothing is known.
    PropertiesId
);
id!(
    /// A whole address, where the operator asked for it (R11).
    AddressId
);
id!(
    /// A source (R9).
    SourceId
);
id!(
    /// A campaign; the empty one is a string like any other.
    CampaignId
);
