#!/usr/bin/env python3
"""Decodes the deeply compressed SqueezeNet v1.0 to safetensors.

usage: squeezenet_weights.py compressed_SqueezeNet.net WEIGHTS.safetensors

The file has the number of kept weights of each layer; then, layer by layer, a codebook of 256 floats, the biases, a byte
for every kept weight, its place in the codebook, and half a byte, how many weights are passed over before it. Those
that are passed over take entry 0 of the codebook.
- Source: Han et al. 2016, Deep Compression; Iandola et al. 2016, table 1
"""
import sys

import numpy as np

from safetensors_file import write

FIRE = {2: (96, 16, 64), 3: (128, 16, 64), 4: (128, 32, 128), 5: (256, 32, 128), 6: (256, 48, 192),
        7: (384, 48, 192), 8: (384, 64, 256), 9: (512, 64, 256)}


def layers():
    """Names and shapes of all convolutions, in order."""
    yield "conv1", (96, 3, 7, 7)
    for number, (inputs, squeeze, expand) in FIRE.items():
        yield f"fire{number}.squeeze1x1", (squeeze, inputs, 1, 1)
        yield f"fire{number}.expand1x1", (expand, squeeze, 1, 1)
        yield f"fire{number}.expand3x3", (expand, squeeze, 3, 3)
    yield "conv10", (1000, 512, 1, 1)


def decoded(data, shapes):
    """The tensors of a compressed file whose layers have these names and shapes."""
    place = 0

    def take(type, count):
        nonlocal place
        values = np.frombuffer(data, type, count, place)
        place += values.nbytes
        return values

    shapes = list(shapes)
    result = {}
    for (name, shape), kept in zip(shapes, take("<u4", len(shapes)).tolist()):
        codebook, result[f"{name}.b"] = take("<f4", 256), take("<f4", shape[0])
        codes, pairs = take("u1", kept), take("u1", (kept + 1) // 2)
        gaps = np.stack([pairs & 15, pairs >> 4], 1).reshape(-1)[:kept].astype(np.int64)
        weights = np.full(int(np.prod(shape)), codebook[0], np.float32)
        weights[np.cumsum(gaps + 1) - 1] = codebook[codes]
        result[f"{name}.w"] = weights.reshape(shape)
    if place != len(data):
        raise ValueError(f"{len(data) - place} bytes are left over behind the last layer")
    return result


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        write(sys.argv[2], decoded(file.read(), layers()))
