//! Formats of fields in an order: Apache's and nginx's, and what proxies, caches, application servers and clouds write.

use super::visits::Hit;
use super::{ANY, Format};

pub(super) const FORMATS: &[Format] = &[
    Format::new(&[("Apache", "`common`"), ("Tomcat", "`common`"), (ANY, "Common Log Format")], common),
    Format::new(COMBINED, combined).referring(),
    Format::new(&[("Apache", "`vhost_common`")], |hit| format!("shop.example {}", common(hit))),
    Format::new(&[("Apache", "`vhost_combined`")], |hit| format!("shop.example:443 {}", combined(hit)))
        .referring(),
    Format::new(&[("nginx", "`main` of its packages")], main).referring(),
    Format::new(&[("nginx", "`combined` and `$request_time`")], |hit| {
        format!("{} {}", combined(hit), hit.seconds())
    })
    .referring()
    .timed(),
    Format::new(&[("Apache", "`combined` and `%D`")], |hit| format!("{} {}", combined(hit), hit.load * 1000))
        .referring()
        .timed(),
    Format::new(&[("nginx", "`combined` and `rt=$request_time`")], |hit| {
        format!("{} rt={}", combined(hit), hit.seconds())
    })
    .referring()
    .timed(),
    Format::new(&[(ANY, "`combined` with `X-Forwarded-For` in front")], forwarded_first).referring(),
    Format::new(&[("lighttpd", "")], lighttpd).referring(),
    Format::new(&[("Varnish", "`varnishncsa`")], varnish).referring(),
    Format::new(&[("uWSGI", "")], uwsgi).timed(),
    Format::new(&[("Squid", "`squid`")], squid).timed(),
    Format::new(&[("HAProxy", "`option httplog`")], |hit| haproxy(hit, "")).timed(),
    Format::new(&[("HAProxy", "`option httpslog`")], |hit| haproxy(hit, "") + " 0/-/-/-/0 -/-/-").timed(),
    Format::new(&[("HAProxy", "with headers captured, see below")], captured).referring().timed(),
    Format::new(&[("ingress-nginx", "")], ingress).referring().timed(),
    Format::new(&[("Nginx Proxy Manager", "")], proxy_manager).referring(),
    Format::new(&[("APISIX", "text")], apisix).referring().timed(),
    Format::new(&[("Envoy and Istio", "text")], envoy).timed(),
    Format::new(&[("Envoy and Istio", "text")], |hit| {
        envoy(hit) + " outbound|80||shop 10.0.0.9:1 10.0.0.9:2 10.0.0.1:3 - default"
    })
    .timed(),
    Format::new(&[("Traefik", "text")], traefik).referring().timed(),
    Format::new(&[("AWS", "S3")], s3).referring().timed(),
    Format::new(&[("AWS", "application load balancer")], alb).timed(),
    Format::new(&[("AWS", "classic load balancer")], elb).timed(),
    Format::new(&[("Go", "gin")], gin).timed(),
];

const COMBINED: &[(&str, &str)] = &[
    ("nginx", "`combined`"),
    ("Apache", "`combined`"),
    ("Tomcat", "`combined`"),
    ("Python", "gunicorn"),
    ("Node.js", "morgan"),
    (ANY, "`combined`"),
];

fn common(hit: &Hit) -> String {
    format!("{} - - [{}] \"{}\" {} 512", hit.address, hit.clf_time(), hit.request(), hit.status)
}

fn combined(hit: &Hit) -> String {
    format!("{} \"{}\" \"{}\"", common(hit), hit.referrer_or_dash(), hit.agent)
}

/// The peer is a proxy of one's own.
fn main(hit: &Hit) -> String {
    let proxied = Hit { address: "10.0.0.1".to_owned(), ..hit.clone() };
    format!("{} \"{}\"", combined(&proxied), hit.address)
}

fn forwarded_first(hit: &Hit) -> String {
    format!("{}, 10.0.0.1 10.0.0.2{}", hit.address, combined(hit).trim_start_matches(&hit.address))
}

fn lighttpd(hit: &Hit) -> String {
    combined(hit).replacen(" - -", " shop.example -", 1)
}

fn varnish(hit: &Hit) -> String {
    combined(hit).replacen(" /", " http://shop.example/", 1)
}

fn uwsgi(hit: &Hit) -> String {
    let (time, method, target) = (hit.stamp("%a %b %e %H:%M:%S %Y"), hit.method, hit.target());
    format!(
        "[pid: 7|app: 0|req: 1/1] {} () {{34 vars in 400 bytes}} [{time}] {method} {target} => generated 12 bytes in {} \
         msecs (HTTP/1.1 {}) 2 headers in 44 bytes (1 switches on core 0)",
        hit.address, hit.load, hit.status
    )
}

fn squid(hit: &Hit) -> String {
    let (load, address, status, method) = (hit.load, &hit.address, hit.status, hit.method);
    let url = hit.url();
    format!(
        "{}.000 {load:6} {address} TCP_MISS/{status} 512 {method} {url} - HIER_DIRECT/10.0.0.9 text/html",
        hit.at
    )
}

fn haproxy(hit: &Hit, captured: &str) -> String {
    let (time, load) = (hit.stamp("%d/%b/%Y:%H:%M:%S.000"), hit.load);
    format!(
        "{}:4711 [{time}] www shop/web1 0/0/0/{load}/{load} {} 512 - - ---- 1/1/0/0/0 0/0 {captured}\"{}\"",
        hit.address,
        hit.status,
        hit.request()
    )
}

fn captured(hit: &Hit) -> String {
    haproxy(hit, &format!("{{shop.example|{}|{}}} ", hit.referrer, hit.agent))
}

fn ingress(hit: &Hit) -> String {
    let (combined, load, id) = (combined(hit), hit.seconds(), "0f3c9d51a7b24e6688d0c1e2f3a4b5c6");
    format!("{combined} 430 {load} [shop-web-80] [] 10.0.0.9:8080 512 {load} {} {id}", hit.status)
}

fn proxy_manager(hit: &Hit) -> String {
    let (time, status, target) = (hit.clf_time(), hit.status, hit.target());
    format!(
        "[{time}] - {status} {status} - {} https shop.example \"{target}\" [Client {}] [Length 512] [Gzip -] \
         [Sent-to 10.0.0.9] \"{}\" \"{}\"",
        hit.method,
        hit.address,
        hit.agent,
        hit.referrer_or_dash()
    )
}

fn apisix(hit: &Hit) -> String {
    let (time, request, status, load) = (hit.clf_time(), hit.request(), hit.status, hit.seconds());
    let [address, agent] = [&hit.address, hit.agent];
    let referrer = hit.referrer_or_dash();
    format!(
        "{address} - - [{time}] shop.example \"{request}\" {status} 512 {load} \"{referrer}\" \"{agent}\" 10.0.0.9:80 \
         {status} {load} \"http://shop.example\""
    )
}

fn envoy(hit: &Hit) -> String {
    let (time, request, status, load) =
        (hit.stamp("%Y-%m-%dT%H:%M:%S.000Z"), hit.request(), hit.status, hit.load);
    let id = "9c1e5d4b-2f3a-4c6d-8e7f-0a1b2c3d4e5f";
    format!(
        "[{time}] \"{request}\" {status} - 0 512 {load} {load} \"{}\" \"{}\" \"{id}\" \"shop.example\" \"10.0.0.9:80\"",
        hit.address, hit.agent
    )
}

fn traefik(hit: &Hit) -> String {
    format!("{} 17 \"shop@docker\" \"http://10.0.0.9:80\" {}ms", combined(hit), hit.load)
}

fn s3(hit: &Hit) -> String {
    let (time, key, status, load) = (hit.clf_time(), hit.path.trim_start_matches('/'), hit.status, hit.load);
    let key = if key.is_empty() { "-" } else { key };
    format!(
        "79a59df9 shop [{time}] {} - 3E57427F3EXAMPLE WEBSITE.{}.OBJECT {key} \"{}\" {status} - 512 512 {load} 1 \"{}\" \
         \"{}\" - s9lzHYrFp76ZVxRc - - - shop.example - - -",
        hit.address,
        hit.method,
        hit.request(),
        hit.referrer_or_dash(),
        hit.agent
    )
}

/// What a load balancer took before and after its target is nothing here.
fn alb(hit: &Hit) -> String {
    let (time, status, load, url) = (hit.iso_time(), hit.status, hit.seconds(), hit.url());
    let url = url.replacen("shop.example", "shop.example:443", 1);
    format!(
        "https {time} app/shop/50dc6c495c0c9188 {}:2817 10.0.0.9:80 0.000 {load} 0.000 {status} {status} 34 512 \
         \"{} {url} HTTP/1.1\" \"{}\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 - \"Root=1-58337262\" \"shop.example\" \"-\" 0 \
         {time} \"forward\" \"-\" \"-\" \"10.0.0.9:80\" \"{status}\" \"-\" \"-\"",
        hit.address, hit.method, hit.agent
    )
}

fn elb(hit: &Hit) -> String {
    let (time, status, load, url) = (hit.iso_time(), hit.status, hit.seconds(), hit.url());
    let url = url.replacen("https://shop.example", "http://shop.example:80", 1);
    format!(
        "{time} shop {}:2817 10.0.0.9:80 0.000 {load} 0.000 {status} {status} 0 512 \"{} {url} HTTP/1.1\" \"{}\" - -",
        hit.address, hit.method, hit.agent
    )
}

fn gin(hit: &Hit) -> String {
    let (time, status, method, target) =
        (hit.stamp("%Y/%m/%d - %H:%M:%S"), hit.status, hit.method, hit.target());
    let took = format!("{}ms", hit.load);
    format!("[GIN] {time} | {status} | {took:>13} | {:>15} | {method:<7} \"{target}\"", hit.address)
}
