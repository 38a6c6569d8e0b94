fn main() { println!("{}", agentos_cfg::settings::nickel_module(agentos_cfg::model::Runtime::V1_02)); }
