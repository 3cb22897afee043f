"""Reads safetensors files, which are a JSON header and raw numbers."""

import json
import math

import torch

TYPES = {"F32": torch.float32, "F16": torch.float16, "I64": torch.int64}


def read(path):
    """Gives the tensors by name, as float32, and the metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, _ = entry["data_offsets"]
        count = math.prod(entry["shape"])
        flat = torch.frombuffer(data, dtype=TYPES[entry["dtype"]], count=count, offset=begin)
        tensors[name] = flat.to(torch.float32).reshape(entry["shape"]).clone()
    return tensors, header.get("__metadata__", {})
