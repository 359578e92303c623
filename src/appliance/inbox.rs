//! The received files: kept under the hash of their bytes, on disk and synced before anybody is told that they are there.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// The folder of received files; `incoming` in it holds those that are still on their way.
#[derive(Debug)]
pub(super) struct Inbox {
    folder: PathBuf,
}

/// A file that is on disk for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub(super) sha256: String,
    /// Its size in bytes.
    pub(super) bytes: u64,
}

/// How much is read and hashed at a time.
const BLOCK: usize = 256 * 1024;

impl Inbox {
    /// Opens the folder, makes it where it is missing, and removes what an earlier process left on its way.
    ///
    /// # Errors
    /// When the folder cannot be made or listed.
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        let inbox = Self { folder };
        fs::create_dir_all(inbox.incoming())?;
        for left_over in fs::read_dir(inbox.incoming())? {
            fs::remove_file(left_over?.path())?;
        }
        Ok(inbox)
    }

    /// Where files are written while they arrive: on the same disk, so that keeping one is a rename.
    #[must_use]
    pub(super) fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    /// Where a kept file is.
    #[must_use]
    pub(super) fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(format!("{sha256}.edi"))
    }

    /// Takes a copy of what `source` holds, on its way until it is [kept](Inbox::keep).
    ///
    /// # Errors
    /// When the source cannot be read or the disk is full.
    pub(super) fn copy(
        &self,
        mut source: impl Read,
        mut progress: impl FnMut(u64),
    ) -> io::Result<NamedTempFile> {
        let mut copy = NamedTempFile::new_in(self.incoming())?;
        let mut block = vec![0; BLOCK];
        let mut bytes = 0;
        loop {
            match source.read(&mut block) {
                Ok(0) => return Ok(copy),
                Ok(n) => {
                    copy.write_all(&block[..n])?;
                    bytes += n as u64;
                    progress(bytes);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Keeps a file of the incoming folder: synced, then under its final name, which is yet to be [synced](Inbox::sync).
    ///
    /// # Errors
    /// When the disk fails; the file is then not kept.
    pub(super) fn keep(&self, arrived: &Path) -> io::Result<Kept> {
        let kept = hash(File::open(arrived)?)?;
        File::options().write(true).open(arrived)?.sync_all()?;
        fs::rename(arrived, self.path(&kept.sha256))?;
        Ok(kept)
    }

    /// Makes the names of kept files survive a loss of power.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn sync(&self) -> io::Result<()> {
        sync_folder(&self.folder)
    }

    /// Writes and syncs a block where files arrive, and removes it.
    ///
    /// # Errors
    /// What would keep a file from being received: the disk is full or read-only.
    pub(super) fn probe(&self) -> io::Result<()> {
        let mut probe = NamedTempFile::new_in(self.incoming())?;
        probe.write_all(&[0; 4096])?;
        probe.as_file().sync_all()
    }
}

/// Size and SHA-256 of what a reader holds.
///
/// # Errors
/// When it cannot be read.
pub(super) fn hash(mut source: impl Read) -> io::Result<Kept> {
    let mut digest = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut bytes = 0;
    loop {
        match source.read(&mut block) {
            Ok(0) => break,
            Ok(n) => {
                digest.update(&block[..n]);
                bytes += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let mut sha256 = String::with_capacity(64);
    for byte in digest.finalize() {
        let _ = write!(sha256, "{byte:02x}");
    }
    Ok(Kept { sha256, bytes })
}

/// Makes a new name in a folder survive a loss of power; only Unix lets a folder be synced, and needs it.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_file_stands_under_its_hash_and_nothing_is_left_on_its_way() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Inbox::open(folder.path().join("received")).unwrap();
        let copy = inbox.copy(&b"abc"[..], |_| {}).unwrap();
        let kept = inbox.keep(copy.path()).unwrap();
        inbox.sync().unwrap();
        // The digest of "abc" is the first example of FIPS 180-2.
        assert_eq!(kept.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(kept.bytes, 3);
        assert_eq!(fs::read(inbox.path(&kept.sha256)).unwrap(), b"abc");
        assert_eq!(fs::read_dir(inbox.incoming()).unwrap().count(), 0);
    }

    #[test]
    fn what_an_earlier_process_left_on_its_way_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let left_over = folder.path().join("incoming/half");
        fs::create_dir_all(left_over.parent().unwrap()).unwrap();
        fs::write(&left_over, "ISA").unwrap();
        Inbox::open(folder.path().to_owned()).unwrap();
        assert!(!left_over.exists());
    }
}
