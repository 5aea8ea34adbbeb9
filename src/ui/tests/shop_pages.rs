//! The pages of the shop of `fixture`, with their load times.

use crate::query::question::Grouping;
use crate::query::view::*;
use crate::time::Span;

pub(super) fn pages() -> Table {
    let pages = [
        ("/", 1204, 702, 311, 44),
        ("/products/desk-lamp-brass", 611, 122, 201, 39),
        ("/pricing", 402, 88, 93, 52),
        ("/search", 377, 12, 64, 8),
        ("/products", 341, 49, 40, 21),
        ("/cart", 298, 3, 88, 0),
        ("/blog/2026/11/how-we-pack-lamps-so-that-they-arrive-whole", 251, 180, 170, 71),
        ("/checkout/address", 144, 0, 31, 0),
        ("/%C3%BCber-uns", 120, 22, 19, 40),
        ("/checkout/payment", 102, 0, 22, 0),
        ("/account/orders", 96, 31, 40, 12),
        ("/products/floor-lamp-oak", 90, 14, 33, 36),
        ("/contact", 51, 9, 21, 33),
        ("/\u{1b}[31mevil\u{202e}txt.exe", 3, 3, 3, 100),
    ];
    let row = |(key, count, entries, exits, bounced): (&str, u64, u64, u64, u64)| TableRow {
        key: key.to_owned(),
        count,
        sessions: count * 9 / 10,
        settled: if entries == 0 { 0 } else { 100 },
        bounced,
        pageviews: count,
        entries,
        exits,
        p50: Some(Span::seconds(20 + count % 90)),
        load: (count > 3).then_some(Span(30 + count % 700 * 3)),
        loads: (count > 3).then_some(loads(count)),
        ..TableRow::default()
    };
    Table {
        grouping: Some(Grouping::Page),
        rows: pages.map(row).to_vec(),
        total_rows: 418,
        largest: 1204,
        sum: 8412,
    }
}

/// The search is slow: one of five views of it takes too long.
fn loads(views: u64) -> PageLoads {
    let [p50, p75, p95] =
        if views == 377 { [410, 1_320, 4_100] } else { [1, 2, 4].map(|n| n * (30 + views % 300)) };
    let slow = if views == 377 { views / 5 } else { 0 };
    PageLoads { measured: views, p50: Span(p50), p75: Span(p75), p95: Span(p95), slow }
}
