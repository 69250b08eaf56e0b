//! Pages by cursor, as Relay's specification has them: `first` and `after`, or `last` and `before`.
//!
//! A cursor holds the key of its item, so that what is added or removed meanwhile shifts nothing. Clients pass it
//! back as it is.

use async_graphql::connection::{CursorType, OpaqueCursor};
use serde::Serialize;
use serde::de::DeserializeOwned;
use service_kit::Problem;
use service_kit::language::Text;

use super::limits::{DEFAULT_PAGE, MAX_PAGE};
use crate::problem::invalid_argument;

/// The arguments as they were sent.
#[derive(Default)]
pub(super) struct PageArguments {
    pub(super) first: Option<i32>,
    pub(super) after: Option<String>,
    pub(super) last: Option<i32>,
    pub(super) before: Option<String>,
}

/// A page as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page<K> {
    pub(super) after: Option<K>,
    pub(super) before: Option<K>,
    pub(super) size: usize,
    /// Whether the page is the end of what lies between the two keys, and not the beginning.
    pub(super) backward: bool,
}

impl PageArguments {
    /// Checks what was sent.
    pub(super) fn parse<K: Serialize + DeserializeOwned>(self) -> Result<Page<K>, Problem> {
        let (backward, name, size) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                let both = "`first` and `last` cannot be used together".to_owned();
                return Err(invalid_argument("last", Text::new(both, "`first` et `last` ne vont pas ensemble")));
            }
            (first, None) => (false, "first", first),
            (None, last) => (true, "last", last),
        };
        let size = size.map_or(Some(DEFAULT_PAGE), |size| usize::try_from(size).ok());
        let size = size.filter(|size| *size <= MAX_PAGE).ok_or_else(|| {
            let en = format!("{name}: must be 0 to {MAX_PAGE}");
            invalid_argument(name, Text::new(en, format!("{name} : doit être de 0 à {MAX_PAGE}")))
        })?;
        Ok(Page { after: key("after", self.after)?, before: key("before", self.before)?, size, backward })
    }
}

impl<K> Page<K> {
    /// How many rows to read: one more than the page shows, which tells whether there are more.
    pub(super) fn rows(&self) -> usize {
        self.size + 1
    }

    /// The page's items in their order, from at most [`Page::rows`] in the order they were read; and whether there
    /// are items before and after them.
    ///
    /// On the side that the page was not read from, an item is there if a cursor was given: it was its.
    pub(super) fn cut<T>(&self, mut items: Vec<T>) -> (Vec<T>, bool, bool) {
        let more = items.len() > self.size;
        items.truncate(self.size);
        if self.backward {
            items.reverse();
            (items, more, self.before.is_some())
        } else {
            (items, self.after.is_some(), more)
        }
    }
}

fn key<K: Serialize + DeserializeOwned>(name: &'static str, cursor: Option<String>) -> Result<Option<K>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let key = OpaqueCursor::decode_cursor(&cursor).map_err(|_| {
        let en = format!("{name}: is no cursor of this list; use one that it answered, unchanged");
        let fr =
            format!("{name} : n'est pas un curseur de cette liste ; reprenez tel quel un de ceux qu'elle a donnés");
        invalid_argument(name, Text::new(en, fr))
    })?;
    Ok(Some(key.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Eq, Clone, Copy, Serialize, Deserialize)]
    struct Key {
        product: u64,
    }

    #[derive(Serialize, serde::Deserialize)]
    struct OtherKey {
        version: u64,
    }

    fn parse(arguments: PageArguments) -> Result<Page<Key>, &'static str> {
        arguments.parse().map_err(|problem| problem.slug())
    }

    #[test]
    fn a_page_has_a_size_from_0_to_100() {
        let first = |first| PageArguments { first: Some(first), ..PageArguments::default() };
        assert_eq!(parse(PageArguments::default()).unwrap().size, DEFAULT_PAGE);
        assert_eq!(parse(first(0)).unwrap().size, 0);
        assert_eq!(parse(first(100)).unwrap().size, 100);
        for size in [-1, 101, i32::MAX, i32::MIN] {
            assert_eq!(parse(first(size)), Err("invalid-argument"), "{size}");
        }
        let both = PageArguments { first: Some(1), last: Some(1), ..PageArguments::default() };
        assert_eq!(parse(both), Err("invalid-argument"));
    }

    #[test]
    fn only_a_cursor_of_the_same_list_is_one() {
        let after = |after: String| PageArguments { after: Some(after), ..PageArguments::default() };
        let own = OpaqueCursor(Key { product: 7 }).encode_cursor();
        assert_eq!(parse(after(own)).unwrap().after, Some(Key { product: 7 }));
        for cursor in
            [OpaqueCursor(OtherKey { version: 7 }).encode_cursor(), "7".to_owned(), "é".to_owned(), String::new()]
        {
            assert_eq!(parse(after(cursor.clone())), Err("invalid-argument"), "{cursor:?}");
        }
    }

    #[test]
    fn a_page_read_from_its_end_is_turned_round() {
        let page = Page { after: None, before: Some(9), size: 2, backward: true };
        assert_eq!(page.cut(vec![8, 7, 6]), (vec![7, 8], true, true));
        let page = Page { after: Some(1), before: None, size: 2, backward: false };
        assert_eq!(page.cut(vec![2, 3]), (vec![2, 3], true, false));
        let page: Page<u64> = Page { after: None, before: None, size: 0, backward: false };
        assert_eq!(page.cut(vec![2]), (vec![], false, true));
    }
}
