//! The way to a value. Most of them are never asked for, so that none is written out until then.

use crate::path::{Path, Segment};

/// The way to a value, from its end.
pub(super) struct Trail<'f> {
    outer: Option<&'f Trail<'f>>,
    step: Option<Step<'f>>,
}

#[derive(Clone, Copy)]
pub(super) enum Step<'f> {
    Field(&'f str),
    Index(usize),
}

impl<'f> Trail<'f> {
    pub(super) fn root() -> Trail<'f> {
        Trail { outer: None, step: None }
    }

    pub(super) fn field(&'f self, name: &'f str) -> Trail<'f> {
        Trail { outer: Some(self), step: Some(Step::Field(name)) }
    }

    pub(super) fn index(&'f self, index: usize) -> Trail<'f> {
        Trail { outer: Some(self), step: Some(Step::Index(index)) }
    }

    /// The name of the last field on the way.
    pub(super) fn last_field(&self) -> Option<&str> {
        let mut trails = std::iter::successors(Some(self), |trail| trail.outer);
        trails.find_map(|trail| match trail.step {
            Some(Step::Field(name)) => Some(name),
            Some(Step::Index(_)) | None => None,
        })
    }

    pub(super) fn path(&self) -> Path {
        let mut steps: Vec<Segment> = std::iter::successors(Some(self), |trail| trail.outer)
            .filter_map(|trail| trail.step)
            .map(|step| match step {
                Step::Field(name) => Segment::Field(name.to_owned()),
                Step::Index(index) => Segment::Index(index),
            })
            .collect();
        steps.reverse();
        Path(steps)
    }
}
