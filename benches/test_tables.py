"""Tests of the tables: python3 -m unittest discover -s benches"""
import tempfile
import unittest
from pathlib import Path

import run
import tables

MACHINE = {"cpu": "a processor", "processors": 2, "system": "a system", "threads": 2, "load_at_start": 0.25,
           "date": "2026-01-01"}
RESULTS = {
    "conditions": {"pipeline": MACHINE, "models": MACHINE, "cold": MACHINE | {"date": "2026-01-02"}},
    "pipeline": {
        "glimpse int8": {"pictures": 2, "failed": [], "ms": [100.0, 300.0], "ms_median": 200.0, "ms_mean": 200.0,
                         "peak_rss_bytes": 64 * 2**20, "score": {"word_f1": 0.95, "line_cer": 0.03}},
        "rapidocr": {"pictures": 2, "failed": ["x"], "ms": [900.0], "ms_median": 900.0, "ms_mean": 900.0,
                     "peak_rss_bytes": None},
    },
    "models": [
        {"engine": "glimpse int8", "model": "det", "shape": "640x640", "threads": 1, "ms_median": 50.0, "macs": 4330000000},
        {"engine": "ort-f32", "model": "det", "shape": "640x640", "threads": 1, "ms_median": 160.0},
        {"engine": "mnn-f32", "model": "det", "shape": "640x640", "threads": 1, "ms_median": 100.0},
        {"engine": "rten", "model": "det", "shape": "640x640", "threads": 1, "error": "refused"},
    ],
    "cold": {"picture": "a.png", "engines": {"glimpse int8": {"runs": 2, "ms": [90.0, 110.0], "ms_median": 100.0}}},
}


class Tables(unittest.TestCase):
    def test_ratios_are_against_glimpse_and_the_fastest_peer(self):
        text = tables.write(RESULTS)
        self.assertIn("| RapidOCR, ONNX Runtime | 900 | 900 | 4.50× | – | – | – | 1 |", text)
        self.assertIn("| **Glimpse int8** | 200 | 200 | 1.00× | 0.9500 | 0.0300 | 64 | 0 |", text)
        self.assertIn("| Glimpse int8 against the fastest peer | 2.00× |", text)
        self.assertIn("| rten f32 | – |", text)
        self.assertIn("| multiply-accumulates, 10⁹ | 4.33 |", text)
        self.assertIn("| **Glimpse int8** | 100 | 90 | 2 |", text)

    def test_each_table_says_when_it_was_measured(self):
        text = tables.write(RESULTS)
        self.assertEqual(text.count("2026-01-01; a processor, 2 processors, a system; 2 threads; load when it began 0.25."), 2)
        self.assertLess(text.index("### Cold start"), text.index("2026-01-02;"))

    def test_tables_go_between_their_marks_again_and_again(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text(f"before\n\n{tables.BEGIN}\nold\n{tables.END}\n\nafter\n")
            for text in ("first", "second"):
                tables.insert(page, text)
            self.assertEqual(page.read_text(), f"before\n\n{tables.BEGIN}\n\nsecond\n\n{tables.END}\n\nafter\n")
            page.write_text("no marks")
            self.assertRaises(SystemExit, tables.insert, page, "text")

    def test_rounds_merge_to_median_and_least(self):
        case = {"engine": "rten", "model": "rec", "shape": "48x320", "threads": 2}
        rounds = [case | {"round": n, "ms_median": ms, "ms_min": ms - 1} for n, ms in enumerate([30.0, 10.0, 20.0])]
        (merged,) = run.merge_rounds([*rounds, case | {"round": 3, "error": "out of memory"}])
        self.assertEqual((merged["ms_median"], merged["ms_min"], merged["rounds"]), (20.0, 9.0, 3))


if __name__ == "__main__":
    unittest.main()
