"""CIDEr-D (Vedantam et al. 2015) over words, with everything about the references precomputed.

Standard library only: the reward of self-critical training and the figure of evaluation.
"""
import collections
import math

SIGMA = 6.0
ORDERS = 4


def grams(words, n):
    return collections.Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))


class Cider:
    """References: {key: [captions as lists of words]}. Document frequencies come from these same references."""

    def __init__(self, references):
        self.frequency = collections.Counter()
        for captions in references.values():
            self.frequency.update({g for c in captions for n in range(ORDERS) for g in grams(c, n + 1)})
        self.log_count = math.log(max(len(references), 2))
        self.penalty = [math.exp(-(d * d) / (2 * SIGMA ** 2)) for d in range(64)]
        self.known = {key: self.prepare(captions) for key, captions in references.items()}

    def weight(self, gram):
        return self.log_count - math.log(max(1, self.frequency.get(gram, 0)))

    def vector(self, words, n):
        v = {g: k * self.weight(g) for g, k in grams(words, n).items()}
        return v, math.sqrt(sum(x * x for x in v.values()))

    def prepare(self, captions):
        """Lengths of the references and for each n-gram of any of them [(reference, weight, weight / norm)]."""
        index = collections.defaultdict(list)
        for r, caption in enumerate(captions):
            for n in range(1, ORDERS + 1):
                v, norm = self.vector(caption, n)
                for g, x in v.items():
                    if norm:
                        index[g].append((r, x, x / norm))
        return [len(c) for c in captions], dict(index)

    def score(self, key, words):
        """CIDEr-D of one caption against the references of `key`."""
        lengths, index = self.known[key]
        penalties = [self.penalty[min(abs(len(words) - n), 63)] for n in lengths]
        total = 0.0
        for n in range(1, ORDERS + 1):
            v, norm = self.vector(words, n)
            if not norm:
                continue
            dot = 0.0
            for g, k in v.items():
                for r, x, unit in index.get(g, ()):
                    dot += min(k, x) * unit * penalties[r]
            total += dot / norm
        return 10.0 * total / (ORDERS * len(lengths))


def smoothed_bleu(words, references):
    """BLEU-4 of one sentence, one added to the counts of orders above 1 (Lin and Och 2004)."""
    score = 0.0
    for n in range(1, ORDERS + 1):
        h, best = grams(words, n), collections.Counter()
        for x in references:
            best |= grams(x, n)
        match, total = sum((h & best).values()), max(len(words) - n + 1, 0)
        if n == 1 and not match:
            return 0.0
        score += math.log((match + (n > 1)) / (total + (n > 1)))
    closest = min((abs(len(x) - len(words)), len(x)) for x in references)[1]
    brevity = 1.0 if len(words) > closest else math.exp(1 - closest / max(len(words), 1))
    return brevity * math.exp(score / ORDERS)


def bleu(pairs):
    """Corpus BLEU-4 (Papineni et al. 2002) of [(words, [reference words])]."""
    match, total, c, r = [0] * 4, [0] * 4, 0, 0
    for said, references in pairs:
        c += len(said)
        r += min((abs(len(x) - len(said)), len(x)) for x in references)[1]
        for n in range(4):
            h, best = grams(said, n + 1), collections.Counter()
            for x in references:
                best |= grams(x, n + 1)
            match[n] += sum((h & best).values())
            total[n] += max(len(said) - n, 0)
    if min(match) == 0:
        return 0.0
    brevity = 1.0 if c > r else math.exp(1 - r / max(c, 1))
    return brevity * math.exp(sum(math.log(m / t) for m, t in zip(match, total)) / 4)
