"""PV3D's two-pass volume renderer as plain eager PyTorch, from its formulas."""

import math

import torch
import torch.nn.functional as F


def rays(label, side):
    n = label.shape[0]
    pose, k = label[:, :16].reshape(n, 4, 4), label[:, 16:].reshape(n, 3, 3)
    steps = (torch.arange(side, dtype=torch.float32) + 0.5) / side
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    x, y = x.reshape(1, -1), y.reshape(1, -1)
    fx, skew, cx = (k[:, 0, j : j + 1] for j in range(3))
    fy, cy = k[:, 1, 1:2], k[:, 1, 2:3]
    down = (y - cy) / fy
    right = (x - cx + cy * skew / fy - skew * y / fy) / fx
    local = torch.stack([right, down, torch.ones_like(right)], -1)
    directions = F.normalize(local @ pose[:, :3, :3].transpose(1, 2), dim=-1)
    return pose[:, None, :3, 3].expand(n, side * side, 3), directions


def sampled(planes, points, config):
    """Mean of the bilinear samples of planes [N,3,C,P,P] at points [N,P,3]."""
    n, _, c, side, _ = planes.shape
    p = points * (2 / config["boxWarp"])
    third = [2, 1] if config["orthogonalPlanes"] else [2, 0]
    grids = torch.stack([p[..., [0, 1]], p[..., [0, 2]], p[..., third]], 1)
    seen = F.grid_sample(
        planes.reshape(n * 3, c, side, side),
        grids.reshape(n * 3, 1, -1, 2),
        mode="bilinear",
        padding_mode="zeros",
        align_corners=False,
    )
    return seen.reshape(n, 3, c, -1).mean(1).transpose(1, 2)


def decoded(p, config, features):
    w0, b0 = p["decoder.net.0.weight"], p["decoder.net.0.bias"]
    w1, b1 = p["decoder.net.2.weight"], p["decoder.net.2.bias"]
    rate = config["decoderRate"]
    hidden = F.softplus(F.linear(features, w0 * (rate / math.sqrt(w0.shape[1])), b0 * rate))
    out = F.linear(hidden, w1 * (rate / math.sqrt(w1.shape[1])), b1 * rate)
    return out[..., :1] * config["densityGain"], torch.sigmoid(out[..., 1:]) * 1.002 - 0.001


def march(colors, sigma, depths):
    def middle(x):
        return (x[:, :, 1:] + x[:, :, :-1]) / 2

    delta = depths[:, :, 1:] - depths[:, :, :-1]
    alpha = 1 - torch.exp(-F.softplus(middle(sigma) - 1) * delta)
    through = torch.cumprod(
        torch.cat([torch.ones_like(alpha[:, :, :1]), 1 - alpha + 1e-10], 2), 2
    )[:, :, :-1]
    weights = alpha * through
    total = weights.sum(2)
    depth = (weights * middle(depths)).sum(2) / total
    depth = torch.nan_to_num(depth, float("inf"))
    depth = torch.clamp(depth, depths.min(), depths.max())
    return (weights * middle(colors)).sum(2) * 2 - 1, depth, weights, total


@torch.no_grad()
def importance(depths, weights, u):
    n, m, s, _ = depths.shape
    z, w = depths.reshape(n * m, s), weights.reshape(n * m, s - 1)
    w = F.max_pool1d(w[:, None], 2, 1, padding=1)
    w = F.avg_pool1d(w, 2, 1)[:, 0] + 0.01
    bins = (z[:, 1:] + z[:, :-1]) / 2
    pdf = w[:, 1:-1] + 1e-5
    pdf = pdf / pdf.sum(-1, keepdim=True)
    cdf = torch.cat([torch.zeros_like(pdf[:, :1]), torch.cumsum(pdf, -1)], -1)
    index = torch.searchsorted(cdf, u.contiguous(), right=True)
    low, high = (index - 1).clamp_min(0), index.clamp_max(s - 3)
    cdf_low, cdf_high = cdf.gather(1, low), cdf.gather(1, high)
    bin_low, bin_high = bins.gather(1, low), bins.gather(1, high)
    width = cdf_high - cdf_low
    width = torch.where(width < 1e-5, torch.ones_like(width), width)
    return (bin_low + (u - cdf_low) / width * (bin_high - bin_low)).reshape(n, m, -1, 1)


def render(p, config, planes, label, side, u=None, jitter=None):
    """Features [N,M,C], depth and opacity [N,M,1] of side x side rays."""
    origins, directions = rays(label, side)
    n, m, s = label.shape[0], side * side, config["depthSamples"]
    start, end = config["rayStart"], config["rayEnd"]

    def evaluated(depths):
        points = origins[:, :, None] + depths * directions[:, :, None]
        sigma, colors = decoded(
            p, config, sampled(planes, points.reshape(n, -1, 3), config)
        )
        return sigma.reshape(n, m, -1, 1), colors.reshape(n, m, s, -1)

    coarse = torch.linspace(start, end, s).reshape(1, 1, s, 1).repeat(n, m, 1, 1)
    if jitter is not None:
        coarse = coarse + jitter * ((end - start) / (s - 1))
    sigma1, colors1 = evaluated(coarse)
    weights = march(colors1, sigma1, coarse)[2]
    u = torch.rand(n * m, s) if u is None else u
    fine = importance(coarse, weights, u)
    sigma2, colors2 = evaluated(fine)
    depths, order = torch.cat([coarse, fine], 2).sort(2)
    colors = torch.cat([colors1, colors2], 2)
    colors = colors.gather(2, order.expand(-1, -1, -1, colors.shape[-1]))
    sigma = torch.cat([sigma1, sigma2], 2).gather(2, order)
    features, depth, _, total = march(colors, sigma, depths)
    return features, depth, total
