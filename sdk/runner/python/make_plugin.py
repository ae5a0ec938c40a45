"""Lays a Python plugin's folder out, ready for `hotdesk plugin pack`:

    python3 make_plugin.py SCRIPT MANIFEST OUTPUT [CONFIG_SCHEMA]

makes OUTPUT/<id>/<version>/ with manifest.json and lib/linux-any/plugin.pyz: the script and hotdesk_runner.py in one file,
the same bytes each time. MANIFEST is the written part; platform, ABI and the hashes of the files are filled in.
"""
import hashlib
import json
import pathlib
import sys
import zipfile

ABI = {"major": 1, "minor": 1}
FILE = "lib/linux-any/plugin.pyz"


def add(archive, name, source):
    info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
    info.external_attr = 0o644 << 16
    archive.writestr(info, source.read_bytes())


def main(script, manifest, output, schema=None):
    made = json.loads(pathlib.Path(manifest).read_text("utf-8"))
    folder = pathlib.Path(output) / made["id"] / made["version"]
    library = folder / FILE
    library.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(library, "w") as archive:
        add(archive, "__main__.py", pathlib.Path(script))
        add(archive, "hotdesk_runner.py", pathlib.Path(__file__).with_name("hotdesk_runner.py"))
    files = {FILE: hashlib.sha256(library.read_bytes()).hexdigest()}
    if schema:
        (folder / "config.schema.json").write_bytes(pathlib.Path(schema).read_bytes())
        files["config.schema.json"] = hashlib.sha256((folder / "config.schema.json").read_bytes()).hexdigest()
    made.update(format=1, abi=ABI, isolation={"min": "runner"}, files=files)
    made["platforms"] = [{"os": "linux", "arch": "any", "file": FILE, "runtime": "python3", "build_id": files[FILE][:16]}]
    (folder / "manifest.json").write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(folder)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
