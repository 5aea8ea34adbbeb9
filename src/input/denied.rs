//! Files and folders without read permission: which one denies access, and how to grant it.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The outermost folder that denies access to a path; the path itself if none does.
#[must_use]
pub fn denied_part(path: &Path) -> PathBuf {
    let ways: Vec<_> = path.ancestors().collect();
    let outermost_first = ways.iter().rev();
    let is_denied =
        |way: &&&Path| std::fs::metadata(way).is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
    let denied = outermost_first.clone().find(is_denied).and_then(|way| way.parent());
    let unlisted = || path.parent().filter(|folder| std::fs::read_dir(folder).is_err());
    denied.or_else(unlisted).unwrap_or(path).to_owned()
}

/// The advice for what [`denied_part`] found.
#[must_use]
pub fn advice(denied: &Path) -> String {
    let groups = || std::fs::read_to_string("/etc/group").unwrap_or_default();
    let metadata = std::fs::metadata(denied).ok();
    match metadata.and_then(|metadata| group_that_may(&Rights::of(&metadata), &groups())) {
        Some(group) => format!(
            "run dwell with sudo, or join the group that may: sudo usermod -aG {group} $USER, then log in again"
        ),
        None => "run dwell with sudo".to_owned(),
    }
}

/// The group of a file or folder, and its permissions.
struct Rights {
    gid: u32,
    mode: u32,
    is_folder: bool,
}

impl Rights {
    fn of(metadata: &Metadata) -> Rights {
        Rights { gid: metadata.gid(), mode: metadata.mode(), is_folder: metadata.is_dir() }
    }

    fn opens_to_group(&self) -> bool {
        const READ: u32 = 0o040;
        const ENTER: u32 = 0o010;
        let needed = if self.is_folder { READ | ENTER } else { READ };
        self.mode & needed == needed
    }
}

/// The group that has access, by its name in the text of /etc/group (group(5)). Never root's own: nobody should join
/// it.
fn group_that_may(rights: &Rights, groups: &str) -> Option<String> {
    if !rights.opens_to_group() || rights.gid == 0 {
        return None;
    }
    let gid = rights.gid.to_string();
    let mut groups = groups.lines().map(|line| line.split(':'));
    groups.find(|fields| fields.clone().nth(2) == Some(gid.as_str()))?.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: &str = "root:x:0:\nadm:x:4:syslog\nproxy:x:13:\nvarnish:x:109:varnishlog\n";

    fn group_of(gid: u32, mode: u32, is_folder: bool) -> Option<String> {
        group_that_may(&Rights { gid, mode, is_folder }, GROUPS)
    }

    #[test]
    fn the_group_that_owns_it_is_named_where_that_helps() {
        assert_eq!(group_of(13, 0o640, false).as_deref(), Some("proxy"));
        assert_eq!(group_of(109, 0o750, true).as_deref(), Some("varnish"));
        assert_eq!(group_of(4, 0o2770, true).as_deref(), Some("adm"));
        for (gid, mode, is_folder) in
            [(13, 0o600, false), (13, 0o740, true), (0, 0o640, false), (77, 0o640, false)]
        {
            assert_eq!(group_of(gid, mode, is_folder), None, "{gid} {mode:o}");
        }
    }

    #[test]
    fn what_no_group_may_read_is_for_sudo() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert_eq!(advice(file.path()), "run dwell with sudo");
    }
}
