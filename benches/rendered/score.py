#!/usr/bin/env python3
"""Character accuracy of a reading of the rendered set.

usage: score.py [--worst N] [--json] RENDERED_FOLDER RESULTS.jsonl

RENDERED_FOLDER is what render.py wrote. RESULTS.jsonl holds one object a picture, as
`glimpse read --json` prints them: {"image": PATH, "lines": [{"text": ...}, ...]}. A picture without
a result counts as read empty.

Accuracy is 1 - edits / characters, over all characters together (a table adds the mean over
pictures), on NFKC text without white space, upper and lower case apart. The edits of a picture are
the lesser of two: the edit distance of the whole text in the order given, and the least sum of edit
distances of a pairing of read lines with true lines, where a true line left over costs its length
and so does a spurious line. The order of the lines therefore costs nothing, invented text does.
Standard library only.
"""
import argparse
import collections
import json
import sys
import unicodedata
from pathlib import Path


def squeeze(text):
    """NFKC without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def distance(a, b):
    """Levenshtein distance, bit-parallel (Myers 1999, in Hyyrö's 2003 form)."""
    if not a or not b:
        return len(a) + len(b)
    where = collections.defaultdict(int)
    for i, c in enumerate(a):
        where[c] |= 1 << i
    everything, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    up, down, result = everything, 0, len(a)
    for c in b:
        equal = where.get(c, 0)
        diagonal = ((((equal & up) + up) ^ up) | equal | down) & everything
        right, left = (down | ~(diagonal | up)) & everything, up & diagonal
        result += bool(right & last) - bool(left & last)
        right, left = (right << 1) | 1, left << 1
        up, down = (left | ~(diagonal | right)) & everything, right & diagonal
    return result


def least_pairing(cost):
    """Least sum of a square cost matrix with one entry taken of each row and column (Hungarian method)."""
    n, far = len(cost), float("inf")
    rows, columns, match, way = [0] * (n + 1), [0] * (n + 1), [0] * (n + 1), [0] * (n + 1)
    for i in range(1, n + 1):
        match[0], at = i, 0
        slack, used = [far] * (n + 1), [False] * (n + 1)
        while match[at]:
            used[at], row, delta, nearest = True, match[at], far, 0
            for j in range(1, n + 1):
                if used[j]:
                    continue
                reduced = cost[row - 1][j - 1] - rows[row] - columns[j]
                if reduced < slack[j]:
                    slack[j], way[j] = reduced, at
                if slack[j] < delta:
                    delta, nearest = slack[j], j
            for j in range(n + 1):
                if used[j]:
                    rows[match[j]] += delta
                    columns[j] -= delta
                else:
                    slack[j] -= delta
            at = nearest
        while at:
            match[at] = match[way[at]]
            at = way[at]
    return sum(cost[match[j] - 1][j - 1] for j in range(1, n + 1))


def edits(truth, read):
    """Edits of one picture; both are lists of squeezed lines."""
    n = max(len(truth), len(read))
    t, r = truth + [""] * (n - len(truth)), read + [""] * (n - len(read))
    paired = least_pairing([[distance(a, b) for b in r] for a in t]) if n else 0
    return min(paired, distance("".join(truth), "".join(read)))


def score(folder, results):
    """One record a picture of the index, with its characters and edits."""
    read = {}
    for line in open(results, encoding="utf-8"):
        if line.strip():
            r = json.loads(line)
            read[Path(r["image"]).stem] = [squeeze(l["text"]) for l in r.get("lines", [])]
    for line in open(folder / "index.jsonl", encoding="utf-8"):
        record = json.loads(line)
        stem = Path(record["image"]).stem
        truth = [squeeze(l) for l in (folder / f"{stem}.txt").read_text(encoding="utf-8").splitlines()]
        record["characters"] = sum(map(len, truth))
        record["edits"] = edits(truth, [l for l in read.get(stem, []) if l])
        record["missing"] = stem not in read
        yield record


def summary(records):
    characters = sum(r["characters"] for r in records)
    return {
        "pictures": len(records),
        "characters": characters,
        "edits": sum(r["edits"] for r in records),
        "accuracy": round(1 - sum(r["edits"] for r in records) / characters, 5),
        "picture_mean": round(sum(max(0, 1 - r["edits"] / r["characters"]) for r in records) / len(records), 5),
    }


def group(records, key):
    groups = collections.defaultdict(list)
    for r in records:
        groups[r[key]].append(r)
    return {str(name): summary(members) for name, members in groups.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="list the N pictures with most edits")
    parser.add_argument("--json", action="store_true", help="one JSON line instead of tables")
    args = parser.parse_args()
    records = list(score(args.folder, args.results))
    if not records:
        sys.exit(f"score.py: {args.folder}/index.jsonl lists no pictures")
    result = {"all": summary(records)} | {k: group(records, k) for k in ("language", "kind", "size", "face", "light_on_dark")}
    if args.json:
        print(json.dumps(result))
        return
    print(f"{'':16}{'pictures':>9}{'characters':>11}{'edits':>7}{'accuracy':>10}{'mean':>9}")
    for key, groups in result.items():
        for name, s in ({key: groups} if key == "all" else groups).items():
            label = name if key in ("all", "language", "kind") else f"{key} {name}"
            print(f"{label:16}{s['pictures']:9}{s['characters']:11}{s['edits']:7}{s['accuracy']:10.2%}{s['picture_mean']:9.2%}")
        print()
    for r in sorted(records, key=lambda r: -r["edits"])[: args.worst]:
        note = " (no result)" if r["missing"] else ""
        print(f"{r['image']}: {r['edits']} of {r['characters']}{note}")


if __name__ == "__main__":
    main()
