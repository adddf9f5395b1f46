#!/usr/bin/env python3
"""Render the text evaluation set: pages and single lines in eight languages, with their truth.

usage: render.py [--texts FOLDER] [--seed N] OUTPUT_FOLDER

Writes NAME.png, NAME.txt (the lines as drawn, in reading order) and index.jsonl, one object a
picture: {"image", "language", "kind", "size", "face", "light_on_dark", "angle"}; `angle` is by how
many degrees the text is turned clockwise. The same texts, seed, fonts and Pillow give the same
pictures. `--texts` is a folder of LANGUAGE.txt files (default: texts/eval beside this script), in
which a line is a paragraph, after "> " the text of a single-line picture, after "| " a vertical one.
scripts/install-deps.sh bench installs the fonts. A character that a font lacks is an error, never a box.
"""
import argparse
import json
import random
import sys
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

FONTS = Path("/usr/share/fonts")
LATIN = {
    "sans": ["truetype/dejavu/DejaVuSans.ttf", "truetype/liberation/LiberationSans-Regular.ttf"],
    "serif": ["truetype/dejavu/DejaVuSerif.ttf", "truetype/liberation/LiberationSerif-Regular.ttf"],
}
CJK = {
    "sans": ["opentype/noto/NotoSansCJK-Regular.ttc"],
    "serif": ["opentype/noto/NotoSerifCJK-Regular.ttc"],
}
# The face of each language inside the CJK collections, by the end of its family name.
CJK_FACES = {"ja": "JP", "zh-Hans": "SC", "zh-Hant": "TC"}
LANGUAGES = ["en", "de", "fr", "pl", "tr", "zh-Hans", "zh-Hant", "ja"]

# Paper and ink.
LIGHT = [("#ffffff", "#000000"), ("#fbf7ec", "#2a2118"), ("#eef1f4", "#1c2733"), ("#f4f4f4", "#3a3a3a")]
DARK = [("#000000", "#ffffff"), ("#14202e", "#e8edf2"), ("#2b2b2b", "#d8d8d8"), ("#12301f", "#f3f0dc")]

# Characters that may not begin or end a line of Chinese or Japanese.
NOT_FIRST = set("、。，．！？：；）」』》〉”’…ー々ゃゅょっァィゥェォャュョッ,.!?:;)%％℃")
NOT_LAST = set("（「『《〈“‘(￥¥$")

# One picture each: kind, type size in pixels, face, light on dark, degrees clockwise, paragraphs.
PAGES = [
    ("page", 15, "sans", False, 0, 2),
    ("page", 18, "serif", True, 0, 2),
    ("page", 22, "serif", False, 0, 2),
    ("page", 26, "sans", True, 0, 1),
    ("page", 32, "serif", False, 0, 1),
    ("page", 40, "sans", False, 0, 1),
    ("tilt", 24, "serif", False, 7, 1),
    ("tilt", 30, "sans", True, -7, 1),
    ("turn90", 20, "sans", False, 90, 2),
    ("turn180", 24, "serif", False, 180, 1),
    ("turn180", 17, "sans", True, 180, 1),
    ("turn270", 28, "sans", True, 270, 2),
]
LINES = [("line", size, face, dark, 0, 1) for size, face, dark in
         [(15, "serif", False), (20, "sans", True), (24, "sans", False), (32, "serif", True), (40, "serif", False)]]
VERTICAL = [("vertical", size, face, dark, 0, 1) for size, face, dark in
            [(18, "sans", False), (22, "serif", False), (28, "serif", True),
             (24, "sans", True), (32, "sans", False), (40, "serif", False)]]


def read_texts(path):
    """Paragraphs, single lines and vertical paragraphs of one language."""
    texts = {"": [], ">": [], "|": []}
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, rest = (line[0], line[2:]) if line[:2] in ("> ", "| ") else ("", line)
        if rest.strip():
            texts[mark].append(rest.strip())
    return texts[""], texts[">"], texts["|"]


@lru_cache(maxsize=None)
def load_font(path, size, language):
    full = FONTS / path
    if not full.exists():
        sys.exit(f"render.py: {full} is missing; run scripts/install-deps.sh bench")
    if language not in CJK_FACES:
        return ImageFont.truetype(full, size)
    for index in range(16):
        font = ImageFont.truetype(full, size, index=index)
        if font.getname()[0].endswith(CJK_FACES[language]):
            return font
    sys.exit(f"render.py: {full} has no {CJK_FACES[language]} face")


@lru_cache(maxsize=None)
def has_glyph(font, character):
    """Whether `font` draws the character as something else than its box for missing glyphs."""
    missing, drawn = font.getmask("\U0010fffd"), font.getmask(character)
    return character.isspace() or drawn.size != missing.size or bytes(drawn) != bytes(missing)


def complete_fonts(paths, text, size, language):
    """The fonts of `paths` that have every character of the text."""
    lacks = {p: [c for c in sorted(set(text)) if not has_glyph(load_font(p, size, language), c)] for p in paths}
    if all(lacks.values()):
        sys.exit(f"render.py: no font has all characters of a text in {language}: {lacks}")
    return [p for p in paths if not lacks[p]]


def wrap(text, font, width, cjk):
    """Break a paragraph into lines at most `width` pixels wide."""
    pieces = list(text) if cjk else text.split(" ")
    if cjk:
        pieces = join_runs(pieces)
    glue, lines, line = ("" if cjk else " "), [], ""
    for i, piece in enumerate(pieces):
        longer = line + glue + piece if line else piece
        fits = font.getlength(longer) <= width
        follows = i + 1 < len(pieces) and cjk and pieces[i + 1][0] in NOT_FIRST
        hangs = fits and follows and font.getlength(longer + pieces[i + 1]) > width
        if line and (not fits or hangs) and not (cjk and (piece[0] in NOT_FIRST or line[-1] in NOT_LAST)):
            lines.append(line)
            line = piece
        else:
            line = longer
    return lines + [line]


def join_runs(characters):
    """Keep Latin letters and digits that stand together on one line."""
    pieces = []
    for c in characters:
        together = c.isascii() and not c.isspace() and pieces and pieces[-1][-1].isascii()
        if together:
            pieces[-1] += c
        else:
            pieces.append(c)
    return pieces


def draw_horizontal(paragraphs, font, columns, paper, ink, margin, rng, cjk):
    """A picture of the paragraphs one below the other, and its lines."""
    em = font.size
    width = columns * em * (1.0 if cjk else 0.5)
    blocks = [wrap(p, font, width, cjk) for p in paragraphs]
    pitch, gap = em * rng.uniform(1.35, 1.6), em * rng.uniform(0.4, 0.9)
    lines = [line for block in blocks for line in block]
    ascent, descent = font.getmetrics()
    right = max(font.getlength(line) for line in lines)
    height = pitch * (len(lines) - 1) + gap * (len(blocks) - 1) + ascent + descent
    picture = Image.new("RGB", (round(right + 2 * margin), round(height + 2 * margin)), paper)
    draw, y = ImageDraw.Draw(picture), margin + ascent
    for block in blocks:
        for line in block:
            draw.text((margin, y), line, fill=ink, font=font, anchor="ls")
            y += pitch
        y += gap
    return picture, lines


def draw_vertical(text, font, rows, paper, ink, margin, rng):
    """A picture of the text in columns from right to left, and its columns."""
    em = font.size
    columns = wrap(text, font, rows * em, True)
    pitch = em * rng.uniform(1.5, 1.8)
    tall = max(font.getlength(c, direction="ttb", language="ja") for c in columns)
    size = (round(pitch * (len(columns) - 1) + em + 2 * margin), round(tall + 2 * margin))
    picture = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(picture)
    for i, column in enumerate(columns):
        x = size[0] - margin - em / 2 - i * pitch
        draw.text((x, margin), column, fill=ink, font=font, anchor="mt", direction="ttb", language="ja")
    return picture, columns


def turn(picture, angle, paper):
    """Turn the picture clockwise; other angles than quarter turns grow the paper."""
    quarter = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    if angle in quarter:
        return picture.transpose(quarter[angle])
    return picture.rotate(-angle, Image.Resampling.BICUBIC, expand=True, fillcolor=paper)


def render(spec, texts, language, rng):
    """One picture, its lines in reading order, and the font file that it was drawn with."""
    kind, size, face, light_on_dark, angle, _ = spec
    cjk = language in CJK_FACES
    # Tilted text is drawn three times as large and scaled down, so that it stays as sharp as upright text.
    scale = 3 if kind == "tilt" else 1
    path = rng.choice(complete_fonts((CJK if cjk else LATIN)[face], "".join(texts), size * scale, language))
    font = load_font(path, size * scale, language)
    paper, ink = rng.choice(DARK if light_on_dark else LIGHT)
    em = size * scale
    if kind == "vertical":
        margin = em * rng.uniform(1.0, 1.8)
        picture, lines = draw_vertical(texts[0], font, rng.randint(14, 20), paper, ink, margin, rng)
    else:
        margin = em * (rng.uniform(0.4, 1.0) if kind == "line" else rng.uniform(1.0, 2.2))
        columns = 10_000 if kind == "line" else rng.randint(16, 24) if cjk else rng.randint(44, 68)
        picture, lines = draw_horizontal(texts, font, columns, paper, ink, margin, rng, cjk)
    if angle:
        picture = turn(picture, angle, paper)
    if scale > 1:
        picture = picture.resize((picture.width // scale, picture.height // scale), Image.Resampling.LANCZOS)
    return picture, lines, path


def plan(paragraphs, lines, vertical):
    """Which text goes into which picture."""
    for n, spec in enumerate(PAGES):
        yield spec, [paragraphs[(n + k) % len(paragraphs)] for k in range(spec[5])]
    for n, spec in enumerate(LINES):
        yield spec, [lines[n % len(lines)]]
    for n, spec in enumerate(VERTICAL if vertical else []):
        yield spec, [vertical[n % len(vertical)]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, default=Path(__file__).parent / "texts" / "eval")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("output", type=Path)
    args = parser.parse_args()
    if not features.check("raqm") or not features.check("fribidi"):
        sys.exit("render.py: Pillow finds no Raqm or FriBiDi (vertical text needs them); run scripts/install-deps.sh bench")
    args.output.mkdir(parents=True, exist_ok=True)
    count = 0
    with open(args.output / "index.jsonl", "w", encoding="utf-8") as index:
        for language in LANGUAGES:
            texts = read_texts(args.texts / f"{language}.txt")
            for n, (spec, chosen) in enumerate(plan(*texts)):
                rng = random.Random(f"{args.seed}/{language}/{n}")
                picture, drawn, font = render(spec, chosen, language, rng)
                kind, size, face, light_on_dark, angle, _ = spec
                name = f"{language}-{n:02}-{kind}-{size}"
                picture.save(args.output / f"{name}.png", optimize=True)
                (args.output / f"{name}.txt").write_text("\n".join(drawn) + "\n", encoding="utf-8")
                record = {"image": f"{name}.png", "language": language, "kind": kind, "size": size, "face": face,
                          "light_on_dark": light_on_dark, "angle": angle, "font": Path(font).stem}
                index.write(json.dumps(record) + "\n")
                count += 1
    print(f"{count} pictures in {args.output}")


if __name__ == "__main__":
    main()
