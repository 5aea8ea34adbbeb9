//! The open help: its search and its scroll position.

use super::glossary;
use super::keymap::{Binding, KeyLayer};
use super::scene::Scene;

/// The open help.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Help {
    search: String,
    scrolled: usize,
}

/// One line of help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HelpLine {
    /// The name of what follows.
    Heading(String),
    /// Keys, or a figure's name, and what they mean.
    Entry(String, String),
}

impl Help {
    /// What is searched for.
    pub(crate) fn search(&self) -> &str {
        &self.search
    }

    /// The first visible one of `lines`, if `height` fit.
    pub(crate) fn scrolled(&self, lines: usize, height: usize) -> usize {
        self.scrolled.min(lines.saturating_sub(height))
    }

    /// Adds to the search.
    pub(crate) fn type_char(&mut self, c: char) {
        self.search.push(c);
        self.scrolled = 0;
    }

    /// Deletes the last character of the search.
    pub(crate) fn delete(&mut self) {
        self.search.pop();
        self.scrolled = 0;
    }

    /// Clears the search.
    pub(crate) fn clear(&mut self) {
        *self = Help::default();
    }

    /// Scrolls by so many lines; `most` is as far as it makes sense.
    pub(crate) fn scroll(&mut self, by: isize, most: usize) {
        self.scrolled = self.scrolled.saturating_add_signed(by).min(most);
    }

    /// The lines that match the search, under their headings.
    pub(crate) fn lines(&self, scene: &Scene) -> Vec<HelpLine> {
        let wanted = self.search.to_lowercase();
        let mut lines = Vec::new();
        for (heading, entries) in sections(scene) {
            let matches = |(name, meaning): &(String, String)| {
                name.to_lowercase().contains(&wanted) || meaning.to_lowercase().contains(&wanted)
            };
            let found: Vec<_> = entries.into_iter().filter(matches).collect();
            if !found.is_empty() {
                lines.push(HelpLine::Heading(heading));
                lines.extend(found.into_iter().map(|(name, meaning)| HelpLine::Entry(name, meaning)));
            }
        }
        lines
    }
}

type Section = (String, Vec<(String, String)>);

fn sections(scene: &Scene) -> Vec<Section> {
    let layers = [KeyLayer::Screen, KeyLayer::List, KeyLayer::Prompt, KeyLayer::Themes, KeyLayer::Always];
    let keys = layers.map(|layer| (format!("Keys {}", layer.name()), keys_of(scene, layer)));
    let figures = glossary::entries(scene).into_iter().map(|entry| (entry.name.to_owned(), entry.meaning));
    let filters = glossary::FILTERS.iter().map(|(name, meaning)| ((*name).to_owned(), (*meaning).to_owned()));
    let mut sections = keys.to_vec();
    sections.insert(2, ("Figures".to_owned(), figures.collect()));
    sections.insert(2, ("Filters".to_owned(), filters.collect()));
    sections
}

/// A layer's actions, each with all of its keys.
fn keys_of(scene: &Scene, layer: KeyLayer) -> Vec<(String, String)> {
    let bindings = scene.settings.keymap.bindings();
    let of_layer: Vec<&Binding> = bindings.iter().filter(|one| one.layer == layer).collect();
    let mut entries: Vec<(String, String)> = Vec::new();
    for (index, binding) in of_layer.iter().enumerate() {
        if of_layer[..index].iter().any(|earlier| earlier.action == binding.action) {
            continue;
        }
        let same = of_layer.iter().filter(|one| one.action == binding.action);
        let keys: Vec<_> = same.map(|one| one.key.label(scene.symbols())).collect();
        entries.push((keys.join("  "), binding.action.description().to_owned()));
    }
    entries
}
