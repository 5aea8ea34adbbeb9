//! The usual logs, read if no input is named: which exist, and which permissions deny.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::files;
use crate::input::denied::{advice, denied_part};
use crate::input::newcomers::matching_files;

use super::ModeError;

/// Default log locations of servers and distributions. Of several matches of a glob only the latest is read.
const USUAL: [&str; 16] = [
    "/var/log/nginx/access.log",
    "/var/log/apache2/access.log",
    "/var/log/apache2/other_vhosts_access.log",
    "/var/log/httpd/access_log",
    "/var/log/httpd-access.log",
    "/usr/local/apache2/logs/access_log",
    "/var/log/caddy/access.log",
    "/var/log/haproxy.log",
    "/var/log/lighttpd/access.log",
    "/var/log/varnish/varnishncsa.log",
    "/var/log/squid/access.log",
    "/var/log/tomcat9/localhost_access_log.*.txt",
    "/var/log/tomcat10/localhost_access_log.*.txt",
    "/var/log/tomcat11/localhost_access_log.*.txt",
    "/usr/local/tomcat/logs/localhost_access_log.*.txt",
    "/opt/tomcat/logs/localhost_access_log.*.txt",
];

/// The result of looking for a log.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lookup {
    Found(PathBuf),
    Missing,
    /// Permission denied on this file or folder.
    Denied(PathBuf),
}

/// The logs to read, and notices about those that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Usual {
    pub(super) logs: Vec<PathBuf>,
    pub(super) remarks: Vec<String>,
}

/// Looks for the usual logs.
///
/// # Errors
/// None exists, or none is readable.
pub(super) fn usual() -> Result<Usual, ModeError> {
    choose(USUAL.iter().map(|path| look(Path::new(path))).collect())
}

fn choose(looks: Vec<Lookup>) -> Result<Usual, ModeError> {
    let (mut logs, mut denied) = (Vec::new(), Vec::new());
    for look in looks {
        match look {
            Lookup::Found(path) => logs.push(path),
            Lookup::Denied(path) if !denied.contains(&path) => denied.push(path),
            Lookup::Denied(_) | Lookup::Missing => {}
        }
    }
    match (logs.is_empty(), denied.is_empty()) {
        (false, _) => {
            let remark = |path: &PathBuf| format!("{}; what is in there is not read", sentence(path));
            Ok(Usual { logs, remarks: denied.iter().map(remark).collect() })
        }
        (true, false) => Err(ModeError::Inputs(
            denied.iter().map(|path| sentence(path)).collect::<Vec<_>>().join("\ndwell: "),
        )),
        (true, true) => Err(ModeError::Usage(format!(
            "no log was named, and none of the usual ones is here:\n  {}\n\
             Name one: dwell /path/to/access.log — or try dwell demo",
            USUAL.join("\n  ")
        ))),
    }
}

fn look(path: &Path) -> Lookup {
    if !path.to_string_lossy().contains('*') {
        return look_at_file(path);
    }
    match path.parent().map(std::fs::read_dir) {
        Some(Err(error)) if error.kind() == ErrorKind::PermissionDenied => Lookup::Denied(denied_part(path)),
        Some(Ok(_)) => matching_files(path).last().map_or(Lookup::Missing, |latest| look_at_file(latest)),
        _ => Lookup::Missing,
    }
}

fn look_at_file(path: &Path) -> Lookup {
    match files::open(path) {
        Ok(_) => Lookup::Found(path.to_owned()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Lookup::Denied(denied_part(path)),
        _ => Lookup::Missing,
    }
}

/// The permission error and what to do about it.
fn sentence(path: &Path) -> String {
    format!("{} may not be read by this user; {}", path.display(), advice(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;

    fn path(text: &str) -> PathBuf {
        PathBuf::from(text)
    }

    #[test]
    fn what_is_there_is_read_and_what_may_not_be_read_is_told_of_once() {
        let looks = vec![
            Lookup::Denied(path("/d")),
            Lookup::Found(path("/a.log")),
            Lookup::Denied(path("/d")),
            Lookup::Missing,
        ];
        let usual = choose(looks).expect("a log");
        assert_eq!(usual.logs, [path("/a.log")]);
        assert_eq!(usual.remarks.len(), 1);
        assert!(
            usual.remarks[0].starts_with("/d may not be read by this user; run dwell with sudo"),
            "{usual:?}"
        );
    }

    #[test]
    fn where_all_is_denied_the_folder_is_named_and_not_called_missing() {
        let said = choose(vec![Lookup::Denied(path("/d")), Lookup::Missing])
            .expect_err("nothing to read")
            .to_string();
        assert!(said.starts_with("/d may not be read") && !said.contains("none of the usual"), "{said}");
        let said = choose(vec![Lookup::Missing]).expect_err("nothing to read").to_string();
        assert!(
            said.contains("none of the usual ones is here") && said.contains("varnishncsa.log"),
            "{said}"
        );
    }

    #[test]
    fn the_latest_of_dated_logs_is_meant() {
        let folder = tempfile::tempdir().expect("a folder");
        for day in [23, 24] {
            let name = format!("localhost_access_log.2026-11-{day}.txt");
            std::fs::write(folder.path().join(name), "x").expect("a file");
        }
        let latest = folder.path().join("localhost_access_log.2026-11-24.txt");
        assert_eq!(look(&folder.path().join("localhost_access_log.*.txt")), Lookup::Found(latest));
        assert_eq!(look(&folder.path().join("other.*.txt")), Lookup::Missing);
        assert_eq!(look(&folder.path().join("missing/access.log")), Lookup::Missing);
    }

    /// Set by [`the_folder_that_denies_is_found`] when it runs this test again as another user.
    const FOLDER: &str = "DWELL_TEST_FOLDER";

    #[test]
    #[ignore = "is run as another user by the test below"]
    fn as_another_user() {
        let Ok(folder) = std::env::var(FOLDER).map(PathBuf::from) else { return };
        let denied = Lookup::Denied(folder.join("apache2"));
        assert_eq!(look(&folder.join("apache2/access.log")), denied);
        assert_eq!(look(&folder.join("apache2/access.*.txt")), denied);
        assert_eq!(look(&folder.join("secret.log")), Lookup::Denied(folder.join("secret.log")));
        assert_eq!(look(&folder.join("open.log")), Lookup::Found(folder.join("open.log")));
    }

    #[test]
    fn the_folder_that_denies_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let allow = |name: &str, mode| {
            std::fs::set_permissions(folder.path().join(name), PermissionsExt::from_mode(mode))
                .expect("permissions");
        };
        std::fs::create_dir(folder.path().join("apache2")).expect("a folder");
        for name in ["apache2/access.log", "secret.log", "open.log"] {
            std::fs::write(folder.path().join(name), "x").expect("a file");
            allow(name, 0o644);
        }
        allow("secret.log", 0o640);
        allow("apache2", 0o750);
        allow("", 0o755);
        let this = std::env::current_exe().expect("this program");
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&this);
        // Skip if another user cannot run the test binary at all.
        if !command.arg("--list").output().is_ok_and(|ended| ended.status.success()) {
            eprintln!("skipped: this test cannot be run as another user here");
            return;
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&this);
        let name = "modes::usual::tests::as_another_user";
        let ended =
            command.args(["--ignored", "--exact", name]).env(FOLDER, folder.path()).output().expect("an end");
        let said = String::from_utf8_lossy(&ended.stdout);
        assert!(ended.status.success() && said.contains("1 passed"), "{said}");
    }
}
