#!/usr/bin/env python3
"""Invention in sentences: CHAIR-s of Rohrbach et al. 2018 ("Object Hallucination in Image Captioning").

usage: score_chair.py INSTANCES.json RESULTS.jsonl [--field caption[,…]] [--show]

INSTANCES.json: COCO "instances" file; the classes in a picture are those of its annotations, crowds
included. RESULTS.jsonl: {"image": PATH, "caption": STRING} a line, matched by file name; a picture
without a sentence counts as one that names nothing. The words that name a class are those of
engine/src/describe/lexicon.tsv: lower case, longest phrase first, singular or plural; "orange" is a
colour unless an article stands before it and no noun after it.

chair_s: part of the sentences that name at least one class that is not in the picture.
covered: part of the sentences that name at least one class that is. Standard library only.
"""
import argparse
import collections
import json
import os
import pathlib
import re

LEXICON = pathlib.Path(__file__).resolve().parent.parent / "engine/src/describe/lexicon.tsv"
IRREGULAR = {"child": "children", "calf": "calves", "goose": "geese", "knife": "knives", "mouse": "mice"}
BEFORE_FRUIT = {"a", "an", "the", "one", "fresh", "peeled", "sliced"}
AFTER_FRUIT = {"on", "in", "at", "with", "is", "near", "next", "sits"}


def plural(phrase):
    front, _, last = phrase.rpartition(" ")
    if last in IRREGULAR:
        last = IRREGULAR[last]
    elif last.endswith("man") and last != "german":
        last = last[:-3] + "men"
    elif re.search(r"[^aeou]y$", last):
        last = last[:-1] + "ies"
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es"
    else:
        last += "s"
    return f"{front} {last}".strip()


def read_lexicon(path=LEXICON):
    """Phrase (tuple of words) to class name, or to None where it names no class."""
    phrases = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, _, several, more = line.split("\t")
        singular = ([] if name == "-" else [name]) + [w for w in more.split(",") if w]
        forms = singular + [plural(w) for w in singular] + ([] if name == "-" else [several])
        for form in forms:
            phrases.setdefault(tuple(form.split()), None if name == "-" else name)
    return phrases


def is_fruit(words, at):
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    return before in BEFORE_FRUIT and (after is None or after in AFTER_FRUIT)


def named(sentence, phrases):
    """The classes that a sentence names."""
    words = re.findall(r"[a-z0-9']+", sentence.lower())
    longest = max(map(len, phrases))
    found, at = set(), 0
    while at < len(words):
        size = next((n for n in range(longest, 0, -1) if tuple(words[at:at + n]) in phrases), None)
        if size is None:
            at += 1
            continue
        name = phrases[tuple(words[at:at + size])]
        if name and (words[at] != "orange" or is_fruit(words, at)):
            found.add(name)
        at += size
    return found


def truth(coco):
    """File name to the classes in the picture."""
    names = {c["id"]: c["name"] for c in coco["categories"]}
    classes = collections.defaultdict(set)
    for a in coco["annotations"]:
        classes[a["image_id"]].add(names[a["category_id"]])
    return {os.path.basename(i["file_name"]): classes[i["id"]] for i in coco["images"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("instances")
    parser.add_argument("results")
    parser.add_argument("--field", default="caption", help="which sentence of a result is scored, the first there is: "
                        "first_caption,learned_caption is what the decoder wrote by itself")
    parser.add_argument("--show", action="store_true", help="print the sentences that invent")
    args = parser.parse_args()
    with open(args.instances, encoding="utf-8") as f:
        present = truth(json.load(f))
    phrases = read_lexicon()
    said = {}
    with open(args.results, encoding="utf-8") as f:
        for line in filter(str.strip, f):
            row = json.loads(line)
            said[os.path.basename(row["image"])] = next((row[field] for field in args.field.split(",") if row.get(field)), "")
    invents = covered = 0
    for image, classes in sorted(present.items()):
        found = named(said.get(image, ""), phrases)
        invents += bool(found - classes)
        covered += bool(found & classes)
        if args.show and found - classes:
            print(f"{image}: {said[image]!r} names {sorted(found - classes)}, has {sorted(classes)}")
    n = max(len(present), 1)
    print(json.dumps({"pictures": len(present), "described": len(said.keys() & present.keys()),
                      "chair_s": round(invents / n, 4), "covered": round(covered / n, 4)}))


if __name__ == "__main__":
    main()
