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
import statistics
import sys
import time

import torch

from torch_cases import cases, draws


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
                except NotImplementedError as error:  # as of fused AdaGrad on CUDA
                    print(f"{name:42} {how:9} not here: {str(error).split('. ')[0]}")
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
