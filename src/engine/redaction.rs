//! Masks addresses in what notices say about an input (design.md R11).

use crate::classify::address::AddressKeeping;
use crate::classify::classifier::Shared;
use crate::classify::redacted;

/// Masks addresses in what lines and commands say, as far as the privacy level asks for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Redaction {
    addresses: AddressKeeping,
}

impl Redaction {
    /// The run's own level.
    pub(super) fn of(shared: &Shared) -> Redaction {
        Redaction { addresses: shared.addresses }
    }

    /// A message about trouble with an input, masked. The input's name was typed by the operator and stays as it is.
    pub(super) fn trouble(self, name: &str, said: &str) -> String {
        if name.is_empty() {
            return self.text(said);
        }
        said.split(name).map(|part| self.text(part)).collect::<Vec<_>>().join(name)
    }

    fn text(self, said: &str) -> String {
        redacted::text(said, self.addresses)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::classify::agent::{AgentAdditions, Agents};
    use crate::classify::visitor::VisitorKey;

    fn redaction() -> Redaction {
        let agents = Arc::new(Agents::new(&AgentAdditions::default()));
        Redaction::of(&Shared::new(VisitorKey::new(&[0; 16]), agents))
    }

    #[test]
    fn r11_notices_show_no_address_but_in_the_name_of_an_input() {
        let said = "udp://192.0.2.1:514: cat: no route to 198.51.100.77; udp://192.0.2.1:514 goes on";
        assert_eq!(
            redaction().trouble("udp://192.0.2.1:514", said),
            "udp://192.0.2.1:514: cat: no route to 198.51.100.xx; udp://192.0.2.1:514 goes on"
        );
    }
}
