//! What the library's contracts let through, decoding reads: every path of the schema, and every choice as something of
//! its own.

use agentos_cfg::Compiler;
use agentos_cfg::agentos::vocabulary::ServiceName;
use agentos_cfg::evaluate::schema::{Presence, Shape};
use agentos_cfg::model::{Environment, decode};
use agentos_cfg::path::Path;
use agentos_cfg::tree::{Node, Number, Value};

/// A value around another one, up to a whole environment.
type Around<'a> = &'a dyn Fn(Value) -> Value;

#[test]
fn every_path_and_choice_of_the_schema_is_decoded() {
    let mut forgotten = Vec::new();
    look(&Compiler::new().schema().root, &Presence::Required, "Environment", &|value| value, &mut forgotten);
    assert!(forgotten.is_empty(), "add to src/model: {forgotten:#?}");
}

#[test]
fn wherever_each_service_has_a_field_all_of_them_have_one() {
    let schema = Compiler::new().schema();
    let tenant = ["tenancy", "tenants", "tnt_a"];
    let of_tenant = |field| Path::of(tenant).field(field);
    for path in [Path::of(["services"]), Path::of(["network", "callers"]), of_tenant("hosts"), of_tenant("callers")] {
        let named = schema.shape(&path).map(Shape::member_names);
        assert_eq!(named, Some(ServiceName::ALL.map(ServiceName::as_str).to_vec()), "{path}");
    }
}

/// Decodes environments that differ at one path only, and goes on below it.
fn look(shape: &Shape, presence: &Presence, path: &str, around: Around<'_>, forgotten: &mut Vec<String>) {
    let environment = |value| decode(&node(around(value)));
    match shape {
        Shape::Record(fields) if fields.is_empty() => forgotten.push(path.to_owned()),
        Shape::Record(fields) => {
            for field in fields {
                let name = field.name.as_str();
                look(
                    &field.shape,
                    &field.presence,
                    &format!("{path}.{name}"),
                    &|value| around(record(name, value)),
                    forgotten,
                );
            }
        }
        Shape::Dict(inner) => {
            // The name says something, too, and where an empty record comes with it, all.
            let [one, other] = ["a", "b"].map(|name| environment(record(name, sample(inner))));
            forgotten.extend((one == other).then(|| format!("{path}.*")));
            if !matches!(&**inner, Shape::Record(fields) if fields.is_empty()) {
                look(inner, &Presence::Required, &format!("{path}.*"), &|value| around(record("a", value)), forgotten);
            }
        }
        Shape::Array(inner) => {
            look(
                inner,
                &Presence::Required,
                &format!("{path}[]"),
                &|value| around(Value::Array(vec![node(value)])),
                forgotten,
            );
        }
        Shape::Choice(choices) => {
            // What is not known is decoded as the default, if as anything.
            let unknown = environment(choice("Unknown", None));
            let mut decoded: Vec<Environment> = Vec::new();
            for one in choices {
                let (tag, inner) = (one.tag.as_str(), one.payload.as_ref());
                let found = environment(choice(tag, inner.map(sample)));
                let is_default = *presence == Presence::Default(format!("'{tag}"));
                let path = format!("{path}'{tag}");
                let is_known = !decoded.contains(&found) && (is_default || found != unknown);
                forgotten.extend((!is_known).then(|| path.clone()));
                decoded.push(found);
                inner.iter().for_each(|inner| {
                    look(inner, &Presence::Required, &path, &|value| around(choice(tag, Some(value))), forgotten);
                });
            }
        }
        Shape::Scalar { .. } => {
            let mut decoded = scalars().map(environment);
            let first = decoded.next();
            forgotten.extend(decoded.all(|other| Some(other) == first).then(|| path.to_owned()));
        }
    }
}

/// Values of which a field of one type takes two at least.
fn scalars() -> impl Iterator<Item = Value> {
    let texts = ["a", "b"].map(|text| Value::String(text.to_owned()));
    let numbers = ["1", "2"].map(|number| Value::Number(Number::from_fraction(number.to_owned())));
    texts.into_iter().chain(numbers).chain([false, true].map(Value::Bool))
}

/// A value of a shape, with as little in it as possible.
fn sample(shape: &Shape) -> Value {
    match shape {
        Shape::Record(_) | Shape::Dict(_) => Value::Record(Default::default()),
        Shape::Array(_) => Value::Array(Vec::new()),
        Shape::Choice(choices) => choice(&choices[0].tag, choices[0].payload.as_ref().map(sample)),
        Shape::Scalar { .. } => Value::String("a".to_owned()),
    }
}

fn record(name: &str, value: Value) -> Value {
    Value::Record([(name.to_owned(), node(value))].into_iter().collect())
}

fn choice(tag: &str, payload: Option<Value>) -> Value {
    Value::Choice { tag: tag.to_owned(), payload: payload.map(|payload| Box::new(node(payload))) }
}

fn node(value: Value) -> Node {
    Node { value, span: None, key: None }
}
