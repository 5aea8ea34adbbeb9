//! Figures: counts that can be merged and subtracted. Each is declared once for both, so that none can be forgotten
//! in either.

use crate::time::Span;

/// A count over some sessions.
pub(super) trait Figure {
    /// Adds the count of other sessions.
    fn merge(&mut self, other: &Self);

    /// Subtracts the count of some of these sessions; it must not exceed this one.
    fn take_away(&mut self, other: &Self);
}

impl Figure for u64 {
    fn merge(&mut self, other: &u64) {
        *self += other;
    }

    fn take_away(&mut self, other: &u64) {
        debug_assert!(*other <= *self, "{other} of {self} are taken away");
        *self = self.saturating_sub(*other);
    }
}

impl Figure for Span {
    fn merge(&mut self, other: &Span) {
        self.0.merge(&other.0);
    }

    fn take_away(&mut self, other: &Span) {
        self.0.take_away(&other.0);
    }
}

impl<T: Figure, const N: usize> Figure for [T; N] {
    fn merge(&mut self, other: &[T; N]) {
        self.iter_mut().zip(other).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn take_away(&mut self, other: &[T; N]) {
        self.iter_mut().zip(other).for_each(|(mine, theirs)| mine.take_away(theirs));
    }
}

/// Declares a struct of figures, which is a figure itself.
macro_rules! figures {
    (
        $(#[$attribute:meta])*
        $visible:vis struct $name:ident {
            $($(#[$field_attribute:meta])* $field_visible:vis $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$attribute])*
        $visible struct $name {
            $($(#[$field_attribute])* $field_visible $field: $type,)+
        }

        impl $crate::query::figure::Figure for $name {
            fn merge(&mut self, other: &$name) {
                $(self.$field.merge(&other.$field);)+
            }

            fn take_away(&mut self, other: &$name) {
                $(self.$field.take_away(&other.$field);)+
            }
        }
    };
}

pub(super) use figures;
