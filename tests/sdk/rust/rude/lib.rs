//! A plugin that panics, fails, and keeps things in its threads, as it is told by the message.
use std::cell::RefCell;
use std::collections::HashMap;

use hotdesk_plugin::{raw, Error, Filter, Health, Host, Message, Plugin, Verdict};

thread_local! {
    static SEEN: RefCell<HashMap<String, usize>> = RefCell::new(HashMap::new());
}

struct Rude(Host);

struct PanicsAgain;
impl Drop for PanicsAgain {
    fn drop(&mut self) {
        panic!("and again");
    }
}

impl Plugin for Rude {
    fn new(host: Host) -> Result<Self, Error> {
        match host.config().text("/mood") {
            Some("panic") => panic!("not with this tenant"),
            Some("refuse") => Err(Error::config("/mood", "no mood")),
            _ => Ok(Rude(host)),
        }
    }
}

impl Filter for Rude {
    fn inspect(&self, message: &Message<'_>) -> Result<Verdict, Error> {
        match message.text() {
            "panic" => panic!("no such word: {}", message.text()),
            "panic with a number" => std::panic::panic_any(5),
            "panic twice" => std::panic::panic_any(PanicsAgain),
            "overflow" => {
                let empty: Vec<u8> = Vec::new();
                Ok(Verdict::rewrite(empty[message.text().len()].to_string(), ""))
            }
            "error" => Err(Error { code: raw::E_TIMEOUT, path: "/text".into(), text: "too late".into() }),
            "ok as an error" => Err(Error::new(raw::OK, "what now")),
            "much" => Ok(Verdict::rewrite("x".repeat(2 << 20), "")),
            text => {
                let times = SEEN.with(|seen| {
                    let mut seen = seen.borrow_mut();
                    let times = seen.entry(text.to_string()).or_insert(0);
                    *times += 1;
                    *times
                });
                self.0.count("seen", 1.0);
                Ok(Verdict::rewrite(format!("{} {}", text.to_uppercase(), times), "louder"))
            }
        }
    }
}

impl Health for Rude {
    fn check(&self, deep: bool) -> Result<(), Error> {
        if deep {
            panic!("not that deep")
        }
        Ok(())
    }
}

hotdesk_plugin::export_plugin!("test.rude", Rude: filter, health);
