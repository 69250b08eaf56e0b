//! How much memory a process holds, as the kernel counts it.

/// Resident memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Now (`VmRSS`).
    pub now_bytes: u64,
    /// At most, since it started (`VmHWM`).
    pub peak_bytes: u64,
}

/// The memory of a process; nothing where there is no `/proc` (macOS) or no such process.
#[must_use]
pub fn memory(pid: u32) -> Option<Memory> {
    parse(&std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

fn parse(status: &str) -> Option<Memory> {
    Some(Memory { now_bytes: field(status, "VmRSS:")?, peak_bytes: field(status, "VmHWM:")? })
}

/// Lines read `VmHWM:   40960 kB`; the kernel's kB are 1,024 bytes.
fn field(status: &str, name: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_lines() {
        let status = "Name:\tstore-manager\nVmHWM:\t   30720 kB\nVmRSS:\t   20480 kB\n";
        assert_eq!(parse(status), Some(Memory { now_bytes: 20_480 * 1024, peak_bytes: 30_720 * 1024 }));
        assert_eq!(parse("Name:\tzombie\n"), None);
    }
}
