//! A bar on a terminal while long work is done; nothing where standard error is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over so many bytes; 0 where nobody knows how many.
pub(super) fn bytes(total: u64) -> ProgressBar {
    let (bar, template) = match total {
        0 => (ProgressBar::new_spinner(), "{spinner} {bytes} {bytes_per_sec} {wide_msg}"),
        _ => (ProgressBar::new(total), "{bar:24} {bytes}/{total_bytes} {bytes_per_sec} {eta} {wide_msg}"),
    };
    styled(bar, template)
}

/// A bar over so many things of a kind.
pub(super) fn items(total: u64, what: &'static str) -> ProgressBar {
    styled(ProgressBar::new(total).with_message(what), "{bar:24} {pos}/{len} {wide_msg} {eta}")
}

/// A bar over a few things of which each may take long, with the time that passes.
pub(super) fn steps(total: u64) -> ProgressBar {
    let bar = styled(ProgressBar::new(total), "{bar:24} {pos}/{len} {elapsed} {wide_msg}");
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

/// A line that says how it goes, for what has no end that is known before.
pub(super) fn line() -> ProgressBar {
    styled(ProgressBar::new_spinner(), "{spinner} {wide_msg}")
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
