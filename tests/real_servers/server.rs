//! A server of this machine, started for one test and stopped with it.

use std::fs::Permissions;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::backend::backend;
use super::listener::Listener;
use super::support::wait_until;

/// A server's program.
pub(crate) struct Program {
    name: &'static str,
    /// Its config: what stands between `@` is filled in.
    template: &'static str,
    /// How it is told to read its config and to stay in the foreground; `@CONFIG@` is the config's path.
    words: &'static [&'static str],
    /// Files that it needs besides, by their paths in its folder.
    files: &'static [(&'static str, &'static str)],
}

impl Program {
    pub(crate) const NGINX: Program = Program {
        name: "nginx",
        template: include_str!("nginx.conf"),
        words: &["-p", "@FOLDER@", "-e", "@FOLDER@/error.log", "-c", "@CONFIG@"],
        files: &[],
    };
    pub(crate) const APACHE: Program = Program {
        name: "apache2",
        template: include_str!("apache.conf"),
        words: &["-D", "FOREGROUND", "-f", "@CONFIG@"],
        files: &[("here.txt", "here")],
    };
    pub(crate) const CADDY: Program = Program {
        name: "caddy",
        template: include_str!("Caddyfile"),
        words: &["run", "--adapter", "caddyfile", "--config", "@CONFIG@"],
        files: &[],
    };
    pub(crate) const CADDY_CONSOLE: Program =
        Program { template: include_str!("Caddyfile.console"), ..Program::CADDY };
    pub(crate) const HAPROXY: Program = Program {
        name: "haproxy",
        template: include_str!("haproxy.cfg"),
        words: &["-db", "-f", "@CONFIG@"],
        files: &[],
    };
    pub(crate) const HAPROXY_PLAIN: Program = Program {
        template: concat!(include_str!("haproxy_plain.cfg"), "    option httplog\n"),
        ..Program::HAPROXY
    };
    pub(crate) const HAPROXY_TLS: Program = Program {
        template: concat!(include_str!("haproxy_plain.cfg"), "    option httpslog\n"),
        ..Program::HAPROXY
    };
    pub(crate) const HAPROXY_CLF: Program = Program {
        template: concat!(include_str!("haproxy_plain.cfg"), "    option httplog clf\n"),
        ..Program::HAPROXY
    };
    pub(crate) const LIGHTTPD: Program = Program {
        name: "lighttpd",
        template: include_str!("lighttpd.conf"),
        words: &["-D", "-f", "@CONFIG@"],
        files: &[],
    };
    pub(crate) const LIGHTTPD_TIMED: Program =
        Program { template: include_str!("lighttpd_timed.conf"), ..Program::LIGHTTPD };
    pub(crate) const VARNISH: Program = Program {
        name: "varnishd",
        template: include_str!("varnish.vcl"),
        words: &[
            "-F",
            "-n",
            "@FOLDER@/work",
            "-a",
            "127.0.0.1:@PORT@",
            "-f",
            "@CONFIG@",
            "-T",
            "none",
            // What it logs is cut at 255 bytes unless told otherwise.
            "-p",
            "vsl_reclen=8k",
            "-s",
            "malloc,16m",
        ],
        files: &[],
    };
    pub(crate) const SQUID: Program = Program {
        name: "squid",
        template: include_str!("squid.conf"),
        words: &["-N", "-f", "@CONFIG@"],
        files: &[],
    };
    pub(crate) const TOMCAT: Program = Program {
        name: "catalina.sh",
        template: include_str!("tomcat.xml"),
        words: &["run", "-config", "@CONFIG@"],
        files: &[("webapps/ROOT/WEB-INF/web.xml", include_str!("tomcat_web.xml")), ("temp/empty", "")],
    };
    pub(crate) const GUNICORN: Program = Program {
        name: "gunicorn",
        template: include_str!("gunicorn.py"),
        words: &["-c", "@CONFIG@", "--access-logfile", "@FOLDER@/access.log"],
        files: &[],
    };
    pub(crate) const GUNICORN_TIMED: Program = Program {
        words: &[
            "-c",
            "@CONFIG@",
            "--access-logfile",
            "@FOLDER@/access.log",
            "--access-logformat",
            r#"%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" "%({x-forwarded-for}i)s" %(D)s"#,
        ],
        ..Program::GUNICORN
    };
    pub(crate) const RSYSLOG: Program = Program {
        name: "rsyslogd",
        template: include_str!("rsyslog.conf"),
        words: &["-n", "-f", "@CONFIG@", "-i", "@FOLDER@/rsyslog.pid"],
        files: &[],
    };

    /// Where it is.
    fn path(&self) -> Option<PathBuf> {
        find(self.name)
    }
}

/// Where a program is; servers lie in folders that are not on everybody's path.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let folders = path.split(':').chain(["/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/share/tomcat10/bin"]);
    folders.map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
}

/// Where Debian's Apache keeps its modules.
const MODULES: &str = "/usr/lib/apache2/modules";

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    folder: tempfile::TempDir,
    pub(crate) port: u16,
    pub(crate) config: String,
}

impl Server {
    /// Starts it, with its lines for `listener`; `None`, and said why, where it is not installed.
    pub(crate) fn start(program: &Program, listener: &Listener) -> Option<Server> {
        let Some(path) = program.path() else {
            let name = program.name;
            // Past the test's own output, which nobody sees of a test that goes well.
            writeln!(std::io::stderr(), "skipped: {name} is not installed, so its logs were not tested").ok();
            return None;
        };
        let folder = folder(program.files);
        listener.listen_at(&folder.path().join("lines.sock"));
        let port = free_port();
        let behind = if program.template.contains("@BACKEND@") { backend() } else { 0 };
        let fill = |text: &str| {
            let folder = folder.path().to_str().expect("UTF-8");
            let config = format!("{folder}/config");
            text.replace("@FOLDER@", folder)
                .replace("@CONFIG@", &config)
                .replace("@MODULES@", MODULES)
                .replace("@PORT@", &port.to_string())
                .replace("@BACKEND@", &behind.to_string())
                .replace("@UDP@", &listener.udp_port().to_string())
                .replace("@TCP@", &listener.tcp_port().to_string())
        };
        let config = fill(program.template);
        std::fs::write(folder.path().join("config"), &config).expect("the config");
        let words: Vec<_> = program.words.iter().map(|word| fill(word)).collect();
        let child = spawn(&path, &words, folder.path());
        let mut server = Server { child, folder, port, config };
        server.wait_until_it_listens();
        Some(server)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a page that it is to serve.
    pub(crate) fn write(&self, name: &str) {
        write(&self.path(name), "here");
    }

    /// What it complained about.
    pub(crate) fn said(&self) -> String {
        let read = |name| std::fs::read_to_string(self.path(name)).unwrap_or_default();
        format!("{}{}", read("said"), read("error.log"))
    }

    fn wait_until_it_listens(&mut self) {
        let said = self.path("said");
        let port = self.port;
        wait_until(
            || {
                assert!(self.child.try_wait().expect("a child").is_none(), "it ended: {}", text_of(&said));
                TcpStream::connect(("127.0.0.1", port)).is_ok()
            },
            || format!("it does not listen: {}", text_of(&said)),
        );
    }
}

/// What a program that comes with a server says.
pub(crate) fn ask(program: &str, words: &[&str]) -> String {
    let path = find(program).expect("what comes with the server");
    let out = Command::new(path).args(words).output().expect("a program");
    String::from_utf8(out.stdout).expect("UTF-8")
}

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// A folder in which the server may write, whoever it runs as.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).expect("its permissions");
    for (name, text) in files {
        write(&folder.path().join(name), text);
    }
    folder
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

/// A port that nobody listens at.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn spawn(path: &Path, words: &[String], folder: &Path) -> Child {
    let said = std::fs::File::create(folder.join("said")).expect("a file");
    let mut command = Command::new(path);
    command.args(words).current_dir(folder);
    // HAProxy's and Apache's times bear no zone; Caddy keeps files at home; Tomcat's names of files are not ASCII.
    command.env("TZ", "UTC").env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    command.env("CATALINA_BASE", folder).env("LC_ALL", "C.UTF-8");
    let (out, error) = (said.try_clone().expect("a file"), said);
    command.stdin(Stdio::null()).stdout(out).stderr(error).spawn().expect("a server")
}

impl Drop for Server {
    /// Asks it to end, so that it ends its own workers; one that does not is ended.
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let mut tries = if asked.is_ok_and(|status| status.success()) { 2000 } else { 0 };
        while tries > 0 && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(std::time::Duration::from_millis(5));
            tries -= 1;
        }
        // Where it has ended, there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
