"""The benchmark's networks in PyTorch on one thread: reads requests as lines of JSON, answers in kind.

Knows the same description of a network as networks.ts; data, noise, losses and Adam as there.
"""
import json
import math
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(1)


def linear(params, name, inputs, outputs):
    bound = 1 / math.sqrt(inputs)
    params[name] = (
        torch.empty(outputs, inputs).uniform_(-bound, bound).requires_grad_(),
        torch.zeros(outputs).requires_grad_(),
    )


def chain(params, name, widths):
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        linear(params, f"{name}.{i}", inputs, outputs)


def build(net):
    params = {}
    kind, size, hidden, latent = net["kind"], net["input"], net["hidden"], net["latent"]
    back = hidden[::-1]
    if kind == "dense":
        chain(params, "up", [size, *hidden, latent[-1]])
        chain(params, "down", [latent[-1], *back, size])
    elif kind == "vae":
        chain(params, "up", [size, *hidden])
        linear(params, "posterior", hidden[-1], 2 * latent[-1])
        chain(params, "down", [latent[-1], *back, size])
    elif kind == "conv":
        channels = [1, *hidden]
        for i, (inputs, outputs) in enumerate(zip(channels, channels[1:])):
            bound = 1 / math.sqrt(9 * inputs)
            params[f"up.{i}"] = (
                torch.empty(outputs, inputs, 3, 3).uniform_(-bound, bound).requires_grad_(),
                torch.zeros(outputs).requires_grad_(),
            )
            params[f"down.{i}"] = (
                torch.empty(outputs, inputs, 3, 3).uniform_(-bound, bound).requires_grad_(),
                torch.zeros(inputs).requires_grad_(),
            )
    else:
        chain(params, "up", [size, *hidden])
        for i, width in enumerate(hidden):
            linear(params, f"posterior.{i}", width, 2 * latent[i])
            linear(params, f"down.{i}", latent[i], hidden[max(0, i - 1)])
            if i > 0:
                linear(params, f"prior.{i - 1}", hidden[i - 1], 2 * latent[i - 1])
        linear(params, "out.0", hidden[0], hidden[0])
        linear(params, "out.1", hidden[0], size)
    return params


def kl(mean, log_var, mean2, log_var2):
    ratio = torch.exp(log_var - log_var2)
    shift = (mean - mean2) ** 2 * torch.exp(-log_var2)
    return 0.5 * (ratio + shift - (log_var - log_var2) - 1)


def reconstruction(logits, x):
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)


def loss(net, params, x, noise):
    kind, hidden, latent = net["kind"], net["hidden"], net["latent"]
    active = torch.relu if net["activation"] == "relu" else torch.tanh

    def layer(name, h):
        return F.linear(h, *params[name])

    def stack(name, h):
        for i in range(len(hidden)):
            h = active(layer(f"{name}.{i}", h))
        return h

    if kind == "dense":
        code = layer(f"up.{len(hidden)}", stack("up", x))
        return ((layer(f"down.{len(hidden)}", stack("down", code)) - x) ** 2).mean()
    if kind == "vae":
        mean, log_var = layer("posterior", stack("up", x)).chunk(2, 1)
        z = mean + torch.exp(0.5 * log_var) * noise
        logits = layer(f"down.{len(hidden)}", stack("down", z))
        rate = 0.5 * (mean**2 + torch.exp(log_var) - log_var - 1)
        return (reconstruction(logits, x) + rate.sum(1)).mean()
    if kind == "conv":
        side = int(math.sqrt(net["input"]))
        image = h = x.view(-1, 1, side, side)
        for i in range(len(hidden)):
            h = torch.relu(F.conv2d(h, *params[f"up.{i}"], stride=2, padding=1))
        for i in reversed(range(len(hidden))):
            h = F.conv_transpose2d(h, *params[f"down.{i}"], stride=2, padding=1, output_padding=1)
            if i > 0:
                h = torch.relu(h)
        return ((h - image) ** 2).mean()
    up, h = [], x
    for i in range(len(hidden)):
        h = torch.relu(layer(f"up.{i}", h))
        up.append(h)
    own = torch.split(noise, latent, 1)
    total, down = 0.0, None
    for i in reversed(range(len(latent))):
        mean, log_var = layer(f"posterior.{i}", up[i]).chunk(2, 1)
        if down is None:
            total = total + (0.5 * (mean**2 + torch.exp(log_var) - log_var - 1)).sum(1)
        else:
            total = total + kl(mean, log_var, *layer(f"prior.{i}", down).chunk(2, 1)).sum(1)
        down = torch.relu(layer(f"down.{i}", mean + torch.exp(0.5 * log_var) * own[i]))
    logits = layer("out.1", torch.relu(layer("out.0", down)))
    return (reconstruction(logits, x) + total).mean()


class Runner:
    def __init__(self, net):
        self.net = net
        self.params = build(net)
        flat = [tensor for pair in self.params.values() for tensor in pair]
        self.optimiser = torch.optim.Adam(flat, lr=1e-3)
        self.x = torch.rand(net["batch"], net["input"])
        self.noise = torch.randn(net["batch"], max(1, sum(net["latent"])))

    def step(self):
        self.optimiser.zero_grad(set_to_none=True)
        value = loss(self.net, self.params, self.x, self.noise)
        value.backward()
        self.optimiser.step()
        return value


key, runner = None, None
print(json.dumps({"ready": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if key != request["network"]:
        key, runner = request["network"], Runner(request["network"])
        for _ in range(3):
            runner.step()
    start, steps, elapsed = time.thread_time(), 0, 0.0
    while elapsed < request["seconds"]:
        runner.step()
        steps += 1
        elapsed = time.thread_time() - start
    print(json.dumps({"ms": 1000 * elapsed / steps, "loss": runner.step().item()}), flush=True)
