use crate::raw;
use crate::text::{text_of, to_raw};
use crate::Host;

/// The tenant's configuration by JSON pointer. Missing values and values of another type are `None`: the package's schema
/// has been checked before the plugin was asked.
#[derive(Clone, Copy)]
pub struct Config<'a>(pub(crate) &'a Host);

impl<'a> Config<'a> {
    fn get(&self, pointer: &str) -> Option<raw::ConfigValue> {
        let table = self.0.config_table()?;
        let mut value: raw::ConfigValue = unsafe { core::mem::zeroed() };
        value.size = core::mem::size_of::<raw::ConfigValue>() as u32;
        let code = unsafe { (table.get?)(self.0.raw(), to_raw(pointer), &mut value) };
        (code == raw::OK).then_some(value)
    }
    fn of_type(&self, pointer: &str, kind: i32) -> Option<raw::ConfigValue> {
        self.get(pointer).filter(|value| value.r#type == kind)
    }

    /// The whole object as JSON.
    pub fn json(&self) -> &'a str {
        match self.0.config_table().and_then(|table| table.json) {
            Some(json) => unsafe { text_of(json(self.0.raw())) },
            None => "{}",
        }
    }
    pub fn text(&self, pointer: &str) -> Option<&'a str> {
        self.of_type(pointer, raw::CONFIG_TEXT).map(|value| unsafe { text_of(value.text) })
    }
    pub fn integer(&self, pointer: &str) -> Option<i64> {
        self.of_type(pointer, raw::CONFIG_INTEGER).map(|value| value.integer)
    }
    pub fn number(&self, pointer: &str) -> Option<f64> {
        let value = self.get(pointer)?;
        (value.r#type == raw::CONFIG_NUMBER || value.r#type == raw::CONFIG_INTEGER).then_some(value.number)
    }
    pub fn flag(&self, pointer: &str) -> Option<bool> {
        self.of_type(pointer, raw::CONFIG_BOOL).map(|value| value.integer != 0)
    }
    /// Elements of an array; 0 when there is none.
    pub fn count(&self, pointer: &str) -> u64 {
        self.of_type(pointer, raw::CONFIG_ARRAY).map_or(0, |value| value.count)
    }
    pub fn has(&self, pointer: &str) -> bool {
        self.get(pointer).is_some()
    }
    /// The texts of an array; those that are none are left out.
    pub fn texts(&self, pointer: &str) -> Vec<&'a str> {
        (0..self.count(pointer)).filter_map(|i| self.text(&format!("{}/{}", pointer, i))).collect()
    }
}
