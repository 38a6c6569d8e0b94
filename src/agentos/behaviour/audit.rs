//! Where audit records go (facts 9 and 13).

/// What begins the text of a sink that is a file.
pub const FILE: &str = "file:";

/// What the runtime takes the text of `AGENTOS_AUDIT_SINK` for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink<'a> {
    /// The file at this path; where it can't be opened, the container's output.
    File(&'a str),
    /// The container's output, as asked for.
    Output,
    /// The container's output, silently: the text is none that the runtime knows.
    Unknown,
}

impl Sink<'_> {
    /// Reads the text of a sink.
    pub fn parse(text: &str) -> Sink<'_> {
        match text {
            "stdout" | "stderr" => Sink::Output,
            text => text.strip_prefix(FILE).map_or(Sink::Unknown, Sink::File),
        }
    }
}
