//! Reads the format of a log from a web server's config.
//!
//! Takes the config's text, gives the `log_format` or `LogFormat` string of the log at a path. The files, included ones
//! too, are read by `modes`.

mod apache;
mod nginx;

/// The server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfiguredServer {
    /// nginx.
    Nginx,
    /// Apache's httpd.
    Apache,
}

impl ConfiguredServer {
    /// The format string of the log at `log`; `None` if the config does not define it, as with the server's built-in
    /// formats.
    #[must_use]
    pub fn format_of(self, config: &str, log: &str) -> Option<String> {
        match self {
            ConfiguredServer::Nginx => nginx::format_of(config, log),
            ConfiguredServer::Apache => apache::format_of(config, log),
        }
    }

    /// Included files as written: paths that may be relative and contain `*`.
    #[must_use]
    pub fn includes(self, config: &str) -> Vec<String> {
        match self {
            ConfiguredServer::Nginx => nginx::includes(config),
            ConfiguredServer::Apache => apache::includes(config),
        }
    }
}

/// Whether a path in the config may denote the log. Only the part after the last variable is compared.
fn is_path_of(log: &str, named: &str) -> bool {
    if let Some((_, known)) = named.rsplit_once('}') {
        return log.ends_with(known) && known.len() > 1;
    }
    named == log || (!named.starts_with('/') && log.ends_with(&format!("/{named}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NGINX: &str = r#"
        # log_format wrong '$nothing';
        include /etc/nginx/conf.d/*.conf;
        http {
            log_format timed escape=default '$remote_addr [$time_local] "$request" '
                '$status $request_time'; # in two pieces
            server { access_log /var/log/nginx/access.log timed buffer=32k; include mime.types; }
            server { access_log /var/log/nginx/other.log; access_log "off"; }
        }"#;

    #[test]
    fn nginx_names_the_format_of_a_log() {
        let format = |log| ConfiguredServer::Nginx.format_of(NGINX, log);
        let wanted = "$remote_addr [$time_local] \"$request\" $status $request_time";
        assert_eq!(format("/var/log/nginx/access.log").as_deref(), Some(wanted));
        assert_eq!(format("/var/log/nginx/other.log"), None);
        assert_eq!(format("/var/log/nginx/none.log"), None);
        assert_eq!(ConfiguredServer::Nginx.includes(NGINX), ["/etc/nginx/conf.d/*.conf", "mime.types"]);
    }

    const APACHE: &str = r#"
        LogFormat "%h %l %u %t \"%r\" %>s %b %D" timed
        # LogFormat "%h" combined
        IncludeOptional sites-enabled/*.conf
        CustomLog ${APACHE_LOG_DIR}/access.log \
            timed env=!dontlog
        CustomLog logs/inline_log "%h %t \"%r\" %>s"
        CustomLog ${APACHE_LOG_DIR}/usual.log combined"#;

    #[test]
    fn apache_names_the_format_of_a_log() {
        let format = |log| ConfiguredServer::Apache.format_of(APACHE, log);
        assert_eq!(format("/var/log/apache2/access.log").as_deref(), Some(r#"%h %l %u %t "%r" %>s %b %D"#));
        assert_eq!(format("/etc/httpd/logs/inline_log").as_deref(), Some(r#"%h %t "%r" %>s"#));
        assert_eq!(format("/var/log/apache2/usual.log"), None);
        assert_eq!(ConfiguredServer::Apache.includes(APACHE), ["sites-enabled/*.conf"]);
    }

    #[test]
    fn configs_that_break_off_say_nothing() {
        for config in ["", "log_format x '", "log_format", "access_log /a", "access_log /a x;", "{{}"] {
            assert_eq!(ConfiguredServer::Nginx.format_of(config, "/a"), None, "{config}");
            assert_eq!(ConfiguredServer::Apache.format_of(config, "/a"), None, "{config}");
        }
    }
}
