#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| agentos_cfg_fuzz::ways(bytes));
