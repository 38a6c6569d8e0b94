//! What is kept besides trees ↔ bytes: findings, references and roles.

use crate::catalogue;
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, Permission, Severity};
use crate::evaluate::Role;
use crate::fleet::Reference;
pub(super) use crate::packed::{Reader, Writer};
use crate::path::{Path, Segment};

impl Writer {
    pub(super) fn role(&mut self, role: Role) {
        match role {
            Role::Environment => self.byte(0),
            Role::Module => self.byte(1),
            Role::Undeclared => self.byte(2),
            Role::Unreadable => self.byte(3),
        }
    }

    /// A finding to be kept; one that knows of credentials is not.
    pub(super) fn kept_finding(&mut self, finding: &Diagnostic) {
        if !finding.sensitive.is_empty() {
            return self.spoil();
        }
        self.finding(finding);
    }

    pub(super) fn finding(&mut self, finding: &Diagnostic) {
        let Diagnostic { code, severity, message, path, primary, secondary, notes, help, fixes, allowed, sensitive } =
            finding;
        self.text(code.0);
        self.byte(match severity {
            Severity::Error => 0,
            Severity::Warning => 1,
        });
        self.text(message);
        self.list(path.0.iter(), Writer::segment);
        self.optional(primary.as_ref(), Writer::label);
        self.list(secondary.iter(), Writer::label);
        self.list(notes.iter(), |writer, note| writer.text(note));
        self.list(help.iter(), |writer, help| writer.text(help));
        self.list(fixes.iter(), Writer::fix);
        self.optional(allowed.as_ref(), |writer, permission| match permission {
            Permission::Caller => writer.byte(0),
            Permission::Environment { reason } => {
                writer.byte(1);
                writer.text(reason);
            }
        });
        self.list(sensitive.iter(), |writer, span| writer.span(*span));
    }

    pub(super) fn segment(&mut self, segment: &Segment) {
        match segment {
            Segment::Field(name) => {
                self.byte(0);
                self.text(name);
            }
            Segment::Index(index) => {
                self.byte(1);
                self.number(*index);
            }
            Segment::Item(name) => {
                self.byte(2);
                self.text(name);
            }
        }
    }

    fn fix(&mut self, Fix { title, edits, preferred, safe }: &Fix) {
        self.text(title);
        self.list(edits.iter(), |writer, Edit { span, text }| {
            writer.span(*span);
            writer.text(text);
        });
        self.byte(u8::from(*preferred));
        self.byte(u8::from(*safe));
    }

    fn label(&mut self, label: &Label) {
        self.span(label.span);
        self.text(&label.text);
    }

    pub(super) fn reference(&mut self, reference: &Reference) {
        let Reference { stack, path, written, name, obstacle } = reference;
        self.text(stack);
        self.path(path);
        self.text(written);
        self.text(name);
        self.optional(obstacle.as_ref(), |writer, obstacle| writer.text(obstacle));
    }
}

impl Reader<'_> {
    pub(super) fn role(&mut self) -> Option<Role> {
        match self.byte()? {
            0 => Some(Role::Environment),
            1 => Some(Role::Module),
            2 => Some(Role::Undeclared),
            3 => Some(Role::Unreadable),
            _ => None,
        }
    }

    pub(super) fn finding(&mut self) -> Option<Diagnostic> {
        Some(Diagnostic {
            code: catalogue::by_text(&self.text()?)?,
            severity: match self.byte()? {
                0 => Severity::Error,
                1 => Severity::Warning,
                _ => return None,
            },
            message: self.text()?,
            path: Path(self.list(Reader::segment)?),
            primary: self.optional(Reader::label)?,
            secondary: self.list(Reader::label)?,
            notes: self.list(Reader::text)?,
            help: self.list(Reader::text)?,
            fixes: self.list(Reader::fix)?,
            allowed: self.optional(Reader::permission)?,
            sensitive: self.list(Reader::span)?,
        })
    }

    fn fix(&mut self) -> Option<Fix> {
        Some(Fix {
            title: self.text()?,
            edits: self.list(|reader| Some(Edit { span: reader.span()?, text: reader.text()? }))?,
            preferred: self.flag()?,
            safe: self.flag()?,
        })
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn permission(&mut self) -> Option<Permission> {
        match self.byte()? {
            0 => Some(Permission::Caller),
            1 => Some(Permission::Environment { reason: self.text()? }),
            _ => None,
        }
    }

    fn segment(&mut self) -> Option<Segment> {
        match self.byte()? {
            0 => self.text().map(Segment::Field),
            1 => self.number().map(Segment::Index),
            2 => self.text().map(Segment::Item),
            _ => None,
        }
    }

    fn label(&mut self) -> Option<Label> {
        Some(Label { span: self.span()?, text: self.text()? })
    }

    pub(super) fn reference(&mut self) -> Option<Reference> {
        Some(Reference {
            stack: self.text()?,
            path: self.path()?,
            written: self.text()?,
            name: self.text()?,
            obstacle: self.optional(Reader::text)?,
        })
    }
}
