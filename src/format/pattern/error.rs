//! What is wrong with a format string.

/// A format string that cannot be read with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// No field tells the time.
    #[error(
        "the format string has no time (looked through all {length} bytes): every hit needs one; add \
         [$time_local] (nginx) or %t (Apache), here and in the server's config"
    )]
    NoTime {
        /// The string's length.
        length: usize,
    },
    /// No field tells the status.
    #[error(
        "the format string has no status (looked through all {length} bytes): every hit needs one; add $status \
         (nginx) or %>s (Apache), here and in the server's config"
    )]
    NoStatus {
        /// The string's length.
        length: usize,
    },
    /// No field tells what was asked for.
    #[error(
        "the format string does not say what was asked for (looked through all {length} bytes); add \
         \"$request\" (nginx) or \"%r\" (Apache), here and in the server's config"
    )]
    NoRequest {
        /// The string's length.
        length: usize,
    },
    /// The field that is to name the visitor is not there.
    #[error(
        "the format string has no field {field} to name the visitor (looked through all {length} bytes); add it, here \
         and in the server's config, or name another one with --visitor"
    )]
    NoVisitor {
        /// The string's length.
        length: usize,
        /// The field, as it was named.
        field: String,
    },
    /// Where a field ends cannot be told.
    #[error(
        "nothing stands between {first} and {second} (byte {at} of the format string), so where {first} ends \
         cannot be told; put a space or quotes between them"
    )]
    NothingBetween {
        /// Where the second one begins, from 1.
        at: usize,
        /// The field.
        first: String,
        /// The one after it.
        second: String,
    },
    /// A brace or a directive is not finished.
    #[error("the format string breaks off in {what} (byte {at}); finish it, or double the % if one is meant")]
    Unfinished {
        /// Where it begins, from 1.
        at: usize,
        /// As far as it goes.
        what: String,
    },
}
