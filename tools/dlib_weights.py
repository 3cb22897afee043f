#!/usr/bin/env python3
"""Saves dlib's face recognition network as safetensors, its convolutions as float16.

usage: dlib_weights.py dlib_face_recognition_resnet_model_v1.dat WEIGHTS.safetensors

A number is a byte of sign and length and then as many bytes. Only layers with weights are read, the first of the network
first: each begins with a word that says what it is, and its numbers come as one block, kernels before biases.
"""
import re
import sys

import numpy as np

from safetensors_file import write


class Stream:
    def __init__(self, data, place):
        self.data, self.place = data, place

    def integer(self):
        control = self.data[self.place]
        count = control & 0x0F
        if not 0 < count <= 8:
            raise ValueError(f"no number at byte {self.place}")
        value = int.from_bytes(self.data[self.place + 1:self.place + 1 + count], "little")
        self.place += 1 + count
        return -value if control & 0x80 else value

    def tensor(self):
        """Version 2, four sizes, then floats as they are in memory."""
        if self.integer() != 2:
            raise ValueError(f"no tensor before byte {self.place}")
        shape = [self.integer() for _ in range(4)]
        count = int(np.prod(shape))
        values = np.frombuffer(self.data, "<f4", count, self.place)
        self.place += 4 * count
        return values


def tensors(data, word, sizes=0):
    """The blocks of weights behind every layer that is called `word`, first layer of the network first.

    `sizes` numbers stand before each block.
    """
    found = []
    for match in re.finditer(word, data):
        stream = Stream(data, match.end())
        for _ in range(sizes):
            stream.integer()
        found.append(stream.tensor())
    return found


def kernels(values, inputs):
    """A convolution's kernels `[outputs, inputs, size, size]` and biases."""
    for size in (3, 7):
        outputs = len(values) // (inputs * size * size + 1)
        if outputs * (inputs * size * size + 1) == len(values) and outputs in (32, 64, 128, 256):
            return values[:-outputs].reshape(outputs, inputs, size, size), values[-outputs:]
    raise ValueError(f"{len(values)} numbers are no convolution of {inputs} channels")


def network(path):
    with open(path, "rb") as file:
        data = file.read()
    result, channels = {}, 3
    for i, values in enumerate(tensors(data, rb"con_4")):
        weight, result[f"conv{i}.b"] = kernels(values, channels)
        result[f"conv{i}.w"] = weight.astype(np.float16)
        channels = len(weight)
    for i, values in enumerate(tensors(data, rb"affine_")):
        result[f"aff{i}.gamma"], result[f"aff{i}.beta"] = values.reshape(2, -1)
    result["fc.w"] = tensors(data, rb"fc_2", sizes=2)[0].reshape(256, 128)
    return result


if __name__ == "__main__":
    write(sys.argv[2], network(sys.argv[1]))
