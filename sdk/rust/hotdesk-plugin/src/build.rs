//! For a plugin's build script: `fn main() { hotdesk_plugin::build::plugin() }`.
use std::path::{Path, PathBuf};

/// Link arguments of a library that the host's gate accepts, and the build id: a hash of the sources, the version, the
/// compiler and the profile, the same on every machine.
pub fn plugin() {
    // Own symbols bind to own definitions, all at load time. That nothing else is exported rustc sees to itself.
    for argument in ["-Wl,-Bsymbolic", "-Wl,-z,now,-z,relro,-z,noexecstack"] {
        println!("cargo:rustc-cdylib-link-arg={}", argument);
    }
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    let mut files = vec![PathBuf::from("Cargo.toml")];
    collect(Path::new("src"), &mut files);
    files.sort();
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        hash.add(file.to_string_lossy().as_bytes());
        hash.add(&std::fs::read(file).unwrap_or_default());
    }
    hash.add(std::env::var("PROFILE").unwrap_or_default().as_bytes());
    hash.add(compiler().as_bytes());
    println!("cargo:rustc-env=HOTDESK_PLUGIN_BUILD_ID={:016x}", hash.0);
}

/// FNV-1a.
struct Hash(u64);
impl Hash {
    fn add(&mut self, bytes: &[u8]) {
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    println!("cargo:rerun-if-changed={}", folder.display()); // a new file
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn compiler() -> String {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let output = std::process::Command::new(rustc).arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}
