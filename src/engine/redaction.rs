//! What may be told of an input's lines in notices (design.md R11).

use crate::classify::address::AddressKeeping;
use crate::classify::classifier::Shared;

/// How much of what lines and commands say may be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Redaction {
    addresses: AddressKeeping,
}

impl Redaction {
    /// As much as a run keeps.
    pub(super) fn of(shared: &Shared) -> Redaction {
        Redaction { addresses: shared.addresses }
    }

    /// What is told of trouble with an input. What the operator called it is no field of a line, and stays.
    pub(super) fn trouble(self, name: &str, said: &str) -> String {
        if name.is_empty() {
            return self.text(said);
        }
        said.split(name).map(|part| self.text(part)).collect::<Vec<_>>().join(name)
    }

    fn text(self, said: &str) -> String {
        String::from_utf8_lossy(&self.addresses.text(said.as_bytes())).into_owned()
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
