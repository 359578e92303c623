//! The schema: found to be one that this program knows, and brought up to date as a whole or not at all.

use std::path::{Path, PathBuf};

use refinery::{Migration, Runner};
use rusqlite::{Connection, OptionalExtension};

use super::backup::{self, BackupError};
use super::open::OpenError;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// `marb` in ASCII: tells our databases from those of other programs.
pub(super) const APPLICATION_ID: i64 = 0x6d61_7262;

/// Whether this program may go on with the database, found out without changing it.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let of_sqlite = |error| OpenError::of_sqlite(path, error);
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(of_sqlite)?;
    if tables == 0 {
        return Ok(());
    }
    let application: i64 =
        connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(of_sqlite)?;
    if application != APPLICATION_ID {
        return Err(OpenError::OtherProgram { path: path.to_owned() });
    }
    let runner = embedded::migrations::runner();
    let known = runner.get_migrations();
    for (version, checksum) in applied(connection).map_err(of_sqlite)? {
        match known.iter().find(|migration| i64::from(migration.version()) == version) {
            Some(migration) if migration.checksum().to_string() == checksum => {}
            Some(_) => return Err(OpenError::Edited { path: path.to_owned(), version }),
            None => {
                return Err(OpenError::Newer { path: path.to_owned(), found: version, known: latest(known) });
            }
        }
    }
    Ok(())
}

/// Whether no migration is missing.
pub(super) fn is_up_to_date(connection: &Connection) -> rusqlite::Result<bool> {
    let last = applied(connection)?.first().map_or(0, |(version, _)| *version);
    Ok(last >= latest(embedded::migrations::runner().get_migrations()))
}

/// Applies the migrations that are missing. A database that holds data is copied first; see [`backup::make`].
pub(super) fn bring_up_to_date(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    mark_as_ours(connection).map_err(|error| OpenError::of_sqlite(path, error))?;
    apply(connection, path, embedded::migrations::runner())
}

/// A database in memory with this schema and nothing in it.
pub(super) fn fresh() -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    for migration in embedded::migrations::runner().get_migrations() {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration.sql().unwrap_or_default())?;
        transaction.commit()?;
    }
    Ok(connection)
}

/// Before the first migration, so that a process killed in the middle of it can go on with its own file.
fn mark_as_ours(connection: &Connection) -> rusqlite::Result<()> {
    let found: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if found == APPLICATION_ID {
        return Ok(());
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)
}

/// All that are missing in one transaction, so that one that fails takes the others back.
fn apply(connection: &mut Connection, path: &Path, runner: Runner) -> Result<(), OpenError> {
    let of_sqlite = |error| OpenError::of_sqlite(path, error);
    let from = applied(connection).map_err(of_sqlite)?.first().map_or(0, |(version, _)| *version);
    let to = latest(runner.get_migrations());
    if from >= to {
        return Ok(());
    }
    let holds_data = holds_data(connection).map_err(of_sqlite)?;
    // As warnings, which every command shows: it may take a while, and the copy takes room until somebody removes it.
    if holds_data {
        let copy = backup_path(path, to);
        tracing::warn!("the schema changes from {from} to {to}; a copy of the database is made first");
        backup::make(connection, &copy).map_err(|error| of_backup(connection, path, error))?;
        tracing::warn!("the database as it was is kept in {}", copy.display());
    }
    runner.set_grouped(true).run(connection).map_err(|error| of_migration(path, from, to, error))?;
    if holds_data {
        // New indexes without statistics beside old ones that have them would mislead the planner.
        connection
            .execute_batch("PRAGMA optimize = 0x10002; PRAGMA wal_checkpoint(TRUNCATE)")
            .map_err(of_sqlite)?;
        tracing::warn!("the database has schema {to} now");
    }
    Ok(())
}

/// Where the database is kept as it was before it got this schema: `marb.before-schema-2.db` beside `marb.db`.
fn backup_path(path: &Path, to: i64) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".before-schema-{to}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn latest(migrations: &[Migration]) -> i64 {
    migrations.iter().map(Migration::version).max().unwrap_or(0).into()
}

/// Version and checksum of each applied migration, the latest first.
fn applied(connection: &Connection) -> rusqlite::Result<Vec<(i64, String)>> {
    let has_history = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'", [], |_| Ok(()))
        .optional()?
        .is_some();
    if !has_history {
        return Ok(Vec::new());
    }
    connection
        .prepare("SELECT version, checksum FROM refinery_schema_history ORDER BY version DESC")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Whether any table has a row beside the history of the schema.
fn holds_data(connection: &Connection) -> rusqlite::Result<bool> {
    let tables: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema
             WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'refinery_schema_history'",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for table in tables {
        // Names of tables cannot be parameters; these are the schema's own.
        let is_used: bool =
            connection
                .query_row(&format!("SELECT EXISTS (SELECT 1 FROM \"{table}\")"), [], |row| row.get(0))?;
        if is_used {
            return Ok(true);
        }
    }
    Ok(false)
}

fn of_backup(connection: &Connection, path: &Path, error: BackupError) -> OpenError {
    let plain = match error {
        BackupError::Damaged(_) => OpenError::Damaged { path: path.to_owned() },
        BackupError::Sqlite(error) => OpenError::of_sqlite(path, error),
        BackupError::System(error) => OpenError::of_system(path, error),
    };
    match plain {
        OpenError::DiskFull { path } => OpenError::NoRoomForBackup { path, bytes: size(connection) },
        other => other,
    }
}

/// The size of the database in bytes; 0 where even that cannot be read.
fn size(connection: &Connection) -> u64 {
    let question = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    connection.query_row(question, [], |row| row.get(0)).map_or(0, |bytes: i64| bytes.unsigned_abs())
}

fn of_migration(path: &Path, from: i64, to: i64, error: refinery::Error) -> OpenError {
    let sqlite = match error.kind() {
        refinery::error::Kind::Connection(_, source) => source
            .downcast_ref::<rusqlite::Error>()
            .and_then(rusqlite::Error::sqlite_error)
            .map(|code| rusqlite::Error::SqliteFailure(*code, None)),
        _ => None,
    };
    match sqlite.map(|error| OpenError::of_sqlite(path, error)) {
        Some(plain) if !matches!(plain, OpenError::Other { .. }) => plain,
        _ => OpenError::Upgrade { path: path.to_owned(), from, to, cause: error.into() },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::super::fixtures::settings;
    use super::super::open;
    use super::*;

    /// The migrations of this program and later ones.
    fn with_later(later: &[(&str, &str)]) -> Runner {
        let mut migrations = embedded::migrations::runner().get_migrations().clone();
        migrations.extend(later.iter().map(|(name, sql)| Migration::unapplied(name, sql).unwrap()));
        Runner::new(&migrations)
    }

    const SOUND: (&str, &str) = ("V900__notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT");

    /// A database with one practice, closed.
    fn used() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        // Not by way of a store, whose readers close a moment after it.
        let connection = open::writer(&settings(&folder)).unwrap();
        let row = "INSERT INTO practice_configs VALUES ('1', '{}', '2026-03-31T12:00:00.125Z', '2026-03-31T12:00:00.125Z')";
        connection.execute_batch(row).unwrap();
        folder
    }

    fn connect(folder: &TempDir) -> Connection {
        let connection = Connection::open(settings(folder).path).unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        connection
    }

    fn upgrade(folder: &TempDir, later: &[(&str, &str)]) -> Result<(), OpenError> {
        apply(&mut connect(folder), &settings(folder).path, with_later(later))
    }

    fn ask<T: rusqlite::types::FromSql>(connection: &Connection, question: &str) -> T {
        connection.query_row(question, [], |row| row.get(0)).unwrap()
    }

    fn names(folder: &TempDir) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "marb.db.lock")
            .collect();
        names.sort();
        names
    }

    /// What holds after an upgrade that did not happen: the same schema, the same rows, a sound file that opens.
    #[track_caller]
    fn is_as_it_was(folder: &TempDir) {
        let connection = connect(folder);
        assert_eq!(ask::<i64>(&connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'notes'"), 0);
        assert_eq!(ask::<i64>(&connection, "SELECT count(*) FROM practice_configs"), 1);
        assert_eq!(ask::<String>(&connection, "PRAGMA integrity_check"), "ok");
        drop(connection);
        open::writer(&settings(folder)).unwrap();
    }

    #[test]
    fn before_the_schema_of_a_used_database_changes_a_copy_is_made_and_kept() {
        let folder = used();
        upgrade(&folder, &[SOUND]).unwrap();
        let upgraded = connect(&folder);
        assert_eq!(ask::<i64>(&upgraded, "SELECT count(*) FROM notes"), 0);
        assert_eq!(ask::<i64>(&upgraded, "SELECT count(*) FROM practice_configs"), 1);
        drop(upgraded);
        assert_eq!(names(&folder), ["marb.before-schema-900.db", "marb.db"]);
        // The copy is a database that opens in the place of the other.
        fs::rename(folder.path().join("marb.before-schema-900.db"), settings(&folder).path).unwrap();
        is_as_it_was(&folder);
    }

    #[test]
    fn an_empty_database_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        drop(open::writer(&settings(&folder)).unwrap());
        upgrade(&folder, &[SOUND]).unwrap();
        assert_eq!(names(&folder), ["marb.db"]);
    }

    #[test]
    fn a_database_of_this_schema_is_opened_without_a_copy() {
        let folder = used();
        drop(open::writer(&settings(&folder)).unwrap());
        assert_eq!(names(&folder), ["marb.db"]);
    }

    #[test]
    fn a_migration_that_fails_takes_those_before_it_back() {
        let folder = used();
        let error =
            upgrade(&folder, &[SOUND, ("V901__wrong", "INSERT INTO no_such_table VALUES (1)")]).unwrap_err();
        assert!(matches!(error, OpenError::Upgrade { to: 901, .. }), "{error:?}");
        let line = error.to_string();
        assert!(line.contains("to 901") && line.contains("it is as it was"), "{line}");
        is_as_it_was(&folder);
    }

    #[test]
    fn a_disk_that_fills_up_amid_a_migration_leaves_the_database_as_it_was() {
        let folder = used();
        let mut connection = connect(&folder);
        // Without pages that earlier migrations set free, which would hold what is added.
        connection.execute_batch("VACUUM").unwrap();
        let pages: i64 = ask(&connection, "PRAGMA page_count");
        ask::<i64>(&connection, &format!("PRAGMA max_page_count = {pages}"));
        let error = apply(&mut connection, &settings(&folder).path, with_later(&[SOUND])).unwrap_err();
        assert!(matches!(error, OpenError::DiskFull { .. }), "{error:?}");
        drop(connection);
        is_as_it_was(&folder);
    }

    #[test]
    fn a_damaged_database_is_not_upgraded() {
        let folder = used();
        let path = settings(&folder).path;
        let end: i64 = ask(
            &connect(&folder),
            "SELECT rootpage * page_size FROM sqlite_schema, pragma_page_size WHERE name = 'practice_configs'",
        );
        let mut bytes = fs::read(&path).unwrap();
        let end = usize::try_from(end).unwrap();
        bytes[end - 200..end].fill(0xff);
        fs::write(&path, &bytes).unwrap();
        let error = upgrade(&folder, &[SOUND]).unwrap_err();
        assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
        assert_eq!(names(&folder), ["marb.db"]);
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }

    #[test]
    fn the_copy_is_named_after_the_database() {
        let named = |path: &str| backup_path(Path::new(path), 3).display().to_string();
        assert_eq!(named("data/marb.db"), "data/marb.before-schema-3.db");
        assert_eq!(named("practice"), "practice.before-schema-3");
    }
}
