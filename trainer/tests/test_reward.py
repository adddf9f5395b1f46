"""The reward against CIDEr-D and BLEU written out from their definitions, and the word pieces. Standard library only."""
import collections
import math
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import cider
import vocabulary


def plain_cider(said, references, key):
    """CIDEr-D from the formulas of Vedantam et al. 2015, nothing precomputed."""
    def grams(words, n):
        return collections.Counter(" ".join(words[i:i + n]) for i in range(len(words) - n + 1))

    def vector(words, n):
        out = {}
        for gram, count in grams(words, n).items():
            documents = sum(any(gram in grams(c, n) for c in captions) for captions in references.values())
            out[gram] = count * (math.log(len(references)) - math.log(max(1, documents)))
        return out

    total = 0.0
    for n in range(1, 5):
        h = vector(said, n)
        for reference in references[key]:
            r = vector(reference, n)
            norms = math.sqrt(sum(x * x for x in h.values())) * math.sqrt(sum(x * x for x in r.values()))
            if norms:
                similarity = sum(min(h[g], r[g]) * r[g] for g in h if g in r) / norms
                total += similarity * math.exp(-((len(said) - len(reference)) ** 2) / 72)
    return 10 * total / 4 / len(references[key])


def toy(seed, pictures=6, captions=3):
    rng = random.Random(seed)
    words = ["a", "dog", "runs", "in", "the", "snow", "two", "boys", "play"]
    return {p: [[rng.choice(words) for _ in range(rng.randint(3, 9))] for _ in range(captions)]
            for p in range(pictures)}


class Reward(unittest.TestCase):
    def test_cider_follows_its_definition(self):
        for seed in range(20):
            references = toy(seed)
            scorer = cider.Cider(references)
            for key, captions in toy(seed + 100, captions=1).items():
                self.assertAlmostEqual(scorer.score(key, captions[0]), plain_cider(captions[0], references, key), 9)

    def test_cider_likes_the_reference_best(self):
        references = toy(3)
        scorer = cider.Cider(references)
        self.assertGreater(scorer.score(0, references[0][0]), scorer.score(0, references[1][0]))
        self.assertEqual(scorer.score(0, []), 0.0)
        self.assertEqual(scorer.score(0, ["unseen"]), 0.0)

    def test_bleu(self):
        caption = ["a", "dog", "runs", "in", "the", "snow"]
        self.assertAlmostEqual(cider.bleu([(caption, [caption])]), 1.0)
        self.assertAlmostEqual(cider.smoothed_bleu(caption, [caption]), 1.0)
        self.assertEqual(cider.bleu([(["cat"], [caption])]), 0.0)
        self.assertEqual(cider.smoothed_bleu([], [caption]), 0.0)
        # Five of six words, their orders match 5/5, 4/4, 3/3, 2/2: only brevity is left.
        self.assertAlmostEqual(cider.bleu([(caption[:5], [caption])]), math.exp(1 - 6 / 5))


class Pieces(unittest.TestCase):
    def setUp(self):
        rows = [("x", [["dog", "jump", "jumping", "running"]] * 4), ("y", [["dogs", "jumps"]])]
        self.vocabulary = vocabulary.build(rows, min_word_count=4, min_piece_count=1)

    def test_words_survive(self):
        words = ["dog", "jumps", "dogs", "jumping", "jumpjump"]
        ids = self.vocabulary.encode(words[:4])
        self.assertEqual(self.vocabulary.decode(ids + [vocabulary.EOS, 9]), words[:4])
        self.assertEqual(self.vocabulary.encode_word("jumps")[0], self.vocabulary.ids["jump"])

    def test_what_takes_too_many_pieces_is_unknown(self):
        self.assertEqual(self.vocabulary.encode_word("zzzzzz"), [vocabulary.UNK])
        self.assertEqual(self.vocabulary.encode_word("\u00e9"), [vocabulary.UNK])

    def test_specials_come_first(self):
        self.assertEqual(self.vocabulary.pieces[:4], vocabulary.SPECIAL)
        self.assertEqual(len(set(self.vocabulary.pieces)), len(self.vocabulary))


if __name__ == "__main__":
    unittest.main()
