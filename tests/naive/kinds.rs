//! R1 and R2 once more, as plainly as they can be written: the rule's own lists, and nothing of the library's.

use std::fmt::Write as _;

/// A request as it stands in a combined line.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: &'static str,
    pub target: String,
    /// As the server writes it: `-` where the client left.
    pub status: &'static str,
    pub referrer: &'static str,
}

const ASSETS: &str = "css js mjs map gif jpg jpeg jfif png apng webp avif heic jxl bmp tif tiff ico cur svg svgz ttf otf \
    eot woff woff2 swf class xml rss atom json jsonld geojson wasm webmanifest txt md5 sha256 sig asc pgp bcmap pbf mvt \
    glb vtt srt axd ashx mp3 mp4 m4a m4v m4s ogg ogv oga opus wav webm flac avi mov mkv mpg mpeg mpd wmv ts m3u8";
const DOWNLOADS: &str = "pdf doc docx xls xlsx ppt pptx odt ods odp rtf csv epub mobi azw3 ics gpx torrent zip gz tgz bz2 \
    xz zst 7z rar tar dmg pkg exe msi msix cab deb rpm apk appimage whl iso img bin jar";
const ASSETS_WITHIN: [&str; 6] = [
    "/_next/image",
    "/_next/static/",
    "/_vercel/image",
    "/.netlify/images",
    "javax.faces.resource",
    "jakarta.faces.resource",
];
const ASSET_ENDS: [&str; 5] =
    ["/_image", "/load.php", "load-scripts.php", "load-styles.php", "/theme/styles.php"];
const API: &str = "/api/ /graphql/ /rest/ /wp-json/ /cdn-cgi/ /.well-known/ /socket.io/ /ocs/ /ingest/ /message-bus/ \
    /_vercel/insights/ /xmlrpc.php";
const API_ENDS: &str = "/admin-ajax.php /api.php /wp-cron.php /matomo.php /piwik.php /csp-report /customer/section/load \
    /customer/section/load/ /info/refs /git-upload-pack /git-receive-pack /healthz /livez /readyz .data .rsc";

/// The name of the kind.
pub fn kind(asked: &Asked) -> &'static str {
    let (path, query) = path_and_query(&asked.target);
    let has = |list: &str, word: &str| list.split_whitespace().any(|one| one == word);
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_lowercase());
    let named_like_files = path.contains("/wiki/") || path.contains("/blob/");
    let is_asset = has(ASSETS, &extension) && !named_like_files
        || ASSETS_WITHIN.iter().any(|part| path.contains(part))
        || ASSET_ENDS.iter().any(|end| path.ends_with(end));
    let keys = || query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    let is_api = path == "/graphql"
        || API.split_whitespace().any(|start| path.starts_with(start))
        || API_ENDS.split_whitespace().any(|end| path.ends_with(end))
        || keys().any(|key| ["_rsc", "wc-ajax", "rest_route"].contains(&key))
        || path.ends_with("/negotiate") && asked.method == "POST"
        || (path.ends_with("/feed") || path.ends_with("/feed/")) && asked.referrer == "-";
    match asked.status.parse::<u16>().unwrap_or(0) {
        _ if is_asset => "asset",
        _ if is_api => "api",
        400.. => "error",
        200..400 if ["POST", "PUT", "PATCH", "DELETE"].contains(&asked.method) => "action",
        200 | 206 | 304 if asked.method == "GET" && has(DOWNLOADS, &extension) => "action",
        300..304 | 305..400 => "redirect",
        200 | 203 | 304 if asked.method == "GET" => "pageview",
        _ => "other",
    }
}

/// R1: the page in its one spelling, and the query.
pub fn path_and_query(target: &str) -> (String, String) {
    let before_fragment = target.split('#').next().unwrap_or_default();
    let (path, query) = before_fragment.split_once('?').unwrap_or((before_fragment, ""));
    let escaped = without_parameters(path).replace("\\x", "%");
    let escaped: String = escaped
        .bytes()
        .map(|byte| match byte {
            0x80.. => format!("%{byte:02X}"),
            _ => char::from(byte).to_string(),
        })
        .collect();
    let mut page = String::new();
    let mut rest = escaped.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = rest.strip_prefix('%').and_then(|rest| rest.get(..2));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            // What is decoded makes no escape of a percent sign before it that was none.
            Some(byte) if byte.is_ascii_hexdigit() && ends_in_half_an_escape(&page) => {
                write!(page, "%{byte:02X}").unwrap_or_default();
            }
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => page.push(byte.into()),
            Some(byte) => write!(page, "%{byte:02X}").unwrap_or_default(),
            None => {
                page.push(first);
                rest = &rest[1..];
                continue;
            }
        }
        rest = &rest[3..];
    }
    (page.trim_end_matches(' ').to_owned(), query.to_owned())
}

fn ends_in_half_an_escape(page: &str) -> bool {
    page.rfind('%')
        .is_some_and(|at| page.len() - at < 3 && page[at + 1..].chars().all(|one| one.is_ascii_hexdigit()))
}

/// Without `;name=value`, segment by segment.
fn without_parameters(path: &str) -> String {
    let segment = |segment: &str| {
        let mut parts = segment.split(';');
        let first = parts.next().unwrap_or_default().to_owned();
        let is_parameter = |part: &&str| part.find('=').is_some_and(|sign| sign > 0);
        parts.filter(|part| !is_parameter(part)).fold(first, |kept, part| format!("{kept};{part}"))
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}
