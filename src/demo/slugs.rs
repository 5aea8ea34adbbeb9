//! Names for the simulated site: a shop for garden and greenhouse sensors with a cloud service.

/// Product categories, and the name of a product in each.
pub(super) const CATEGORIES: [(&str, &str); 9] = [
    ("soil-sensors", "soil-sensor"),
    ("air-sensors", "climate-sensor"),
    ("weather-stations", "weather-station"),
    ("irrigation", "valve"),
    ("grow-lights", "light-bar"),
    ("gateways", "gateway"),
    ("starter-kits", "kit"),
    ("probes", "probe"),
    ("spare-parts", "mount"),
];

/// Product lines; each category has all of them.
pub(super) const MODELS: [&str; 11] =
    ["aster", "birch", "clover", "dahlia", "elder", "fern", "gentian", "hazel", "iris", "juniper", "linden"];

/// Sections of the documentation and their pages.
pub(super) const DOCS: [(&str, [&str; 8]); 9] = [
    (
        "start",
        ["unpack", "create-account", "pair-gateway", "first-sensor", "mobile-app", "offline", "teams", "faq"],
    ),
    ("install", ["indoors", "outdoors", "range", "mounting", "power", "solar", "frost", "cables"]),
    ("sensors", ["calibrate", "moisture", "temperature", "light", "ph", "salinity", "battery", "firmware"]),
    (
        "alerts",
        ["rules", "email", "webhooks", "quiet-hours", "escalation", "frost-alarm", "digest", "history"],
    ),
    ("irrigation", ["zones", "schedules", "flow", "leaks", "rain-delay", "pumps", "manual", "winter"]),
    ("data", ["export-csv", "retention", "charts", "units", "sharing", "reports", "backups", "deletion"]),
    (
        "api",
        [
            "authentication",
            "devices",
            "readings",
            "pagination",
            "rate-limits",
            "errors",
            "streams",
            "changelog",
        ],
    ),
    (
        "integrations",
        ["home-automation", "mqtt", "spreadsheets", "chat", "calendar", "weather", "scripts", "oauth"],
    ),
    (
        "billing",
        ["plans", "invoices", "payment-methods", "upgrade", "cancel", "vat", "education", "resellers"],
    ),
];

/// Articles of the blog, newest first.
pub(super) const ARTICLES: [&str; 47] = [
    "how-deep-should-a-soil-probe-sit",
    "five-mistakes-with-drip-irrigation",
    "what-a-wet-november-does-to-roots",
    "we-measured-2000-greenhouses",
    "winter-mode-in-three-steps",
    "why-our-gateway-runs-without-a-fan",
    "a-year-of-tomatoes-in-numbers",
    "reading-a-moisture-curve",
    "rewriting-our-ingest-pipeline",
    "the-real-cost-of-overwatering",
    "lora-or-wifi-in-the-garden",
    "battery-life-honestly-measured",
    "school-gardens-with-open-data",
    "frost-alarms-that-wake-you-in-time",
    "how-we-test-for-rain",
    "grow-lights-and-the-power-bill",
    "seedlings-on-a-window-sill",
    "a-calibration-bench-from-scrap",
    "what-ph-tells-and-what-not",
    "release-notes-october",
    "release-notes-september",
    "postmortem-the-night-of-lost-readings",
    "mulch-put-to-the-test",
    "ten-sensors-one-balcony",
    "choosing-a-weather-station",
    "water-from-the-roof",
    "a-dashboard-for-the-allotment-club",
    "greenhouse-ventilation-basics",
    "salinity-near-the-coast",
    "how-plants-use-light-at-night",
    "the-case-for-boring-hardware",
    "repairing-instead-of-replacing",
    "open-firmware-one-year-on",
    "what-we-learned-from-returns",
    "raised-beds-compared",
    "vertical-farms-up-close",
    "small-farms-big-spreadsheets",
    "slug-weather",
    "bees-and-soil-temperature",
    "an-almanac-as-an-api",
    "pruning-by-numbers",
    "hail-nets-and-shade",
    "potting-mixes-measured",
    "a-quiet-pump",
    "greywater-rules-explained",
    "compost-heat-for-free",
    "hello-garden",
];

/// Search queries.
pub(super) const SEARCHES: [&str; 16] = [
    "soil+sensor",
    "frost+alarm",
    "battery",
    "gateway+range",
    "moisture+probe",
    "drip+valve",
    "export+csv",
    "weather+station",
    "ph",
    "grow+light",
    "mqtt",
    "spare+mount",
    "invoice",
    "greenhouse",
    "firmware+update",
    "return+policy",
];

/// Feature pages.
pub(super) const FEATURES: [&str; 8] =
    ["alerts", "charts", "irrigation", "teams", "automations", "mobile", "forecasts", "open-data"];

/// Pages about the company.
pub(super) const COMPANY: [&str; 9] =
    ["/about", "/contact", "/careers", "/press", "/shipping", "/returns", "/privacy", "/terms", "/warranty"];

/// Landing pages of ads.
pub(super) const LANDINGS: [&str; 6] =
    ["frost-season", "greenhouse-starter", "smart-irrigation", "for-growers", "trial", "autumn-sale"];
