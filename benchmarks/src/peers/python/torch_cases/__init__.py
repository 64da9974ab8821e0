"""The cases of maxent's catalogue that PyTorch is timed on."""

import torch

from .inputs import indices, normal
from .networks import network_cases
from .soft_values import soft_value_cases
from .stein import stein_cases


def gather(table, rows):
    return (table[rows],)


def cases():
    """Name, function, inputs, tolerance as a multiple of the largest answer."""
    yield from soft_value_cases()
    yield from stein_cases()
    yield from network_cases()
    yield "random/gather/65536x32", gather, [normal(1000000, 32), indices(65536, 1000000)], 0


def draws(device):
    """What has no answer to compare: name and function without inputs."""
    n = 16777216
    yield f"random/normal/{n}", lambda: torch.randn(n, device=device)
    yield f"random/uniform/{n}", lambda: torch.rand(n, device=device)
    yield "random/permutation/1048576", lambda: torch.randperm(1048576, device=device)
