//! The formats that the servers' own configs name for their logs: read where a log is at its usual place, and
//! quietly left alone where they cannot be read.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::format::Format;
use crate::format::server_config::Server;
use crate::glob::Glob;

/// A server, the folder of its logs, and the folder of its config with the file in it that is read first.
const SERVERS: [(Server, &str, &str, &str); 3] = [
    (Server::Nginx, "/var/log/nginx", "/etc/nginx", "nginx.conf"),
    (Server::Apache, "/var/log/apache2", "/etc/apache2", "apache2.conf"),
    (Server::Apache, "/var/log/httpd", "/etc/httpd", "conf/httpd.conf"),
];
/// More than any server's config.
const MOST_BYTES: usize = 4 << 20;

/// How the lines of the log are likely to be read, as its server's config has it.
pub(super) fn expected_format(log: &Path) -> Option<Format> {
    let (server, _, root, first) = SERVERS.into_iter().find(|(_, folder, ..)| log.starts_with(folder))?;
    let text = whole_config(server, Path::new(root), first);
    let pattern = server.format_of(&text, log.to_str()?)?;
    Format::pattern(&pattern).ok()
}

/// The config and all that it includes, each file once.
fn whole_config(server: Server, root: &Path, first: &str) -> String {
    let (mut text, mut seen) = (String::new(), HashSet::new());
    let mut waiting = vec![root.join(first)];
    while let Some(path) = waiting.pop() {
        if text.len() > MOST_BYTES || !seen.insert(path.clone()) {
            continue;
        }
        let Ok(one) = std::fs::read_to_string(&path) else { continue };
        let included = server.includes(&one);
        waiting.extend(included.iter().flat_map(|pattern| matching(&root.join(pattern))));
        text.push_str(&one);
        text.push('\n');
    }
    text
}

/// The files that a path with `*` in its last name matches.
fn matching(pattern: &Path) -> Vec<PathBuf> {
    let name = pattern.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !name.contains('*') {
        return vec![pattern.to_owned()];
    }
    let glob = Glob::new(name);
    let entries =
        pattern.parent().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let named = entries.filter(|entry| glob.matches(&entry.file_name().to_string_lossy()));
    let mut files: Vec<_> = named.map(|entry| entry.path()).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_files_are_part_of_the_config() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(root.path().join(name), text).expect("a file");
        std::fs::create_dir(root.path().join("sites")).expect("a folder");
        write("nginx.conf", "log_format timed '$remote_addr';\ninclude sites/*.conf; include nginx.conf;");
        write("sites/a.conf", "access_log /var/log/nginx/access.log timed;");
        write("sites/b.txt", "access_log /var/log/nginx/access.log other;");
        let text = whole_config(Server::Nginx, root.path(), "nginx.conf");
        let format = Server::Nginx.format_of(&text, "/var/log/nginx/access.log");
        assert_eq!(format.as_deref(), Some("$remote_addr"));
        assert_eq!(whole_config(Server::Nginx, root.path(), "missing.conf"), "");
    }
}
