use core::ffi::c_void;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

use crate::host::check;
use crate::raw;
use crate::text::to_raw;
use crate::Error;

/// A set of patterns compiled by the host (RE2, linear time). It lives as long as the instance.
#[derive(Clone, Copy)]
pub struct Regex {
    regex: *const raw::Regex,
    table: &'static raw::HostRegex,
}
unsafe impl Send for Regex {}
unsafe impl Sync for Regex {}

/// Where a pattern of the set was found, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub pattern: u32,
    pub begin: usize,
    pub end: usize,
}

impl Regex {
    pub(crate) fn compile(host: *const raw::Host, table: &'static raw::HostRegex, patterns: &[&str]) -> Result<Self, Error> {
        let texts: Vec<raw::Text> = patterns.iter().map(|one| to_raw(one)).collect();
        let array = raw::Array {
            items: texts.as_ptr().cast(),
            count: texts.len() as u64,
            stride: core::mem::size_of::<raw::Text>() as u64,
        };
        let mut regex = core::ptr::null_mut();
        let mut bad = u64::MAX;
        let compile = table.compile.ok_or_else(|| Error::new(raw::E_DENIED, "no regular expressions"))?;
        match unsafe { compile(host, &array, &mut regex, &mut bad) } {
            raw::OK => Ok(Regex { regex, table }),
            raw::E_INVALID if (bad as usize) < patterns.len() => {
                Err(Error::new(raw::E_INVALID, format!("pattern {} is no regular expression: {}", bad, patterns[bad as usize])))
            }
            code => Err(Error::new(code, "the patterns were refused")),
        }
    }

    /// Tells every hit of each pattern until `each` answers false.
    pub fn find<F: FnMut(Hit) -> bool>(&self, text: &str, each: F) -> Result<(), Error> {
        let mut visit = Visit { each, panic: None };
        let context = (&mut visit as *mut Visit<F>).cast();
        let find = self.table.find.ok_or_else(|| Error::new(raw::E_DENIED, "no regular expressions"))?;
        let code = unsafe { find(self.regex, to_raw(text), context, Some(visit_hit::<F>)) };
        if let Some(panic) = visit.panic {
            resume_unwind(panic);
        }
        check(code, "the search")
    }
    pub fn is_match(&self, text: &str) -> Result<bool, Error> {
        let mut found = false;
        self.find(text, |_| {
            found = true;
            false
        })?;
        Ok(found)
    }
}

struct Visit<F> {
    each: F,
    panic: Option<Box<dyn std::any::Any + Send>>,
}
unsafe extern "C" fn visit_hit<F: FnMut(Hit) -> bool>(context: *mut c_void, hit: *const raw::RegexHit) -> raw::ResultCode {
    let visit = &mut *context.cast::<Visit<F>>();
    let hit = Hit { pattern: (*hit).pattern, begin: (*hit).begin as usize, end: (*hit).end as usize };
    match catch_unwind(AssertUnwindSafe(|| (visit.each)(hit))) {
        Ok(true) => raw::OK,
        Ok(false) => raw::SKIP,
        Err(panic) => {
            visit.panic = Some(panic); // goes on behind the host's frames
            raw::E_INTERNAL
        }
    }
}
