//! What this process has used, as the system tells it.

/// Seconds of CPU time, of all threads, in user and system mode.
#[cfg(target_os = "linux")]
pub(super) fn cpu_seconds() -> Option<f64> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(std::time::Duration::try_from(time).ok()?.as_secs_f64())
}

/// Bytes of memory that are in use and not swapped out.
#[cfg(target_os = "linux")]
pub(super) fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
pub(super) const fn cpu_seconds() -> Option<f64> {
    None
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
pub(super) const fn resident_bytes() -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn a_process_takes_time_and_memory() {
        assert!(super::cpu_seconds().unwrap() > 0.0);
        assert!(super::resident_bytes().unwrap() > 1 << 20);
    }
}
