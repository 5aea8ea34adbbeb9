//! Roles: what a colour is for. Widgets know roles, themes know colours.

/// What a piece of the screen is, as far as its look goes (design.md section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The ground that everything lies on: the first thing drawn.
    Screen,
    /// Ordinary text.
    Text,
    /// Headline numbers.
    Strong,
    /// Labels.
    Muted,
    /// What is secondary, and what fades before it goes.
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
    /// What bars grow on.
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

    /// The role of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Its place in [`Role::ALL`].
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
