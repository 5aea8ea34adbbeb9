//! Reads the log format from the web server's own config if the log is at its usual place. Reports configs that cannot
//! be read for lack of permission.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::files;
use crate::format::Format;
use crate::format::server_config::ConfiguredServer;
use crate::glob::Glob;

/// Server, log folder, config folder, and the main config file in it.
const SERVERS: [(ConfiguredServer, &str, &str, &str); 3] = [
    (ConfiguredServer::Nginx, "/var/log/nginx", "/etc/nginx", "nginx.conf"),
    (ConfiguredServer::Apache, "/var/log/apache2", "/etc/apache2", "apache2.conf"),
    (ConfiguredServer::Apache, "/var/log/httpd", "/etc/httpd", "conf/httpd.conf"),
];
/// Safety limit on the config with its includes; no real one comes near.
const MOST_BYTES: usize = 4 << 20;

/// What the server's config says about a log.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// The format, to be verified against the lines.
    pub(super) format: Option<Format>,
    /// A notice if the config cannot be read.
    pub(super) remark: Option<String>,
}

/// The format configured for a log. `visitor` is the field given by `--visitor`, used if the format has it.
pub(super) fn expected_format(log: &Path, visitor: &str) -> Expected {
    let Some((server, _, root, first)) = SERVERS.into_iter().find(|(_, folder, ..)| log.starts_with(folder))
    else {
        return Expected::default();
    };
    let (root, log) = (Path::new(root), log.to_string_lossy());
    let (text, denied) = whole_config(server, root, first);
    let pattern = server.format_of(&text, &log);
    let with_visitor = |pattern: &str| Format::pattern_with_visitor(pattern, visitor);
    let format = pattern.and_then(|text| with_visitor(&text).or_else(|_| Format::pattern(&text)).ok());
    let remark = denied.filter(|_| format.is_none()).map(|path| denial(&path, &log));
    Expected { format, remark }
}

fn denial(path: &Path, log: &str) -> String {
    format!(
        "{} may not be read by this user, so what it says of {log}'s format is not known: the lines alone \
         have to tell it; run dwell with sudo, or give the format with --format",
        path.display()
    )
}

/// The config with its includes, each file once, and the first file that permissions deny.
fn whole_config(server: ConfiguredServer, root: &Path, first: &str) -> (String, Option<PathBuf>) {
    let (mut text, mut seen, mut denied) = (String::new(), HashSet::new(), None);
    let mut waiting = vec![root.join(first)];
    while let Some(path) = waiting.pop() {
        if text.len() > MOST_BYTES || !seen.insert(path.clone()) {
            continue;
        }
        let one = match files::read_text(&path) {
            Ok(one) => one,
            Err(error) => {
                let is_denied = error.kind() == ErrorKind::PermissionDenied;
                denied = denied.or(is_denied.then_some(path));
                continue;
            }
        };
        let included = server.includes(&one);
        waiting.extend(included.iter().flat_map(|pattern| matching(&root.join(pattern))));
        text.push_str(&one);
        text.push('\n');
    }
    (text, denied)
}

/// Expands a path with `*` in its last component.
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
        let (text, denied) = whole_config(ConfiguredServer::Nginx, root.path(), "nginx.conf");
        assert_eq!(denied, None);
        let format = ConfiguredServer::Nginx.format_of(&text, "/var/log/nginx/access.log");
        assert_eq!(format.as_deref(), Some("$remote_addr"));
        assert_eq!(whole_config(ConfiguredServer::Nginx, root.path(), "missing.conf"), (String::new(), None));
    }
}
