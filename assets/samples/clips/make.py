#!/usr/bin/env python3
"""Makes tour.mp4 of the sample pictures: four scenes with hard cuts, slow pans and zooms.

Usage: make.py

Needs Pillow, and ffmpeg with libx264. 640 × 480, 30 frames a second, 12 seconds; no sound.
"""

import subprocess
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent
SIZE = (640, 480)
FPS = 30
SECONDS = 3

# Picture, and the part of it that is seen first and last: left, top and width in pixels; the height
# follows from the clip's proportions.
SCENES = (
    ("photos/cat.jpg", (0, 10, 370), (51, 0, 400)),
    ("sign.jpg", (0, 0, 760), (70, 60, 640)),
    ("photos/astronaut.jpg", (0, 0, 512), (40, 0, 400)),
    ("photos/coffee.jpg", (0, 10, 480), (90, 0, 510)),
)


def frames():
    """All frames, one after the other."""
    count = FPS * SECONDS
    for name, first, last in SCENES:
        picture = Image.open(SAMPLES / name).convert("RGB")
        for n in range(count):
            way = n / (count - 1)
            left, top, width = (a + (b - a) * way for a, b in zip(first, last))
            box = (left, top, left + width, top + width * SIZE[1] / SIZE[0])
            yield picture.resize(SIZE, Image.Resampling.BICUBIC, box=box)


def main():
    """Encodes them."""
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "%dx%d" % SIZE]
    command += ["-r", str(FPS), "-i", "-", "-vf", "scale=out_color_matrix=bt601:out_range=limited"]
    command += ["-c:v", "libx264", "-profile:v", "high", "-pix_fmt", "yuv420p", "-preset", "slow", "-crf", "27"]
    command += ["-g", "90", "-threads", "1", "-colorspace", "smpte170m", "-color_range", "tv", "-movflags", "+faststart"]
    command += ["-fflags", "+bitexact", "-flags:v", "+bitexact", HERE / "tour.mp4"]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    for frame in frames():
        encoder.stdin.write(frame.tobytes())
    encoder.stdin.close()
    if encoder.wait():
        raise SystemExit("ffmpeg failed")


if __name__ == "__main__":
    main()
