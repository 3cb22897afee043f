#!/usr/bin/env python3
"""Saves the weights of a TensorFlow Lite network as safetensors, in float32 and under the names it gives them.

usage: tflite_weights.py NETWORK.tflite WEIGHTS.safetensors

Sparse weights are made dense. Reads the FlatBuffers by hand, for which numpy is enough.
"""
import sys

import numpy as np

from safetensors_file import write

TYPES = {0: np.float32, 1: np.float16}
INDICES = {1: "<i4", 2: "<u2", 3: "<u1"}
SIZES = {1: 4, 2: 2, 3: 1}


class Table:
    """A FlatBuffers table: its fields by number."""

    def __init__(self, data, place):
        self.data, self.place = data, place
        self.fields = place - self.integer(place, "<i4")
        self.size = self.integer(self.fields, "<u2")

    def integer(self, place, type):
        return int(np.frombuffer(self.data, type, 1, place)[0])

    def field(self, number):
        place = self.fields + 4 + 2 * number
        offset = self.integer(place, "<u2") if 4 + 2 * number < self.size else 0
        return self.place + offset if offset else None

    def scalar(self, number, type, default=0):
        place = self.field(number)
        return default if place is None else self.integer(place, type)

    def table(self, number):
        place = self.field(number)
        return None if place is None else Table(self.data, place + self.integer(place, "<u4"))

    def vector(self, number):
        """The place of a vector's first element and how many there are."""
        place = self.field(number)
        if place is None:
            return 0, 0
        start = place + self.integer(place, "<u4")
        return start + 4, self.integer(start, "<u4")

    def numbers(self, number, type):
        start, count = self.vector(number)
        return np.frombuffer(self.data, type, count, start)

    def tables(self, number):
        start, count = self.vector(number)
        places = [start + 4 * i for i in range(count)]
        return [Table(self.data, place + self.integer(place, "<u4")) for place in places]

    def text(self, number):
        return self.numbers(number, "<u1").tobytes().decode()


def dense(values, sparsity, shape):
    """The tensor of which a compressed sparse one keeps some blocks: TensorFlow Lite's schema, SparsityParameters."""
    order = sparsity.numbers(0, "<i4").tolist()
    blocked = sparsity.numbers(1, "<i4").tolist()
    levels = sparsity.tables(2)
    sizes = list(shape)
    block = [1] * len(shape)
    for level, axis in enumerate(blocked):
        size = levels[order.index(len(shape) + level)].scalar(1, "<i4")
        block[axis] = size
        sizes[axis] //= size
    extent = sizes + [block[axis] for axis in blocked]
    # Positions of what is kept, level by level; each level is dense or lists its indices.
    positions = [()]
    for level, axis in zip(levels, order):
        grown = []
        if level.scalar(0, "<i1") == 0:
            for position in positions:
                grown += [position + (index,) for index in range(extent[axis])]
        else:
            kinds = level.scalar(2, "<u1"), level.scalar(4, "<u1")
            segments = level.table(3).numbers(0, INDICES[kinds[0]])
            indices = level.table(5).numbers(0, INDICES[kinds[1]])
            for number, position in enumerate(positions):
                kept = indices[segments[number]:segments[number + 1]]
                grown += [position + (int(index),) for index in kept]
        positions = grown
    result = np.zeros(shape, np.float32)
    for position, value in zip(positions, values):
        place = [0] * len(shape)
        for axis, index in zip(order, position):
            if axis < len(shape):
                place[axis] += index * block[axis]
            else:
                place[blocked[axis - len(shape)]] += index
        result[tuple(place)] = value
    return result


def weights(path):
    with open(path, "rb") as file:
        data = file.read()
    model = Table(data, int(np.frombuffer(data, "<u4", 1)[0]))
    buffers = model.tables(4)
    graph = model.tables(2)[0]
    tensors = graph.tables(0)
    # What an operation makes dense goes by the name of its result.
    dense_names = {}
    for operation in graph.tables(3):
        inputs, outputs = operation.numbers(1, "<i4"), operation.numbers(2, "<i4")
        if len(inputs) == 1 and tensors[inputs[0]].table(6):
            dense_names[int(inputs[0])] = tensors[outputs[0]].text(3)
    result = {}
    for index, tensor in enumerate(tensors):
        type = TYPES.get(tensor.scalar(1, "<i1"))
        buffer = buffers[tensor.scalar(2, "<u4")]
        shape = tensor.numbers(0, "<i4").tolist()
        if type is None or buffer.vector(0)[1] == 0:
            continue
        values = np.frombuffer(buffer.numbers(0, "<u1").tobytes(), type).astype(np.float32)
        sparsity = tensor.table(6)
        name = dense_names.get(index, tensor.text(3))
        result[name] = dense(values, sparsity, shape) if sparsity else values.reshape(shape)
    return result


if __name__ == "__main__":
    write(sys.argv[2], weights(sys.argv[1]))
