"""Stein variational gradient descent: directions, bandwidths, discrepancy, and steps of particles."""

import math

import torch

from .inputs import normal
from .steps import step_adagrad, step_adam, step_plain


def squared_distances(x):
    """As one product of matrices: |x - y|^2 = -2 x.y + |x|^2 + |y|^2."""
    norms = (x * x).sum(-1, keepdim=True)
    ones = torch.ones_like(norms)
    return torch.cat([-2 * x, norms, ones], -1) @ torch.cat([x, ones, norms], -1).mT


def liu_wang(x, squares):
    """median(distance of pairs)^2 / log n, the mean of the middle two for an even number."""
    n = x.shape[1]
    i, j = torch.triu_indices(n, n, 1, device=x.device)
    pairs = squares[:, i, j]
    low = pairs.median(1).values
    high = low if pairs.shape[1] % 2 else -(-pairs).median(1).values
    return (((low.sqrt() + high.sqrt()) / 2) ** 2 / math.log(n))[:, None, None]


def stein(x, score, squares, h):
    k = torch.exp(-squares / h)
    pull = 2 / h * x
    return (torch.baddbmm(pull * k.sum(-1, keepdim=True), k, score - pull) / x.shape[1],)


def stein_direction(x, score):
    return stein(x, score, squared_distances(x), x.shape[2])


def stein_direction_median(x, score):
    squares = squared_distances(x)
    return stein(x, score, squares, liu_wang(x, squares))


def stein_bandwidths(x):
    return (liu_wang(x, squared_distances(x)).flatten(),)


def stein_discrepancy(x, score):
    n, d = x.shape[1:]
    squares = squared_distances(x)
    h = liu_wang(x, squares)
    k = torch.exp(-squares / h)
    rows = k @ torch.cat([score, x, torch.ones_like(x[:, :, :1])], -1)
    ks, kx, k1 = rows.split([d, d, 1], -1)
    linear = (score * (ks + 4 / h * (x * k1 - kx))).sum((1, 2))
    h = h.flatten()
    trace = 2 * d / h * k1.sum((1, 2))
    return ((linear + trace - 4 / h**2 * (k * squares).sum((1, 2))) / n**2,)


def stein_cases():
    for shape in [(256, 32, 6), (4096, 16, 2), (1, 4096, 8)]:
        name = "x".join(map(str, shape))
        yield f"stein/direction+median/{name}", stein_direction_median, [normal(*shape)] * 2, 1e-4
    for shape in [(256, 32, 6), (1, 4096, 8), (1, 2048, 64)]:
        name = "x".join(map(str, shape))
        yield f"stein/direction/{name}", stein_direction, [normal(*shape)] * 2, 1e-5
    yield "stein/bandwidths/1x4096x8", stein_bandwidths, [normal(1, 4096, 8)], 1e-5
    yield "stein/discrepancy/1x1024x8", stein_discrepancy, [normal(1, 1024, 8)] * 2, 1e-5
    n = 1048576
    positive = lambda g: normal(n)(g) ** 2
    moving = [normal(n, deviation=3), normal(n)]
    yield f"stein/step-plain/{n}", step_plain, moving, 1e-6
    yield f"stein/step-adagrad/{n}", step_adagrad, moving + [positive], 1e-6
    yield f"stein/step-adam/{n}", step_adam, moving + [normal(n), positive], 1e-6
