//! Which brackets belong together, in a text in which some have no partner.

use crate::evaluate::outline::{Kind, Token};

/// How many open brackets are passed in search of the partner of one that closes.
const REACH: usize = 64;

/// The brackets that have a partner, each with it, in the order in which they close. One without a partner is passed over.
pub(super) fn pairs(tokens: &[Token]) -> Vec<(Token, Token)> {
    let mut pairs = Vec::new();
    let mut open: Vec<Token> = Vec::new();
    for token in tokens {
        if token.kind.opens() {
            open.push(*token);
        } else if token.kind.closes()
            && let Some(passed) = open.iter().rev().take(REACH).position(|before| closes(before.kind, token.kind))
        {
            open.truncate(open.len() - passed);
            pairs.extend(open.pop().map(|before| (before, *token)));
        }
    }
    pairs
}

fn closes(open: Kind, close: Kind) -> bool {
    matches!(
        (open, close),
        (Kind::OpenBrace | Kind::Interpolation, Kind::CloseBrace)
            | (Kind::OpenBracket, Kind::CloseBracket)
            | (Kind::OpenParenthesis, Kind::CloseParenthesis)
            | (Kind::OpenChoices, Kind::CloseChoices)
    )
}
