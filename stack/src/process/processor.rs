//! How much processor time a process has had, as the kernel counts it.

use std::time::Duration;

/// What the kernel counts in for programs (`USER_HZ`): ten milliseconds, whatever its own clock.
const TICK: Duration = Duration::from_millis(10);

/// The processor time of a process since it started, in user mode and in the system's; nothing where there is no
/// `/proc` (macOS) or no such process.
#[must_use]
pub fn processor_time(pid: u32) -> Option<Duration> {
    parse(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The fields 14 and 15 (`utime`, `stime`), counted from behind the second: a program's name may hold anything.
fn parse(stat: &str) -> Option<Duration> {
    let mut behind_the_name = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let mut ticks = || behind_the_name.next()?.parse::<u32>().ok();
    Some(TICK * (ticks()? + ticks()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_line() {
        let stat = "4711 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 50 99 99 20 0 9 0 1234 5678 90\n";
        assert_eq!(parse(stat), Some(Duration::from_secs(3)));
        assert_eq!(parse("4711 (a) S 1 2\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_works_has_had_some() {
        let own = std::process::id();
        let before = processor_time(own).unwrap();
        let mut sum = 0_u64;
        while processor_time(own).unwrap() < before + 2 * TICK {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert_eq!(processor_time(u32::MAX), None);
    }
}
