#!/usr/bin/env python3
"""Checks what a store or a phone would refuse: APKs, bundles (AAB), AARs and native libraries.

    scripts/check_apk.py [--without PERMISSION]... [--abis ABI,...] FILE...

Native libraries for 64-bit processors must work where a page of memory has 16 KiB: their LOAD
segments are aligned to a multiple of it, and an APK stores them at such a multiple, or compressed.
`--without` names permissions that the manifest must not ask for; `--abis` those ABIs, and no others,
that the package must hold libraries for. Prints what was checked, one line a file; exit status 1
where something is wrong.
"""

import argparse
import re
import struct
import sys
import zipfile
from pathlib import Path

PAGE = 16384
WIDE = {"arm64-v8a", "x86_64"}
ELF = b"\x7fELF"
PT_LOAD = 1


class Wrong(Exception):
    """What is wrong with a file, in words."""


def load_alignments(library: bytes) -> list[int]:
    """Alignment of each LOAD segment of an ELF file, in bytes."""
    if len(library) < 64 or library[:4] != ELF:
        raise Wrong("not an ELF file")
    if library[5] != 1:
        raise Wrong("not little endian")
    wide = library[4] == 2
    try:
        if wide:
            (offset,) = struct.unpack_from("<Q", library, 32)
            size, count = struct.unpack_from("<HH", library, 54)
            header, place = "<IIQQQQQQ", 7
        else:
            (offset,) = struct.unpack_from("<I", library, 28)
            size, count = struct.unpack_from("<HH", library, 42)
            header, place = "<IIIIIIII", 7
        headers = [struct.unpack_from(header, library, offset + i * size) for i in range(count)]
    except struct.error:
        raise Wrong("the program headers are cut off") from None
    return [fields[place] for fields in headers if fields[0] == PT_LOAD]


def check_library(library: bytes) -> str:
    """What a native library is; `Wrong` where it needs smaller pages than 16 KiB."""
    alignments = load_alignments(library)
    if not alignments:
        raise Wrong("no LOAD segments")
    if library[4] != 2:
        return "32 bits, pages of 4 KiB"
    if any(a < PAGE or a % PAGE for a in alignments):
        raise Wrong(f"LOAD segments are aligned to {min(alignments)} bytes, not to {PAGE}")
    return f"{len(alignments)} LOAD segments aligned to {min(alignments)} bytes"


def data_offset(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """Where the data of `entry` begin in the file."""
    assert package.fp is not None
    package.fp.seek(entry.header_offset)
    name, extra = struct.unpack_from("<HH", package.fp.read(30), 26)
    return entry.header_offset + 30 + name + extra


def permissions(manifest: bytes) -> set[str]:
    """Permissions that a compiled manifest names, be it Android's binary XML or a bundle's protobuf."""
    narrow = manifest.decode("latin-1")
    # The binary XML's strings are UTF-16 or UTF-8; the names are ASCII in either.
    wide = manifest.decode("utf-16-le", errors="ignore") + manifest[1:].decode("utf-16-le", errors="ignore")
    return set(re.findall(r"android\.permission\.[A-Z][A-Z0-9_]*", narrow + "\n" + wide))


def check_package(path: Path, without: list[str], abis: set[str] | None) -> str:
    """Checks an APK, a bundle or an AAR, and says in a line what it holds."""
    bundle = path.suffix == ".aab"
    found: set[str] = set()
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        manifest = "base/manifest/AndroidManifest.xml" if bundle else "AndroidManifest.xml"
        if manifest not in names:
            raise Wrong(f"no {manifest}")
        asked = permissions(package.read(manifest))
        forbidden = sorted(asked.intersection(without))
        if forbidden:
            raise Wrong(f"asks for {', '.join(forbidden)}")
        for entry in package.infolist():
            match = re.fullmatch(r"(?:base/lib|lib|jni)/([^/]+)/[^/]+\.so", entry.filename)
            if not match:
                continue
            found.add(match[1])
            try:
                check_library(package.read(entry))
                stored = entry.compress_type == zipfile.ZIP_STORED
                if path.suffix == ".apk" and match[1] in WIDE and stored and data_offset(package, entry) % PAGE:
                    raise Wrong(f"stored at {data_offset(package, entry)}, no multiple of {PAGE}")
            except Wrong as wrong:
                raise Wrong(f"{entry.filename}: {wrong}") from None
    if not found:
        raise Wrong("no native libraries")
    if abis is not None and found != abis:
        raise Wrong(f"holds libraries for {', '.join(sorted(found))}, not for {', '.join(sorted(abis))}")
    short = sorted(p.removeprefix("android.permission.") for p in asked)
    return f"libraries for {', '.join(sorted(found))}; permissions named: {', '.join(short) or 'none'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--without", action="append", default=[], metavar="PERMISSION")
    parser.add_argument("--abis", type=lambda text: set(text.split(",")))
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    status = 0
    for path in arguments.files:
        try:
            if path.suffix == ".so":
                said = check_library(path.read_bytes())
            else:
                said = check_package(path, arguments.without, arguments.abis)
            print(f"{path}: {said}")
        except (Wrong, OSError, zipfile.BadZipFile) as wrong:
            print(f"{path}: wrong: {wrong}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
