"""What the stores would refuse in fastlane/metadata: lengths, missing files, sizes of pictures."""

import re
import struct
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
METADATA = HERE / "metadata"
LOCALES = ["de-DE", "en-US"]

# Most characters of each file, as the stores say.
PLAY = {"title.txt": 30, "short_description.txt": 80, "full_description.txt": 4000}
PLAY_CHANGELOG = 500
APP_STORE = {
    "name.txt": 30,
    "subtitle.txt": 30,
    "keywords.txt": 100,
    "promotional_text.txt": 170,
    "description.txt": 4000,
    "release_notes.txt": 4000,
    "support_url.txt": 255,
    "marketing_url.txt": 255,
    "privacy_url.txt": 255,
}


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def png_size(path: Path) -> tuple[int, int, int]:
    """Width, height and type of colour (6 has an alpha channel) of a PNG."""
    head = path.read_bytes()[:33]
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and head[12:16] == b"IHDR", path
    return struct.unpack(">IIxB", head[16:26])


def jpeg_size(path: Path) -> tuple[int, int]:
    """Width and height of a JPEG, from its frame header."""
    data, at = path.read_bytes(), 2
    assert data[:2] == b"\xff\xd8", path
    while True:
        assert data[at] == 0xFF, path
        marker, length = struct.unpack_from(">BH", data, at + 1)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length


def version_code() -> int:
    """The versionCode that the Tauri CLI makes of the workspace's version."""
    manifest = (HERE.parent / "Cargo.toml").read_text(encoding="utf-8")
    found = re.search(r'\[workspace\.package\]\nversion = "(\d+)\.(\d+)\.(\d+)', manifest)
    assert found, "no version in Cargo.toml"
    major, minor, patch = map(int, found.groups())
    return major * 1_000_000 + minor * 1_000 + patch


class Texts(unittest.TestCase):
    def check(self, path: Path, most: int):
        content = text(path)
        self.assertTrue(content, f"{path} is empty")
        self.assertLessEqual(len(content), most, f"{path} has {len(content)} characters")

    def test_play(self):
        self.assertEqual(sorted(p.name for p in (METADATA / "android").iterdir()), LOCALES)
        for locale in LOCALES:
            folder = METADATA / "android" / locale
            for name, most in PLAY.items():
                with self.subTest(locale=locale, name=name):
                    self.check(folder / name, most)
            for path in (folder / "changelogs").iterdir():
                self.check(path, PLAY_CHANGELOG)

    def test_play_has_a_changelog_of_this_version(self):
        for locale in LOCALES:
            path = METADATA / "android" / locale / "changelogs" / f"{version_code()}.txt"
            self.assertTrue(path.is_file(), f"{path} is missing")

    def test_app_store(self):
        locales = sorted(p.name for p in METADATA.iterdir() if p.is_dir() and p.name != "android")
        self.assertEqual(locales, LOCALES)
        for locale in LOCALES:
            for name, most in APP_STORE.items():
                with self.subTest(locale=locale, name=name):
                    self.check(METADATA / locale / name, most)

    def test_pages_that_are_linked_to_exist(self):
        base = "https://github.com/glimpse-vision/glimpse"
        for path in METADATA.glob("*/*_url.txt"):
            url = text(path)
            self.assertTrue(url.startswith(base), url)
            if "/blob/main/" in url:
                self.assertTrue((HERE.parent / url.split("/blob/main/")[1]).is_file(), url)

    def test_play_knows_only_its_own_tags(self):
        for locale in LOCALES:
            tags = re.findall(r"<[^>]*>", text(METADATA / "android" / locale / "full_description.txt"))
            self.assertLessEqual(set(tags), {"<b>", "</b>"})


class Pictures(unittest.TestCase):
    def test_play(self):
        images = METADATA / "android/en-US/images"
        self.assertEqual(png_size(images / "icon.png")[:2], (512, 512))
        width, height, colour = png_size(images / "featureGraphic.png")
        self.assertEqual((width, height), (1024, 500))
        self.assertNotEqual(colour, 6, "Play takes no transparency in it")
        shots = sorted((images / "phoneScreenshots").iterdir())
        self.assertTrue(2 <= len(shots) <= 8, shots)
        for path in shots:
            width, height = jpeg_size(path)
            short, long = sorted((width, height))
            self.assertTrue(short >= 1080 and long <= 3840 and long <= 2 * short, f"{path}: {width} × {height}")


if __name__ == "__main__":
    unittest.main()
