//! Numbers that look random: the same in every run, unless `AGENTOS_CFG_TEST_SEED` is set, as `.ci/deep` does.

/// The seed of a run: 0, or what the variable says.
pub fn seed() -> u64 {
    match std::env::var("AGENTOS_CFG_TEST_SEED") {
        Ok(text) => text.parse().expect("AGENTOS_CFG_TEST_SEED is a number"),
        Err(_) => 0,
    }
}

/// Marsaglia's xorshift.
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of a round of this run.
    pub fn of_round(round: u64) -> Numbers {
        // Multiplied, so that no two seeds that people think of have rounds in common.
        let seed = seed().wrapping_mul(0x2545_f491_4f6c_dd1d);
        Numbers((round ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next one.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// The next one, below a limit; 0 where the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}
