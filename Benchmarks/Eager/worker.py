"""Runs cases of the eager generator on request; see compare.py for the protocol."""

import json
import resource
import sys
import time

import torch

import safetensors_file
from pv3d_eager import Generator
from rendering import render


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0


class Cases:
    def __init__(self, folder):
        self.inputs, _ = safetensors_file.read(f"{folder}/inputs.safetensors")
        self.folder, self.loaded, self.cached = folder, {}, {}

    def model(self, name):
        if name not in self.loaded:
            self.loaded[name] = Generator.read(f"{self.folder}/{name}.safetensors")
        return self.loaded[name]

    def planes(self):
        i, g = self.inputs, self.model("full")
        return g.planes(i["ws"], i["motion"])

    @torch.no_grad()
    def frame(self, side, label="label"):
        i, g = self.inputs, self.model("full")
        image, raw, _, _ = g.rendered(self.planes(), i["ws"], i[label], side, i[f"u{side}"])
        return [image, raw]

    def view(self, side):
        return self.frame(side, "otherLabel")

    @torch.no_grad()
    def view_of_planes(self, side):
        i, g = self.inputs, self.model("full")
        planes = self.cached["planes"]
        image, raw, _, _ = g.rendered(planes, i["ws"], i["otherLabel"], side, i[f"u{side}"])
        return [image, raw]

    @torch.no_grad()
    def renderer(self, side):
        i, g = self.inputs, self.model("full")
        planes = self.cached["planes"]
        return [render(g.p, g.config, planes, i["label"], side, i[f"u{side}"])[0]]

    def renderer_gradients(self, side):
        i, g = self.inputs, self.model("full")
        p = {k: v.requires_grad_() for k, v in g.p.items() if k.startswith("decoder.")}
        planes = self.cached["planes"].detach().requires_grad_()
        seen = render({**g.p, **p}, g.config, planes, i["label"], side, i[f"u{side}"])[0]
        names = sorted(p)
        loss = (seen * i["cotangent"]).sum()
        return list(torch.autograd.grad(loss, [planes] + [p[k] for k in names]))

    def step(self, tuned):
        i, g = self.inputs, self.model("compact")
        ws = i["compact.ws"].clone().requires_grad_(not tuned)
        motion = i["compact.motion"].clone().requires_grad_(not tuned)
        label = i["compact.label"].clone().requires_grad_(not tuned)
        skipped = ("mapping.", "noise_", "resample_filter", "w_avg")
        names = [k for k in sorted(g.p) if not any(s in k for s in skipped)]
        for k in names:
            g.p[k].requires_grad_(tuned)
        wanted = [g.p[k] for k in names] if tuned else [ws, motion, label]
        planes = g.planes(ws.expand(2, -1, -1), motion)
        image, raw, _, _ = g.rendered(planes, ws.expand(2, -1, -1), label, 64, i["compact.u"])
        loss = (image - i["compact.image"]).abs().mean()
        loss = loss + (raw - i["compact.raw"]).abs().mean() * 0.5
        return list(torch.autograd.grad(loss, wanted))

    def run(self, name):
        with torch.no_grad():
            if name.startswith(("renderer", "view-of")) and "planes" not in self.cached:
                self.cached["planes"] = self.planes()
        begin, spent = time.perf_counter(), used()
        kind, _, side = name.partition(" ")
        result = {
            "frame": lambda: self.frame(int(side)),
            "view": lambda: self.view(int(side)),
            "view-of-planes": lambda: self.view_of_planes(int(side)),
            "renderer": lambda: self.renderer(int(side)),
            "renderer-gradients": lambda: self.renderer_gradients(int(side)),
            "codes-step": lambda: self.step(False),
            "tuning-step": lambda: self.step(True),
        }[kind]()
        return result, time.perf_counter() - begin, used() - spent


def main(folder, threads):
    torch.set_num_threads(threads)
    cases = Cases(folder)
    for line in sys.stdin:
        name = line.strip()
        result, seconds, spent = cases.run(name)
        path = f"{folder}/eager-{name.replace(' ', '-')}.bin"
        with open(path, "wb") as file:
            for tensor in result:
                file.write(tensor.detach().contiguous().numpy().tobytes())
        print(json.dumps({"seconds": seconds, "cpu": spent, "peak": peak()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
