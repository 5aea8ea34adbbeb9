//! What a line's path, query, referrer and agent mean: these bytes stand as each of them.

use std::sync::{Arc, LazyLock};

use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::batch::Batch;
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::format::Format;

static SHARED: LazyLock<Arc<Shared>> = LazyLock::new(|| {
    let agents = Arc::new(Agents::new(&AgentAdditions::default()));
    Arc::new(Shared::new(VisitorKey::new(&[7; 16]), agents))
});

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let Some(mut format) = Format::named("combined") else { return };
    let text: Vec<u8> = data.iter().copied().filter(|byte| !matches!(byte, b'\n' | b'"')).collect();
    let before = &b"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] \"GET /"[..];
    let block = [before, &text, b" HTTP/1.1\" 200 1 \"https://", &text, b"\" \"", &text, b"\"\n"].concat();
    let mut batch = Batch::default();
    Classifier::new(Arc::clone(&SHARED)).read(&block, &mut format, Period::ALL, &mut batch);
    assert_eq!(batch.lines, 1);
}
