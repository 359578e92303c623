//! What all commands have in common: help, wrong usage, a reader that leaves early.

use std::io::Read;
use std::process::Stdio;

use crate::intake::{PROFESSIONAL, claims};
use crate::marb::Folder;

const COMMANDS: &[&str] = &["serve", "demo", "import", "check", "sample", "config"];

#[test]
fn help_names_every_command_and_each_has_an_example() {
    let folder = Folder::new();
    let overview = folder.run(["--help"]);
    for command in COMMANDS {
        assert!(overview.done().contains(command), "{command}");
        let help = folder.run([*command, "--help"]);
        assert!(help.done().contains("Example"), "{command}");
        assert!(help.stdout.contains(&format!("marb {command}")), "{command}");
    }
}

#[test]
fn wrong_usage_ends_with_two_and_says_why() {
    let folder = Folder::new();
    for arguments in [&["chekc"][..], &["check"], &["check", "--colour", "x"], &[]] {
        let run = folder.run(arguments);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.contains("Usage"), "{}", run.stderr);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = Folder::new();
    for number in 0..200 {
        folder.write(&format!("in/{number}.837"), claims(PROFESSIONAL));
    }
    let mut command = folder.command(["check", "--json", "in"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}

#[test]
fn nothing_but_the_output_goes_into_a_pipe() {
    let run = Folder::new().with("a.837", claims(PROFESSIONAL)).run(["check", "a.837"]);
    assert_eq!((run.stderr.as_str(), run.stdout.contains('\u{1b}')), ("", false));
}
