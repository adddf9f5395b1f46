#!/usr/bin/env python3
"""Writes a page of captions next to what people said of the same photographs.

usage: caption_page.py REFERENCES.jsonl RESULTS.jsonl > docs/captions.md

REFERENCES.jsonl: {"image": NAME, "captions": [five strings]} a line. RESULTS.jsonl: what
`glimpse describe --json` prints. The rule: the references' file names in order, of them the first and
every 25th after it, 40 of 1,000. Standard library only.
"""
import json
import os
import sys

STEP = 25

HEAD = """# Captions of 40 photographs, next to what people said

Validation photographs of Flickr8k (Hodosh, Young and Hockenmaier 2013), by file name; the pictures
themselves are not in this repository. Which ones is a rule and no choice: of the 1,000 file names in
order, the first and every 25th after it. "Learned" captions come from the caption decoder, "grounded"
ones are made of what was found (docs/describe.md). The five sentences below each are Flickr8k's, as
people wrote them.

Made with `glimpse describe --json` and the int8 packs, and
`benches/caption_page.py REFERENCES RESULTS`.
"""


def rows(path, key):
    with open(path, encoding="utf-8") as f:
        return {os.path.basename(r["image"]): r[key] if key else r for r in map(json.loads, filter(str.strip, f))}


def page(references, results):
    out = [HEAD]
    for number, name in enumerate(sorted(references)[::STEP], 1):
        result = results.get(name) or {}
        if "caption" not in result:
            raise SystemExit(f"caption_page: no caption of {name} among the results")
        out.append(f"\n## {number}. {name}\n")
        out.append(f"**{result['caption']}** ({result['caption_source']}, "
                   f"confidence {result['caption_confidence']:.2f})\n")
        if result["caption_source"] != "learned":
            out.append(f"What the decoder would have said: {result['learned_caption']}\n")
        out.extend(f"- {' '.join(caption.split())}" for caption in references[name])
    return "\n".join(out) + "\n"


def main():
    references, results = sys.argv[1:]
    sys.stdout.write(page(rows(references, "captions"), rows(results, None)))


if __name__ == "__main__":
    main()
