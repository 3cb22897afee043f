"""PV3D's generator as plain eager PyTorch: the opponent of the benchmark.

Written from the behavioral specification, in the style of the eager code the field publishes; the
weights are those of the model files. Plane mean, appearance and motion offsets and density factor
are the compact model's options.
"""

import json
import math

import torch
import torch.nn.functional as F

import safetensors_file
from operations import dense, resized, styled, to_rgb, upsample
from rendering import render

DEFAULTS = {
    "planeResolution": 256,
    "planeFeatures": 32,
    "orthogonalPlanes": False,
    "motionResolution": 32,
    "decoderRate": 1.0,
    "densityGain": 1.0,
    "depthSamples": 48,
    "rayStart": 2.25,
    "rayEnd": 3.3,
    "boxWarp": 1.0,
    "superResolutionInput": 128,
    "hasPlaneMean": False,
    "appearanceOffsets": 0,
    "motionOffsets": 0,
    "motionOffsetResolution": 64,
    "bipolarOffsets": [],
}


class Generator:
    def __init__(self, tensors, config):
        self.p = tensors
        self.config = {**DEFAULTS, **config}
        side = self.config["planeResolution"]
        self.sides = [4 << i for i in range(14) if 4 << i <= side]

    @classmethod
    def read(cls, path):
        tensors, metadata = safetensors_file.read(path)
        return cls(tensors, json.loads(metadata["config"]))

    @property
    def styles(self):
        return 2 * len(self.sides)

    def mapping(self, z, label):
        def normalized(x):
            return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()

        y = normalized(dense(self.p, "backbone.mapping.embed", label))
        x = torch.cat([normalized(z), y], 1)
        for i in range(2):
            x = dense(self.p, f"backbone.mapping.fc{i}", x, rate=0.01, lrelu=True)
        return x[:, None].repeat(1, self.styles, 1)

    def moved(self, name, x, motion):
        p = self.p
        code = dense(p, name + ".affine", motion, lrelu=True)
        code = dense(p, name + ".motion_mlp.0", code, lrelu=True)
        code = dense(p, name + ".motion_mlp.1", code)
        return x + styled(p, name + ".conv", x, code)

    def planes(self, ws, motion):
        """ws [N,styles,W], motion [N,motion] (the code times t) to planes [N,3,C,P,P]."""
        p, config = self.p, self.config
        x = image = None
        index = 0
        for side in self.sides:
            name = f"backbone.synthesis.b{side}"
            moves = side <= config["motionResolution"]
            if side == 4:
                x = p[name + ".const"][None].repeat(ws.shape[0], 1, 1, 1)
            else:
                x = styled(p, name + ".conv0", x, ws[:, index], up=True)
                index += 1
                if moves:
                    x = self.moved(name + ".motion_time_fuser", x, motion)
            x = styled(p, name + ".conv1", x, ws[:, index])
            index += 1
            if side == 4 and moves:
                x = self.moved(name + ".motion_time_fuser", x, motion)
            read = to_rgb(p, name + ".torgb", x, ws[:, index])
            image = read if image is None else upsample(image, p[name + ".resample_filter"]) + read
        image = self.additions(image, ws, motion)
        return image.reshape(ws.shape[0], 3, -1, side, side)

    def additions(self, image, ws, motion):
        """The compact model's plane mean, appearance offsets, motion flow and motion offsets."""
        p, config, name = self.p, self.config, "backbone.synthesis."
        if config["hasPlaneMean"]:
            image = image + p[name + "plane_mean"]
        if config["appearanceOffsets"] > 0:
            amounts = dense(p, name + "appearance_amounts", ws.mean(1))
            amounts = amounts / math.sqrt(config["appearanceOffsets"])
            image = image + self.mixed(amounts, p[name + "appearance_offsets"])
        count = config["motionOffsets"]
        if count > 0:
            both = torch.zeros(count)
            both[config["bipolarOffsets"]] = 1
            raw = motion[:, :count]
            amounts = raw * both + F.relu(raw) * (1 - both)
            if config.get("motionFlowResolution", 0) > 0:
                image = self.flowed(amounts, image)
            image = image + self.mixed(amounts, p[name + "motion_offsets"])
        return image

    def flowed(self, amounts, image):
        """The planes that tell heights apart sampled where their motion flows say."""
        side = image.shape[-1]
        middles = (torch.arange(side) * 2 + 1) / side - 1
        y, x = torch.meshgrid(middles, middles, indexing="ij")
        planes = list(image.chunk(3, 1))
        names = {0: "motion_flow"}
        if self.config["orthogonalPlanes"]:
            names[2] = "motion_flow_lateral"
        for plane, name in names.items():
            flow = self.mixed(amounts, self.p["backbone.synthesis." + name])
            grid = torch.stack([x, y], -1) + flow.permute(0, 2, 3, 1)
            planes[plane] = F.grid_sample(planes[plane], grid, align_corners=False)
        return torch.cat(planes, 1)

    def mixed(self, amounts, offsets):
        """Sums of the offsets, at the size of the planes."""
        total = (amounts @ offsets.reshape(len(offsets), -1)).reshape(-1, *offsets.shape[1:])
        side = self.config["planeResolution"]
        if total.shape[-1] == side:
            return total
        return F.interpolate(total, (side, side), mode="bilinear", align_corners=False)

    def rendered(self, planes, ws, label, side, u=None, jitter=None):
        """Image, raw image, depth and opacity of one view."""
        p, n = self.p, label.shape[0]
        seen, depth, opacity = render(p, self.config, planes, label, side, u, jitter)

        def image(rows):
            return rows.transpose(1, 2).reshape(n, -1, side, side)

        x = image(seen)
        rgb = raw = to_rgb(p, "to_img_raw", x, ws[:, 0], clamp=256)
        w = ws[:, -1]
        x = resized(x, self.config["superResolutionInput"])
        rgb = resized(rgb, self.config["superResolutionInput"])
        for name in ["superresolution.block0", "superresolution.block1"]:
            x = styled(p, name + ".conv0", x, w, up=True, noisy=False, clamp=256)
            x = styled(p, name + ".conv1", x, w, noisy=False, clamp=256)
            read = to_rgb(p, name + ".torgb", x, w, clamp=256)
            rgb = upsample(rgb, p[name + ".resample_filter"]) + read
        return rgb, raw, image(depth), image(opacity)
