#!/usr/bin/env python3
"""Writes core/src/test/resources/oracles/network.json: what PyTorch computes in float64 for small
networks, outputs, gradients and a few steps of regression.

    network_oracle.py FILE
"""

import json
import sys

import torch
from torch import nn

ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
}

CASES = [
    # widths, activation, layer norm, batch, Huber's delta, weighted, clip, decay, tau, last rate
    ([3, 2], "identity", False, 4, None, False, 0, 0, None, None),
    ([3, 5, 2], "identity", True, 3, None, True, 0, 0, None, None),
    ([3, 5, 2], "relu", False, 6, 0.5, False, 0, 0, 0.05, None),
    ([3, 5, 2], "tanh", False, 3, None, True, 0.25, 0, None, None),
    ([3, 5, 2], "silu", False, 3, 0.5, True, 0, 0.1, None, None),
    ([3, 5, 2], "gelu", False, 3, None, False, 0, 0, None, 0.001),
    ([4, 7, 6, 1], "relu", True, 5, None, True, 0.1, 0.01, 0.05, 0.002),
    ([4, 7, 6, 1], "gelu", True, 5, 0.3, True, 0.1, 0.01, 0.5, 0.002),
    ([1, 3, 4, 3], "silu", True, 2, 0.3, False, 100.0, 0, None, None),
]
RATE = 0.01
STEPS = 5


def network(widths, activation, norm):
    layers = []
    for i in range(len(widths) - 1):
        layers.append(nn.Linear(widths[i], widths[i + 1]))
        if i < len(widths) - 2:
            if norm:
                layers.append(nn.LayerNorm(widths[i + 1]))
            layers.append(ACTIVATIONS[activation]())
    return nn.Sequential(*layers).double()


def flat(tensors):
    return [v for t in tensors for v in t.detach().reshape(-1).tolist()]


def case(widths, activation, norm, batch, delta, weighted, clip, decay, tau, end):
    torch.manual_seed(len(widths) * 100 + len(activation))
    net = network(widths, activation, norm)
    for p in net.parameters():  # so that no gain is 1 and no shift 0
        p.data += 0.3 * torch.randn_like(p)
    x = torch.randn(batch, widths[0], dtype=torch.float64, requires_grad=True)
    t = torch.randn(batch, widths[-1], dtype=torch.float64)
    w = torch.ones(batch, dtype=torch.float64)
    if weighted:
        w += torch.rand(batch, dtype=torch.float64) - 0.5
    upstream = torch.randn(batch, widths[-1], dtype=torch.float64)
    out = {
        "widths": widths, "activation": activation, "layerNorm": norm, "batch": batch,
        "delta": delta, "weighted": weighted, "clip": clip, "decay": decay, "tau": tau,
        "rate": RATE, "endRate": end, "steps": STEPS,
        "parameters": flat(net.parameters()), "x": flat([x]), "t": flat([t]), "w": flat([w]),
        "upstream": flat([upstream]),
    }
    y = net(x)
    (y * upstream).sum().backward()
    out["y"] = flat([y])
    out["parameterGradient"] = flat(p.grad for p in net.parameters())
    out["inputGradient"] = flat([x.grad])
    loss_of = nn.MSELoss(reduction="none") if delta is None else nn.HuberLoss("none", delta)
    half = 0.5 if delta is None else 1.0
    target = network(widths, activation, norm)
    target.load_state_dict(net.state_dict())
    adam = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda s: 1 if end is None else 1 + (end / RATE - 1) * min(s, 3) / 3)
    out["losses"], out["norms"] = [], []
    for _ in range(STEPS):
        adam.zero_grad()
        loss = half * (loss_of(net(x.detach()), t) * w[:, None]).mean()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(net.parameters(), clip if clip else float("inf"))
        out["losses"].append(loss.item())
        out["norms"].append(norm.item())
        adam.step()
        schedule.step()
        if tau is not None:
            for a, b in zip(target.parameters(), net.parameters()):
                a.data.mul_(1 - tau).add_(tau * b.data)
    out["after"] = flat(net.parameters())
    out["firstMoment"] = flat(adam.state[p]["exp_avg"] for p in net.parameters())
    out["secondMoment"] = flat(adam.state[p]["exp_avg_sq"] for p in net.parameters())
    out["target"] = flat(target.parameters())
    return out


with open(sys.argv[1], "w") as file:
    file.write('{\n"origin": "PyTorch %s, float64",\n"cases": [\n' % torch.__version__)
    file.write(",\n".join(json.dumps(case(*c)) for c in CASES))
    file.write("\n]}\n")
