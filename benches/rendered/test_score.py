"""Tests of the scorer: python3 -m unittest discover -s benches/rendered"""
import itertools
import json
import random
import tempfile
import unittest
from pathlib import Path

import score


def plain_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


class Score(unittest.TestCase):
    def test_distance_is_levenshtein(self):
        rng = random.Random(7)
        for _ in range(600):
            a, b = ("".join(rng.choices("abcü語", k=rng.randint(0, 90))) for _ in range(2))
            self.assertEqual(score.distance(a, b), plain_distance(a, b))

    def test_pairing_is_least(self):
        rng = random.Random(8)
        for _ in range(300):
            n = rng.randint(1, 6)
            cost = [[rng.randint(0, 9) for _ in range(n)] for _ in range(n)]
            least = min(sum(cost[i][j] for i, j in enumerate(p)) for p in itertools.permutations(range(n)))
            self.assertEqual(score.least_pairing(cost), least)

    def test_order_is_free_and_invention_is_not(self):
        truth = ["one", "three", "seven"]
        self.assertEqual(score.edits(truth, ["seven", "one", "three"]), 0)
        self.assertEqual(score.edits(truth, ["one", "thr", "ee", "seven"]), 0)
        self.assertEqual(score.edits(truth, ["seven", "one", "three", "xyzw"]), 4)
        self.assertEqual(score.edits(truth, ["one", "seven"]), 5)
        self.assertEqual(score.edits(truth, []), 13)
        self.assertEqual(score.edits([], ["ghost"]), 5)

    def test_width_forms_and_spaces_do_not_count(self):
        self.assertEqual(score.squeeze("Ａ １，\u3000b"), "A1,b")

    def test_missing_picture_is_read_empty(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "a.txt").write_text("four\n")
            (folder / "b.txt").write_text("five\n")
            (folder / "index.jsonl").write_text('{"image": "a.png"}\n{"image": "b.png"}\n')
            read = {"image": "/elsewhere/a.png", "lines": [{"text": "four"}]}
            (folder / "r.jsonl").write_text(json.dumps(read) + "\n")
            records = list(score.score(folder, folder / "r.jsonl"))
        self.assertEqual([(r["edits"], r["missing"]) for r in records], [(0, False), (4, True)])
        self.assertEqual(score.summary(records)["accuracy"], 0.5)


if __name__ == "__main__":
    unittest.main()
