"""Makes the archives of MvtecArchiveTests with Python's own tarfile and lzma: python3 make.py

All pictures are noise drawn here; nothing in them comes from MVTec AD.
"""
import io
import random
import struct
import tarfile
import zlib

noise = random.Random(7)


def png(width=16, height=12):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + noise.randbytes(width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def category(name, images=3):
    files = {f"{name}/train/good/{i:03}.png": png() for i in range(images)}
    files[f"{name}/test/good/000.png"] = png()
    files[f"{name}/test/crack/000.png"] = png()
    files[f"{name}/ground_truth/crack/000_mask.png"] = png()
    files[f"{name}/license.txt"] = b"not MVTec's\n"
    return files


def member(name, kind=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, target, 0o444
    return info


def write(archive, files, *others):
    with tarfile.open(archive, "w:xz", format=tarfile.PAX_FORMAT) as tar:
        for folder in sorted({name.rsplit("/", 1)[0] for name in files if "/" in name}):
            tar.addfile(member(folder, tarfile.DIRTYPE))
        for name, content in files.items():
            info = member(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for info in others:
            tar.addfile(info)


write("tile.tar.xz", category("tile"))
write("two.tar.xz", {**category("tile"), **category("wood", images=1), "license.txt": b"not MVTec's either\n"})
write("parent.tar.xz", category("tile"), member("../outside.png"))
write("hidden-parent.tar.xz", category("tile"), member("tile/../../outside.png"))
write("absolute.tar.xz", category("tile"), member("/outside.png"))
write("symlink.tar.xz", category("tile"), member("tile/link", tarfile.SYMTYPE, "/etc"))
write("hardlink.tar.xz", category("tile"), member("tile/link.png", tarfile.LNKTYPE, "tile/train/good/000.png"))
write("device.tar.xz", category("tile"), member("tile/device", tarfile.CHRTYPE))
write("no-category.tar.xz", {"notes/readme.txt": b"nothing here\n"})
write("damaged-image.tar.xz", {**category("tile"), "tile/test/good/001.png": png()[:200]})
