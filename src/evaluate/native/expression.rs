//! The syntax of plain data: what the quick way reads, and nothing else of Nickel.

use nickel_lang_core::ast::MergePriority;
use std::borrow::Cow;

/// An expression, and its bytes, parentheses included.
pub(super) struct Expression<'t> {
    pub node: Node<'t>,
    pub start: u32,
    pub end: u32,
}

pub(super) enum Node<'t> {
    Null,
    Bool(bool),
    /// As Nickel writes it.
    Number(Cow<'t, str>),
    Text(Cow<'t, str>),
    /// Text in pieces, some of which are expressions.
    Pieces(Vec<Piece<'t>>),
    Tag(Cow<'t, str>),
    Variant(Cow<'t, str>, Box<Expression<'t>>),
    Array(Vec<Expression<'t>>),
    Record(Vec<Definition<'t>>),
    Let(Vec<Binding<'t>>, Box<Expression<'t>>),
    Name(&'t str),
    /// An import, by the byte at which it begins.
    Import(u32),
    Merge(Box<Expression<'t>>, Box<Expression<'t>>),
    /// A field of a record.
    Access(Box<Expression<'t>>, Cow<'t, str>),
    /// `value | contract`.
    Annotated(Box<Expression<'t>>, Box<Expression<'t>>),
}

pub(super) enum Piece<'t> {
    Literal(Cow<'t, str>),
    Expression(Expression<'t>),
}

/// A name that `let` gives to a value.
pub(super) struct Binding<'t> {
    pub name: &'t str,
    pub value: Expression<'t>,
}

/// A definition of a field, `a.b.c = value`.
pub(super) struct Definition<'t> {
    /// The first name of the path.
    pub first: Name<'t>,
    /// The others.
    pub inner: Vec<Name<'t>>,
    /// Of the last of them.
    pub priority: MergePriority,
    pub value: Expression<'t>,
}

/// The name of a field, and its bytes, quotes included.
pub(super) struct Name<'t> {
    pub text: Cow<'t, str>,
    pub start: u32,
    pub end: u32,
}
