//! Errors in format strings.

/// A format string that lines cannot be parsed with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// No field has the time.
    #[error(
        "the format string has no time (looked through all {length} bytes): every hit needs one; add \
         [$time_local] (nginx) or %t (Apache), here and in the server's config"
    )]
    NoTime {
        /// The string's length.
        length: usize,
    },
    /// No field has the status.
    #[error(
        "the format string has no status (looked through all {length} bytes): every hit needs one; add $status \
         (nginx) or %>s (Apache), here and in the server's config"
    )]
    NoStatus {
        /// The string's length.
        length: usize,
    },
    /// No field has the request.
    #[error(
        "the format string does not say what was asked for (looked through all {length} bytes); add \
         \"$request\" (nginx) or \"%r\" (Apache), here and in the server's config"
    )]
    NoRequest {
        /// The string's length.
        length: usize,
    },
    /// The field given by `--visitor` does not exist.
    #[error(
        "the format string has no field {field} to name the visitor (looked through all {length} bytes); add it, here \
         and in the server's config, or name another one with --visitor"
    )]
    NoVisitor {
        /// The string's length.
        length: usize,
        /// The field as given.
        field: String,
    },
    /// The end of a field is ambiguous.
    #[error(
        "nothing stands between {first} and {second} (byte {at} of the format string), so where {first} ends \
         cannot be told; put a space or quotes between them"
    )]
    NothingBetween {
        /// Position of the second field, 1-based.
        at: usize,
        /// The first field.
        first: String,
        /// The field after it.
        second: String,
    },
    /// An unclosed brace or incomplete directive.
    #[error("the format string breaks off in {what} (byte {at}); finish it, or double the % if one is meant")]
    Unfinished {
        /// Its position, 1-based.
        at: usize,
        /// The incomplete text.
        what: String,
    },
}
