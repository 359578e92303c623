//! Synthetic files as the bodies of uploads.

use std::io;

use hyper::body::Bytes;

use crate::sample::batches::{BatchKind, Sample, SampleSettings};

use super::scenario::Upload;

const BOUNDARY: &str = "marb-bench-6b1c2f";

/// The content type of the bodies.
pub(super) const CONTENT_TYPE: &str = "multipart/form-data; boundary=marb-bench-6b1c2f";

/// Claims for each file wanted: a week's file to one payer holds about as many in the mean, so there are enough files.
const CLAIMS_PER_FILE: u64 = 12;

/// So many bodies, each another file, or as many as the sample gives.
pub(super) fn bodies(kind: Upload, seed: u64, count: usize) -> io::Result<Vec<Bytes>> {
    let wanted = match kind {
        Upload::Claims => BatchKind::Claims,
        Upload::Remittances => BatchKind::Remittances,
    };
    // Half of the files are of the other kind, and a year holds a few hundred of each whatever the number of claims.
    let claims = (count as u64 * CLAIMS_PER_FILE * 2).max(1_000);
    let months = u32::try_from(count / 30).unwrap_or(u32::MAX).clamp(12, 600);
    let sample = Sample::new(&SampleSettings { claims, seed, months, ..SampleSettings::default() });
    let mut bodies = Vec::new();
    for batch in sample {
        let batch = batch?;
        if batch.kind == wanted {
            bodies.push(form(&batch.file_name, &batch.content));
        }
        if bodies.len() == count {
            break;
        }
    }
    Ok(bodies)
}

fn form(file_name: &str, content: &[u8]) -> Bytes {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), content, tail.as_bytes()].concat().into()
}
