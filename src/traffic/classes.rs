//! Classes of hits: each combination of what filters ask of every table is numbered once.

use hashbrown::HashMap;

use crate::classify::kind::Kind;
use crate::classify::method::Method;
use crate::classify::traffic::is_failure;
use crate::ids::{ClassId, HostId};

/// What all tables of traffic can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Class {
    /// The host asked for.
    pub host: HostId,
    /// The kind (R2).
    pub kind: Kind,
    /// The status.
    pub status: u16,
    /// The method.
    pub method: Method,
    /// Whether the user agent says that it is a bot.
    pub bot: bool,
}

/// The classes that were seen. There are few: a server answers a host with some dozens of them.
#[derive(Debug, Clone)]
pub struct Classes {
    all: Vec<Class>,
    by_key: HashMap<u64, ClassId, foldhash::fast::FixedState>,
    /// A direct-mapped cache of the latest ones.
    recent: [(u64, ClassId); RECENT],
}

/// Slots of the cache: a server answers with some dozens of classes.
const RECENT: usize = 64;
/// The key of no class: no host has that number.
const NO_KEY: u64 = u64::MAX;

impl Default for Classes {
    fn default() -> Classes {
        Classes { all: Vec::new(), by_key: HashMap::default(), recent: [(NO_KEY, ClassId(0)); RECENT] }
    }
}

/// Past this many, hosts become `(other)`: whoever sends made-up ones cannot make more classes.
const MOST: usize = 16_384;

impl Class {
    /// All of it as one number.
    fn key(self) -> u64 {
        let Class { host, kind, status, method, bot } = self;
        u64::from(host.0) << 32
            | u64::from(status) << 7
            | (method as u64) << 4
            | (kind as u64) << 1
            | u64::from(bot)
    }

    /// Whether its hits failed.
    #[must_use]
    pub fn is_failure(self) -> bool {
        is_failure(self.status)
    }

    /// Whether its hits are pageviews.
    #[must_use]
    pub fn is_pageview(self) -> bool {
        self.kind == Kind::Pageview
    }
}

impl Classes {
    /// The id of a class.
    #[inline]
    pub fn id(&mut self, class: Class) -> ClassId {
        let key = class.key();
        let (recent, id) = self.recent[place(key)];
        if recent == key { id } else { self.other_id(key, class) }
    }

    fn other_id(&mut self, key: u64, class: Class) -> ClassId {
        let id = match self.by_key.get(&key) {
            Some(&id) => id,
            None if self.all.len() >= MOST && class.host != HostId::OTHER => {
                return self.id(Class { host: HostId::OTHER, ..class });
            }
            None => {
                let id = ClassId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
                self.all.push(class);
                self.by_key.insert(key, id);
                id
            }
        };
        self.recent[place(key)] = (key, id);
        id
    }

    /// The same class of the host `(other)`.
    pub fn without_host(&mut self, id: ClassId) -> ClassId {
        self.id(Class { host: HostId::OTHER, ..self.class(id) })
    }

    /// The class of an id.
    ///
    /// # Panics
    /// It was given by others.
    #[must_use]
    pub fn class(&self, id: ClassId) -> Class {
        self.all[id.index()]
    }

    /// All of them, in the order of their ids.
    #[must_use]
    pub fn all(&self) -> &[Class] {
        &self.all
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.all.capacity() * size_of::<Class>() + self.by_key.capacity() * 16
    }
}

/// The slot of a class in the cache: the upper bits of a product mix all of a number.
fn place(key: u64) -> usize {
    usize::try_from(key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58).unwrap_or(0)
}
