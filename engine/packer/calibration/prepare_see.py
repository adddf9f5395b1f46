"""Picks the photographs that `glimpse-packer calibrate` and `compare` measure the encoder on.

Usage: prepare_see.py TRAIN.tar OUT

TRAIN.tar holds photographs of 224 x 224. In the order of their names every 94th one goes to
OUT/see-calibrate and the one after it to OUT/see-compare. Standard library only.
"""

import pathlib
import sys
import tarfile

STEP = 94


def main():
    archive, out = map(pathlib.Path, sys.argv[1:])
    with tarfile.open(archive) as tar:
        members = sorted((m for m in tar.getmembers() if m.name.endswith(".jpg")), key=lambda m: m.name)
        for first, use in enumerate(["calibrate", "compare"]):
            folder = out / f"see-{use}"
            folder.mkdir(parents=True, exist_ok=True)
            for member in members[first::STEP]:
                (folder / pathlib.PurePath(member.name).name).write_bytes(tar.extractfile(member).read())


main()
