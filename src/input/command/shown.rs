//! A command as it is shown: without the passwords and keys that stand in it.

/// What stands for a secret.
const HIDDEN: &str = "…";

/// Parts of names whose values are secrets: `--password`, `API_TOKEN=`, `Authorization:`.
const SECRET_NAMES: [&str; 9] =
    ["pass", "pwd", "token", "secret", "apikey", "api-key", "api_key", "authorization", "credential"];

/// A command and its words as they may be shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// The command without secrets: values of names that say so, what follows `Bearer`, `Basic` and the user's name in
    /// `-u` and in addresses.
    pub(super) text: String,
    /// The secrets, which the command may repeat.
    secrets: Vec<String>,
}

/// What the next word is.
#[derive(Clone, Copy)]
enum Next {
    Anything,
    /// A secret.
    Secret,
    /// A user's name, perhaps with a password.
    User,
}

impl Shown {
    pub(super) fn of(command: &str) -> Shown {
        let (mut shown, mut next) = (Shown::default(), Next::Anything);
        for piece in command.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end_matches(char::is_whitespace);
            let (seen, then) = match next {
                _ if word.is_empty() => (String::new(), next),
                Next::Secret if is_scheme(word) => (word.to_owned(), Next::Secret),
                Next::Secret => (shown.hidden(word), Next::Anything),
                Next::User => (shown.without_password(word), Next::Anything),
                Next::Anything => shown.seen(word),
            };
            shown.text.push_str(&seen);
            shown.text.push_str(&piece[word.len()..]);
            next = then;
        }
        shown
    }

    /// A line that the command wrote, without its secrets.
    pub(super) fn line(&self, line: &str) -> String {
        let line = Shown::of(line).text;
        self.secrets.iter().fold(line, |line, secret| line.replace(secret, HIDDEN))
    }

    fn seen(&mut self, word: &str) -> (String, Next) {
        if is_scheme(word) {
            return (word.to_owned(), Next::Secret);
        }
        if matches!(word, "-u" | "--user" | "--proxy-user") {
            return (word.to_owned(), Next::User);
        }
        let word = self.without_password_in_address(word);
        let Some(sign) = word.find(['=', ':']) else {
            let next = if word.starts_with('-') && is_secret(&word) { Next::Secret } else { Next::Anything };
            return (word, next);
        };
        let (name, value) = word.split_at(sign + 1);
        match (is_secret(name), value.trim_matches(QUOTES).is_empty()) {
            (false, _) => (word, Next::Anything),
            // Behind an option or a header; other sentences have colons as well.
            (true, true) => (word, Next::Secret),
            (true, false) => (format!("{name}{}", self.hidden(value)), Next::Anything),
        }
    }

    /// Quotes around it stay, so that the command can still be read.
    fn hidden(&mut self, word: &str) -> String {
        let secret = word.trim_matches(QUOTES);
        if !secret.is_empty() {
            self.secrets.push(secret.to_owned());
        }
        let (before, after) =
            (word.len() - word.trim_start_matches(QUOTES).len(), word.trim_end_matches(QUOTES).len());
        format!("{}{HIDDEN}{}", &word[..before], &word[after..])
    }

    /// `user:password` as `user:…`.
    fn without_password(&mut self, user: &str) -> String {
        match user.split_once(':') {
            Some((name, password)) => format!("{name}:{}", self.hidden(password)),
            None => user.to_owned(),
        }
    }

    /// `https://user:password@host` as `https://user:…@host`.
    fn without_password_in_address(&mut self, word: &str) -> String {
        let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
        let authority = rest.split('/').next().unwrap_or_default();
        match authority.rfind('@') {
            Some(at) => format!("{scheme}://{}{}", self.without_password(&authority[..at]), &rest[at..]),
            None => word.to_owned(),
        }
    }
}

const QUOTES: [char; 2] = ['"', '\''];

fn is_scheme(word: &str) -> bool {
    let word = word.trim_matches(QUOTES);
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

/// Whether a name says that its value is a secret. `auth.log` and `Unauthorized` are none.
fn is_secret(name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name = name.trim_end_matches(['=', ':']).trim_start_matches(QUOTES).to_ascii_lowercase();
    let bare = name.trim_start_matches('-');
    bare.chars().all(is_of_name)
        && (matches!(bare, "key" | "auth") || SECRET_NAMES.iter().any(|part| bare.contains(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_commands_are_not_shown() {
        for (command, shown) in [
            ("curl -H \"Authorization: Bearer s3cr3t\" host", "curl -H \"Authorization: Bearer …\" host"),
            ("curl -u jo:s3cr3t https://a.example/log", "curl -u jo:… https://a.example/log"),
            ("curl https://jo:s3cr3t@a.example/log?x=1", "curl https://jo:…@a.example/log?x=1"),
            ("API_TOKEN=s3cr3t tail-logs --since 1h", "API_TOKEN=… tail-logs --since 1h"),
            ("logs --password s3cr3t --follow", "logs --password … --follow"),
            ("logs --api-key='s3cr3t' --follow", "logs --api-key='…' --follow"),
            ("curl -H 'X-Auth-Token: s3cr3t' a", "curl -H 'X-Auth-Token: …' a"),
        ] {
            assert_eq!(Shown::of(command).text, shown);
        }
    }

    #[test]
    fn what_a_command_repeats_of_its_secrets_is_not_shown() {
        let shown = Shown::of("fetch --password s3cr3t https://jo:0ther@a.example/");
        let line = shown.line("fetch: 's3cr3t' was refused for https://jo:0ther@a.example/ (0ther)");
        assert_eq!(line, "fetch: '…' was refused for https://jo:…@a.example/ (…)");
    }

    #[test]
    fn other_commands_are_shown_as_they_are() {
        for command in [
            "ssh web1 tail -F /var/log/nginx/access.log",
            "kubectl logs -f deploy/web  --since=1h | grep ' GET '",
            "docker logs --follow web:latest; cat author.log auth.log: Unauthorized: no access",
            "",
            " \t ",
        ] {
            assert_eq!(Shown::of(command).text, command);
        }
    }
}
