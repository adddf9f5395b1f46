#!/usr/bin/env python3
"""Draws the sample pictures of this folder, and writes the text on them into drawn.json.

Usage: make.py [NAME...]

Needs Pillow and the Debian packages fonts-dejavu-core, fonts-dejavu-extra, fonts-liberation and
fonts-noto-cjk. The same versions of these give the same bytes: nothing here is random but by seed.
"""

import json
import math
import random
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent
TRUETYPE = Path("/usr/share/fonts/truetype")
NOTO = Path("/usr/share/fonts/opentype/noto")

FONTS = {
    "sans": TRUETYPE / "liberation/LiberationSans-Regular.ttf",
    "sans-bold": TRUETYPE / "liberation/LiberationSans-Bold.ttf",
    "narrow-bold": TRUETYPE / "liberation/LiberationSansNarrow-Bold.ttf",
    "serif": TRUETYPE / "liberation/LiberationSerif-Regular.ttf",
    "serif-bold": TRUETYPE / "liberation/LiberationSerif-Bold.ttf",
    "serif-italic": TRUETYPE / "liberation/LiberationSerif-Italic.ttf",
    "mono": TRUETYPE / "liberation/LiberationMono-Regular.ttf",
    "mono-bold": TRUETYPE / "liberation/LiberationMono-Bold.ttf",
    "dejavu": TRUETYPE / "dejavu/DejaVuSans.ttf",
    "dejavu-bold": TRUETYPE / "dejavu/DejaVuSans-Bold.ttf",
    "cjk-sans": NOTO / "NotoSansCJK-Regular.ttc",
    "cjk-sans-bold": NOTO / "NotoSansCJK-Bold.ttc",
    "cjk-serif": NOTO / "NotoSerifCJK-Regular.ttc",
    "cjk-serif-bold": NOTO / "NotoSerifCJK-Bold.ttc",
}
# Faces inside of a Noto CJK collection.
FACES = {"ja": 0, "ko": 1, "zh-Hans": 2, "zh-Hant": 3}


def font(name, size, face=None):
    """A font by its name above, its size in pixels and, for the CJK ones, its language."""
    return ImageFont.truetype(str(FONTS[name]), size, index=FACES[face] if face else 0)


def gradient(size, top, bottom):
    """A picture whose colour goes from `top` to `bottom`."""
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def noise(size, amplitude, seed):
    """Grey noise around 128, uniform within ±amplitude."""
    source = random.Random(seed)
    low, span = 128 - amplitude, 2 * amplitude + 1
    data = bytes(low + byte * span // 256 for byte in source.randbytes(size[0] * size[1]))
    return Image.frombytes("L", size, data)


def grain(picture, amplitude, seed, blur=0.0):
    """Adds grey noise to a picture; `blur` makes its grains larger."""
    layer = noise(picture.size, amplitude, seed)
    if blur:
        layer = layer.filter(ImageFilter.GaussianBlur(blur))
    return ImageChops.add(picture, Image.merge("RGB", [layer] * 3), offset=-128)


def perspective(picture, corners, size):
    """Puts the corners of `picture` (from the top left, clockwise) at `corners` of a picture of
    `size`. The result has an alpha channel."""
    width, height = picture.size
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    rows = []
    for (x, y), (u, v) in zip(corners, source):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return picture.convert("RGBA").transform(
        size, Image.Transform.PERSPECTIVE, solve(rows), Image.Resampling.BICUBIC
    )


def solve(rows):
    """Solves a square linear system given as rows with the right side last (Gauss, with pivots)."""
    n = len(rows)
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(n):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def shadow(layer, offset, blur, strength):
    """The shadow that an RGBA layer throws, as an RGBA layer of the same size."""
    alpha = ImageChops.offset(layer.getchannel("A"), *offset).filter(ImageFilter.GaussianBlur(blur))
    black = Image.new("RGBA", layer.size, (0, 0, 0, 0))
    black.putalpha(alpha.point(lambda a: int(a * strength)))
    return black


def halve(picture):
    """Half the size: drawing at twice the size and halving it smooths every edge."""
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def sign():
    """An enamel sign on a plastered wall, seen a little from the side."""
    plate = Image.new("RGB", (1360, 800), (24, 66, 128))
    draw = ImageDraw.Draw(plate)
    draw.rounded_rectangle((22, 22, 1337, 777), 46, outline=(246, 246, 240), width=14)
    lines = ["HARBOUR LANE", "Ferry Terminal", "Gates 4-7", "350 m"]
    draw.text((680, 190), lines[0], font=font("sans-bold", 138), fill=(246, 246, 240), anchor="mm")
    draw.line((110, 318, 1250, 318), fill=(246, 246, 240), width=8)
    draw.text((110, 440), lines[1], font=font("sans", 108), fill=(246, 246, 240), anchor="lm")
    draw.text((110, 640), lines[2], font=font("sans", 108), fill=(246, 246, 240), anchor="lm")
    draw.text((1250, 640), lines[3], font=font("sans-bold", 108), fill=(255, 211, 64), anchor="rm")
    for x, y in ((62, 62), (1298, 62), (62, 738), (1298, 738)):
        draw.ellipse((x - 13, y - 13, x + 13, y + 13), fill=(150, 158, 170), outline=(60, 70, 90), width=3)
    mask = Image.new("L", plate.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 1359, 799), 64, fill=255)
    plate.putalpha(mask)

    wall = gradient((1600, 1200), (214, 196, 168), (168, 146, 120))
    wall = grain(wall, 60, 1, blur=3.0)
    wall = grain(wall, 14, 2, blur=1.2)
    layer = perspective(plate, [(190, 250), (1420, 150), (1450, 960), (170, 900)], wall.size)
    wall.paste(shadow(layer, (22, 30), 20, 0.55), mask=shadow(layer, (22, 30), 20, 0.55))
    wall.paste(layer, mask=layer)
    return grain(halve(wall), 5, 3), lines


def receipt():
    """A thermal receipt from an invented bakery."""
    rows = [
        ("center", "mono-bold", 44, "BAKERY MILLSTONE"),
        ("center", "mono", 28, "12 Orchard Street"),
        ("center", "mono", 28, "Tel. 555-0142"),
        ("rule",),
        ("pair", "2024-03-18", "09:41"),
        ("pair", "Receipt", "No. 004217"),
        ("rule",),
        ("pair", "2 x Rye bread 750 g", "9.80"),
        ("pair", "4 x Butter croissant", "7.60"),
        ("pair", "1 x Plum cake", "3.45"),
        ("pair", "1 x Filter coffee", "2.90"),
        ("rule",),
        ("pair", "Subtotal", "23.75"),
        ("pair", "VAT 7%", "1.55"),
        ("total", "TOTAL EUR", "23.75"),
        ("pair", "Card no. 8813", "23.75"),
        ("rule",),
        ("center", "mono", 28, "Thank you, see you soon!"),
    ]
    paper = Image.new("RGB", (760, 1180), (250, 249, 245))
    draw = ImageDraw.Draw(paper)
    ink, y, text = (44, 44, 52), 70, []
    for row in rows:
        kind = row[0]
        if kind == "center":
            draw.text((380, y), row[3], font=font(row[1], row[2]), fill=ink, anchor="mm")
            text.append(row[3])
        elif kind == "rule":
            for x in range(50, 710, 18):
                draw.line((x, y, x + 9, y), fill=ink, width=3)
        else:
            face = font("mono-bold", 40) if kind == "total" else font("mono", 30)
            draw.text((50, y), row[1], font=face, fill=ink, anchor="lm")
            draw.text((710, y), row[2], font=face, fill=ink, anchor="rm")
            text += [row[1], row[2]]
        y += {"rule": 44, "total": 72}.get(kind, 62)
    folds = Image.new("L", paper.size, 128)
    fold = ImageDraw.Draw(folds)
    for at, depth in ((392, 26), (790, 20)):
        fold.line((0, at, 760, at + 6), fill=128 - depth, width=5)
        fold.line((0, at + 7, 760, at + 13), fill=128 + depth, width=5)
    folds = folds.filter(ImageFilter.GaussianBlur(4))
    paper = ImageChops.add(paper, Image.merge("RGB", [folds] * 3), offset=-128)
    desk = gradient((940, 1320), (96, 104, 112), (66, 72, 80))
    layer = Image.new("RGBA", desk.size, (0, 0, 0, 0))
    layer.paste(paper, (90, 70))
    desk.paste(shadow(layer, (8, 12), 14, 0.6), mask=shadow(layer, (8, 12), 14, 0.6))
    desk.paste(layer, mask=layer)
    return grain(desk.resize((752, 1056), Image.Resampling.LANCZOS), 4, 4), text


def wrap(draw, text, face, width):
    """Breaks `text` into lines no wider than `width`."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font=face) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def page():
    """A page of a magazine with two columns."""
    left = (
        "Every lighthouse keeper learns to read the weather twice: once from the sky in the "
        "evening, and once from the sea before dawn. The two seldom agree. On clear nights the "
        "beam reaches far beyond the last rocks, and the ships answer with small yellow lights.",
        "In 1887 the lamp burned oil, and one person carried forty litres up the stairs each week. "
        "The stairs are still there, all 212 of them, worn in the middle like old spoons.",
    )
    right = (
        "Today a motor turns the lens and nobody sleeps in the tower. Visitors come in summer, "
        "buy a postcard, and ask the same question: was it lonely? The letters in the museum "
        "say otherwise. They are full of recipes, gossip and requests for newspapers.",
        "What the keepers missed was not company but trees. One of them planted an apple seed in "
        "a bucket, and the tree that grew from it leans over the wall to this day.",
    )
    paper = Image.new("RGB", (1000, 840), (255, 254, 250))
    draw = ImageDraw.Draw(paper)
    draw.text((70, 96), "The Keepers of the Light", font=font("serif-bold", 54), fill=(20, 20, 24), anchor="lm")
    draw.text((70, 156), "A short visit to a tall house", font=font("serif-italic", 30), fill=(90, 90, 96), anchor="lm")
    draw.line((70, 196, 930, 196), fill=(60, 60, 64), width=2)
    text = ["The Keepers of the Light", "A short visit to a tall house"]
    face = font("serif", 26)
    for x, column in ((70, left), (520, right)):
        y = 240
        for paragraph in column:
            for line in wrap(draw, paragraph, face, 410):
                draw.text((x, y), line, font=face, fill=(20, 20, 24), anchor="lm")
                text.append(line)
                y += 36
            y += 24
    draw.text((500, 790), "17", font=font("serif", 24), fill=(90, 90, 96), anchor="mm")
    return paper, [*text, "17"]


def screenshot():
    """A window with settings, dark, as a phone or a desktop shows it."""
    window = Image.new("RGB", (1000, 1240), (24, 26, 32))
    draw = ImageDraw.Draw(window)
    white, grey, accent = (236, 238, 244), (150, 156, 170), (94, 160, 255)
    draw.rectangle((0, 0, 1000, 130), fill=(32, 35, 43))
    draw.text((48, 66), "Settings", font=font("dejavu-bold", 46), fill=white, anchor="lm")
    draw.text((952, 66), "Done", font=font("dejavu", 36), fill=accent, anchor="rm")
    text = ["Settings", "Done"]
    rows = [
        ("Wi-Fi", "Home network", None),
        ("Dark appearance", "Follows the system", True),
        ("Notifications", "3 apps allowed", None),
        ("Save photos as", "JPEG, 92 %", None),
        ("Share usage data", "Nothing leaves this device", False),
    ]
    y = 170
    for title, detail, switch in rows:
        draw.rounded_rectangle((32, y, 968, y + 160), 28, fill=(36, 39, 48))
        draw.text((72, y + 56), title, font=font("dejavu", 38), fill=white, anchor="lm")
        draw.text((72, y + 112), detail, font=font("dejavu", 29), fill=grey, anchor="lm")
        text += [title, detail]
        if switch is None:
            draw.line((904, y + 62, 922, y + 80, 904, y + 98), fill=grey, width=5, joint="curve")
        else:
            draw.rounded_rectangle((836, y + 54, 928, y + 106), 26, fill=accent if switch else (74, 80, 94))
            at = 902 if switch else 862
            draw.ellipse((at - 21, y + 59, at + 21, y + 101), fill=white)
        y += 184
    draw.text((500, 1160), "Version 2.4.1 (build 318)", font=font("dejavu", 28), fill=grey, anchor="mm")
    return halve(window), [*text, "Version 2.4.1 (build 318)"]


def poster(lines, background, size):
    """Lines of text on a plain ground: (text, font name, size, CJK face, colour, top)."""
    picture = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(picture)
    for text, name, height, face, colour, top in lines:
        draw.text((size[0] // 2, top), text, font=font(name, height, face), fill=colour, anchor="mm")
    return picture, [line[0] for line in lines]


def chinese():
    """A tea house's board, in simplified and traditional characters."""
    red, ink = (160, 36, 32), (40, 36, 34)
    lines = [
        ("清泉茶馆", "cjk-serif-bold", 76, "zh-Hans", red, 90),
        ("今日推荐：龙井绿茶", "cjk-sans", 38, "zh-Hans", ink, 190),
        ("每壶三十八元，免费续水", "cjk-sans", 34, "zh-Hans", ink, 252),
        ("歡迎光臨，請在櫃檯點餐", "cjk-serif", 38, "zh-Hant", ink, 340),
        ("營業時間：上午九點至晚上十點", "cjk-sans", 32, "zh-Hant", ink, 402),
    ]
    return poster(lines, (246, 238, 222), (720, 460))


def japanese():
    """A station notice with a vertical line beside it."""
    navy, ink = (28, 52, 104), (36, 36, 40)
    lines = [
        ("駅からのお知らせ", "cjk-sans-bold", 52, "ja", navy, 70),
        ("三番線の電車は", "cjk-sans", 36, "ja", ink, 160),
        ("十五分ほど遅れています。", "cjk-sans", 36, "ja", ink, 216),
        ("ホームでお待ちください。", "cjk-sans", 36, "ja", ink, 272),
    ]
    picture, text = poster(lines, (250, 250, 248), (700, 330))
    wide = Image.new("RGB", (820, 430), (250, 250, 248))
    wide.paste(picture, (0, 40))
    draw = ImageDraw.Draw(wide)
    draw.rectangle((724, 30, 796, 400), fill=navy)
    vertical = "足元注意"
    for i, character in enumerate(vertical):
        draw.text((760, 80 + i * 90), character, font=font("cjk-sans-bold", 54, "ja"), fill=(255, 255, 255), anchor="mm")
    return wide, [*text, vertical]


def europe():
    """Marks above and below letters: German, Polish, Turkish, French, Czech."""
    rows = [
        ("Deutsch", "Größere Schäden müssen täglich geprüft werden."),
        ("Polski", "Zażółć gęślą jaźń w źródlanej ciszy."),
        ("Türkçe", "Şoför, ığdır çiçeğini güneşe bıraktı."),
        ("Français", "Où est l'hôtel près de la forêt ? Là-bas."),
        ("Čeština", "Příliš žluťoučký kůň úpěl ódy."),
    ]
    picture = Image.new("RGB", (900, 490), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    text, y = [], 52
    for language, sentence in rows:
        draw.text((50, y), language, font=font("sans-bold", 22), fill=(30, 110, 96), anchor="lm")
        draw.text((50, y + 36), sentence, font=font("serif", 34), fill=(24, 24, 28), anchor="lm")
        text += [language, sentence]
        y += 88
    return picture, text


def noisy():
    """A note under poor light: uneven brightness, blur, grain."""
    lines = ["Shopping list", "3 lemons", "1 bag of flour", "olive oil", "call Marta 17:30"]
    paper = Image.new("RGB", (1200, 900), (238, 226, 170))
    draw = ImageDraw.Draw(paper)
    for y in range(250, 900, 125):
        draw.line((0, y, 1200, y), fill=(190, 196, 190), width=3)
    draw.text((90, 130), lines[0], font=font("serif-bold", 100), fill=(40, 48, 110), anchor="lm")
    for i, line in enumerate(lines[1:]):
        draw.text((90, 310 + 125 * i), line, font=font("serif-italic", 88), fill=(48, 52, 96), anchor="lm")
    corners = [(70, 90), (1310, 30), (1340, 960), (40, 930)]
    desk = Image.new("RGB", (1400, 1050), (88, 62, 44))
    desk = grain(desk, 70, 5, blur=6.0)
    layer = perspective(paper, corners, desk.size)
    desk.paste(layer, mask=layer)
    light = Image.radial_gradient("L").resize((2600, 2200)).crop((650, 700, 2050, 1750))
    light = light.point(lambda v: max(70, 235 - int(v * 0.9)))
    desk = ImageChops.multiply(desk, Image.merge("RGB", [light] * 3))
    desk = desk.filter(ImageFilter.GaussianBlur(2.2))
    return grain(halve(desk), 26, 6), lines


def tilted():
    """A parcel label, turned by 12 degrees."""
    lines = ["FRAGILE", "Handle with care", "To: Nora Lindqvist", "Box 48, 2100 Copenhagen", "Weight 6.4 kg"]
    label = Image.new("RGB", (1100, 720), (255, 255, 255))
    draw = ImageDraw.Draw(label)
    draw.rectangle((0, 0, 1100, 230), fill=(204, 36, 40))
    draw.text((550, 118), lines[0], font=font("narrow-bold", 180), fill=(255, 255, 255), anchor="mm")
    draw.text((60, 310), lines[1], font=font("sans-bold", 66), fill=(30, 30, 34), anchor="lm")
    for i, line in enumerate(lines[2:]):
        draw.text((60, 430 + 96 * i), line, font=font("sans", 60), fill=(30, 30, 34), anchor="lm")
    angle = math.radians(-12)
    center, size = (800, 600), (1600, 1200)
    corners = []
    for dx, dy in ((-550, -360), (550, -360), (550, 360), (-550, 360)):
        x = center[0] + dx * math.cos(angle) - dy * math.sin(angle)
        y = center[1] + dx * math.sin(angle) + dy * math.cos(angle)
        corners.append((x, y))
    box = gradient(size, (196, 154, 106), (166, 124, 80))
    box = grain(box, 50, 7, blur=2.0)
    ImageDraw.Draw(box).rectangle((0, 90, 1600, 100), fill=(150, 110, 70))
    layer = perspective(label, corners, size)
    box.paste(shadow(layer, (6, 8), 8, 0.5), mask=shadow(layer, (6, 8), 8, 0.5))
    box.paste(layer, mask=layer)
    return grain(halve(box), 4, 8), lines


# File name and how it is drawn. Those that imitate photos are JPEG, the others PNG.
SAMPLES = {
    "sign.jpg": sign,
    "receipt.jpg": receipt,
    "page.png": page,
    "screenshot.png": screenshot,
    "chinese.png": chinese,
    "japanese.png": japanese,
    "europe.png": europe,
    "noisy.jpg": noisy,
    "tilted.jpg": tilted,
}


def main():
    chosen = sys.argv[1:] or list(SAMPLES)
    record = HERE / "drawn.json"
    drawn = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    for name in chosen:
        picture, lines = SAMPLES[name]()
        target = HERE / name
        if target.suffix == ".jpg":
            picture.save(target, quality=85, optimize=True)
        else:
            picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(target, optimize=True)
        drawn[name] = lines
        print(f"{name}: {picture.width}x{picture.height}, {target.stat().st_size} bytes, {len(lines)} lines")
    record.write_text(json.dumps(drawn, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
