//! Parcels: partials serialized for another process, with the strings that they refer to.

use std::hash::Hasher;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::classify::strings::Strings;
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, CampaignId, HostId, PageId, SiteId, SourceId};
use crate::store::dictionaries::{Dictionaries, NameTranslation, Names};

use super::partial::Partial;
use super::renumber::{Numbers, Renumber};

/// The version of the encoding; to be raised with every change of a partial.
const FORM: u32 = 2;

/// A parcel that cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParcelError {
    /// It comes from another version of dwell, or one with other agent tables.
    #[error(
        "the answer is of another version of dwell, or of one with other [agents] in its config; run the same one everywhere"
    )]
    OtherForm,
    /// It is damaged.
    #[error("the answer came in damaged: {0}")]
    Damaged(String),
}

#[derive(Serialize, Deserialize)]
struct Head {
    form: u32,
    /// Browsers, systems and bots are ids into tables, which both sides must share.
    agent_tables: u64,
}

#[derive(Serialize, Deserialize)]
struct Body {
    names: Names,
    partial: Partial,
}

/// Packs a partial with the strings that it refers to, each once.
#[must_use]
pub fn pack(partial: Partial, known: &Dictionaries) -> Vec<u8> {
    let mut packing = Packing { known, names: Names::default(), numbers: HashMap::new() };
    let partial = partial.renumbered(&mut packing);
    let head = Head { form: FORM, agent_tables: fingerprint(known) };
    let mut bytes = postcard::to_stdvec(&head).unwrap_or_default();
    // Writing to a vector does not fail.
    bytes.extend(postcard::to_stdvec(&Body { names: packing.names, partial }).unwrap_or_default());
    bytes
}

/// Unpacks a partial and interns its strings.
///
/// # Errors
/// It was packed by another version of dwell, or is damaged.
pub fn unpack(bytes: &[u8], known: &mut Dictionaries) -> Result<Partial, ParcelError> {
    let damaged = |error: postcard::Error| ParcelError::Damaged(error.to_string());
    let (head, rest) = postcard::take_from_bytes::<Head>(bytes).map_err(damaged)?;
    if head.form != FORM || head.agent_tables != fingerprint(known) {
        return Err(ParcelError::OtherForm);
    }
    let Body { names, partial } = postcard::from_bytes(rest).map_err(damaged)?;
    Ok(partial.renumbered(&mut NameTranslation::of(names, known)))
}

fn fingerprint(known: &Dictionaries) -> u64 {
    let mut hasher = siphasher::sip::SipHasher24::new();
    known.agent_tables.each_name(|name| {
        hasher.write(name.as_bytes());
        hasher.write_u8(0xff);
    });
    hasher.finish()
}

/// Numbers strings in the order in which the partial refers to them.
struct Packing<'a> {
    known: &'a Dictionaries,
    names: Names,
    numbers: HashMap<(Sort, u32), u32>,
}

/// The dictionary of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sort {
    Page,
    Agent,
    Arrival,
    Host,
    Action,
    Address,
    Source,
    Campaign,
    Site,
}

impl Packing<'_> {
    /// The number in the parcel, from 1; 0 is `(other)`, as in dictionaries.
    fn number(&mut self, sort: Sort, id: u32, pack: impl FnOnce(&mut Names, &Dictionaries) -> usize) -> u32 {
        if id == 0 {
            return 0;
        }
        let Packing { known, names, numbers } = self;
        *numbers.entry((sort, id)).or_insert_with(|| u32::try_from(pack(names, known)).unwrap_or(0))
    }
}

/// Appends a string; returns their number.
fn push(strings: &mut Strings, text: &[u8]) -> usize {
    strings.push(text);
    strings.len()
}

impl Numbers for Packing<'_> {
    fn page(&mut self, page: PageId) -> PageId {
        PageId(self.number(Sort::Page, page.0, |names, known| {
            push(&mut names.of_lines.pages, known.pages.bytes_of(page))
        }))
    }

    fn agent(&mut self, agent: AgentId) -> AgentId {
        let pack = |names: &mut Names, known: &Dictionaries| {
            push(&mut names.of_lines.agents, known.agents.bytes_of(agent))
        };
        AgentId(self.number(Sort::Agent, agent.0, pack))
    }

    fn arrival(&mut self, arrival: ArrivalId) -> ArrivalId {
        let pack = |names: &mut Names, known: &Dictionaries| {
            push(&mut names.of_lines.arrivals, known.arrivals.bytes_of(arrival))
        };
        ArrivalId(self.number(Sort::Arrival, arrival.0, pack))
    }

    fn host(&mut self, host: HostId) -> HostId {
        let pack = |names: &mut Names, known: &Dictionaries| {
            names.of_lines.host_sites.push(known.site_text(host).as_bytes());
            push(&mut names.of_lines.hosts, known.hosts.bytes_of(host))
        };
        HostId(self.number(Sort::Host, host.0, pack))
    }

    fn action(&mut self, action: ActionId) -> ActionId {
        let pack = |names: &mut Names, known: &Dictionaries| {
            push(&mut names.of_lines.actions, known.actions.bytes_of(action))
        };
        ActionId(self.number(Sort::Action, action.0, pack))
    }

    fn address(&mut self, address: AddressId) -> AddressId {
        let pack = |names: &mut Names, known: &Dictionaries| {
            push(&mut names.of_lines.addresses, known.addresses.bytes_of(address))
        };
        AddressId(self.number(Sort::Address, address.0, pack))
    }

    fn source(&mut self, source: SourceId) -> SourceId {
        let pack = |names: &mut Names, known: &Dictionaries| {
            push(&mut names.sources, known.sources.bytes_of(source))
        };
        SourceId(self.number(Sort::Source, source.0, pack))
    }

    fn campaign(&mut self, campaign: CampaignId) -> CampaignId {
        let pack = |names: &mut Names, known: &Dictionaries| {
            push(&mut names.campaigns, known.campaigns.bytes_of(campaign))
        };
        CampaignId(self.number(Sort::Campaign, campaign.0, pack))
    }

    fn site(&mut self, site: SiteId) -> SiteId {
        let pack =
            |names: &mut Names, known: &Dictionaries| push(&mut names.sites, known.sites.bytes_of(site));
        SiteId(self.number(Sort::Site, site.0, pack))
    }
}

impl Numbers for NameTranslation {
    fn page(&mut self, page: PageId) -> PageId {
        NameTranslation::page(self, page)
    }

    fn agent(&mut self, agent: AgentId) -> AgentId {
        NameTranslation::agent(self, agent)
    }

    fn arrival(&mut self, arrival: ArrivalId) -> ArrivalId {
        NameTranslation::arrival(self, arrival)
    }

    fn host(&mut self, host: HostId) -> HostId {
        NameTranslation::host(self, host)
    }

    fn action(&mut self, action: ActionId) -> ActionId {
        NameTranslation::action(self, action)
    }

    fn address(&mut self, address: AddressId) -> AddressId {
        NameTranslation::address(self, address)
    }

    fn source(&mut self, source: SourceId) -> SourceId {
        NameTranslation::source(self, source)
    }

    fn campaign(&mut self, campaign: CampaignId) -> CampaignId {
        NameTranslation::campaign(self, campaign)
    }

    fn site(&mut self, site: SiteId) -> SiteId {
        NameTranslation::site(self, site)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::classify::agent::{AgentAdditions, Agents};
    use crate::classify::own_hosts::OwnHosts;
    use crate::classify::source::{self, Sources};
    use crate::query::counts::{Counts, TablePartial};
    use crate::query::question::Grouping;
    use crate::query::row_key::RowKey;

    fn dictionaries() -> Dictionaries {
        let sources = Arc::new(Sources::new(&source::SourceAdditions::default()));
        Dictionaries::new(
            1 << 20,
            Arc::new(Agents::new(&AgentAdditions::default())),
            sources,
            OwnHosts::not_known(),
        )
    }

    /// Pages of these names, each with one view.
    fn pages(names: &[&str], known: &mut Dictionaries) -> Partial {
        let counts = Counts { count: 1, ..Counts::default() };
        let row = |name: &&str| (RowKey::Page(known.pages.intern(name.as_bytes()).id()), counts);
        let rows = names.iter().map(row).collect();
        let table = TablePartial { grouping: Some(Grouping::Page), rows, ..TablePartial::default() };
        Partial { tables: vec![table], ..Partial::default() }
    }

    #[test]
    fn a_page_is_the_same_page_wherever_it_goes() {
        let (mut here, mut there) = (dictionaries(), dictionaries());
        let bytes = pack(pages(&["/a", "/b"], &mut here), &here);
        pages(&["/other", "/b"], &mut there);
        let partial = unpack(&bytes, &mut there).expect("a parcel");
        let name = |(key, _): &(RowKey, Counts)| match key {
            RowKey::Page(page) => there.pages.text(*page).into_owned(),
            other => panic!("{other:?}"),
        };
        let mut names: Vec<_> = partial.tables[0].rows.iter().map(name).collect();
        names.sort_unstable();
        assert_eq!(names, ["/a", "/b"]);
    }

    #[test]
    fn what_another_version_packed_is_refused() {
        let mut known = dictionaries();
        let mut bytes = pack(Partial::default(), &known);
        bytes[0] += 1;
        assert_eq!(unpack(&bytes, &mut known).err(), Some(ParcelError::OtherForm));
        assert!(matches!(unpack(&[], &mut known), Err(ParcelError::Damaged(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_damage_is_more_than_an_error(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
            let mut known = dictionaries();
            let mut bytes = pack(pages(&["/a", "/b"], &mut known), &known);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes.truncate(if cut { at } else { bytes.len() });
            let _ = unpack(&bytes, &mut known);
        }
    }
}
