//! Why a line is malformed.

/// Why a line is not a hit, and at which byte of it reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// The offset at which parsing failed.
    pub at: usize,
    /// What was expected there.
    pub reason: Reason,
}

/// What a malformed line lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The client's address.
    Address,
    /// A time stamp.
    Time,
    /// A request in quotes.
    Request,
    /// A status of three digits.
    Status,
    /// The size of the answer.
    Size,
    /// What the format string has there.
    Pattern,
    /// JSON that goes on.
    Json,
    /// An event's type.
    Type,
    /// As many columns as `#Fields:` names.
    Columns,
    /// Fewer bytes.
    Length,
    /// Fields with names.
    Pairs,
    /// A line of an access log: the same request has another line in one.
    ErrorLog,
    /// The end of the line.
    End,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Reason; 13] = [
        Reason::Address,
        Reason::Time,
        Reason::Request,
        Reason::Status,
        Reason::Size,
        Reason::Pattern,
        Reason::Json,
        Reason::Type,
        Reason::Columns,
        Reason::Length,
        Reason::Pairs,
        Reason::ErrorLog,
        Reason::End,
    ];

    /// The expectation, for display.
    #[must_use]
    pub fn expected(self) -> &'static str {
        match self {
            Reason::Address => "the client's address",
            Reason::Time => "a time such as [24/Nov/2026:14:02:33 +0000]",
            Reason::Request => "a request in quotes",
            Reason::Status => "a status of three digits",
            Reason::Size => "the answer's size, or -",
            Reason::Pattern => "what the format string has here",
            Reason::Json => "a JSON object, whole and on one line",
            Reason::Type => "an event's type: page, screen, track or identify",
            Reason::Columns => "as many columns as the #Fields: line names",
            Reason::Length => "a line of at most 16 MiB",
            Reason::Pairs => "fields with names: key=value or key:value",
            Reason::ErrorLog => "a line of an access log, and this is one of an error log",
            Reason::End => "the end of the line",
        }
    }
}
