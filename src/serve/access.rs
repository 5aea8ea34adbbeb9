//! Who may read.

use std::net::{IpAddr, SocketAddr};

use hyper::header::{AUTHORIZATION, HOST, HeaderMap};

/// What a request must bear, as `Authorization: Bearer TOKEN` (RFC 6750).
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Why a file holds no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It could be guessed.
    #[error("a token of fewer than 16 characters can be guessed; `openssl rand -hex 32` makes one")]
    Short,
    /// No header could hold it.
    #[error("a token is one line of letters, digits and - . _ ~ + / =")]
    Characters,
}

/// As many characters as 64 random bits take in hex.
const SHORTEST: usize = 16;

impl Token {
    /// The token that a file holds, without blanks at its ends.
    ///
    /// # Errors
    /// It is too short, or has characters that no header can hold.
    pub fn from_file(text: &str) -> Result<Token, TokenError> {
        let token = text.trim();
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if !token.bytes().all(is_allowed) {
            return Err(TokenError::Characters);
        }
        if token.len() < SHORTEST {
            return Err(TokenError::Short);
        }
        Ok(Token(token.to_owned()))
    }

    /// Whether these are the same; takes as long wherever they differ.
    fn is(&self, given: &str) -> bool {
        let differ = self.0.bytes().zip(given.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
        differ == 0 && self.0.len() == given.len()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Whether a request may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Granted,
    /// The token is missing or wrong.
    NeedsToken,
    /// A page in somebody's browser asks through a name that it has pointed at this machine (DNS rebinding).
    ForeignHost,
}

pub(super) fn of(headers: &HeaderMap, listen: SocketAddr, token: Option<&Token>) -> Access {
    let Some(token) = token else {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let is_own = !listen.ip().is_loopback() || host.is_none_or(names_this_machine);
        return if is_own { Access::Granted } else { Access::ForeignHost };
    };
    let given = headers.get(AUTHORIZATION).and_then(|given| given.to_str().ok());
    let given = given.and_then(|given| given.strip_prefix("Bearer "));
    if given.is_some_and(|given| token.is(given)) { Access::Granted } else { Access::NeedsToken }
}

/// Whether a `Host` is an address or `localhost`: no name that others can point here.
fn names_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACK: &str = "127.0.0.1:9464";

    fn access(headers: &[(&'static str, &'static str)], token: Option<&str>) -> Access {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header"));
        }
        let token = token.map(|token| Token::from_file(token).expect("a token"));
        of(&map, LOOPBACK.parse().expect("an address"), token.as_ref())
    }

    #[test]
    fn a_token_must_be_borne_whole() {
        let token = Some("0123456789abcdef\n");
        assert_eq!(access(&[("authorization", "Bearer 0123456789abcdef")], token), Access::Granted);
        for wrong in
            ["Bearer 0123456789abcdeX", "Bearer 0123456789abcde", "Basic 0123456789abcdef", "Bearer "]
        {
            assert_eq!(access(&[("authorization", wrong)], token), Access::NeedsToken, "{wrong}");
        }
        assert_eq!(access(&[], token), Access::NeedsToken);
    }

    #[test]
    fn a_page_in_a_browser_cannot_read_through_a_name_of_its_own() {
        for own in ["localhost:9464", "127.0.0.1", "[::1]:9464", "LOCALHOST"] {
            assert_eq!(access(&[("host", own)], None), Access::Granted, "{own}");
        }
        for foreign in ["evil.example:9464", "localhost.evil.example", "evil.example"] {
            assert_eq!(access(&[("host", foreign)], None), Access::ForeignHost, "{foreign}");
        }
    }

    #[test]
    fn a_token_that_can_be_guessed_or_not_be_sent_is_none() {
        assert_eq!(Token::from_file("short"), Err(TokenError::Short));
        assert_eq!(Token::from_file("two words, and long enough"), Err(TokenError::Characters));
        assert_eq!(format!("{:?}", Token::from_file("0123456789abcdef")), "Ok(Token(…))");
    }
}
