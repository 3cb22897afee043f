"""Writes what the fuzzer begins with: small files of every kind that is read.

usage: fuzz_seeds.py FOLDER; needs Python 3 and the command ffmpeg alone.
"""
import io
import json
import pickle
import struct
import subprocess
import sys
import types
import zipfile
import zlib
from collections import OrderedDict
from pathlib import Path

folder = Path(sys.argv[1])


def write(kind, name, data):
    place = folder / kind / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data if isinstance(data, bytes) else data.encode())


def safetensors(tensors, metadata=None):
    header, body = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (kind, shape, data) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def checkpoint(nested):
    """A file as torch saves it, of two tensors that share a storage."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")

    class FloatStorage:
        def __init__(self, key, count):
            self.key, self.count = key, count

    FloatStorage.__module__, FloatStorage.__qualname__ = "torch", "FloatStorage"

    def rebuild(*_):
        pass

    rebuild.__module__, rebuild.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    rebuild.__name__ = "_rebuild_tensor_v2"
    torch.FloatStorage, utils._rebuild_tensor_v2 = FloatStorage, rebuild
    sys.modules["torch"], sys.modules["torch._utils"] = torch, utils

    class Tensor:
        def __init__(self, storage, offset, shape, strides):
            self.parts = (storage, offset, shape, strides, False, OrderedDict())

        def __reduce__(self):
            return rebuild, self.parts

    class Pickler(pickle._Pickler):
        def persistent_id(self, value):
            if isinstance(value, FloatStorage):
                return "storage", FloatStorage, value.key, "cpu", value.count
            return None

    storage = FloatStorage("0", 6)
    state = OrderedDict(
        [("generator_ema.a", Tensor(storage, 0, (2, 3), (3, 1))), ("b", Tensor(storage, 1, (2,), (2,)))])
    bytes_ = io.BytesIO()
    Pickler(bytes_, 2).dump({"model": state, "step": 7, "rate": 0.5} if nested else state)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in [("data.pkl", bytes_.getvalue()), ("data/0", struct.pack("<6f", *range(6))),
                           ("version", b"3\n"), ("byteorder", b"little")]:
            archive.writestr(zipfile.ZipInfo("archive/" + name), data)
    return file.getvalue()


def film(name, *options):
    place = folder / "video" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["ffmpeg", "-v", "error", "-y", *options, str(place)], check=True)
    data = place.read_bytes()
    assert len(data) < 10_000, (name, len(data))


picture = ["-f", "lavfi", "-i", "testsrc2=size=32x24:rate=5:duration=0.6"]
sound = ["-f", "lavfi", "-i", "sine=duration=0.6:sample_rate=8000"]
exact = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
film("h264.mp4", *picture, *exact, "-c:v", "libx264", "-x264-params", "no-info=1")
film("turned.mov", *picture, *exact, "-c:v", "mpeg4", "-metadata:s:v", "rotate=90")
film("sound.mkv", *picture, *sound, *exact, "-c:v", "mpeg4", "-c:a", "aac")
film("ffv1.mkv", *picture, *exact, "-c:v", "ffv1", "-frames:v", "2")
film("mjpeg.avi", *picture, *exact, "-c:v", "mjpeg")
film("h265.mp4", *picture, *exact, "-c:v", "libx265", "-x265-params", "log-level=none:info=0")
film("still.png", *picture, *exact, "-frames:v", "1")
film("still.jpg", *picture, *exact, "-frames:v", "1")
film("gray.png", *picture, *exact, "-frames:v", "1", "-pix_fmt", "gray16be")
film("moving.gif", *picture, *exact, "-frames:v", "2")



def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# A few bytes that say they hold a quarter of a gigapixel.
write("video", "huge.png", b"\x89PNG\r\n\x1a\n"
      + chunk(b"IHDR", struct.pack(">IIBBBBB", 16000, 16000, 8, 2, 0, 0, 0))
      + chunk(b"IDAT", zlib.compress(bytes(48001))) + chunk(b"IEND", b""))

floats = struct.pack("<6f", *range(6))
header = json.dumps({name: {"dtype": "F32", "shape": [6], "data_offsets": [0, 24]} for name in "abcdefgh"}).encode()
write("safetensors", "overlapping", struct.pack("<Q", len(header)) + header + floats)
write("safetensors", "types", safetensors({
    "a": ("F32", [2, 3], floats), "b": ("I64", [1], bytes(8)), "c": ("BF16", [], bytes(2)),
    "d": ("F16", [3], bytes(6)), "e": ("F64", [0, 4], b""), "f": ("BOOL", [2], b"\1\0"),
    "g": ("I8", [1], b"\xff"), "h": ("U8", [1], b"\xff"), "i": ("I16", [1], b"\1\2")}, {"format": "pt"}))
write("safetensors", "empty", safetensors({}))
config = {"zDimension": 8, "wDimension": 16, "planeResolution": 16, "channelBase": 256, "channelMax": 16}
write("model", "first", safetensors(
    {"backbone.synthesis.b4.const": ("F32", [2, 3], floats)},
    {"config": json.dumps(config), "card": json.dumps({"data": "none", "limits": ["all"]})}))
write("checkpoint", "nested", checkpoint(True))
write("checkpoint", "bare", checkpoint(False))
write("document", "preset", json.dumps({
    "summary": "A talk, cropped.", "presets": {"fast": {"video": {"count": 3}}},
    "stages": [{"id": "video", "use": "decode", "with": {"path": "a.mp4", "start": 3, "count": None}},
               {"id": "face", "use": "face-crop", "with": {"size": 64, "lost": "hold"},
                "from": {"frames": "video.frames"}},
               {"id": "program", "use": "external", "with": {"command": ["sh", "-c", "cat"], "idleSeconds": 1.5e1},
                "from": {"frames": "face.crops"}},
               {"id": "out", "use": "encode", "with": {"codec": "ffv1"}, "from": {"frames": "program.frames"}}]}))
write("document", "escapes", '{"summary": "\\ud83c\\udfac \\u00e4\\n", "stages": [], "x": [-0.5E+3, 18446744073709551615]}')
write("settings", "lines", 'video.path=b.mp4\nvideo.count=3\nout.codec="h264"\nhead.seed=1\n1:9\n:25\n')
write("cameras", "angles", '[{"yawDegrees": 20, "pitchDegrees": -5, "rollDegrees": 0}, {}]')
label = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2.7, 0, 0, 0, 1, 4.26, 0, 0.5, 0, 4.26, 0.5, 0, 0, 1]
write("cameras", "label", json.dumps([label]))
