//! The files that a command is given: by name, as a folder to walk, or as standard input.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::iter;
use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::intake::{Intake, IntakeSettings};

/// Something to read X12 from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Input {
    /// `-`
    Stdin,
    /// A file.
    File(PathBuf),
}

/// What was found under the names that were given: inputs, and a line for each name that gave none.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) found: Vec<Input>,
    pub(super) complaints: Vec<String>,
}

/// How far into a file in a folder an envelope has to begin for the file to count as X12.
const SNIFFED: u64 = 64 << 10;

/// Endings that X12 files usually bear: with one of these a file in a folder is read whatever it holds.
const ENDINGS: &[&str] =
    &["837", "837p", "837i", "837d", "835", "edi", "x12", "era", "clm", "999", "277", "277ca", "ta1"];

impl Input {
    /// Opens it for reading.
    pub(super) fn open(&self) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Self::Stdin => Box::new(io::stdin()),
            Self::File(path) => Box::new(File::open(path)?),
        })
    }

    /// The last part of its name.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// Bytes to be read, where that can be known.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Stdin => 0,
            Self::File(path) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
        }
    }
}

/// As it was named.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// How many files, and bytes of them, are taken in together.
const TOGETHER: (usize, u64) = (100, 8 << 20);

impl Inputs {
    /// Inputs that are taken in together, one after the other.
    pub(super) fn together(mut inputs: &[Input]) -> impl Iterator<Item = &[Input]> {
        iter::from_fn(move || {
            let mut bytes = 0;
            let fits = |input: &&Input| {
                bytes += input.size();
                bytes <= TOGETHER.1
            };
            let count = inputs.iter().take(TOGETHER.0).take_while(fits).count();
            let (next, rest) = inputs.split_at_checked(count.max(1))?;
            inputs = rest;
            Some(next)
        })
    }

    /// The files that `names` stand for, a folder's in the order of their names.
    pub(super) fn find(names: &[PathBuf]) -> Self {
        let mut inputs = Self::default();
        for name in names {
            if name.as_os_str() == "-" {
                inputs.found.push(Input::Stdin);
            } else if name.is_dir() {
                inputs.add_folder(name);
            } else {
                inputs.found.push(Input::File(name.clone()));
            }
        }
        inputs
    }

    fn add_folder(&mut self, folder: &Path) {
        let (found, complaints) = (self.found.len(), self.complaints.len());
        self.walk(folder);
        self.found[found..].sort();
        if self.found.len() == found && self.complaints.len() == complaints {
            let folder = folder.display();
            self.complaints
                .push(format!("no X12 file stands in {folder}: name the folder that holds 837 or 835 files"));
        }
    }

    /// Links to folders are not followed, so no walk goes in a circle.
    fn walk(&mut self, folder: &Path) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.complaints.push(unreadable(&folder.display(), &error)),
        };
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok((path, kind)) if kind.is_dir() => self.walk(&path),
                Ok((path, _)) if path.is_file() && is_x12(&path) => self.found.push(Input::File(path)),
                Ok(_) => {}
                Err(error) => self.complaints.push(unreadable(&folder.display(), &error)),
            }
        }
    }
}

/// What to say of something that cannot be read.
pub(super) fn unreadable(name: &impl fmt::Display, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("there is no file or folder {name}"),
        io::ErrorKind::PermissionDenied => format!("{name} may not be read: permission denied"),
        _ => format!("cannot read {name}: {error}"),
    }
}

/// Whether a file in a folder is meant to be X12. One that cannot be read is, so that somebody is told.
fn is_x12(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    if ending.is_some_and(|ending| ENDINGS.contains(&&*ending)) {
        return true;
    }
    let Ok(file) = File::open(path) else { return true };
    let mut intake = Intake::new(file.take(SNIFFED), IntakeSettings::new(Clock::system().today()));
    while let Ok(Some(_)) = intake.next() {}
    let tally = intake.tally();
    tally.interchanges + tally.groups + tally.transactions > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGINNING: &str = "ISA*00*          *00*          *ZZ*A              *ZZ*B              \
                             *260601*1200*^*00501*000000001*0*T*:~GS*HC*A*B*20260601*1200*1*X*005010X222A1~";

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let inputs = Inputs::find(&[folder.path().to_owned()]);
        let name = |input: &Input| match input {
            Input::File(path) => path.strip_prefix(folder.path()).unwrap().display().to_string(),
            Input::Stdin => "-".to_owned(),
        };
        inputs.found.iter().map(name).collect()
    }

    #[test]
    fn a_folder_gives_its_x12_files_and_those_of_its_folders_in_order() {
        let folder = folder(&[
            ("b.txt", BEGINNING),
            ("a/deep/era", BEGINNING),
            ("notes.txt", "Call the payer about claim 17."),
            ("picture.png", "\u{89}PNG"),
            ("empty.835", ""),
        ]);
        assert_eq!(names(&folder), ["a/deep/era", "b.txt", "empty.835"]);
    }

    #[test]
    fn a_folder_without_x12_is_a_complaint() {
        let folder = folder(&[("notes.txt", "nothing")]);
        let inputs = Inputs::find(&[folder.path().to_owned()]);
        assert_eq!((inputs.found.len(), inputs.complaints.len()), (0, 1));
    }

    #[test]
    fn a_name_is_taken_as_it_is_whatever_stands_there() {
        let inputs = Inputs::find(&["-".into(), "missing.837".into()]);
        assert_eq!(inputs.found, [Input::Stdin, Input::File("missing.837".into())]);
    }
}
