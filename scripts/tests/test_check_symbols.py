"""Names of native functions, and the list of the system's symbols."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import check_symbols  # noqa: E402

KOTLIN = """
package app.glimpse.frames

import java.nio.ByteBuffer

internal class FrameSink {
    private external fun push(handle: Long, y: ByteBuffer): Int
    @Suppress("unused") external fun drop_all(handle: Long)
    fun ordinary() = 1
}

object Other {
    external fun again()
}
"""


class Names(unittest.TestCase):
    def test_native_functions_get_the_names_of_jni(self):
        self.assertEqual(
            check_symbols.natives(KOTLIN),
            {
                "Java_app_glimpse_frames_FrameSink_push",
                "Java_app_glimpse_frames_FrameSink_drop_1all",
                "Java_app_glimpse_frames_Other_again",
            },
        )
        bound = KOTLIN.replace("fun ordinary() = 1", 'init { Native.register(FrameSink::class.java, "x") }')
        self.assertEqual(check_symbols.natives(bound), {"push", "drop_all", "again"})
        self.assertEqual(check_symbols.natives("package a\nclass B { fun c() = 1 }"), set())

    def test_comments_of_the_list_are_no_symbols(self):
        self.assertEqual(check_symbols.listed("# libc\nabort\n\nread # since ever\n"), {"abort", "read"})

    def test_the_list_has_each_symbol_once_and_in_order(self):
        groups = check_symbols.LIST.read_text(encoding="utf-8").split("\n# ")
        for group in groups[1:]:
            names = [line for line in group.splitlines()[1:] if line and not line.startswith("#")]
            self.assertEqual(names, sorted(set(names)), group.splitlines()[0])


class Libraries(unittest.TestCase):
    """Real libraries of this machine before a list that has, or lacks, what they leave open."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        source = self.folder / "a.c"
        source.write_text("int puts(const char *); int Java_a_B_c(void) { return puts(\"\"); }")
        self.library = self.folder / "libglimpse_sdk.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-nostdlib", source, "-o", self.library], check=True)

    def run_on(self, listed: str, kotlin: str) -> int:
        (self.folder / "list.txt").write_text(listed)
        sources = self.folder / "mobile/sdk/kotlin/src/main/kotlin"
        sources.mkdir(parents=True, exist_ok=True)
        (sources / "B.kt").write_text(kotlin)
        with (
            mock.patch.object(check_symbols, "LIST", self.folder / "list.txt"),
            mock.patch.object(check_symbols, "ROOT", self.folder),
            mock.patch.object(sys, "argv", ["check_symbols", str(self.library)]),
            mock.patch("builtins.print"),
        ):
            return check_symbols.main()

    def test_what_is_left_open_must_be_listed(self):
        self.assertEqual(self.run_on("puts\n", "package a\nobject B { external fun c(): Int }"), 0)
        self.assertEqual(self.run_on("gets\n", "package a\nobject B { external fun c(): Int }"), 1)

    def test_what_kotlin_calls_must_be_there(self):
        self.assertEqual(self.run_on("puts\n", "package a\nclass B {\n    external fun d(): Int\n}"), 1)


if __name__ == "__main__":
    unittest.main()
