//! What contracts that are functions say of values, read from their syntax: every `'Error` of theirs, in order.

use nickel_lang_core::ast::pattern::PatternData;
use nickel_lang_core::ast::primop::PrimOp;
use nickel_lang_core::ast::record::Record;
use nickel_lang_core::ast::{Ast, Node, StringChunk};
use nickel_lang_core::traverse::{TraverseAlloc, TraverseControl};

/// What a function says when it is applied to `args`, as a Rust expression; none where it can't be known from syntax.
/// Where the value at hand is repeated, the text has `%{}`.
pub(super) fn words(function: &Ast<'_>, args: &[Ast<'_>]) -> Option<String> {
    let parameters: Vec<(&str, &Ast<'_>)> = match &function.node {
        Node::Fun { args: patterns, .. } => patterns
            .iter()
            .zip(args)
            .map(|(pattern, arg)| match &pattern.data {
                PatternData::Any(id) => Some((id.label(), arg)),
                _ => None,
            })
            .collect::<Option<_>>()?,
        _ => Vec::new(),
    };
    let mut errors = Vec::new();
    let mut note = |ast: &Ast<'_>, _: &()| -> TraverseControl<(), ()> {
        if let Node::EnumVariant { tag, arg: Some(Ast { node: Node::Record(record), .. }) } = &ast.node
            && tag.label() == "Error"
        {
            errors.push(error(record, &parameters));
        }
        TraverseControl::Continue
    };
    let _: Option<()> = function.traverse_ref(&mut note, &());
    let errors: Option<Vec<String>> = errors.into_iter().collect();
    Some(format!("&[{}]", errors?.join(", ")))
}

fn error(record: &Record<'_>, parameters: &[(&str, &Ast<'_>)]) -> Option<String> {
    let value = |name: &str| {
        let is_called = |id: nickel_lang_core::identifier::LocIdent| id.label() == name;
        record.field_defs.iter().find(|field| field.path_as_ident().is_some_and(is_called))?.value.as_ref()
    };
    let message = text(value("message")?, parameters)?;
    let Node::Array(notes) = &value("notes")?.node else { return None };
    let notes: Option<Vec<String>> = notes.iter().map(|note| text(note, parameters)).collect();
    Some(format!("Words {{ message: {message:?}, notes: &{:?} }}", notes?))
}

/// A text with parameters put in, which are text themselves, or numbers.
fn text(ast: &Ast<'_>, parameters: &[(&str, &Ast<'_>)]) -> Option<String> {
    match &ast.node {
        Node::Var(id) => match parameters.iter().find(|(name, _)| *name == id.label()) {
            Some((_, arg)) => text(arg, &[]),
            None => Some("%{}".to_owned()),
        },
        Node::App { head: Ast { node: Node::PrimOpApp { op: PrimOp::RecordStatAccess(id), .. }, .. }, args: [arg] } => {
            (id.label() == "to_string").then(|| text(arg, parameters))?
        }
        Node::StringChunks(chunks) => chunks
            .iter()
            .map(|chunk| match chunk {
                StringChunk::Literal(text) => Some(text.clone()),
                StringChunk::Expr(ast, _) => text(ast, parameters),
            })
            .collect(),
        Node::Number(_) => super::number(ast),
        _ => super::text(ast),
    }
}
