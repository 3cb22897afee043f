"""Compares the eager generator with images of the official code.

Usage: python3 check_fixtures.py FIXTURES, a folder with tiny/state, backbone and generator_eval.
"""

import json
import sys

import torch

import safetensors_file
from pv3d_eager import Generator


def main(folder):
    sizes = json.load(open(f"{folder}/tiny/index.json"))["config"]
    config = {
        "planeResolution": sizes["plane_res"],
        "superResolutionInput": sizes["sr_input"],
        "depthSamples": sizes["depth"],
        "rayStart": sizes["ray_start"],
        "rayEnd": sizes["ray_end"],
        "boxWarp": sizes["box_warp"],
    }
    state, _ = safetensors_file.read(f"{folder}/tiny/state.safetensors")
    inputs, _ = safetensors_file.read(f"{folder}/tiny/backbone.safetensors")
    outputs, _ = safetensors_file.read(f"{folder}/tiny/generator_eval.safetensors")
    prefix = "generator."
    g = Generator({k[len(prefix) :]: v for k, v in state.items() if k.startswith(prefix)}, config)
    label = inputs["c_render"]
    bad = 0
    with torch.no_grad():
        ws = g.mapping(inputs["z"], inputs["c_mapping"])
        planes = g.planes(ws, inputs["z_motion"] * inputs["t"].reshape(-1, 1))
        for name in sorted(k[: -len(".u")] for k in outputs if k.endswith(".u")):
            if name.startswith(("psi", "ema")):
                continue
            side = outputs[name + ".image_raw"].shape[-1]
            drawn = g.rendered(planes, ws, label, side, outputs[name + ".u"], outputs.get(name + ".jitter"))
            for ours, kind in zip(drawn, ["image", "image_raw", "image_depth"]):
                reference = outputs[f"{name}.{kind}"]
                delta = (ours - reference).abs() / reference.abs().max()
                beyond = (delta > 1e-4).float().mean().item()
                print(f"{name}.{kind}: median {delta.median():.1e}, {beyond:.2%} beyond 1e-4")
                bad += beyond > 0.002
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
