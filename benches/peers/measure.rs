//! Runs one command without its output, and prints what it took: `{"status":0,"wall":0.012,"processor":0.011,"peak":1}`,
//! in seconds and bytes.
//!
//! A process of its own, and a small one: to what the system calls a child's peak memory it counts the memory of the
//! parent, as it was when the child began.

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

fn main() -> ExitCode {
    match measure() {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("measure: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure() -> std::io::Result<String> {
    let mut words = std::env::args_os().skip(1);
    let program = words.next().ok_or_else(|| std::io::Error::other("which command?"))?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let child = command.spawn()?;
    let used = wait(child.id())?;
    let wall = begin.elapsed().as_secs_f64();
    let Used { status, processor, peak } = used;
    Ok(format!(r#"{{"status":{status},"wall":{wall},"processor":{processor},"peak":{peak}}}"#))
}

/// What a child used.
struct Used {
    status: i32,
    /// Of all its threads, in seconds.
    processor: f64,
    /// In bytes.
    peak: f64,
}

/// Waits for a child, and says how it ended and what it used.
#[cfg(unix)]
fn wait(child: u32) -> std::io::Result<Used> {
    let child = libc::pid_t::try_from(child).map_err(std::io::Error::other)?;
    let mut status = 0;
    // SAFETY: a structure of numbers, for which zeros are a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers lead to what outlives the call.
    let waited = unsafe { libc::wait4(child, &raw mut status, 0, &raw mut usage) };
    if waited != child {
        return Err(std::io::Error::last_os_error());
    }
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    // macOS counts bytes, the others kibibytes.
    let unit = if cfg!(target_os = "macos") { 1.0 } else { 1024.0 };
    let processor = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    Ok(Used { status, processor, peak: usage.ru_maxrss as f64 * unit })
}

#[cfg(not(unix))]
fn wait(_child: u32) -> std::io::Result<Used> {
    Err(std::io::Error::other("this system does not say what a process has used"))
}
