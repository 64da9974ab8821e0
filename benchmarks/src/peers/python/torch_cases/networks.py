"""Networks: passes, and whole training steps with gradients by hand."""

import math

import torch

from .inputs import normal
from .steps import step_adam

# What maxent's cases of networks set.
NETWORK_RATE, NETWORK_EPSILON = 1e-3, 1e-8


class Network:
    """Networks with ReLU whose parameters lie behind each other, layer by layer, weights (outputs
    x inputs) before biases, network by network; and what is timed of them."""

    def __init__(self, batch, widths, networks=1):
        self.batch, self.widths, self.networks = batch, widths, networks
        self.sizes = [n for i, o in zip(widths, widths[1:]) for n in (o * i, o)]

    def size(self):
        return f"{self.batch}x" + self.shape()

    def shape(self):
        return "-".join(map(str, self.widths))

    def parameters(self, g):
        """Weights of deviation sqrt(2 / inputs), biases of 0.1."""
        parts = torch.randn(self.networks, sum(self.sizes), generator=g, dtype=torch.float64)
        parts = list(parts.split(self.sizes, 1))
        for layer, inputs in enumerate(self.widths[:-1]):
            parts[2 * layer] = parts[2 * layer] * math.sqrt(2 / inputs)
            parts[2 * layer + 1] = parts[2 * layer + 1] * 0.1
        return torch.cat(parts, 1).flatten()

    def like_parameters(self, scale):
        return lambda g: scale * normal(self.networks * sum(self.sizes))(g)

    def rows(self, width, networks=1):
        return normal(*([networks] if networks > 1 else []), self.batch, width)

    def layers(self, flat):
        """Weights and biases of each layer; with an ensemble's number in front if it is one."""
        some = [self.networks] if self.networks > 1 else []
        parts = flat.view(self.networks, -1).split(self.sizes, 1)
        for layer, (i, o) in enumerate(zip(self.widths, self.widths[1:])):
            yield parts[2 * layer].view(*some, o, i), parts[2 * layer + 1].view(*some, 1, o)

    def units(self, flat, x):
        """The inputs of each layer, and the outputs."""
        alone = self.networks == 1
        units = [x if alone else x.expand(self.networks, *x.shape)]
        for w, b in self.layers(flat):
            z = torch.addmm(b, units[-1], w.mT) if alone else torch.baddbmm(b, units[-1], w.mT)
            units.append(torch.relu(z) if len(units) + 1 < len(self.widths) else z)
        return units

    def gradients(self, flat, units, upstream, to_inputs):
        """By hand, which on a GPU launches fewer kernels than autograd."""
        parts = []
        delta = upstream
        layers = list(self.layers(flat))
        for layer in reversed(range(len(layers))):
            bias = delta.sum(-2)
            weights = delta.mT @ units[layer]
            parts = [p.reshape(self.networks, -1) for p in (weights, bias)] + parts
            if layer > 0 or to_inputs:
                delta = delta @ layers[layer][0]
            if layer > 0:
                delta = delta * (units[layer] > 0)
        return torch.cat(parts, 1).flatten(), delta

    def forward(self, flat, x):
        return (self.units(flat, x)[-1],)

    def backward(self, flat, x, upstream):
        return self.gradients(flat, self.units(flat, x), upstream, True)

    def step(self, flat, x, targets, mean, squares, fused=False):
        """Half the mean squared error, then Adam."""
        units = self.units(flat, x)
        errors = units[-1] - targets
        loss = (errors * errors).mean((-2, -1)) / 2
        share = 1 / (self.batch * self.widths[-1])
        gradient, _ = self.gradients(flat, units, errors * share, False)
        return *self.update(flat, gradient, mean, squares, fused), loss

    def update(self, flat, gradient, mean, squares, fused=False):
        return step_adam(flat, gradient, mean, squares, -NETWORK_RATE, NETWORK_EPSILON, fused)


def network_cases():
    little, medium = [10, 64, 64, 1], [10, 256, 256, 1]
    for batch, widths in [(64, little), (256, medium), (4096, medium)]:
        of = Network(batch, widths)
        passing = [of.parameters, of.rows(widths[0])]
        yield f"network/forward/{of.size()}", of.forward, passing, 1e-5
        passing = passing + [of.rows(widths[-1])]
        yield f"network/backward/{of.size()}", of.backward, passing, 1e-4
    for batch, widths, networks, name in [
        (64, little, 1, ""),
        (256, medium, 1, ""),
        (4096, medium, 1, ""),
        (256, medium, 2, "/twin"),
        (64, little, 64, "/64-networks"),
        (64, [10, 16, 16, 1], 1, ""),
        (64, [10, 16, 16, 1], 64, "/64-networks"),
    ]:
        of = Network(batch, widths, networks)
        # Moments as the cases have them; away from 0, as a move is then not amplified rounding.
        squares = lambda g, of=of: of.like_parameters(0.01)(g) ** 2 + 1e-6
        learning = [of.parameters, of.rows(widths[0]), of.rows(widths[-1])]
        learning += [of.like_parameters(0.01), squares]
        yield f"network/regression-step/{of.size()}{name}", of.step, learning, 1e-6
    of = Network(256, medium)
    moving = [of.parameters, of.like_parameters(0.03), of.like_parameters(0.01)]
    moving.append(lambda g: of.like_parameters(0.01)(g) ** 2)
    yield f"network/update/{of.shape()}", of.update, moving, 1e-6
