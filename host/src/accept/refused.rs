//! Why a socket cannot be opened, in words that blame the right one: an address that this machine does not have, a port that
//! takes rights, or whoever listens there already.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::Path;

/// The state `LISTEN` in `/proc/net/tcp`, as proc(5) has it.
const LISTENS: &str = "0A";

/// What to do about an address that the system refuses.
pub(super) fn advice(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => format!(
            "{} listens there already: stop it, or choose another address",
            holder(address.port()).unwrap_or_else(|| "another process".to_owned())
        ),
        ErrorKind::AddrNotAvailable => format!(
            "no network interface of this machine has the address {}: name one that it has, or {} for all of them",
            address.ip(),
            if address.is_ipv4() { "0.0.0.0" } else { "[::]" }
        ),
        ErrorKind::PermissionDenied if address.port() < 1024 => format!(
            "ports below 1024 take rights that this process does not have: choose a port from 1024 on, or give the program the \
             right to port {} (`setcap cap_net_bind_service=+ep` on its file, or `AmbientCapabilities=CAP_NET_BIND_SERVICE` in its \
             unit of systemd)",
            address.port()
        ),
        ErrorKind::PermissionDenied => {
            "the system does not let this process listen: look at its sandbox or its security module".to_owned()
        }
        _ => "choose another address".to_owned(),
    }
}

/// Who listens on a port, as far as this process may see it.
fn holder(port: u16) -> Option<String> {
    let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].into_iter().filter_map(|file| std::fs::read_to_string(file).ok());
    let inode = sockets.into_iter().find_map(|table| listening(&table, port).map(str::to_owned))?;
    let socket = format!("socket:[{inode}]");
    let holds = |process: &Path| {
        let open = std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
        open.into_iter()
            .any(|file| std::fs::read_link(file.path()).is_ok_and(|link| link.as_os_str() == socket.as_str()))
    };
    let processes = std::fs::read_dir("/proc").ok()?.flatten().map(|entry| entry.path());
    let mut numbered = processes.filter_map(|path| Some((path.file_name()?.to_str()?.parse::<u32>().ok()?, path)));
    let (pid, path) = numbered.find(|(_, path)| holds(path))?;
    let name = std::fs::read_to_string(path.join("comm")).unwrap_or_default();
    let name: String = name.chars().filter(char::is_ascii_graphic).collect();
    Some(format!("`{name}` (process {pid})"))
}

/// The inode of the socket that listens on a port, in a table of `/proc/net`.
fn listening(table: &str, port: u16) -> Option<&str> {
    let port = format!(":{port:04X}");
    let rows = table.lines().map(|line| line.split_ascii_whitespace().collect::<Vec<_>>());
    let mut open = rows.filter(|row| row.len() > 9 && row[1].ends_with(&port) && row[3] == LISTENS);
    open.next().map(|row| row[9])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(address: &str, kind: ErrorKind) -> String {
        advice(address.parse().unwrap(), &io::Error::from(kind))
    }

    #[test]
    fn nobody_is_blamed_for_a_missing_right_or_a_foreign_address() {
        for (address, kind, part) in [
            ("0.0.0.0:443", ErrorKind::PermissionDenied, "port 443"),
            ("0.0.0.0:8443", ErrorKind::PermissionDenied, "does not let this process"),
            ("203.0.113.1:8080", ErrorKind::AddrNotAvailable, "0.0.0.0 for all"),
            ("[2001:db8::1]:8080", ErrorKind::AddrNotAvailable, "[::] for all"),
        ] {
            let said = said(address, kind);
            assert!(said.contains(part) && !said.contains("listens there already"), "{said}");
        }
    }

    #[test]
    fn who_listens_on_a_port_is_named() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let said = said(&socket.local_addr().unwrap().to_string(), ErrorKind::AddrInUse);
        assert!(said.contains(&format!("(process {}) listens there already", std::process::id())), "{said}");
    }

    #[test]
    fn only_a_socket_that_listens_counts() {
        let row =
            |state: &str| format!("  0: 0100007F:1F90 00000000:0000 {state} 0:0 0:0 0 1000 0 4711 1 0 100 0 0 10 0\n");
        assert_eq!(listening(&row("0A"), 8080), Some("4711"));
        assert_eq!((listening(&row("01"), 8080), listening(&row("0A"), 80)), (None, None));
    }
}
