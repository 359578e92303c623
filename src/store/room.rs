//! The room that is left on the disk of the database.

use std::path::Path;

/// Free bytes on the disk of a file; `None` where the system does not say.
pub(super) fn free(path: &Path) -> Option<u64> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs4::available_space(folder).ok()
}
