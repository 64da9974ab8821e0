"""Soft values, policies and targets of rows of action values, whose deviation is 3."""

import math

import torch

from .inputs import flags, normal

GAMMA = 0.99


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


def greedy(q):
    return (torch.argmax(q, 1),)


def soft_value_cases():
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
