//! What environments print by `std.trace`: a line each on standard error, without credentials and without characters that
//! act on a terminal or begin a line of their own.

use crate::{characters, redact};
use std::cell::Cell;
use std::fmt::Arguments;
use std::io::{self, Write};
use std::rc::Rc;

/// Where Nickel writes traces.
#[derive(Default)]
pub(super) struct Trace {
    /// Whether anything was written.
    pub written: Rc<Cell<bool>>,
}

impl Trace {
    fn message(&self, text: &str) -> io::Result<()> {
        self.written.set(true);
        io::stderr().lock().write_all((line(text) + "\n").as_bytes())
    }
}

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.message(&String::from_utf8_lossy(bytes))?;
        Ok(bytes.len())
    }

    /// Nickel writes each message by one call of this: a credential is not cut in two.
    fn write_fmt(&mut self, message: Arguments<'_>) -> io::Result<()> {
        self.message(&message.to_string())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A message as it may be shown.
fn line(message: &str) -> String {
    characters::printable_line(&redact::text(message.trim_end_matches('\n')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_without_credentials_and_control_characters() {
        let token = format!("ghp_{}", "aB3dE5fG7hJ9".repeat(3));
        let shown = line(&format!("std.trace: a\n::error::b\u{1b}[2J {token}\n"));
        assert!(shown.starts_with("std.trace: a\\n::error::b\\u{1b}[2J "), "{shown}");
        assert!(!shown.contains("aB3dE5"), "{shown}");
    }

    #[test]
    fn nickel_writes_a_message_by_one_call() {
        let trace = Trace::default();
        let written = Rc::clone(&trace.written);
        let mut boxed: Box<dyn Write> = Box::new(trace);
        assert!(!written.get());
        let text = "x";
        writeln!(boxed, "std.trace: {text}").unwrap();
        assert!(written.get());
    }
}
