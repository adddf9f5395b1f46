#!/usr/bin/env python3
"""Makes the sprites of this folder: cut-outs of the sample photographs, and drawings.

Usage: make.py

Needs Pillow, OpenCV (for the cut-outs, by GrabCut) and the Debian package fonts-dejavu-core.
"""

import math
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
PHOTOS = HERE.parents[2] / "assets/samples/photos"
BOLD = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
HEIGHT = 128
DRAWN_AT = 1024


def cut_out(name, box, sure, never):
    """What GrabCut takes for the foreground: the largest piece inside of `box` (left, top, width,
    height), all of the polygons `sure` and nothing of `never`."""
    picture = cv2.imread(str(PHOTOS / name))
    mask = np.full(picture.shape[:2], cv2.GC_BGD, np.uint8)
    left, top, width, height = box
    mask[top : top + height, left : left + width] = cv2.GC_PR_FGD
    for polygon in sure:
        cv2.fillPoly(mask, [np.array(polygon)], cv2.GC_FGD)
    for polygon in never:
        cv2.fillPoly(mask, [np.array(polygon)], cv2.GC_BGD)
    cv2.grabCut(picture, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), 8, cv2.GC_INIT_WITH_MASK)
    alpha = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(alpha)
    alpha = (labels == 1 + np.argmax(statistics[1:, cv2.CC_STAT_AREA])).astype(np.uint8) * 255
    alpha = cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    alpha = cv2.morphologyEx(alpha, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    alpha = cv2.GaussianBlur(alpha, (3, 3), 0)
    return Image.fromarray(np.dstack([cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), alpha]), "RGBA")


def astronaut():
    sure = [
        [(180, 40), (270, 40), (270, 130), (180, 130)],
        [(120, 170), (320, 170), (340, 300), (280, 380), (250, 505), (60, 505), (50, 350)],
    ]
    never = [[(0, 0), (100, 0), (100, 180), (0, 250)], [(360, 0), (512, 0), (512, 512), (355, 512)]]
    return cut_out("astronaut.jpg", (10, 5, 390, 507), sure, never)


def photographer():
    sure = [
        [(190, 80), (250, 80), (250, 130), (200, 150)],
        [(60, 200), (170, 150), (220, 250), (140, 500), (90, 500), (20, 330)],
    ]
    never = [
        [(330, 0), (512, 0), (512, 512), (330, 512)],
        [(240, 260), (400, 250), (400, 512), (210, 512)],
    ]
    return cut_out("photographer.jpg", (0, 60, 330, 452), sure, never)


def outlined(name, polygon):
    """What lies within `polygon`, for subjects whose colours are those of what is around them."""
    picture = cv2.imread(str(PHOTOS / name))
    alpha = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(alpha, [np.array(polygon)], 255)
    alpha = cv2.GaussianBlur(alpha, (3, 3), 0)
    return Image.fromarray(np.dstack([cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), alpha]), "RGBA")


def cat():
    return outlined(
        "cat.jpg",
        [(40, 45), (38, 20), (48, 0), (90, 0), (340, 0), (385, 2), (392, 14), (384, 36), (366, 58), (362, 84)]
        + [(364, 120), (358, 152), (350, 182), (336, 214), (318, 240), (292, 262), (262, 276), (236, 282)]
        + [(204, 272), (168, 258), (128, 240), (92, 216), (62, 186), (44, 152), (34, 112), (34, 76)],
    )


def cup():
    rim = [(290 + 117 * math.cos(a), 111 + 94 * math.sin(a)) for a in np.linspace(math.pi, 2 * math.pi, 24)]
    body = [(405, 135), (398, 175), (386, 212), (366, 244), (338, 268), (300, 284), (262, 282), (248, 276)]
    handle = [(246, 290), (232, 306), (206, 306), (196, 292), (200, 262), (212, 238), (204, 224), (184, 180)]
    return outlined("coffee.jpg", [(int(x), int(y)) for x, y in [*rim, *body, *handle, (174, 140)]])


def drawing(draw):
    picture = Image.new("RGBA", (DRAWN_AT, DRAWN_AT))
    draw(ImageDraw.Draw(picture), DRAWN_AT)
    return picture


def bold(size):
    return ImageFont.truetype(BOLD, int(size))


def stop_sign(draw, side):
    for radius, colour in ((0.53, (240, 240, 240)), (0.49, (190, 20, 30))):
        angles = [math.pi / 8 + k * math.pi / 4 for k in range(8)]
        corners = [(side * (0.5 + radius * math.cos(a)), side * (0.5 + radius * math.sin(a))) for a in angles]
        draw.polygon(corners, fill=colour)
    draw.text((side / 2, side / 2), "STOP", font=bold(side * 0.29), fill=(245, 245, 245), anchor="mm")


def clock(draw, side):
    draw.ellipse((0, 0, side - 1, side - 1), fill=(40, 30, 25))
    draw.ellipse((side * 0.06, side * 0.06, side * 0.94, side * 0.94), fill=(245, 243, 235))
    for hour in range(12):
        angle = hour * math.pi / 6 - math.pi / 2
        at = (side * (0.5 + 0.36 * math.cos(angle)), side * (0.5 + 0.36 * math.sin(angle)))
        draw.text(at, str(hour or 12), font=bold(side * 0.1), fill=(20, 20, 20), anchor="mm")
    centre = (side / 2, side / 2)
    draw.line((*centre, side * 0.62, side * 0.33), fill=(10, 10, 10), width=int(side * 0.035))
    draw.line((*centre, side * 0.4, side * 0.2), fill=(10, 10, 10), width=int(side * 0.025))


def traffic_light(draw, side):
    draw.rounded_rectangle((side * 0.28, 0, side * 0.72, side - 1), side * 0.08, fill=(25, 28, 25))
    for k, colour in enumerate([(235, 40, 30), (90, 70, 20), (20, 70, 40)]):
        top = side * (0.06 + 0.31 * k)
        draw.ellipse((side * 0.37, top, side * 0.63, top + side * 0.26), fill=colour)


def save(name, picture):
    """Cuts off what is clear, scales to the common height without bleeding of colour, and saves."""
    alpha = picture.getchannel("A").point(lambda a: 255 if a > 127 else 0)
    picture = picture.crop(alpha.getbbox())
    size = (round(picture.width * HEIGHT / picture.height), HEIGHT)
    scaled = picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    scaled.save(HERE / f"{name}.png", optimize=True)
    print(name, scaled.size)


save("astronaut", astronaut())
save("photographer", photographer())
save("cat", cat())
save("cup", cup())
save("stop_sign", drawing(stop_sign))
save("clock", drawing(clock))
save("traffic_light", drawing(traffic_light))
