"""Reads and writes safetensors files with numpy alone."""
import json
import struct

import numpy as np

TYPES = {"F32": np.float32, "F16": np.float16, "I32": np.int32, "I16": np.int16, "U8": np.uint8}
NAMES = {np.dtype(type): name for name, type in TYPES.items()}


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[start + begin:start + end], TYPES[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def write(path, tensors, metadata=None):
    header, offset, parts = {"__metadata__": metadata} if metadata else {}, 0, []
    # Wide types first, so that every tensor is aligned.
    for name in sorted(tensors, key=lambda name: (-tensors[name].itemsize, name)):
        values = np.ascontiguousarray(tensors[name])
        header[name] = {"dtype": NAMES[values.dtype], "shape": list(values.shape),
                        "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
        parts.append(values.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))
