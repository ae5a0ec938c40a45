#!/usr/bin/env python3
"""layout.py CRATE TARGET_DIR HEADERS WORK CC: compares the structs of the Rust crate with the C headers, sizes and offsets."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

crate, target, headers, work, compiler = sys.argv[1:]
cargo = os.environ.get("CARGO", "cargo")
folder = pathlib.Path(work)
# A copy: cargo writes a lock file beside the crate.
shutil.copytree(crate, folder / "crate", ignore=shutil.ignore_patterns("target", "Cargo.lock"), dirs_exist_ok=True)
rust = subprocess.run([cargo, "run", "--quiet", "--offline", "--example", "layout", "--target-dir", target],
                      cwd=folder / "crate", check=True, capture_output=True, text=True).stdout

# The same questions in C; every struct of the headers must be among them, with as many members as it has there.
lines = ['#include <stddef.h>', '#include <stdio.h>', '#include "hotdesk/plugin/plugin.h"', "int main(void) {"]
for line in rust.splitlines():
    name = line.split()[0]
    struct, _, member = name.partition(".")
    question = f"offsetof({struct}, {member})" if member else f"sizeof({struct})"
    lines.append(f'  printf("{name} %zu\\n", {question});')
lines += ["  return 0;", "}"]
(folder / "layout.c").write_text("\n".join(lines) + "\n")
subprocess.run([compiler, "-std=c11", "-I", headers, str(folder / "layout.c"), "-o", str(folder / "layout")], check=True)
c = subprocess.run([str(folder / "layout")], check=True, capture_output=True, text=True).stdout

wrong = [f"C says {a}, Rust says {b}" for a, b in zip(c.splitlines(), rust.splitlines()) if a != b]
declared = set()
for header in sorted(pathlib.Path(headers, "hotdesk", "plugin").glob("*.h")):
    if header.name != "platform.h":
        declared |= set(re.findall(r"HOTDESK_LAYOUT\((\w+)", header.read_text()))
known = {line.split()[0] for line in rust.splitlines() if "." not in line}
wrong += [f"{name} is missing in Rust" for name in sorted(declared - known)]
wrong += [f"{name} is not in the headers" for name in sorted(known - declared)]
print(f"{len(known)} structs, {len(rust.splitlines()) - len(known)} members compared")
if wrong:
    sys.exit("\n".join(wrong))
