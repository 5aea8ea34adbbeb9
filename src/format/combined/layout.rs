//! Which fields the lines of an input have besides those that all common and combined lines have.

/// What an input's lines have besides the fields that all have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct CombinedLayout {
    pub(in super::super) leading: Leading,
    pub(in super::super) tail: Tail,
    pub(in super::super) extra: Extra,
}

/// What stands before the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) enum Leading {
    #[default]
    Nothing,
    /// The host that was asked for, perhaps with its port.
    Host,
}

/// What stands after the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) enum Tail {
    Nothing,
    /// Nothing, as far as lines were looked at: one that goes on with a text in quotes is in another format.
    NothingYet,
    #[default]
    ReferrerAndAgent,
}

/// What stands after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) enum Extra {
    #[default]
    Nothing,
    /// Fields that mean nothing to dwell.
    Fields(usize),
    /// As many fields, of which this one (from 0) is the host that was asked for.
    Host(usize, usize),
}
