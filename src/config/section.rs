//! Deserializes TOML values through [`FromText`], so that file and flags accept the same syntax.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use super::from_text::FromText;

/// One value, given as a string or a number.
pub(super) struct One<T>(pub(super) T);

/// Several values: a list or a single value.
pub(super) struct Many<T>(pub(super) Vec<T>);

/// Deserializes an optional value.
pub(super) fn one<'de, D: Deserializer<'de>, T: FromText>(from: D) -> Result<Option<T>, D::Error> {
    One::deserialize(from).map(|One(value)| Some(value))
}

/// Deserializes an optional list or single value.
pub(super) fn some<'de, D: Deserializer<'de>, T: FromText>(from: D) -> Result<Option<Vec<T>>, D::Error> {
    many(from).map(Some)
}

/// Deserializes a list or single value.
pub(super) fn many<'de, D: Deserializer<'de>, T: FromText>(from: D) -> Result<Vec<T>, D::Error> {
    Many::deserialize(from).map(|Many(values)| values)
}

impl<'de, T: FromText> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<One<T>, D::Error> {
        from.deserialize_any(OneVisitor(PhantomData)).map(One)
    }
}

impl<'de, T: FromText> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Many<T>, D::Error> {
        from.deserialize_any(ManyVisitor(PhantomData)).map(Many)
    }
}

struct OneVisitor<T>(PhantomData<T>);

impl<T: FromText> Visitor<'_> for OneVisitor<T> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).map_err(E::custom)
    }

    // Numbers are parsed as text too, so that `gap = 30` gets the error that explains how to write spans.
    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<'de, T: FromText> Visitor<'de> for ManyVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text in quotes, or a list of them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
        OneVisitor(PhantomData).visit_str(text).map(|value| vec![value])
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Vec<T>, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(One(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(values)
    }
}
