//! Each field that the library declares is found in its text.

use crate::evaluate::schema::{FieldSchema, Place, Schema, Shape};
use crate::source::LIBRARY;

fn fields<'s>(shape: &'s Shape, found: &mut Vec<&'s FieldSchema>) {
    match shape {
        Shape::Record(inner) => {
            for field in inner {
                found.push(field);
                fields(&field.shape, found);
            }
        }
        Shape::Dict(inner) | Shape::Array(inner) => fields(inner, found),
        Shape::Choice(choices) => {
            choices.iter().filter_map(|choice| choice.payload.as_ref()).for_each(|payload| fields(payload, found));
        }
        Shape::Scalar { .. } => {}
    }
}

#[test]
fn places_are_those_of_the_names() {
    let schema = Schema::embedded();
    let mut found = Vec::new();
    fields(&schema.root, &mut found);
    assert!(found.len() > 200);
    for field in found {
        let Some(Place(module, start, end)) = field.place else { continue };
        let name = &LIBRARY[module].text[start as usize..end as usize];
        assert_eq!(name.trim_matches('"'), field.name);
    }
}
