//! Datagrams dropped by the kernel because they were not received in time: Linux counts them.

use std::os::fd::AsRawFd;

/// Drops of a socket, if the system counts them.
pub(super) struct KernelDrops {
    /// The socket's inode in the tables; `None` on systems without them.
    inode: Option<String>,
    counted: u64,
}

impl KernelDrops {
    pub(super) fn of(socket: &impl AsRawFd) -> KernelDrops {
        let link = std::fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd())).ok();
        let inode = link.and_then(|link| {
            let text = link.to_str()?;
            text.strip_prefix("socket:[")?.strip_suffix(']').map(str::to_owned)
        });
        KernelDrops { inode, counted: 0 }
    }

    /// New drops since the last call.
    pub(super) fn more(&mut self) -> u64 {
        let Some(inode) = &self.inode else { return 0 };
        let tables = ["/proc/self/net/udp", "/proc/self/net/udp6"];
        let mut tables = tables.iter().filter_map(|table| std::fs::read_to_string(table).ok());
        let all = tables.find_map(|table| dropped(&table, inode)).unwrap_or(self.counted);
        let more = all.saturating_sub(self.counted);
        self.counted = all;
        more
    }
}

/// The last column of the socket's row (proc(5)); its number is in the tenth.
fn dropped(table: &str, inode: &str) -> Option<u64> {
    let mut rows = table.lines().map(|row| row.split_ascii_whitespace());
    rows.find(|row| row.clone().nth(9) == Some(inode))?.last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  312: 0100007F:1414 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 34567 2 0000000000000000 71
  313: 0100007F:1415 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 34568 2 0000000000000000 0
";

    #[test]
    fn the_row_of_the_socket_tells() {
        assert_eq!(dropped(TABLE, "34567"), Some(71));
        assert_eq!(dropped(TABLE, "34568"), Some(0));
        assert_eq!(dropped(TABLE, "1"), None);
    }
}
