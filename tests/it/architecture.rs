//! The rooms of `src/` and the arrows between them, as ARCHITECTURE.md draws them, read from the sources.
//!
//! A room is a file or a folder directly under `src/`. Test modules may use whatever they like.

#![expect(clippy::unwrap_used, reason = "a source that cannot be read fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms that it may import; what is not listed is forbidden.
const ARROWS: &[(&str, &[&str])] = &[
    ("money", &[]),
    ("clock", &[]),
    ("x12", &[]),
    ("model", &["money"]),
    ("intake", &["x12", "model", "money"]),
    ("linking", &["model", "money"]),
    ("risk", &["model", "money"]),
    ("sample", &["x12", "model", "money"]),
    ("cache", &["clock"]),
    ("store", &["model", "money", "clock"]),
    ("appliance", &["money", "clock", "x12", "model", "intake", "linking", "risk", "cache", "store"]),
    ("bench", &["clock", "sample"]),
    ("web", &["appliance", "bench", "cache", "model", "money"]),
    ("config", &["cache", "model", "risk", "store", "web"]),
    ("cli", EVERY_ROOM),
    ("main", &["cli"]),
];

/// The command line starts whatever there is.
const EVERY_ROOM: &[&str] = &[
    "money",
    "clock",
    "x12",
    "model",
    "intake",
    "linking",
    "risk",
    "sample",
    "cache",
    "store",
    "appliance",
    "bench",
    "web",
    "config",
];

/// Crates that only these rooms know, so that what they are for has one home.
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("r2d2", &["store"]),
    ("refinery", &["store"]),
    ("rocket", &["web"]),
    ("quick_cache", &["cache"]),
    ("figment", &["config"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("tracing_subscriber", &["cli"]),
];

/// Ways to print, which only the command line has.
const PRINTING: &[&str] =
    &["println!", "eprintln!", "print!", "eprint!", "io::stdout", "io::stderr", "stdout()", "stderr()"];

/// A source file without its comments and test modules.
struct Source {
    path: PathBuf,
    room: String,
    code: String,
}

#[test]
fn a_room_imports_only_the_rooms_that_its_arrows_name() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let allowed = arrows.get(&*source.room).unwrap_or_else(|| panic!("{} has no arrows", source.room));
        for room in rooms_imported(&source.code) {
            if room != source.room && !allowed.contains(&&*room) {
                wrong.push(format!("{} imports {room}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "not among the arrows of ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_arrows_go_one_way() {
    let mut drawn: BTreeSet<&str> = BTreeSet::new();
    for (room, imports) in ARROWS {
        for import in *imports {
            assert!(drawn.contains(import), "{room} imports {import}, which is listed after it");
        }
        drawn.insert(room);
    }
}

#[test]
fn a_crate_with_a_home_is_used_only_there() {
    for source in sources() {
        for (name, homes) in HOMES {
            let used = paths(&source.code, &format!("{name}::")).next().is_some();
            let home = homes.contains(&&*source.room);
            assert!(!used || home, "{} uses {name}, whose home is {homes:?}", source.path.display());
        }
    }
}

#[test]
fn only_the_command_line_prints() {
    for source in sources().iter().filter(|source| source.room != "cli") {
        for way in PRINTING {
            assert!(paths(&source.code, way).next().is_none(), "{} uses {way}", source.path.display());
        }
    }
}

#[test]
fn every_file_says_in_its_first_line_what_it_is_for() {
    for folder in ["src", "tests", "bench"] {
        for path in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.starts_with("//! "), "{} does not open with //!", path.display());
        }
    }
}

#[test]
fn the_map_names_every_room() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rooms: BTreeSet<String> = sources().into_iter().map(|source| source.room).collect();
    for room in rooms {
        let named = map.contains(&format!("`{room}`")) || map.contains(&format!("`{room}/`"));
        assert!(named, "ARCHITECTURE.md does not name the room `{room}`");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every file of `src/` but the list of rooms and the modules that are compiled for tests only.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut for_tests = BTreeSet::new();
    let mut sources = Vec::new();
    for path in rust_files(&src).into_iter().filter(|path| !path.ends_with("src/lib.rs")) {
        let text = fs::read_to_string(&path).unwrap();
        let (code, modules) = without_tests(&text);
        let folder = match path.file_name().unwrap().to_str().unwrap() {
            "mod.rs" => path.parent().unwrap().to_owned(),
            _ => path.with_extension(""),
        };
        for_tests.extend(modules.iter().map(|module| folder.join(module)));
        let room = path.strip_prefix(&src).unwrap().iter().next().unwrap().to_str().unwrap();
        sources.push(Source { room: room.trim_end_matches(".rs").to_owned(), code, path });
    }
    sources.retain(|source| !source.path.with_extension("").ancestors().any(|path| for_tests.contains(path)));
    sources
}

/// The code without comments and without what follows `#[cfg(test)]`, and the modules so marked that are files.
fn without_tests(text: &str) -> (String, Vec<String>) {
    let (mut code, mut modules) = (String::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            // As rustfmt writes it, an item ends at its first line if that ends so, else at a brace as far to the left.
            let indent = &line[..line.len() - line.trim_start().len()];
            let item = lines.by_ref().find(|line| !line.trim().starts_with("#[")).unwrap_or_default();
            if let Some(module) = item.trim().strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
                modules.push(module.to_owned());
            } else if !item.ends_with([';', '}']) {
                lines.by_ref().find(|line| line.strip_prefix(indent).is_some_and(|line| line == "}"));
            }
        } else if !line.trim_start().starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
    }
    (code, modules)
}

/// What follows each `path` in the code, where it is the beginning of a path.
fn paths<'c>(code: &'c str, path: &'c str) -> impl Iterator<Item = &'c str> {
    code.match_indices(path).filter_map(|(at, path)| {
        let before = code[..at].chars().next_back();
        let begins = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        begins.then_some(&code[at + path.len()..])
    })
}

/// The rooms that the code names, as `crate::room`, `crate::{room, ..}` or, in the executable, `marb::room`.
fn rooms_imported(code: &str) -> BTreeSet<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut rooms = BTreeSet::new();
    for rest in paths(code, "crate::").chain(paths(code, "marb::")) {
        match rest.strip_prefix('{') {
            None => rooms.extend([name(rest)]),
            Some(group) => {
                let mut depth = 0;
                let top = group.split(|c: char| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    depth <= 0 && (c == ',' || c == '}')
                });
                rooms.extend(top.take_while(|item| !item.contains(';')).map(|item| name(item.trim())));
            }
        }
    }
    rooms.remove("");
    rooms
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    #[track_caller]
    fn case(code: &str, rooms: &[&str]) {
        assert_eq!(rooms_imported(code).iter().collect::<Vec<_>>(), rooms);
    }
    case("use crate::money::Cents;", &["money"]);
    case("fn f() -> crate::store::Store {", &["store"]);
    case("use crate::{money::Cents, model::{claim, party}};\nuse std::io;", &["model", "money"]);
    case("my_crate::store", &[]);
}
