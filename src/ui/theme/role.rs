//! Roles: the purposes of colours. Widgets use roles, themes define their colours.

/// The role of a part of the screen, which decides its style (design.md section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The background of the screen, drawn first.
    Screen,
    /// Ordinary text.
    Text,
    /// Headline numbers.
    Strong,
    /// Labels.
    Muted,
    /// Secondary text, and rows about to disappear.
    Dim,
    /// Titles of panes.
    Title,
    /// Borders of panes.
    Border,
    /// The one accent: the focused border, keys in hints.
    Accent,
    /// A change for the better; live.
    Good,
    /// Worth a look.
    Warn,
    /// A change for the worse; an error.
    Bad,
    /// Bars and areas.
    Bar,
    /// The background of bars.
    BarTrack,
    /// The row under the cursor.
    Selection,
    /// A filter in the header; a tag.
    Chip,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 15] = [
        Role::Screen,
        Role::Text,
        Role::Strong,
        Role::Muted,
        Role::Dim,
        Role::Title,
        Role::Border,
        Role::Accent,
        Role::Good,
        Role::Warn,
        Role::Bad,
        Role::Bar,
        Role::BarTrack,
        Role::Selection,
        Role::Chip,
    ];

    /// Its name in theme files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Screen => "screen",
            Role::Text => "text",
            Role::Strong => "strong",
            Role::Muted => "muted",
            Role::Dim => "dim",
            Role::Title => "title",
            Role::Border => "border",
            Role::Accent => "accent",
            Role::Good => "good",
            Role::Warn => "warn",
            Role::Bad => "bad",
            Role::Bar => "bar",
            Role::BarTrack => "bar_track",
            Role::Selection => "selection",
            Role::Chip => "chip",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Its index in [`Role::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_stands_at_its_own_place() {
        for (place, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role.index(), place, "{role:?}");
            assert_eq!(Role::named(role.name()), Some(role));
        }
    }
}
