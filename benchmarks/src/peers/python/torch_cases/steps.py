"""Steps of particles and of networks' parameters; in place."""

import functools
import math

import torch

# What maxent's cases of particle steps set.
RATE, EPSILON, MEAN_DECAY, SQUARE_DECAY = 0.05, 1e-6, 0.9, 0.999


def fused_operator(name):
    if not hasattr(torch, name):
        raise NotImplementedError(f"torch {torch.__version__} has no {name}")
    return getattr(torch, name)


def step_plain(x, phi):
    return (x.add_(phi, alpha=RATE),)


def step_adagrad(x, phi, squares, fused=False):
    if fused:
        step = fused_operator("_fused_adagrad_")
        step([x], [phi], [squares], [count(1, x.device)], lr=-RATE, lr_decay=0.0, weight_decay=0.0,
             eps=EPSILON, maximize=False)
    else:
        squares.addcmul_(phi, phi)
        x.addcdiv_(phi, squares.sqrt().add_(EPSILON), value=RATE)
    return x, squares


@functools.cache
def count(steps, device):
    """A number of steps, as the fused optimisers take it."""
    return torch.tensor(float(steps), device=device)


def step_adam(x, phi, mean, squares, rate=RATE, epsilon=EPSILON, fused=False):
    """The fifth step."""
    if fused:
        step = fused_operator("_fused_adam_")
        step([x], [phi], [mean], [squares], [], [count(5, x.device)], lr=-rate, beta1=MEAN_DECAY,
             beta2=SQUARE_DECAY, weight_decay=0.0, eps=epsilon, amsgrad=False, maximize=False)
    else:
        mean.lerp_(phi, 1 - MEAN_DECAY)
        squares.mul_(SQUARE_DECAY).addcmul_(phi, phi, value=1 - SQUARE_DECAY)
        root = squares.sqrt().div_(math.sqrt(1 - SQUARE_DECAY**5)).add_(epsilon)
        x.addcdiv_(mean, root, value=rate / (1 - MEAN_DECAY**5))
    return x, mean, squares
