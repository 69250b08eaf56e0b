//! Orders that flow by themselves, until they are stopped.

/// Which flow there is. Whoever places its orders looks now and then, and may look after it was stopped and begun again:
/// that is another flow, with somebody else at it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    begun: u64,
    is_on: bool,
}

impl Flow {
    /// Begins one, and gives its number; nothing where one is on.
    pub fn begin(&mut self) -> Option<u64> {
        if self.is_on {
            return None;
        }
        *self = Self { begun: self.begun + 1, is_on: true };
        Some(self.begun)
    }

    /// Ends it.
    pub fn end(&mut self) {
        self.is_on = false;
    }

    /// Whether there is one.
    pub fn is_on(self) -> bool {
        self.is_on
    }

    /// Whether the one of that number is on.
    pub fn has(self, number: u64) -> bool {
        self.is_on && self.begun == number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_that_was_stopped_does_not_go_on_when_another_begins() {
        let mut flow = Flow::default();
        let first = flow.begin().expect("none was on");
        assert_eq!(flow.begin(), None, "one is on");
        flow.end();
        assert!(!flow.is_on() && !flow.has(first));
        let second = flow.begin().expect("none was on");
        assert!(flow.has(second) && !flow.has(first));
    }
}
