//! Fields of the environment language, by the paths that users write.

use crate::agentos::vocabulary::Runtime;
use crate::evaluate::Spot;
use crate::evaluate::schema::{Choice, FieldSchema, Presence, Schema, Shape};
use crate::path::Path;
use crate::suggest;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What an environment as a whole is called, besides `.`.
const WHOLE: &str = "environment";

/// What stands for any name in a path that is offered.
const ANY_NAME: &str = "NAME";

/// A value of an environment, and what each release says of it.
#[derive(Clone)]
pub(super) struct Found {
    /// The way to it, as the language reference writes it; empty for the environment as a whole.
    way: String,
    /// The tag that is meant, where it has nothing inside.
    tag: Option<&'static Choice>,
    /// The newest release that has it first.
    spots: Vec<(Runtime, Spot<'static>)>,
}

/// A part of a value, and how it is reached from there.
pub(super) struct Inner {
    /// The name, as it is written in a path.
    pub label: String,
    /// The kind of the way.
    pub step: Step,
    /// The part.
    pub found: Found,
}

/// One of the tags that a value may be.
pub(super) struct Value {
    /// The tag, as it is written.
    pub tag: String,
    /// What the documentation of its field says of it; empty where it says nothing of this one by itself.
    pub doc: String,
    /// What comes with it.
    pub found: Found,
}

/// How a part of a value is reached.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A field of a record.
    Field,
    /// Any name.
    Name,
    /// Any element.
    Element,
    /// What comes with a tag.
    Tag,
}

/// A piece of a path as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    /// A name, with or without quotes around it.
    Name(String),
    /// `[]` or `[0]`.
    Element,
}

fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::embedded);
    &SCHEMA
}

/// The environment as a whole.
fn whole() -> Found {
    let spots = Runtime::ALL.into_iter().rev().map(|runtime| (runtime, Spot::root(schema(), Some(runtime.tag()))));
    Found { way: String::new(), tag: None, spots: spots.collect() }
}

/// Whether a text can only be the path of a field, as names of pages have no dot in front.
pub(super) fn is_path(wanted: &str) -> bool {
    wanted.starts_with('.') && !wanted.contains('/')
}

/// What a path leads to: more than one value where it leaves out a tag, and several tags have such a field.
pub(super) fn find(wanted: &str) -> Vec<Found> {
    let is_whole = wanted == "." || wanted.eq_ignore_ascii_case(WHOLE);
    if is_whole { vec![whole()] } else { words(wanted).map_or_else(Vec::new, |words| whole().at(&words)) }
}

/// The names of the fields of an environment.
pub(super) fn outermost() -> Vec<&'static str> {
    schema().root.member_names()
}

/// The field of an environment of this name.
pub(super) fn is_outermost(name: &str) -> bool {
    outermost().contains(&name)
}

/// The paths of fields that a user may have meant, the likeliest first.
pub(super) fn near(wanted: &str) -> Vec<String> {
    let Some(words) = words(wanted) else { return Vec::new() };
    // The first name that is not known decides.
    let known = (0..words.len()).rev().find_map(|count| {
        let found = whole().at(words.get(..count)?);
        (!found.is_empty()).then_some((count, found))
    });
    let slip = known.and_then(|(count, found)| {
        let Word::Name(name) = words.get(count)? else { return None };
        let inner: Vec<Inner> = found.iter().flat_map(Found::nameable).collect();
        let labels: Vec<&str> = inner.iter().map(|inner| inner.label.as_str()).collect();
        let near = suggest::nearest(name, &labels)?;
        let start = inner.iter().find(|inner| inner.label == near)?;
        let rest = start.found.at(words.get(count + 1..)?);
        let way = &rest.first().unwrap_or(&start.found).way;
        Some(vec![if is_path(wanted) { format!(".{way}") } else { way.clone() }])
    });
    slip.unwrap_or_else(|| ending(&words).or_else(|| ending(&words_near(&words)?)).unwrap_or_default())
}

/// The paths that end with what was asked for.
pub(super) fn elsewhere(wanted: &str) -> Vec<String> {
    words(wanted).and_then(|words| ending(&words)).unwrap_or_default()
}

/// The name anywhere in an environment that a single one is near to.
fn words_near(words: &[Word]) -> Option<Vec<Word>> {
    let [Word::Name(name)] = words else { return None };
    let mut labels = BTreeSet::new();
    whole().walk(&mut |inner| {
        labels.insert(inner.label.clone());
    });
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    Some(vec![Word::Name(suggest::nearest(name, &labels)?.to_owned())])
}

/// So many paths are suggested at most.
const MOST: usize = 3;

/// The paths that end with these names, if there are any.
fn ending(words: &[Word]) -> Option<Vec<String>> {
    let names: Vec<&str> =
        words.iter().filter_map(|word| if let Word::Name(name) = word { Some(name.as_str()) } else { None }).collect();
    if names.is_empty() {
        return None;
    }
    let end = format!(".{}", names.join("."));
    let mut ways: Vec<String> = Vec::new();
    whole().walk(&mut |inner| {
        if inner.found.way.replace("[]", "").ends_with(&end) {
            ways.push(inner.found.way.clone());
        }
    });
    ways.sort_by_key(|way| way.matches('.').count());
    ways.truncate(MOST);
    (!ways.is_empty()).then_some(ways)
}

/// The paths of all fields, as a shell takes them without quotes.
pub(super) fn offered() -> Vec<String> {
    let mut ways = Vec::new();
    whole().walk(&mut |inner| {
        if matches!(inner.step, Step::Field | Step::Tag) {
            ways.push(inner.found.way.replace("[]", "").replace("<name>", ANY_NAME));
        }
    });
    ways
}

/// A path in pieces; none where a bracket or a quote has no end.
fn words(path: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = path.strip_prefix('.').unwrap_or(path);
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (index, after) = inside.split_once(']')?;
            if !index.chars().all(|digit| digit.is_ascii_digit()) {
                return None;
            }
            words.push(Word::Element);
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('"') {
            let (name, after) = inside.split_once('"')?;
            words.push(Word::Name(name.to_owned()));
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            words.push(Word::Name(name.strip_prefix('\'').unwrap_or(name).to_owned()));
            rest = after;
        }
        rest = match rest.strip_prefix('.') {
            Some("") => return None,
            Some(after) => after,
            None => rest,
        };
    }
    (!words.contains(&Word::Name(String::new()))).then_some(words)
}

impl Found {
    /// What is said of it in the newest release that has it.
    fn spot(&self) -> Option<Spot<'static>> {
        self.spots.first().map(|(_, spot)| *spot)
    }

    /// The way to it, as it can be typed.
    pub(super) fn path(&self) -> &str {
        if self.way.is_empty() { "." } else { &self.way }
    }

    /// The name of the field, where it is one of the environment as a whole.
    pub(super) fn outermost(&self) -> Option<&str> {
        is_outermost(&self.way).then_some(self.way.as_str())
    }

    /// The type, in words.
    pub(super) fn kind(&self) -> String {
        let words = match self.tag {
            Some(tag) => format!("'{}", tag.tag),
            None => self.spot().map_or(String::new(), |spot| spot.shape.in_words()),
        };
        words.replace('`', "")
    }

    /// Whether it may be left out, and what holds then; none for what is no field.
    pub(super) fn presence(&self) -> Option<String> {
        Some(self.own_field()?.presence_in_words().replace('`', ""))
    }

    /// The field that it is the value of, and not a part of its value.
    fn own_field(&self) -> Option<&'static FieldSchema> {
        let spot = self.spot()?;
        spot.field.filter(|field| std::ptr::eq(&field.shape, spot.shape) && self.tag.is_none())
    }

    /// What it is, as Markdown.
    pub(super) fn doc(&self) -> String {
        match (self.spot().and_then(|spot| spot.field), self.tag) {
            (Some(field), Some(tag)) => field.doc_of_tag(&tag.tag),
            (Some(field), None) => field.doc.clone(),
            (None, _) => "An environment: one AgentOS stack, with all that differs from the defaults.".to_owned(),
        }
    }

    /// What it is, in a line.
    pub(super) fn summary(&self) -> &'static str {
        self.own_field().map_or("", |field| field.first_sentence())
    }

    /// What a value has to be, in words, release by release where they differ.
    pub(super) fn constraints(&self) -> Vec<String> {
        if self.tag.is_some() {
            return Vec::new();
        }
        let inside = self.inside();
        let all: Vec<(Runtime, String)> =
            inside.spots.iter().map(|(runtime, spot)| (*runtime, spot.constraint())).collect();
        match all.split_first() {
            Some(((_, first), rest)) if rest.iter().all(|(_, text)| text == first) => {
                Some(first.clone()).into_iter().filter(|text| !text.is_empty()).collect()
            }
            _ => {
                let said = all.into_iter().filter(|(_, text)| !text.is_empty());
                said.map(|(runtime, text)| format!("{}: {text}", runtime.version())).collect()
            }
        }
    }

    /// The releases that have it, the oldest first.
    pub(super) fn releases(&self) -> Vec<Runtime> {
        self.spots.iter().rev().map(|(runtime, _)| *runtime).collect()
    }

    /// The tags that it may be, or what stands in it.
    pub(super) fn values(&self) -> Vec<Value> {
        let inside = self.inside();
        let (None, Some(spot)) = (inside.tag, inside.spot()) else { return Vec::new() };
        let Shape::Choice(choices) = spot.shape else { return Vec::new() };
        let value = |choice: &'static Choice| {
            let doc = spot.field.filter(|field| field.doc.contains(&format!("`'{}", choice.tag)));
            let doc = doc.map_or(String::new(), |field| field.doc_of_tag(&choice.tag));
            Some(Value { tag: format!("'{}", choice.tag), doc, found: inside.tagged(choice)?.found })
        };
        choices.iter().filter_map(value).collect()
    }

    /// What stands in an array, or under any name; itself where it is neither.
    fn inside(&self) -> Found {
        match self.inner().as_slice() {
            [Inner { step: Step::Name | Step::Element, found, .. }] => found.inside(),
            _ => self.clone(),
        }
    }

    /// Its parts, one level further.
    pub(super) fn inner(&self) -> Vec<Inner> {
        let (None, Some(spot)) = (self.tag, self.spot()) else { return Vec::new() };
        match spot.shape {
            Shape::Record(fields) => fields.iter().filter_map(|field| self.name(&field.name, Step::Field)).collect(),
            Shape::Dict(_) => self.name("<name>", Step::Name).into_iter().collect(),
            Shape::Array(_) => {
                let found = self.further(format!("{}[]", self.way), Spot::element);
                found.map(|found| Inner { label: "[]".to_owned(), step: Step::Element, found }).into_iter().collect()
            }
            Shape::Choice(choices) => choices.iter().filter_map(|choice| self.tagged(choice)).collect(),
            Shape::Scalar { .. } => Vec::new(),
        }
    }

    /// Its parts that have names: those of the elements of an array, and of what comes with a tag, too.
    fn nameable(&self) -> Vec<Inner> {
        let inner = self.inner().into_iter();
        inner
            .flat_map(|inner| match inner.step {
                Step::Element => inner.found.nameable(),
                Step::Tag => {
                    let fields = inner.found.nameable();
                    std::iter::once(inner).chain(fields).collect()
                }
                Step::Field | Step::Name => vec![inner],
            })
            .collect()
    }

    /// Whether there are fields anywhere inside.
    pub(super) fn has_fields(&self) -> bool {
        self.inner().iter().any(|inner| inner.step == Step::Field || inner.found.has_fields())
    }

    /// Looks at all that is inside of it.
    fn walk(&self, look: &mut dyn FnMut(&Inner)) {
        for inner in self.inner() {
            look(&inner);
            inner.found.walk(look);
        }
    }

    /// What a path from here leads to.
    fn at(&self, words: &[Word]) -> Vec<Found> {
        let Some((word, rest)) = words.split_first() else { return vec![self.clone()] };
        let (None, Some(spot)) = (self.tag, self.spot()) else { return Vec::new() };
        let onward = |inner: Option<Inner>| inner.map_or_else(Vec::new, |inner| inner.found.at(rest));
        match (spot.shape, word) {
            (Shape::Array(_), Word::Element) => onward(self.inner().pop()),
            (Shape::Array(_), Word::Name(_)) => self.inner().pop().map_or_else(Vec::new, |inner| inner.found.at(words)),
            (Shape::Record(_), Word::Name(name)) => onward(self.name(name, Step::Field)),
            (Shape::Dict(_), Word::Name(_)) => onward(self.name("<name>", Step::Name)),
            (Shape::Choice(choices), Word::Name(name)) => match choices.iter().find(|choice| choice.tag == *name) {
                Some(choice) => onward(self.tagged(choice)),
                // A path as findings write it: the tag is the one that the environment has.
                None => self.inner().iter().flat_map(|inner| inner.found.at(words)).collect(),
            },
            (Shape::Choice(_), Word::Element) => self.inner().iter().flat_map(|inner| inner.found.at(words)).collect(),
            (Shape::Record(_) | Shape::Dict(_), Word::Element) | (Shape::Scalar { .. }, _) => Vec::new(),
        }
    }

    fn name(&self, name: &str, step: Step) -> Option<Inner> {
        let label = if step == Step::Field { Path::of([name]).to_string() } else { name.to_owned() };
        let found = self.further(self.below(&label), |spot| spot.named(name))?;
        Some(Inner { label, step, found })
    }

    fn tagged(&self, choice: &'static Choice) -> Option<Inner> {
        let way = self.below(&choice.tag);
        let found = match choice.payload {
            Some(_) => self.further(way, |spot| spot.tagged(&choice.tag))?,
            None => {
                let has = |spot: Spot<'static>| spot.choices().iter().any(|own| own.tag == choice.tag).then_some(spot);
                Found { tag: Some(choice), ..self.further(way, has)? }
            }
        };
        Some(Inner { label: choice.tag.clone(), step: Step::Tag, found })
    }

    fn below(&self, label: &str) -> String {
        if self.way.is_empty() { label.to_owned() } else { format!("{}.{label}", self.way) }
    }

    /// What is further on the way, in the releases that have it.
    fn further(&self, way: String, step: impl Fn(Spot<'static>) -> Option<Spot<'static>>) -> Option<Found> {
        let spots: Vec<_> = self.spots.iter().filter_map(|(runtime, spot)| Some((*runtime, step(*spot)?))).collect();
        (!spots.is_empty()).then_some(Found { way, tag: None, spots })
    }

    /// For programs: with its fields, and with theirs where all are wanted.
    pub(super) fn json(&self, recursive: bool) -> Json {
        let mut json = Map::new();
        let versions: Vec<&str> = self.releases().into_iter().map(Runtime::version).collect();
        let presence = self.own_field().map(|field| match field.presence {
            Presence::Required => "required",
            Presence::Optional => "optional",
            Presence::Default(_) => "default",
        });
        json.insert("path".to_owned(), self.path().into());
        json.insert("type".to_owned(), self.kind().into());
        json.insert("presence".to_owned(), presence.into());
        json.insert("default".to_owned(), self.own_field().and_then(|field| field.default()).into());
        json.insert("constraint".to_owned(), self.constraints().first().map(|_| self.constraints().join(" ")).into());
        json.insert("doc".to_owned(), self.doc().into());
        json.insert("releases".to_owned(), versions.into());
        let parts = |found: &Found| -> Vec<Json> {
            found.parts().iter().map(|inner| inner.found.json_of_part(recursive)).collect()
        };
        let values = self.values();
        if !values.is_empty() {
            let value = |value: &Value| match parts(&value.found) {
                fields if recursive && !fields.is_empty() => {
                    json!({ "tag": value.tag, "doc": value.doc, "fields": fields })
                }
                _ => json!({ "tag": value.tag, "doc": value.doc }),
            };
            json.insert("values".to_owned(), values.iter().map(value).collect());
        }
        json.insert("fields".to_owned(), parts(self).into());
        json.into()
    }

    fn json_of_part(&self, recursive: bool) -> Json {
        if recursive {
            return self.json(true);
        }
        let mut json = self.json(false);
        if let Json::Object(object) = &mut json {
            object.remove("fields");
        }
        json
    }

    /// The fields that a user would look for here: those of what is in an array or under any name, too.
    pub(super) fn parts(&self) -> Vec<Inner> {
        let mut inner = self.inside().inner();
        inner.retain(|inner| inner.step == Step::Field);
        inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart_as_users_write_them() {
        let name = |name: &str| Word::Name(name.to_owned());
        assert_eq!(words("a.b"), Some(vec![name("a"), name("b")]));
        assert_eq!(words(".a.'B[0].\"c.d\".e[]"), {
            Some(vec![name("a"), name("B"), Word::Element, name("c.d"), name("e"), Word::Element])
        });
        for broken in ["a.", "a..b", "a[", "a[x]", "\"a", "a[0"] {
            assert_eq!(words(broken), None, "{broken}");
        }
    }

    #[test]
    fn every_path_that_is_offered_leads_to_one_value() {
        let offered = offered();
        assert!(offered.len() > 200, "{}", offered.len());
        for way in &offered {
            let found = find(&format!(".{way}"));
            assert_eq!(found.len(), 1, "{way}");
            assert!(!found[0].doc().is_empty(), "{way} says nothing");
            assert!(!way.contains(|c: char| "<>[]'\" ".contains(c)), "{way} has to be quoted in a shell");
        }
    }
}
