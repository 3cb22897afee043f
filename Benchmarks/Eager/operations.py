"""The operations of PV3D's networks as plain eager PyTorch, from their formulas.

Weights are modulated for each sample and run as one grouped convolution; doubling is a transposed
convolution with a filter behind it; filters put zeros between the pixels and convolve.
"""

import math

import torch
import torch.nn.functional as F


def bias_act(x, bias, slope=None, gain=1.0, clamp=None):
    x = x + bias.reshape([1, -1] + [1] * (x.dim() - 2))
    if slope is not None:
        x = F.leaky_relu(x, slope)
    if gain != 1:
        x = x * gain
    if clamp is not None:
        x = x.clamp(-clamp, clamp)
    return x


def upfirdn(x, kernel, up=1, pad=(0, 0, 0, 0), gain=1.0):
    """Zeros between pixels, zeros around, true convolution with a 2-D kernel."""
    n, c, h, w = x.shape
    if up > 1:
        x = x.reshape(n, c, h, 1, w, 1)
        x = F.pad(x, [0, up - 1, 0, 0, 0, up - 1]).reshape(n, c, h * up, w * up)
    x = F.pad(x, pad)
    kernel = (kernel * gain).flip([0, 1])[None, None].repeat(c, 1, 1, 1)
    return F.conv2d(x, kernel, groups=c)


def upsample(x, kernel):
    return upfirdn(x, kernel, up=2, pad=(2, 1, 2, 1), gain=4)


def dense(p, name, x, rate=1.0, lrelu=False):
    weight, bias = p[name + ".weight"], p[name + ".bias"]
    y = F.linear(x, weight * (rate / math.sqrt(weight.shape[1])), bias * rate)
    return F.leaky_relu(y, 0.2) * math.sqrt(2) if lrelu else y


def modulated(x, weight, style, kernel, up, demodulate=True, noise=None):
    n, i, h, w = x.shape
    o, _, k, _ = weight.shape
    weight = weight[None] * style[:, None, :, None, None]
    if demodulate:
        weight = weight * (weight.square().sum([2, 3, 4]) + 1e-8).rsqrt()[:, :, None, None, None]
    x = x.reshape(1, n * i, h, w)
    if up:
        weight = weight.transpose(1, 2).reshape(n * i, o, k, k)
        x = F.conv_transpose2d(x, weight, stride=2, groups=n)
        x = upfirdn(x, kernel, pad=(1, 1, 1, 1), gain=4)
    else:
        x = F.conv2d(x, weight.reshape(n * o, i, k, k), padding=k // 2, groups=n)
    x = x.reshape(n, o, x.shape[2], x.shape[3])
    return x if noise is None else x + noise


def styled(p, name, x, w, up=False, noisy=True, clamp=None):
    style = dense(p, name + ".affine", w)
    noise = p[name + ".noise_const"] * p[name + ".noise_strength"] if noisy else None
    x = modulated(x, p[name + ".weight"], style, p[name + ".resample_filter"], up, noise=noise)
    return bias_act(x, p[name + ".bias"], slope=0.2, gain=math.sqrt(2), clamp=clamp)


def to_rgb(p, name, x, w, clamp=None):
    style = dense(p, name + ".affine", w) / math.sqrt(x.shape[1])
    x = modulated(x, p[name + ".weight"], style, None, False, demodulate=False)
    return bias_act(x, p[name + ".bias"], clamp=clamp)


def resized(x, side):
    if x.shape[-1] == side:
        return x
    return F.interpolate(x, (side, side), mode="bilinear", align_corners=False, antialias=True)
