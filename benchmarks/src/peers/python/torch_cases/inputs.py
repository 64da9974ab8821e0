"""Makers of inputs: functions of a generator, in float64."""

import torch


def normal(*shape, deviation=1.0):
    return lambda g: deviation * torch.randn(*shape, generator=g, dtype=torch.float64)


def flags(n):
    return lambda g: (torch.rand(n, generator=g, dtype=torch.float64) < 0.5).double()


def indices(n, bound):
    return lambda g: torch.randint(bound, (n,), generator=g)
