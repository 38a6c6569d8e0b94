//! What in a text leads elsewhere: imports, the files of peers, the codes of rules that are allowed.

use super::fields::unquoted;
use super::{Target, View, definition, files};
use crate::catalogue;
use crate::language_server::cursor::{Layout, Part};
use std::ops::Range;

/// A piece of a text that leads elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The piece.
    pub range: Range<usize>,
    /// Where it leads.
    pub to: To,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// To a place in a file.
    Target(Target),
    /// To a page.
    Page(String),
}

/// The links of a text, in its order.
pub fn links(view: &View<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    for root in files::roots(view) {
        let written = |range: &Range<usize>| view.text().get(range.clone()).unwrap_or_default();
        links.extend(files::imports(view.text(), &root).into_iter().map(|import| {
            let to = To::Target(definition::imported(view, written(&import.range)));
            Link { range: import.range, to }
        }));
        let layout = Layout::new(view.parts, &root);
        links.extend(layout.written().filter_map(|item| {
            let way: Vec<Part<'_>> = item.place.parts().collect();
            let value = item.value?;
            match way.as_slice() {
                [Part::Field("federation"), Part::Field("peers"), Part::Field(_)] => peer(view, value),
                [Part::Field("allow"), Part::Element(_), Part::Field("rule")] => {
                    let range = unquoted(view.text(), value);
                    let code = catalogue::by_text(written(&range))?;
                    Some(Link { range, to: To::Page(catalogue::url(code)) })
                }
                _ => None,
            }
        }));
    }
    links.sort_by_key(|link| (link.range.start, link.range.end));
    links.dedup();
    links
}

/// The link of `'Environment "file"`.
fn peer(view: &View<'_>, value: Range<usize>) -> Option<Link> {
    let written = view.text().get(value.clone())?;
    let rest = written.strip_prefix("'Environment")?.trim_start();
    let range = unquoted(view.text(), value.end - rest.len()..value.end);
    let file = view.text().get(range.clone()).filter(|file| rest.starts_with('"') && !file.contains('"'))?;
    Some(Link { range, to: To::Target(definition::start_of(&files::resolve(view.path, file))) })
}
