//! Reads the objects of a provider's JSON as clients read them: of a field that is given twice the last one counts, and a
//! field that only describes an answer may have any shape. One borrowed pass, without a copy.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What is read of an object, field by field.
pub(super) trait Fields<'de>: Default {
    /// Takes the next field: its value must be taken from the map, whatever it is.
    fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error>;
}

/// Passes over a field.
pub(super) fn skip<'de, M: MapAccess<'de>>(map: &mut M) -> Result<(), M::Error> {
    map.next_value::<IgnoredAny>().map(drop)
}

/// An object, and nothing else.
#[derive(Debug, Default)]
pub(super) struct Strict<T>(pub(super) T);

/// An object, or what some servers send for one that is empty: null, false, an empty list or text. None: it was none.
#[derive(Debug, Default)]
pub(super) struct Lenient<T>(pub(super) Option<T>);

/// A field's name, borrowed where it holds no escapes.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(Read)
    }
}

fn all_fields<'de, T: Fields<'de>, M: MapAccess<'de>>(mut map: M) -> Result<T, M::Error> {
    let mut object = T::default();
    while let Some(Name(name)) = map.next_key()? {
        object.take(&name, &mut map)?;
    }
    Ok(object)
}

impl<'de, T: Fields<'de>> Deserialize<'de> for Strict<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<T>(PhantomData<T>);

        impl<'de, T: Fields<'de>> Visitor<'de> for Read<T> {
            type Value = Strict<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Strict<T>, M::Error> {
                all_fields(map).map(Strict)
            }
        }

        deserializer.deserialize_map(Read(PhantomData))
    }
}

impl<'de, T: Fields<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<T>(PhantomData<T>);

        impl<'de, T: Fields<'de>> Visitor<'de> for Read<T> {
            type Value = Lenient<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Lenient<T>, M::Error> {
                all_fields(map).map(|object| Lenient(Some(object)))
            }

            fn visit_unit<E: Error>(self) -> Result<Lenient<T>, E> {
                Ok(Lenient(None))
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Lenient<T>, E> {
                if value { Err(E::invalid_type(serde::de::Unexpected::Bool(true), &self)) } else { Ok(Lenient(None)) }
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Lenient<T>, E> {
                if value.is_empty() {
                    return Ok(Lenient(None));
                }
                Err(E::invalid_type(serde::de::Unexpected::Str(value), &self))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Lenient<T>, S::Error> {
                match items.next_element::<IgnoredAny>()? {
                    None => Ok(Lenient(None)),
                    Some(_) => Err(S::Error::invalid_type(serde::de::Unexpected::Seq, &self)),
                }
            }
        }

        deserializer.deserialize_any(Read(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Pair<'de> {
        a: Option<&'de str>,
    }

    impl<'de> Fields<'de> for Pair<'de> {
        fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
            if name == "a" {
                self.a = map.next_value()?;
                return Ok(());
            }
            skip(map)
        }
    }

    #[test]
    fn the_last_of_a_field_counts_and_escapes_in_names_are_read() {
        let Strict(pair) =
            serde_json::from_str::<Strict<Pair<'_>>>(r#"{"a":"1","b":[{}],"\u0061":"2"}"#).expect("JSON");
        assert_eq!(pair.a, Some("2"));
        assert!(serde_json::from_str::<Strict<Pair<'_>>>("[\"1\"]").is_err());
    }

    #[test]
    fn what_stands_for_an_empty_object_is_none_and_anything_else_is_refused() {
        let read = |json| serde_json::from_str::<Lenient<Pair<'_>>>(json).map(|Lenient(pair)| pair);
        for empty in ["null", "[]", "\"\"", "false"] {
            assert_eq!(read(empty).expect(empty), None, "{empty}");
        }
        for wrong in ["[1]", "\"x\"", "true", "7"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
