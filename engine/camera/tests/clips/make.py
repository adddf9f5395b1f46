#!/usr/bin/env python3
"""Makes the clips that the tests of glimpse-camera play.

Needs Pillow, and ffmpeg with libx264 for the AVI and MP4 files. Frame n (from 0) of every clip shows
n + 1 in binary: two rows of four blocks, white for 1, the highest bit first.
"""

import struct
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
DARK, LIGHT = (24, 40, 60), (230, 215, 190)


def picture(number, width=48, height=32):
    """The frame that shows `number`."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            block = min(x * 4 // width, 3) + 4 * min(y * 2 // height, 1)
            image.putpixel((x, y), LIGHT if number >> (7 - block) & 1 else DARK)
    return image


def yuv(rgb):
    """BT.601, limited range."""
    r, g, b = (v / 255 for v in rgb)
    luma = 0.299 * r + 0.587 * g + 0.114 * b
    u, v = (b - luma) / 1.772, (r - luma) / 1.402
    return round(16 + 219 * luma), round(128 + 224 * u), round(128 + 224 * v)


def y4m(name, kind, count, width, height, rate="30:1", across=1, down=1, mono=False):
    """Chroma is that of the upper left pixel of its group."""
    out = f"YUV4MPEG2 W{width} H{height} F{rate} Ip A1:1 C{kind}\n".encode()
    for n in range(count):
        pixels = picture(n + 1, width, height).load()
        out += b"FRAME\n"
        out += bytes(yuv(pixels[x, y])[0] for y in range(height) for x in range(width))
        for plane in () if mono else (1, 2):
            out += bytes(
                yuv(pixels[x, y])[plane] for y in range(0, height, down) for x in range(0, width, across)
            )
    (HERE / name).write_bytes(out)


def animations():
    """Delays differ from frame to frame; only what changes is stored."""
    frames = [picture(n + 1) for n in range(10)]
    delays = [40, 40, 100, 30, 50, 200, 40, 40, 60, 40]
    first, rest = frames[0], frames[1:]
    first.save(HERE / "delays.gif", save_all=True, append_images=rest, duration=delays, loop=0)
    first.save(
        HERE / "delays.webp", save_all=True, append_images=rest, duration=delays, lossless=True, minimize_size=True
    )
    first.save(HERE / "lossy.webp", save_all=True, append_images=rest, duration=delays, quality=80)
    clear = [frame.convert("RGBA") for frame in frames]
    for frame in clear:
        frame.putalpha(200)
    clear[0].save(HERE / "clear.webp", save_all=True, append_images=clear[1:], duration=delays, quality=80)
    first.save(HERE / "delays.png", save_all=True, append_images=rest, duration=delays)
    first.save(
        HERE / "substitute.png", save_all=True, append_images=frames[:3], duration=delays[:3], default_image=True
    )
    first.save(HERE / "still.png")
    first.save(HERE / "still.gif")
    first.save(HERE / "still.webp")


def ffmpeg(folder, name, *options, before=()):
    """Encodes the numbered pictures in `folder`."""
    source = ["-framerate", "25", "-i", f"{folder}/%03d.png"]
    common = ["ffmpeg", "-v", "error", "-y", *before, *source, *options]
    subprocess.run([*common, "-fflags", "+bitexact", "-flags:v", "+bitexact", HERE / name], check=True)


def copied(name, options=(), before=()):
    """What whole.mp4 holds, in another file in its place."""
    whole = HERE / "whole.mp4"
    command = ["ffmpeg", "-v", "error", "-y", *before, "-i", whole, "-c", "copy", *options, "-fflags", "+bitexact"]
    subprocess.run([*command, HERE / name], check=True)
    whole.unlink()


def encoded(folder):
    """AVI and MP4."""
    for n in range(30):
        picture(n + 1, 96, 64).save(Path(folder) / f"{n:03}.png")
    sound = ("-f", "lavfi", "-t", "0.4", "-i", "sine=440:sample_rate=8000")
    few = ("-frames:v", "10")
    ffmpeg(folder, "mjpeg.avi", "-c:v", "mjpeg", "-q:v", "4", *few)
    ffmpeg(folder, "sound.avi", "-c:v", "mjpeg", "-q:v", "4", "-map", "1:v", "-map", "0:a", "-c:a", "pcm_u8", *few, before=sound)
    ffmpeg(folder, "mpeg4.avi", "-c:v", "mpeg4", "-frames:v", "3")
    x264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-threads", "1")
    ffmpeg(folder, "baseline.mp4", *x264, "-profile:v", "baseline", "-g", "10")
    ffmpeg(folder, "high.mp4", *x264, "-profile:v", "high", "-bf", "3", "-g", "12", "-movflags", "+faststart")
    ffmpeg(
        folder, "main.mp4", *x264, "-profile:v", "main", "-bf", "2", "-g", "12",
        "-map", "1:v", "-map", "0:a", "-c:a", "aac", "-b:a", "16k", before=sound,
    )
    ffmpeg(folder, "fragments.mp4", *x264, "-bf", "2", "-g", "10", "-movflags", "frag_keyframe+empty_moov+default_base_moof")
    ffmpeg(folder, "whole.mp4", *x264, "-bf", "0", *few)
    copied("turned.mp4", ("-metadata:s:v", "rotate=90"))
    ffmpeg(folder, "odd.mov", *x264, "-bf", "2", "-vf", "crop=70:46:26:18", *few)
    ffmpeg(folder, "full709.mp4", *x264, "-bf", "0", *few, "-vf", "scale=out_color_matrix=bt709:out_range=full",
           "-colorspace", "bt709", "-color_range", "pc", "-color_primaries", "bt709", "-color_trc", "bt709")
    # Frames 1, 2, 4, 8 and 16 of 25 a second: gaps that grow.
    ffmpeg(folder, "gaps.mp4", *x264, "-bf", "2", "-vf", "select='eq(n,0)+eq(n,1)+eq(n,3)+eq(n,7)+eq(n,15)'", "-vsync", "vfr")
    # The first 0.2 seconds are cut off by an edit list only.
    ffmpeg(folder, "whole.mp4", *x264, "-bf", "2", "-g", "30")
    copied("cut.mp4", before=("-ss", "0.2"))
    hevc = ("-c:v", "libx265", "-x265-params", "log-level=none", "-tag:v", "hvc1", "-frames:v", "2")
    ffmpeg(folder, "hevc.mp4", *hevc)
    ffmpeg(folder, "ten_bits.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-threads", "1", "-frames:v", "3")


def opendml():
    """The frames of mjpeg.avi in two RIFF pieces, with a dropped frame, junk and a list `rec `."""
    data = (HERE / "mjpeg.avi").read_bytes()
    start = data.index(b"movi")
    frames, at = [], start + 4
    while data[at : at + 4] == b"00dc":
        size = struct.unpack_from("<I", data, at + 4)[0]
        frames.append(data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2

    def chunk(name, body):
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    first = b"".join(chunk(b"00dc", f) for f in frames[:3])
    first += chunk(b"00dc", b"") + chunk(b"JUNK", b"00dc not a frame") + chunk(b"LIST", b"rec " + chunk(b"00dc", frames[4]))
    second = chunk(b"ix00", bytes(24)) + b"".join(chunk(b"00db", f) for f in frames[5:8])
    header = data[12 : start - 8]
    out = chunk(b"RIFF", b"AVI " + header + chunk(b"LIST", b"movi" + first) + chunk(b"idx1", bytes(16)))
    out += chunk(b"RIFF", b"AVIX" + chunk(b"LIST", b"movi" + second))
    (HERE / "opendml.avi").write_bytes(out)


if __name__ == "__main__":
    y4m("420.y4m", "420jpeg", 10, 48, 32, rate="30000:1001", across=2, down=2)
    y4m("odd420.y4m", "420", 3, 47, 31, across=2, down=2)
    y4m("422.y4m", "422", 3, 47, 31, across=2)
    y4m("444.y4m", "444", 3, 47, 31)
    y4m("mono.y4m", "mono", 3, 47, 31, mono=True)
    animations()
    with tempfile.TemporaryDirectory() as pictures:
        encoded(pictures)
    opendml()
