//! Which brackets and quotes of a text belong together, and which have no partner.

use super::{Kind, Token};

/// The brackets and quotes of a text, by the positions of their tokens.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    /// For each token that opens or closes, its partner.
    partners: Vec<Option<usize>>,
    /// For each token, and for the end of the text, the innermost opening around it.
    around: Vec<Option<usize>>,
    /// Openings that nothing closes, from the outermost to the innermost.
    pub unclosed: Vec<usize>,
    /// Closings of another kind than the innermost opening: the opening, and the closing.
    pub crossed: Vec<(usize, usize)>,
    /// Closings that nothing opens.
    pub unopened: Vec<usize>,
}

impl Pairs {
    /// Pairs the tokens of a text.
    pub(crate) fn of(tokens: &[Token]) -> Pairs {
        let mut pairs = Pairs { partners: vec![None; tokens.len()], ..Pairs::default() };
        for (index, token) in tokens.iter().enumerate() {
            let innermost = pairs.unclosed.last().copied();
            let opening = innermost.and_then(|open| tokens.get(open)).map(|open| open.kind);
            pairs.around.push(innermost);
            if opening.is_some_and(|opening| is_closed_by(opening, token.kind)) {
                pairs.close(index);
            } else if opens(token.kind) {
                pairs.unclosed.push(index);
            } else if token.kind.closes() {
                pairs.mismatch(index, innermost);
            }
        }
        pairs.around.push(pairs.unclosed.last().copied());
        pairs
    }

    /// The partner of a token that opens or closes.
    pub(crate) fn partner(&self, token: usize) -> Option<usize> {
        self.partners.get(token).copied().flatten()
    }

    /// The innermost opening around a token; of one that closes, its own.
    pub(in crate::evaluate) fn around(&self, token: usize) -> Option<usize> {
        self.around.get(token).copied().flatten()
    }

    fn close(&mut self, closing: usize) {
        let Some(opening) = self.unclosed.pop() else { return };
        for (token, partner) in [(opening, closing), (closing, opening)] {
            if let Some(slot) = self.partners.get_mut(token) {
                *slot = Some(partner);
            }
        }
    }

    /// A closing of another kind closes what is open: so the rest of the text is as deep as it looks.
    fn mismatch(&mut self, closing: usize, innermost: Option<usize>) {
        match innermost {
            Some(opening) => {
                self.crossed.push((opening, closing));
                self.close(closing);
            }
            None => self.unopened.push(closing),
        }
    }
}

fn opens(kind: Kind) -> bool {
    kind.opens() || matches!(kind, Kind::Quote | Kind::QuotedTag | Kind::Indented | Kind::Symbolic)
}

fn is_closed_by(opening: Kind, closing: Kind) -> bool {
    match opening {
        Kind::Quote | Kind::QuotedTag => closing == Kind::Quote,
        Kind::Indented | Kind::Symbolic => closing == Kind::IndentedEnd,
        Kind::OpenBrace | Kind::Interpolation => closing == Kind::CloseBrace,
        Kind::OpenBracket => closing == Kind::CloseBracket,
        Kind::OpenParenthesis => closing == Kind::CloseParenthesis,
        Kind::OpenChoices => closing == Kind::CloseChoices,
        _ => false,
    }
}
