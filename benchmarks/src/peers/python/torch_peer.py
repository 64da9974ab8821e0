#!/usr/bin/env python3
"""Times PyTorch on the shapes of maxent's benchmark cases, for `maxent compare --also FILE`.

    torch_peer.py [--device cuda|cpu] [--cases PATTERN] [--graphs] [--json FILE]

Each case runs eagerly, fused where torch.optim has that, and, where this PyTorch has torch.compile,
compiled; answers are first held against float64. Inputs are normal, of the deviations that the cases
have: 3 for action values and moving particles. Steps update in place, and are set back every 500 runs.
Times are medians over batches of runs of at least 0.2 ms, as `maxent compare` takes them: a batch is
enqueued and waited for once, and on CUDA measured by events around it. Prints a table; FILE gets a
list of objects as `maxent compare --json` writes it.
"""

import argparse
import fnmatch
import functools
import inspect
import json
import math
import statistics
import sys
import time

import torch

GAMMA = 0.99

# What maxent's cases of particle steps set.
RATE, EPSILON, MEAN_DECAY, SQUARE_DECAY = 0.05, 1e-6, 0.9, 0.999

# And those of networks.
NETWORK_RATE, NETWORK_EPSILON = 1e-3, 1e-8


def normal(*shape, deviation=1.0):
    return lambda g: deviation * torch.randn(*shape, generator=g, dtype=torch.float64)


def flags(n):
    return lambda g: (torch.rand(n, generator=g, dtype=torch.float64) < 0.5).double()


def indices(n, bound):
    return lambda g: torch.randint(bound, (n,), generator=g)


def log_sum_exp(q):
    return (torch.logsumexp(q, 1),)


def bellman_target(q, reward, terminated):
    return (reward + GAMMA * (1 - terminated) * torch.logsumexp(q, 1),)


def policy_entropy(q):
    log_p = torch.log_softmax(q, 1)
    p = log_p.exp()
    return p, -(p * log_p).sum(1)


def gradient(q, upstream):
    return (torch.softmax(q, 1) * upstream[:, None],)


def mellowmax(q):
    return (torch.logsumexp(q, 1) - math.log(q.shape[1]),)


def gather(table, rows):
    return (table[rows],)


def greedy(q):
    return (torch.argmax(q, 1),)


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


def step_plain(x, phi):
    return (x.add_(phi, alpha=RATE),)


def step_adagrad(x, phi, squares, fused=False):
    if fused:
        torch._fused_adagrad_([x], [phi], [squares], [count(1, x.device)], lr=-RATE, lr_decay=0.0,
                              weight_decay=0.0, eps=EPSILON, maximize=False)
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
        torch._fused_adam_([x], [phi], [mean], [squares], [], [count(5, x.device)], lr=-rate,
                           beta1=MEAN_DECAY, beta2=SQUARE_DECAY, weight_decay=0.0, eps=epsilon,
                           amsgrad=False, maximize=False)
    else:
        mean.lerp_(phi, 1 - MEAN_DECAY)
        squares.mul_(SQUARE_DECAY).addcmul_(phi, phi, value=1 - SQUARE_DECAY)
        root = squares.sqrt().div_(math.sqrt(1 - SQUARE_DECAY**5)).add_(epsilon)
        x.addcdiv_(mean, root, value=rate / (1 - MEAN_DECAY**5))
    return x, mean, squares


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


def cases():
    """Name, function, inputs, tolerance as a multiple of the largest answer."""
    for rows, columns in [(65536, 256), (65536, 64), (4096, 64), (64, 16), (1048576, 4), (1, 1048576)]:
        yield f"soft-value/log-sum-exp/{rows}x{columns}", log_sum_exp, [normal(rows, columns, deviation=3)], 1e-6
    rows, columns = 65536, 64
    q = normal(rows, columns, deviation=3)
    shape = f"{rows}x{columns}"
    yield f"soft-value/bellman-target/{shape}", bellman_target, [q, normal(rows), flags(rows)], 1e-6
    yield f"soft-value/policy+entropy/{shape}", policy_entropy, [q], 1e-6
    yield f"soft-value/log-sum-exp-gradient/{shape}", gradient, [q, normal(rows)], 1e-6
    yield f"soft-value/mellowmax/{shape}", mellowmax, [q], 1e-6
    yield f"soft-value/greedy/{shape}", greedy, [q], 0
    yield from stein_cases()
    yield from network_cases()
    yield "random/gather/65536x32", gather, [normal(1000000, 32), indices(65536, 1000000)], 0


def draws(device):
    """What has no answer to compare: name and function without inputs."""
    n = 16777216
    yield f"random/normal/{n}", lambda: torch.randn(n, device=device)
    yield f"random/uniform/{n}", lambda: torch.rand(n, device=device)
    yield "random/permutation/1048576", lambda: torch.randperm(1048576, device=device)


def to(values, device, dtype):
    return [v.to(device, dtype) if v.is_floating_point() else v.to(device) for v in values]


def check(name, how, actual, expected, tolerance):
    for a, e in zip(actual, expected):
        e = e.to(a.device)
        worst = (a.to(e.dtype) - e).abs().max().item()
        if not worst <= tolerance * max(1.0, e.abs().max().item()):
            sys.exit(f"{name}: {how} is off by {worst}")


# As maxent's Sampler has them.
BATCH_MICROS, SAMPLE_SECONDS, LEAST_SAMPLES, MOST_RUNS = 200, 0.5, 11, 500


def micros_of(run, batch, device):
    """What a batch of runs takes, waited for once."""
    if device == "cuda":
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        for _ in range(batch):
            run()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) * 1e3
    start = time.perf_counter()
    for _ in range(batch):
        run()
    return (time.perf_counter() - start) * 1e6


def median_micros(run, device, restore=lambda: None):
    batch, runs, micros, spent = 1, 0, [], 0.0
    start = time.perf_counter()
    while len(micros) < LEAST_SAMPLES or spent < SAMPLE_SECONDS * 1e6:
        if runs >= MOST_RUNS:
            restore()
            runs = 0
        taken = micros_of(run, batch, device)
        runs += batch
        if time.perf_counter() - start < 0.3:
            if taken < BATCH_MICROS:
                batch = min(1 << 14, int(1 + batch * BATCH_MICROS / max(1, taken)))
            elif taken > 2 * BATCH_MICROS:
                batch = max(1, int(batch * BATCH_MICROS / taken))
            continue
        micros.append(taken / batch)
        spent += taken
    return statistics.median(micros)


def ways(function, graphs):
    yield "eager", function
    if "fused" in inspect.signature(function).parameters:
        yield "fused", functools.partial(function, fused=True)
    if hasattr(torch, "compile"):
        yield "compiled", torch.compile(function)
        if graphs:
            yield "graphs", torch.compile(function, mode="reduce-overhead")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--cases", default="*", help="pattern of case names")
    parser.add_argument("--graphs", action="store_true",
                        help="also compiled with CUDA graphs, for what launches hold up")
    parser.add_argument("--json", help="file for the results")
    arguments = parser.parse_args()
    device = arguments.device
    name_of_device = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    print(f"# torch {torch.__version__} on {name_of_device}, {torch.get_num_threads()} host threads")
    results = []

    def report(name, how, micros):
        print(f"{name:42} {how:9} {micros:12.1f} us", flush=True)
        results.append(
            {"case": name, "backend": f"torch-{how}:{device}", "status": "passed",
             "medianMicros": micros})

    with torch.no_grad():
        for name, function, inputs, tolerance in cases():
            if not fnmatch.fnmatch(name, arguments.cases):
                continue
            generator = torch.Generator().manual_seed(1)
            values = [make(generator) for make in inputs]
            # The reference answers the rounded inputs, as maxent's does.
            expected = function(*to([v.float() if v.is_floating_point() else v for v in values],
                                    "cpu", torch.float64))
            for how, way in ways(function, arguments.graphs):
                # Anew, as steps update their inputs.
                single = to(values, device, torch.float32)
                try:
                    check(name, how, way(*single), expected, tolerance)
                except NotImplementedError:  # fused AdaGrad is for CPUs
                    print(f"{name:42} {how:9} not on {device}")
                    continue

                def restore():
                    for now, value in zip(single, values):
                        now.copy_(value)

                report(name, how, median_micros(lambda: way(*single), device, restore))
        for name, function in draws(device):
            if fnmatch.fnmatch(name, arguments.cases):
                report(name, "eager", median_micros(function, device))
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    main()
