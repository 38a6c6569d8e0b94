//! How far lines are indented, by what is open around them.

use super::atoms::{Shape, Sort};

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// The whole text.
    File,
    /// A pair of brackets.
    Brackets(Shape),
    /// The branches of a `match`.
    Branches,
    /// The bindings of a `let`, which wait for `in`.
    Let,
    /// The parameters of a function.
    Parameters,
    /// A condition, or what follows `then`; `else` is still to come.
    If,
    /// What ends with what is around it: that which follows `in`, `else`, or the arrow of a function.
    Body,
}

/// Something that is open, and how its lines are indented, in levels.
#[derive(Clone, Copy, Debug)]
struct Scope {
    inside: Inside,
    /// Of the line with the closing bracket, `in` or `else`; of a body, what its expression is aligned with.
    edge: usize,
    /// Of a line that begins an expression.
    inner: usize,
    /// Of a line that begins with an operator or an annotation.
    align: usize,
    /// Of a line that begins with an argument.
    operand: usize,
    /// Whether the next atom begins an expression.
    is_fresh: bool,
    /// Whether brackets stand on several lines.
    is_broken: bool,
    /// Whether a comma may be added behind the last item.
    may_end_with_comma: bool,
}

impl Scope {
    fn new(inside: Inside, edge: usize, inner: usize) -> Scope {
        Scope {
            inside,
            edge,
            inner,
            align: edge + 1,
            operand: edge + 2,
            is_fresh: true,
            is_broken: true,
            may_end_with_comma: true,
        }
    }

    /// Begins an expression in it.
    fn refresh(&mut self, inside: Inside, inner: usize) {
        (self.inside, self.inner, self.align, self.is_fresh) = (inside, inner, self.edge + 1, true);
    }

    fn is_in_brackets(&self) -> bool {
        matches!(self.inside, Inside::File | Inside::Brackets(_) | Inside::Branches)
    }

    /// Whether it is a list of items with commas between them.
    fn has_items(&self) -> bool {
        let is_parenthesis = self.inside == Inside::Brackets(Shape::Parenthesis);
        self.is_in_brackets() && self.inside != Inside::File && !is_parenthesis
    }

    /// The indentation of items.
    fn of_items(&self) -> usize {
        if self.inside == Inside::File { 0 } else { self.edge + 1 }
    }
}

/// What is open, from the whole text to the innermost.
#[derive(Debug)]
pub(super) struct Scopes {
    scopes: Vec<Scope>,
    /// The outermost, which nothing closes.
    file: Scope,
    /// The indentation of the current line.
    line: usize,
    /// The last atom.
    last: Option<Sort>,
}

impl Scopes {
    /// At the beginning of a text.
    pub(super) fn new() -> Scopes {
        let file = Scope { align: 0, operand: 1, ..Scope::new(Inside::File, 0, 0) };
        Scopes { scopes: Vec::new(), file, line: 0, last: None }
    }

    /// The indentation of a line that begins with this atom, or that is the end of the text.
    pub(super) fn indentation(&self, sort: Option<Sort>) -> usize {
        let top = self.top();
        match sort {
            None => 0,
            Some(Sort::Close(_)) => self.brackets().edge,
            Some(Sort::In) => self.innermost(Inside::Let).map_or(top.align, |bindings| bindings.edge),
            Some(Sort::Then | Sort::Else) => self.innermost(Inside::If).map_or(top.align, |branch| branch.edge),
            _ if top.is_fresh => top.inner,
            Some(Sort::Operator | Sort::Annotation | Sort::Equals | Sort::Arrow | Sort::Semicolon) => top.align,
            _ => match self.last {
                Some(Sort::Equals | Sort::Annotation) => self.line + 1,
                Some(Sort::Operator) => top.align,
                _ => top.operand,
            },
        }
    }

    /// The indentation of a comment that has its own line before this atom.
    pub(super) fn indentation_of_comment(&self, sort: Option<Sort>) -> usize {
        match sort {
            Some(Sort::Close(_)) => self.brackets().of_items(),
            Some(Sort::In | Sort::Then | Sort::Else) => self.indentation(sort) + 1,
            _ => self.indentation(sort),
        }
    }

    /// Whether the innermost brackets stand on several lines.
    pub(super) fn is_broken(&self) -> bool {
        self.brackets().is_broken
    }

    /// Whether the innermost brackets are of items with commas between them.
    pub(super) fn has_items(&self) -> bool {
        self.brackets().has_items()
    }

    /// Whether a comma may be added before the end of the innermost brackets.
    pub(super) fn may_end_with_comma(&self) -> bool {
        self.has_items() && self.brackets().may_end_with_comma
    }

    /// Whether a comma here ends an item of the innermost brackets, not a binding.
    pub(super) fn is_at_item(&self) -> bool {
        let ends = self.scopes.iter().rev().find(|scope| scope.is_in_brackets() || scope.inside == Inside::Let);
        ends.is_some_and(Scope::is_in_brackets)
    }

    /// Takes a comma.
    pub(super) fn comma(&mut self) {
        self.pop_to(|scope| scope.is_in_brackets() || scope.inside == Inside::Let);
        let top = self.top_mut();
        (top.inner, top.is_fresh) = (top.of_items(), true);
        self.last = None;
    }

    /// Takes an atom: `starts` says whether it begins a line, and `is_broken`, of an opening bracket, whether what is in it
    /// stands on several lines.
    pub(super) fn take(&mut self, sort: Sort, starts: bool, is_broken: bool) {
        if starts {
            self.line = self.indentation(Some(sort));
        }
        match sort {
            Sort::Close(_) => {
                self.pop_to(Scope::is_in_brackets);
                self.scopes.pop();
            }
            Sort::In => self.turn(Inside::Let, Inside::Body, 0),
            Sort::Then => self.turn(Inside::If, Inside::If, 1),
            Sort::Else => self.turn(Inside::If, Inside::Body, 1),
            Sort::Arrow => self.arrow(),
            Sort::Semicolon => {
                self.pop_to(Scope::is_in_brackets);
                self.top_mut().may_end_with_comma = false;
            }
            _ => self.part(sort, starts, is_broken),
        }
        self.last = Some(sort);
    }

    /// Takes a part of an expression.
    fn part(&mut self, sort: Sort, starts: bool, is_broken: bool) {
        let (line, edge) = (self.line, self.edge(starts));
        let is_body = self.top().inside == Inside::Body && self.top().is_fresh;
        self.begin(sort, starts);
        let pushed = match sort {
            Sort::Open(_) if self.last == Some(Sort::Match) => {
                Scope { is_broken, ..Scope::new(Inside::Branches, line, line + 1) }
            }
            Sort::Open(shape) => Scope { is_broken, ..Scope::new(Inside::Brackets(shape), line, line + 1) },
            Sort::Let => Scope::new(Inside::Let, edge, edge + 1),
            Sort::If => Scope { is_fresh: false, operand: edge + 1, ..Scope::new(Inside::If, edge, edge + 1) },
            Sort::Fun => Scope { is_fresh: false, operand: line + 1, ..Scope::new(Inside::Parameters, line, line + 1) },
            _ => return,
        };
        // What is the whole body of another ends with it: many bindings in a row nest no deeper than one.
        if is_body && !matches!(sort, Sort::Open(_)) {
            self.scopes.pop();
        }
        self.scopes.push(pushed);
    }

    /// What `in` and `else` are aligned with, of an expression that begins here.
    fn edge(&self, starts: bool) -> usize {
        let follows = matches!(self.last, Some(Sort::In | Sort::Else)) && self.top().inside == Inside::Body;
        match (starts, follows) {
            (true, _) => self.line,
            (false, true) => self.top().edge,
            (false, false) => self.line + 1,
        }
    }

    /// Notes where an expression or an operand begins.
    fn begin(&mut self, sort: Sort, starts: bool) {
        let (line, last) = (self.line, self.last);
        let top = self.top_mut();
        if std::mem::take(&mut top.is_fresh) {
            top.operand = line + 1;
            match top.inside {
                // What is said of a field stands further in than its name.
                Inside::Brackets(Shape::Brace) | Inside::Branches | Inside::Let if last != Some(Sort::Arrow) => {
                    top.align = if starts { line } else { top.edge } + 1;
                }
                _ if starts => top.align = line,
                _ => {}
            }
            // `..` is the last in its brackets, and a contract on every field the only one.
            let is_alone = sort == Sort::Wildcard && top.inside == Inside::Brackets(Shape::Brace);
            top.may_end_with_comma &= sort != Sort::Ellipsis && !is_alone;
        } else if matches!(last, Some(Sort::Operator | Sort::Annotation | Sort::Equals)) {
            top.operand = line + 1;
            if starts && last == Some(Sort::Equals) {
                top.align = line;
            }
        }
    }

    /// Goes on with another part of what is open: behind `in`, `then` or `else`.
    fn turn(&mut self, from: Inside, to: Inside, deeper: usize) {
        if self.innermost(from).is_some() {
            self.pop_to(|scope| scope.inside == from);
            let top = self.top_mut();
            top.refresh(to, top.edge + deeper);
        }
    }

    /// Takes the arrow of a function, or of a branch of `match`.
    fn arrow(&mut self) {
        if self.innermost(Inside::Parameters).is_some() {
            self.pop_to(|scope| scope.inside == Inside::Parameters);
            let top = self.top_mut();
            top.refresh(Inside::Body, top.edge + 1);
        } else {
            self.pop_to(Scope::is_in_brackets);
            let line = self.line;
            let top = self.top_mut();
            (top.inner, top.is_fresh) = (line + 1, true);
        }
    }

    /// The innermost of a kind within the innermost brackets.
    fn innermost(&self, inside: Inside) -> Option<&Scope> {
        let within = self.scopes.iter().rev().take_while(|scope| !scope.is_in_brackets());
        within.into_iter().find(|scope| scope.inside == inside)
    }

    fn brackets(&self) -> &Scope {
        self.scopes.iter().rev().find(|scope| scope.is_in_brackets()).unwrap_or(&self.file)
    }

    fn top(&self) -> &Scope {
        self.scopes.last().unwrap_or(&self.file)
    }

    fn top_mut(&mut self) -> &mut Scope {
        self.scopes.last_mut().unwrap_or(&mut self.file)
    }

    fn pop_to(&mut self, is_it: impl Fn(&Scope) -> bool) {
        while self.scopes.last().is_some_and(|scope| !is_it(scope)) {
            self.scopes.pop();
        }
    }
}
