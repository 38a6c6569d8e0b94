//! Reading syntax trees without evaluating them: what a name, an import or an annotation stands for.

use crate::source::{LIBRARY_DOOR, LIBRARY_FOLDER, normal};
use nickel_lang_core::ast::pattern::PatternData;
use nickel_lang_core::ast::primop::PrimOp;
use nickel_lang_core::ast::record::FieldDef;
use nickel_lang_core::ast::typ::Type;
use nickel_lang_core::ast::{Ast, Import, LetBinding, Node};
use nickel_lang_core::cache::{CacheHub, InputFormat, SourcePath};
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::traverse::{TraverseAlloc, TraverseControl};
use nickel_lang_core::typ::TypeF;
use std::collections::HashSet;
use std::path::Path as FilePath;
use std::rc::Rc;

/// How many names, imports and annotations are followed in a row.
const MAX_STEPS: usize = 64;

/// The syntax trees of all files that were parsed.
pub(super) struct Syntax<'a> {
    pub hub: &'a CacheHub,
}

/// An expression with the names that it may use.
#[derive(Clone)]
pub(super) struct Expression<'a> {
    pub ast: &'a Ast<'a>,
    pub scope: Rc<Scope<'a>>,
}

pub(super) struct Scope<'a> {
    pub file: NickelFile,
    bindings: &'a [LetBinding<'a>],
    parent: Option<Rc<Scope<'a>>>,
}

impl<'a> Scope<'a> {
    pub(super) fn top(file: NickelFile) -> Rc<Scope<'a>> {
        Rc::new(Scope { file, bindings: &[], parent: None })
    }

    pub(super) fn find(self: &Rc<Scope<'a>>, name: &str) -> Option<(&'a LetBinding<'a>, Rc<Scope<'a>>)> {
        self.find_by(&|binding| is_name(&binding.pattern.data, name))
    }

    /// The binding that takes a record apart, as `let { Environment, .. } = …` does, and gives a field of it a name.
    fn find_field(self: &Rc<Scope<'a>>, name: &str, field: &str) -> Option<(&'a LetBinding<'a>, Rc<Scope<'a>>)> {
        self.find_by(&|binding| match &binding.pattern.data {
            PatternData::Record(record) => {
                record.patterns.iter().any(|part| part.matched_id.label() == field && is_name(&part.pattern.data, name))
            }
            _ => false,
        })
    }

    fn find_by(
        self: &Rc<Scope<'a>>,
        is_it: &dyn Fn(&LetBinding<'a>) -> bool,
    ) -> Option<(&'a LetBinding<'a>, Rc<Scope<'a>>)> {
        let parent = self.parent.as_ref();
        match self.bindings.iter().find(|binding| is_it(binding)) {
            Some(binding) => parent.map(|parent| (binding, Rc::clone(parent))),
            None => parent.and_then(|parent| parent.find_by(is_it)),
        }
    }
}

fn is_name(pattern: &PatternData<'_>, name: &str) -> bool {
    matches!(pattern, PatternData::Any(id) if id.label() == name)
}

impl<'a> Syntax<'a> {
    /// Follows names, imports and annotations to the expression that they stand for; not for ever, because files may
    /// import each other in a circle.
    pub(super) fn resolve(&self, expression: &Expression<'a>) -> Expression<'a> {
        let mut expression = expression.clone();
        for _ in 0..MAX_STEPS {
            match self.step(&expression) {
                Some(next) => expression = next,
                None => break,
            }
        }
        expression
    }

    fn step(&self, expression: &Expression<'a>) -> Option<Expression<'a>> {
        let Expression { ast, scope } = expression;
        match &ast.node {
            Node::Let { bindings, body, .. } => {
                let parent = Some(Rc::clone(scope));
                Some(Expression { ast: body, scope: Rc::new(Scope { file: scope.file, bindings, parent }) })
            }
            Node::Var(id) => scope.find(id.label()).map(|(binding, scope)| Expression { ast: &binding.value, scope }),
            Node::Annotated { inner, .. } => Some(Expression { ast: inner, scope: Rc::clone(scope) }),
            Node::Import(Import::Path { path, .. }) => self.imported(scope.file, FilePath::new(path)),
            Node::PrimOpApp { op: PrimOp::RecordStatAccess(field), args: [record] } => {
                let record = Expression { ast: record, scope: Rc::clone(scope) };
                self.member(&record, field.label()).map(|(value, _)| value)
            }
            _ => None,
        }
    }

    /// What an expression may stand for where it is a field of what a `match` chooses, as in `(releases.of runtime).Secrets`:
    /// that field of each branch.
    pub(super) fn alternatives(&self, expression: &Expression<'a>) -> Option<Vec<Expression<'a>>> {
        let Node::PrimOpApp { op: PrimOp::RecordStatAccess(field), args: [chosen] } = &expression.ast.node else {
            return None;
        };
        let Node::App { head, .. } = &chosen.node else { return None };
        let chooser = self.resolve(&Expression { ast: head, scope: Rc::clone(&expression.scope) });
        let Node::Match(chooser_ast) = &chooser.ast.node else { return None };
        let branches = chooser_ast.branches.iter();
        let expressions = branches.map(|branch| Expression { ast: &branch.body, scope: Rc::clone(&chooser.scope) });
        Some(expressions.filter_map(|branch| Some(self.member(&branch, field.label())?.0)).collect())
    }

    fn imported(&self, importer: NickelFile, path: &FilePath) -> Option<Expression<'a>> {
        let (ast, file) = self.imported_file(importer, path)?;
        Some(Expression { ast, scope: Scope::top(file) })
    }

    /// The file that a file imports by a path.
    pub(super) fn imported_file(&self, importer: NickelFile, path: &FilePath) -> Option<(&'a Ast<'a>, NickelFile)> {
        let SourcePath::Path(importer, _) = self.hub.sources.file_paths.get(&importer)? else { return None };
        let path = normal(&FilePath::new(importer).parent()?.join(path));
        let file = self.hub.sources.id_of(&SourcePath::Path(path, InputFormat::Nickel))?;
        Some((self.hub.asts.get(file)?, file))
    }

    /// Whether a contract is `Environment` of the import `agentos/lib.ncl`, whatever name that was given.
    fn names_environment(&self, contract: &Type<'a>, scope: &Rc<Scope<'a>>) -> bool {
        let TypeF::Contract(ast) = &contract.typ else { return false };
        let (mut ast, mut scope) = (*ast, Rc::clone(scope));
        for _ in 0..MAX_STEPS {
            match &ast.node {
                Node::PrimOpApp { op: PrimOp::RecordStatAccess(field), args: [library] } => {
                    return field.label() == "Environment" && self.is_library(library, &scope);
                }
                Node::Var(id) => match scope.find(id.label()) {
                    Some((binding, around)) => (ast, scope) = (&binding.value, around),
                    None => {
                        let taken_apart = scope.find_field(id.label(), "Environment");
                        return taken_apart.is_some_and(|(binding, around)| self.is_library(&binding.value, &around));
                    }
                },
                _ => return false,
            }
        }
        false
    }

    /// Whether an expression is the import of the library, or a name for it.
    fn is_library(&self, library: &'a Ast<'a>, scope: &Rc<Scope<'a>>) -> bool {
        let library = match &library.node {
            Node::Var(id) => scope.find(id.label()).map(|(binding, _)| &binding.value),
            _ => Some(library),
        };
        let front_door = format!("{LIBRARY_FOLDER}/{LIBRARY_DOOR}");
        library.is_some_and(
            |library| matches!(&library.node, Node::Import(Import::Path { path, .. }) if *path == front_door.as_str()),
        )
    }

    /// A field of a record expression, with its documentation.
    pub(super) fn member(&self, record: &Expression<'a>, name: &str) -> Option<(Expression<'a>, Option<&'a str>)> {
        let record = self.resolve(record);
        let Node::Record(fields) = &record.ast.node else { return None };
        let field = fields.field_defs.iter().find(|field| field_name(field) == Some(name))?;
        let ast = field.value.as_ref()?;
        Some((Expression { ast, scope: record.scope }, field.metadata.doc))
    }
}

/// Whether an annotation behind a file's last expression is one of its value: behind a function or a condition, it is
/// one of their last part.
pub(super) fn may_be_annotated(hub: &CacheHub, file: NickelFile) -> bool {
    let Some(mut ast) = hub.asts.get(file) else { return false };
    while let Node::Let { body, .. } = &ast.node {
        ast = body;
    }
    !matches!(ast.node, Node::Fun { .. } | Node::IfThenElse { .. })
}

/// Whether a file's value carries the library's contract `Environment`: it is annotated itself, or it is a name or an
/// import of something that is.
pub(super) fn is_environment(hub: &CacheHub, file: NickelFile) -> bool {
    let Some(ast) = hub.asts.get(file) else { return false };
    let syntax = Syntax { hub };
    let mut expression = Expression { ast, scope: Scope::top(file) };
    for _ in 0..MAX_STEPS {
        let Expression { ast, scope } = &expression;
        let annotated = match &ast.node {
            Node::Annotated { annot, .. } => {
                annot.contracts.iter().any(|contract| syntax.names_environment(contract, scope))
            }
            Node::Var(id) => scope.find(id.label()).is_some_and(|(binding, around)| {
                let contracts = &binding.metadata.annotation.contracts;
                contracts.iter().any(|contract| syntax.names_environment(contract, &around))
            }),
            Node::Let { .. } | Node::Import(_) => false,
            _ => return false,
        };
        if annotated {
            return true;
        }
        match syntax.step(&expression) {
            Some(next) => expression = next,
            None => return false,
        }
    }
    false
}

/// Shows every expression of a syntax tree.
pub(super) fn each_expression<'a>(ast: &'a Ast<'a>, see: &mut dyn FnMut(&'a Ast<'a>)) {
    let _: Option<()> = ast.traverse_ref(&mut |node: &'a Ast<'a>, _: &()| seen(node, see), &());
}

fn seen<'a>(node: &'a Ast<'a>, see: &mut dyn FnMut(&'a Ast<'a>)) -> TraverseControl<(), ()> {
    see(node);
    if let Node::Let { bindings, .. } = &node.node {
        // Nickel's own traversal leaves out the patterns of `let`, which may have defaults and contracts.
        for binding in *bindings {
            let _: Option<()> = binding.pattern.traverse_ref(&mut |node: &'a Ast<'a>, _: &()| seen(node, see), &());
        }
    }
    TraverseControl::Continue
}

/// Whether any expression of a file is one of these names, or may be.
pub(super) fn names_any(hub: &CacheHub, file: NickelFile, names: &HashSet<&str>) -> bool {
    let is_nickel = |path: &SourcePath| !matches!(path, SourcePath::Path(_, format) if *format != InputFormat::Nickel);
    let Some(ast) = hub.asts.get(file) else { return hub.sources.file_paths.get(&file).is_none_or(is_nickel) };
    let mut found = false;
    each_expression(ast, &mut |node| {
        found |= match &node.node {
            Node::Var(name) => names.contains(name.label()),
            Node::Record(record) => record.includes.iter().any(|include| names.contains(include.ident.label())),
            _ => false,
        };
    });
    found
}

fn field_name(field: &FieldDef<'_>) -> Option<&'static str> {
    field.name_as_ident().map(|id| id.ident().label())
}
