"""Packages made here, good and bad, before scripts/check_apk.py."""

import struct
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import check_apk  # noqa: E402


def library(align: int, wide: bool = True) -> bytes:
    """A library of one LOAD segment and one other, whose alignment must not matter."""
    if wide:
        header = check_apk.ELF + bytes([2, 1, 1]) + bytes(9)
        header += struct.pack("<HHIQQQIHHHHHH", 3, 183, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
        return header + struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, 0, 0, align) + struct.pack("<IIQQQQQQ", 2, *[0] * 6, 8)
    header = check_apk.ELF + bytes([1, 1, 1]) + bytes(9)
    header += struct.pack("<HHIIIIIHHHHHH", 3, 40, 1, 0, 52, 0, 0, 52, 32, 2, 0, 0, 0)
    return header + struct.pack("<IIIIIIII", 1, 0, 0, 0, 0, 0, 5, align) + struct.pack("<IIIIIIII", 2, *[0] * 6, 4)


def manifest(*permissions: str) -> bytes:
    return b"\x03\x00\x08\x00" + "\0".join(permissions).encode("utf-16-le")


class Packages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def package(self, name: str, offset: int | None = check_apk.PAGE, **content: bytes) -> Path:
        """An APK whose stored library begins at `offset`; compressed where that is None."""
        path = self.folder / name
        entry = zipfile.ZipInfo("lib/arm64-v8a/libglimpse_app.so")
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("AndroidManifest.xml", content.get("manifest", manifest("android.permission.CAMERA")))
            if offset is None:
                entry.compress_type = zipfile.ZIP_DEFLATED
            else:
                used = file.fp.tell() + 30 + len(entry.filename)
                entry.extra = struct.pack("<HH", 0xD935, offset - used - 4) + bytes(offset - used - 4)
            file.writestr(entry, content.get("library", library(check_apk.PAGE)))
        return path

    def check(self, path: Path, without=(), abis=None) -> str:
        return check_apk.check_package(path, list(without), abis)

    def refused(self, expected: str, path: Path, **options):
        with self.assertRaises(check_apk.Wrong) as caught:
            self.check(path, **options)
        self.assertIn(expected, str(caught.exception))

    def test_a_good_package_passes(self):
        said = self.check(self.package("good.apk"), ["android.permission.INTERNET"], {"arm64-v8a"})
        self.assertEqual(said, "libraries for arm64-v8a; permissions named: CAMERA")
        self.check(self.package("compressed.apk", offset=None))

    def test_small_pages_are_refused(self):
        self.refused("aligned to 4096 bytes", self.package("a.apk", library=library(4096)))
        self.refused("stored at 8192", self.package("b.apk", offset=8192))

    def test_libraries_for_32_bits_need_no_large_pages(self):
        self.assertIn("32 bits", check_apk.check_library(library(4096, wide=False)))

    def test_permissions_that_must_not_be_there(self):
        for text in (manifest("android.permission.INTERNET"), b"\0\x1bandroid.permission.INTERNET"):
            path = self.package("net.apk", manifest=text)
            self.refused("asks for android.permission.INTERNET", path, without=["android.permission.INTERNET"])
            self.check(path, ["android.permission.CAMERA"])

    def test_other_abis_than_expected(self):
        self.refused("not for armeabi-v7a", self.package("c.apk"), abis={"armeabi-v7a"})

    def test_what_is_no_package_is_told(self):
        self.refused("not an ELF file", self.package("d.apk", library=b"text" * 40))
        self.refused("cut off", self.package("e.apk", library=library(4096)[:70]))
        empty = self.folder / "empty.apk"
        with zipfile.ZipFile(empty, "w") as file:
            file.writestr("AndroidManifest.xml", manifest())
        self.refused("no native libraries", empty)
        with zipfile.ZipFile(empty, "w") as file:
            file.writestr("a", b"b")
        self.refused("no AndroidManifest.xml", empty)

    def test_archives_for_other_apps(self):
        path = self.folder / "sdk.aar"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("AndroidManifest.xml", '<uses-permission android:name="android.permission.INTERNET"/>')
            file.writestr("jni/x86_64/libglimpse_sdk.so", library(check_apk.PAGE))
        self.check(path, abis={"x86_64"})
        self.refused("asks for", path, without=["android.permission.INTERNET"])

    def test_bundles_keep_their_manifest_elsewhere(self):
        path = self.folder / "app.aab"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("base/manifest/AndroidManifest.xml", b"\x12\x1aandroid.permission.CAMERA")
            file.writestr("base/lib/arm64-v8a/libglimpse_app.so", library(check_apk.PAGE))
        self.assertIn("CAMERA", self.check(path))


if __name__ == "__main__":
    unittest.main()
