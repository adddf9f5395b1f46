"""Tests of score_chair.py."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import score_chair


class Named(unittest.TestCase):
    phrases = score_chair.read_lexicon()

    def check(self, sentence, *classes):
        self.assertEqual(score_chair.named(sentence, self.phrases), set(classes), sentence)

    def test_words_and_plurals(self):
        self.check("Two women and three puppies in a canoe.", "person", "dog", "boat")
        self.check("Two knives, a cell phone and wine glasses", "knife", "cell phone", "wine glass")

    def test_the_longest_phrase_counts(self):
        self.check("a hot dog beside a teddy bear", "hot dog", "teddy bear")
        self.check("a man walks along train tracks", "person")

    def test_orange(self):
        self.check("a dog in an orange vest", "dog")
        self.check("an orange on a plate", "orange")
        self.check("two oranges", "orange")

    def test_every_class_is_named_by_itself(self):
        names = {c for c in self.phrases.values() if c}
        self.assertEqual(len(names), 80)
        for name in names:
            self.check(f"one {name}", name)


class Scores(unittest.TestCase):
    def test_shares(self):
        coco = {
            "images": [{"id": i, "file_name": f"{i}.jpg"} for i in range(4)],
            "categories": [{"id": 1, "name": "dog"}, {"id": 2, "name": "cat"}],
            "annotations": [{"image_id": i, "category_id": 1} for i in range(4)],
        }
        rows = [{"image": "x/0.jpg", "caption": "A dog."}, {"image": "1.jpg", "caption": "A dog and a cat."},
                {"image": "2.jpg", "caption": "Grass."}]
        with tempfile.TemporaryDirectory() as folder:
            instances = pathlib.Path(folder, "i.json")
            results = pathlib.Path(folder, "r.jsonl")
            instances.write_text(json.dumps(coco))
            results.write_text("".join(json.dumps(r) + "\n" for r in rows))
            script = pathlib.Path(score_chair.__file__)
            out = subprocess.run([sys.executable, script, instances, results], capture_output=True, check=True)
        self.assertEqual(json.loads(out.stdout),
                         {"pictures": 4, "described": 3, "chair_s": 0.25, "covered": 0.5})


if __name__ == "__main__":
    unittest.main()
