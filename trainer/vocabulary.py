"""Word pieces: frequent words whole, rarer ones as a known beginning and continuations marked "##".

Made from the training captions alone. Ids 0..3 are <pad>, <bos>, <eos>, <unk>.
"""
import collections
import sys

PAD, BOS, EOS, UNK = range(4)
SPECIAL = ["<pad>", "<bos>", "<eos>", "<unk>"]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789'"
MAX_PIECES = 4


class Vocabulary:
    """Pieces in id order, greedy longest match."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.ids = {p: i for i, p in enumerate(pieces)}

    def __len__(self):
        return len(self.pieces)

    def encode_word(self, word):
        """Ids of a word; [UNK] where it would take more than MAX_PIECES pieces."""
        ids, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.ids:
                    break
            else:
                return [UNK]
            ids.append(self.ids[piece])
            start = end
        return ids if len(ids) <= MAX_PIECES else [UNK]

    def encode(self, words):
        return [i for w in words for i in self.encode_word(w)]

    def decode(self, ids):
        """Words of ids, up to <eos>."""
        words = []
        for i in ids:
            if i == EOS:
                break
            piece = self.pieces[i]
            if piece.startswith("##") and words:
                words[-1] += piece[2:]
            elif i > UNK:
                words.append(piece.removeprefix("##"))
        return words

    def text(self):
        return "\n".join(self.pieces)

    @staticmethod
    def read(path):
        with open(path, encoding="utf-8") as f:
            return Vocabulary(f.read().split("\n"))


def build(rows, min_word_count, min_piece_count):
    """A vocabulary of the captions of `rows`: (name, captions as words)."""
    counts = collections.Counter(w for _, captions in rows for c in captions for w in c)
    whole = sorted(w for w, n in counts.items() if n >= min_word_count and len(w) > 1)
    letters = list(LETTERS)
    known = set(whole) | set(letters)
    rest = collections.Counter()
    for word, n in counts.items():
        if word in known:
            continue
        for end in range(len(word) - 1, 2, -1):
            if word[:end] in known:
                rest[word[end:]] += n
                break
    ends = sorted(p for p, n in rest.items() if n >= min_piece_count and len(p) > 1)
    return Vocabulary(SPECIAL + letters + whole + ["##" + c for c in letters] + ["##" + p for p in ends])


def main():
    import data

    config = data.configuration()
    rows = data.captions(config["paths"]["train"])
    vocabulary = build(rows, config["min_word_count"], config["min_piece_count"])
    with open(config["paths"]["work"] + "/vocabulary.txt", "w", encoding="utf-8") as f:
        f.write(vocabulary.text())
    lengths = [len(vocabulary.encode(c)) for _, captions in rows for c in captions]
    unknown = sum(UNK in vocabulary.encode(c) for _, captions in rows for c in captions)
    print(f"{len(vocabulary)} pieces, {sum(lengths) / len(lengths):.2f} tokens a caption, "
          f"{sum(n > 23 for n in lengths)} longer than 23, {unknown} of {len(lengths)} with <unk>")


if __name__ == "__main__":
    sys.exit(main())
