//! [`Strict`]: JSON for a struct is an object, at every level. Serde's derived code takes an array as well, field by
//! field in the order of the declaration, which no client means and no reordering of fields would survive.
//!
//! Values themselves are read by `serde_json` from their own text, so that numbers stay exact.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Error, from_str};

/// A piece of well-formed JSON, to be read by a type.
#[derive(Clone, Copy)]
pub(crate) struct Strict<'de>(pub(crate) &'de RawValue);

impl Strict<'_> {
    fn begins_with(self, first: char) -> bool {
        self.0.get().starts_with(first)
    }
}

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = self.0.get();
        if self.begins_with('{') {
            let members = serde_json::Deserializer::from_str(text).deserialize_map(Members)?;
            visitor.visit_map(MapDeserializer::new(members.into_iter().map(|(name, value)| (name, Strict(value)))))
        } else if self.begins_with('[') {
            let elements: Vec<&'de RawValue> = from_str(text)?;
            visitor.visit_seq(SeqDeserializer::new(elements.into_iter().map(Strict)))
        } else {
            serde_json::Deserializer::from_str(text).deserialize_any(visitor)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.begins_with('{') { self.deserialize_any(visitor) } else { Err(Error::custom("expected an object")) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.get() == "null" { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        // No type of Rust has a `$` in its name: this is serde_json's own mark of a raw value, which money is read by.
        if name.starts_with('$') {
            return serde_json::Deserializer::from_str(self.0.get()).deserialize_newtype_struct(name, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        serde_json::Deserializer::from_str(self.0.get()).deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier
    }
}

impl<'de> IntoDeserializer<'de, Error> for Strict<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

/// An object's members in their order. One that is there twice stays so, for the type to refuse.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}
