#!/usr/bin/env python3
"""Makes pictures/: one file of each oddity that a folder of pictures may hold. See README.md beside this file.

Debian: apt-get install -y --no-install-recommends python3-pil python3-numpy python3-opencv
Run:    /usr/bin/python3 pictures.py
"""
import os

import cv2
import numpy as np
from PIL import Image

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pictures")


def main():
    os.makedirs(HERE, exist_ok=True)
    at = lambda name: os.path.join(HERE, name)

    upright = np.zeros((32, 48, 3), np.uint8)
    upright[:16, :24], upright[:16, 24:], upright[16:, :24], upright[16:, 24:] = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
    upright = Image.fromarray(upright)
    # How the camera stored it: what undoes the turning that the tag asks for.
    stored = {1: None, 2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
              6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}
    for orientation, turn in stored.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        (upright if turn is None else upright.transpose(turn)).save(at(f"orientation-{orientation}.jpg"), quality=95, exif=exif)

    grey = np.tile(np.arange(40, dtype=np.uint8) * 6, (30, 1))
    Image.fromarray(grey).save(at("grey.png"))
    Image.fromarray(grey).save(at("grey.jpg"), quality=95)
    Image.fromarray(grey.astype(np.uint16) * 257).save(at("grey16.png"))
    cv2.imwrite(at("rgb16.png"), np.full((8, 8, 3), (50 * 257, 100 * 257, 200 * 257), np.uint16))

    alpha = np.zeros((10, 30, 4), np.uint8)
    alpha[..., 0] = 255
    alpha[:, 10:20, 3], alpha[:, 20:, 3] = 128, 255
    Image.fromarray(alpha).save(at("transparent.png"))
    palette = Image.fromarray(np.repeat(np.repeat(np.array([[0, 1, 2]], np.uint8), 10, axis=0), 10, axis=1), "P")
    palette.putpalette([255, 0, 0] * 3)
    palette.save(at("palette.png"), transparency=bytes([0, 128, 255]))

    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 40, 3), dtype=np.uint8))
    for name in ("cut.png", "cut.jpg"):
        noise.save(at(name))
        content = open(at(name), "rb").read()
        open(at(name), "wb").write(content[:len(content) // 2])
    open(at("empty.png"), "wb").close()
    open(at("text.jpg"), "w").write("no picture\n")
    upright.save(at("picture.tif"))


if __name__ == "__main__":
    main()
