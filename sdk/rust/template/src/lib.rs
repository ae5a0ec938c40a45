//! @ID@: hides words that each tenant chooses, or refuses messages that contain them.
use std::cell::RefCell;
use std::collections::HashMap;

use hotdesk_plugin::{Error, Filter, Host, Message, Plugin, Verdict};

/// One object for each tenant. It is constant once made, so `inspect` may run on any number of threads at once.
struct WordFilter {
    host: Host,
    words: Vec<String>,
    refuse: bool,
}

thread_local! {
    // A thread may keep something; the host ends it when the plugin is unloaded.
    static STARS: RefCell<HashMap<String, String>> = RefCell::new(HashMap::new());
}

/// One asterisk for each character, not for each byte.
fn stars(word: &str) -> String {
    STARS.with(|cache| {
        let mut cache = cache.borrow_mut();
        if cache.len() > 1000 {
            cache.clear();
        }
        cache.entry(word.to_string()).or_insert_with(|| "*".repeat(word.chars().count())).clone()
    })
}

impl Plugin for WordFilter {
    fn new(host: Host) -> Result<Self, Error> {
        let config = host.config();
        let mut words: Vec<String> = config.texts("/words").into_iter().map(String::from).collect();
        if let Some(empty) = words.iter().position(|word| word.is_empty()) {
            return Err(Error::config(format!("/words/{}", empty), "must not be empty"));
        }
        if !config.has("/words") {
            words.push("secret".to_string());
        }
        Ok(WordFilter { host, words, refuse: config.flag("/refuse").unwrap_or(false) })
    }
}

impl Filter for WordFilter {
    fn inspect(&self, message: &Message<'_>) -> Result<Verdict, Error> {
        if !message.is_text() {
            return Ok(Verdict::Pass);
        }
        let mut text = message.text().to_string();
        for word in self.words.iter().filter(|word| message.text().contains(word.as_str())) {
            text = text.replace(word.as_str(), &stars(word));
        }
        if text == message.text() {
            return Ok(Verdict::Pass);
        }
        self.host.count("hidden", 1.0);
        Ok(if self.refuse { Verdict::block("Please leave that word out.") } else { Verdict::rewrite(text, "a listed word") })
    }
}

hotdesk_plugin::export_plugin!("@ID@", WordFilter: filter);

#[cfg(test)]
mod tests {
    use super::*;
    use hotdesk_plugin::fake::{FakeHost, FakePlugin};
    use hotdesk_plugin::raw;

    #[test]
    fn hides_the_word() {
        let host = FakeHost::new();
        let plugin = FakePlugin::new(hotdesk_plugin_query, &host).unwrap();
        assert_eq!(plugin.inspect("hello").code, raw::SKIP);
        assert_eq!(plugin.inspect("a secret").text, "a ******");
        assert_eq!(host.metric("hidden"), 1.0);
    }

    #[test]
    fn each_tenant_has_its_words() {
        let host = FakeHost::new();
        host.set("/words/0", "tea");
        host.set("/words/1", "茶");
        let plugin = FakePlugin::new(hotdesk_plugin_query, &host).unwrap();
        assert_eq!(plugin.inspect("tea 茶 secret").text, "*** * secret");
    }

    #[test]
    fn refuses_when_told() {
        let host = FakeHost::new();
        host.set("/refuse", true);
        let plugin = FakePlugin::new(hotdesk_plugin_query, &host).unwrap();
        let answer = plugin.inspect("a secret");
        assert_eq!(answer.verdict, raw::FILTER_BLOCK);
        assert_eq!(answer.reason, "Please leave that word out.");
    }

    #[test]
    fn says_which_setting_is_wrong() {
        let host = FakeHost::new();
        host.set("/words/0", "");
        let refused = FakePlugin::new(hotdesk_plugin_query, &host).err().unwrap();
        assert_eq!(refused.0, "/words/0");
    }
}
