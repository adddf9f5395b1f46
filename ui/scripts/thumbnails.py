"""Draws the small pictures of the sample gallery (public/samples) from assets/samples again."""

import pathlib

from PIL import Image, ImageOps

SIDE = 240
HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "assets" / "samples"
OUT = HERE.parent / "public" / "samples"

for path in sorted([*SAMPLES.glob("*.*"), *SAMPLES.glob("photos/*.*")]):
    if path.suffix not in {".png", ".jpg"}:
        continue
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    # Pages are shown from their top, where their text begins.
    small = ImageOps.fit(picture, (SIDE, SIDE * 3 // 4), Image.Resampling.LANCZOS, centering=(0.5, 0.15))
    small.save(OUT / f"{path.stem}.jpg", quality=72, optimize=True)
