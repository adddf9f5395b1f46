#!/usr/bin/env python3
"""Checks what a library for Android leaves open, and what it offers.

    scripts/check_symbols.py LIBRARY

Each symbol that it leaves to the system must stand in scripts/android-symbols.txt, but for weak ones, which
may be missing. Each `external fun`
of the Kotlin that loads it must be defined in it, by the name that the Java Native Interface gives it, or by
its own where JNA (`Native.register`) binds it.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "scripts/android-symbols.txt"
KOTLIN = {
    "libglimpse_app.so": ["mobile/camera/android", "mobile/frames/android", "mobile/power/android"],
    "libglimpse_frames.so": ["mobile/frames/android"],
    "libglimpse_sdk.so": ["mobile/sdk/kotlin"],
}


def listed(text: str) -> set[str]:
    """The symbols of the list; # begins a comment."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return {line for line in lines if line}


def symbols(library: Path) -> tuple[set[str], set[str]]:
    """What the dynamic table of an ELF file needs from elsewhere, and what it defines."""
    table = subprocess.run(
        ["readelf", "--dyn-syms", "--wide", library], check=True, capture_output=True, text=True
    ).stdout
    missing, defined = set(), set()
    for line in table.splitlines():
        fields = line.split()
        if len(fields) >= 8 and re.fullmatch(r"\d+:", fields[0]):
            name = fields[7].split("@")[0]
            if fields[6] != "UND":
                defined.add(name)
            elif fields[4] != "WEAK":
                missing.add(name)
    return missing, defined


def mangled(name: str) -> str:
    """A name as the Java Native Interface writes it: letters beyond ASCII do not occur here."""
    return name.replace("_", "_1").replace(".", "_").replace("/", "_")


def natives(kotlin: str) -> set[str]:
    """Symbols of the native functions that a Kotlin file declares in its outermost classes and objects."""
    by_jna = "Native.register(" in kotlin
    package = re.search(r"^package\s+([\w.]+)", kotlin, re.MULTILINE)
    found, around = set(), None
    for line in kotlin.splitlines():
        if opened := re.match(r"(?:\w+\s+)*(?:class|object)\s+(\w+)", line):
            around = opened[1]
        if declared := re.match(r"\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)*?external\s+fun\s+`?(\w+)", line):
            if not package or not around:
                raise SystemExit(f"check_symbols: outside of a class of a package: {line}")
            found.add(declared[1] if by_jna else f"Java_{mangled(package[1])}_{mangled(around)}_{mangled(declared[1])}")
    return found


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    library = Path(sys.argv[1])
    missing, defined = symbols(library)
    if not missing or not defined:
        print(f"check_symbols: {library} has no dynamic symbols", file=sys.stderr)
        return 1
    status = 0
    for name in sorted(missing - listed(LIST.read_text(encoding="utf-8"))):
        print(f"check_symbols: {name} is left open, and is not in {LIST.name}", file=sys.stderr)
        status = 1
    expected = set()
    for folder in KOTLIN.get(library.name, []):
        for path in sorted((ROOT / folder / "src").glob("**/*.kt")):
            if "test" not in path.relative_to(ROOT).parts:
                expected |= natives(path.read_text(encoding="utf-8"))
    for name in sorted(expected - defined):
        print(f"check_symbols: Kotlin calls {name}, which the library lacks", file=sys.stderr)
        status = 1
    if status == 0:
        print(f"{library}: {len(missing)} symbols of the system, {len(expected)} native functions: all there")
    return status


if __name__ == "__main__":
    sys.exit(main())
