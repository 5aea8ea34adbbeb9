//! Wrappers that may be around lines: every stack of layers that can be removed from most of them.

use super::super::unwrap::{DEEPEST, WrapperLayer, Wrappers};

/// A stack of layers, and the lines without them.
pub(super) struct Stack {
    pub(super) layers: Vec<WrapperLayer>,
    pub(super) lines: Vec<Vec<u8>>,
}

/// More stacks than any collector produces.
const MOST: usize = 24;

/// All non-empty stacks that can be removed from most lines, outermost layer first.
pub(super) fn stacks(sample: &[&[u8]]) -> Vec<Stack> {
    let mut stacks =
        vec![Stack { layers: Vec::new(), lines: sample.iter().map(|line| line.to_vec()).collect() }];
    let mut next = 0;
    while next < stacks.len() && stacks.len() < MOST {
        if stacks[next].layers.len() < DEEPEST {
            let deeper: Vec<_> =
                WrapperLayer::ALL.into_iter().filter_map(|layer| stacks[next].deeper(layer)).collect();
            stacks.extend(deeper);
        }
        next += 1;
    }
    stacks.remove(0);
    stacks
}

impl Stack {
    /// The stack with one more layer, if most lines have it. Headers may be nested, JSON too, and stamps may follow
    /// each other.
    fn deeper(&self, layer: WrapperLayer) -> Option<Stack> {
        let may_come_twice =
            matches!(layer, WrapperLayer::Syslog | WrapperLayer::Envelope | WrapperLayer::Stamp);
        if self.layers.contains(&layer) && !may_come_twice {
            return None;
        }
        let mut wrapper = Wrappers::new(&[layer]);
        let mut peeled = 0;
        let mut take_off = |line: &Vec<u8>| {
            let within = wrapper.peel(line).line.to_vec();
            peeled += usize::from(within.len() < line.len());
            within
        };
        let lines: Vec<_> = self.lines.iter().map(&mut take_off).collect();
        let layers = self.layers.iter().copied().chain([layer]).collect();
        (peeled * 2 > self.lines.len()).then_some(Stack { layers, lines })
    }
}
