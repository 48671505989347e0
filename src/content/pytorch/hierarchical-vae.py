"""Hierarchical variational autoencoders in PyTorch: the ladder (Sonderby et al. 2016), with the residual
posterior of NVAE (Vahdat and Kautz 2020), and the bottom-up VAE of several stochastic layers (Burda et al. 2016).

    python src/content/pytorch/hierarchical-vae.py            recompute the chapter's published figures
    python src/content/pytorch/hierarchical-vae.py --train    train the small ladder, or the model named
    ... --train --no-norm --no-warm-up --no-free-bits         the same without its three cures: it collapses

Run it at the project's root after a build, which packs the data. It needs torch >= 1.13, NumPy and safetensors. Without
--train it prints `<model> <metric> <value>` for every metric of the manifests; one out of tolerance is an error.

Images are [batch, 784]. Levels are counted from the image up: in code, level 0 is z_1 and the last is the top, z_L.
The codes of all levels lie in one row, [z_1 | z_2 | ... | z_L]. Losses are in nats per image.
"""

import argparse
import copy
import json
import math
import sys
import time
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

# From chapter 7's file, beside this one: random numbers and data, a Gaussian and its draw, printing and saving.
from vae import ACTIVATIONS, ACTIVE_VARIANCE, DATA, IMPORTANCE, MODELS, QUICK_IMAGES, QUICK_SAMPLES
from vae import bernoulli_nll, binarise, check_fixture, packed_images, read_idx, reparameterise, show_progress
from vae import Posterior as Gaussian, standard_normal, training_images, write_png


class Level(NamedTuple):
    """What inference gives of one level; `cost`, in nats, is [batch, latent]."""

    posterior: Gaussian
    prior: Gaussian  # p(z_l | z_{>l}); the standard normal at the top
    z: Tensor
    cost: Tensor


def product_of_gaussians(a: Gaussian, b: Gaussian) -> Gaussian:
    """Their product, normalised: precisions add, means are weighted by them (the ladder's posterior)."""
    precision_a, precision_b = torch.exp(-a.log_var), torch.exp(-b.log_var)
    precision = precision_a + precision_b
    return Gaussian((a.mean * precision_a + b.mean * precision_b) / precision, -precision.log())


def residual_posterior(prior: Gaussian, offset: Gaussian) -> Gaussian:
    """Offsets from the prior: its mean plus one, its deviation times another (NVAE's posterior)."""
    return Gaussian(prior.mean + offset.mean, prior.log_var + offset.log_var)


def kl_of_gaussians(q: Gaussian, p: Gaussian) -> Tensor:
    """KL(q || p) in closed form for each image and dimension, [batch, latent]."""
    log_ratio = q.log_var - p.log_var
    return 0.5 * (log_ratio.exp() + (q.mean - p.mean) ** 2 * torch.exp(-p.log_var) - log_ratio - 1)


def log_density(z: Tensor, p: Gaussian) -> Tensor:
    """log N(z; p) of each dimension, without the constant -log(2 pi)/2, which cancels."""
    return -0.5 * ((z - p.mean) ** 2 * torch.exp(-p.log_var) + p.log_var)


class Layer(nn.Linear):
    """A dense layer, normalised over the batch or not. A bias before a normalisation would be taken away by it."""

    def __init__(self, inputs: int, outputs: int, normalise: bool):
        super().__init__(inputs, outputs, bias=not normalise)
        self.norm = nn.BatchNorm1d(outputs) if normalise else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(super().forward(x))


class Heads(nn.Module):
    """Features to a Gaussian."""

    def __init__(self, width: int, latent: int):
        super().__init__()
        self.mean, self.log_var = nn.Linear(width, latent), nn.Linear(width, latent)

    def forward(self, features: Tensor) -> Gaussian:
        return Gaussian(self.mean(features), self.log_var(features).clamp(-11, 11))


class Hvae(nn.Module):
    """p(x|z_1) p(z_1|z_2) ... p(z_L) and its inference. levels: (latent, hidden widths), next to the image first."""

    def __init__(self, levels: Sequence[Tuple[int, Sequence[int]]], pixels: int = 784, inference: str = "top-down",
                 posterior: str = "residual", activation: str = "leaky-relu", norm: bool = True, skip: bool = True):
        super().__init__()
        self.latents = [latent for latent, _ in levels]
        self.bottom_up, self.product = inference == "bottom-up", posterior == "product"
        self.activation, self.skip = ACTIVATIONS[activation], skip
        self.bottom, self.posterior, self.top, self.prior = (nn.ModuleList() for _ in range(4))

        def dense(widths: Sequence[int]) -> nn.ModuleList:
            return nn.ModuleList(Layer(inputs, outputs, norm) for inputs, outputs in zip(widths, widths[1:]))

        for l, (latent, hidden) in enumerate(levels):
            above = levels[l + 1][1][0] if l + 1 < len(levels) else 0  # width of the decoder's features from above
            below = pixels if l == 0 else self.latents[l - 1] if self.bottom_up else levels[l - 1][1][-1]
            self.bottom.append(dense([below, *hidden]))
            beside = 0 if self.bottom_up or self.product else above
            self.posterior.append(Heads(hidden[-1] + beside, latent))
            self.top.append(dense([latent + (above if skip else 0), *reversed(hidden)]))
            if l > 0:
                self.prior.append(Heads(hidden[0], self.latents[l - 1]))
        self.pixels = nn.Linear(levels[0][1][0], pixels)

    def features(self, layers: nn.ModuleList, x: Tensor) -> Tensor:
        for layer in layers:
            x = self.activation(layer(x))
        return x

    def features_of(self, l: int, z: Tensor, above: Optional[Tensor]) -> Tensor:
        """The decoder's features of z_l, and of those above where they pass beside it."""
        beside = self.skip and above is not None
        return self.features(self.top[l], torch.cat([z, above], 1) if beside else z)

    def prior_of(self, l: int, above: Optional[Tensor], like: Tensor) -> Gaussian:
        """p(z_l | z_{>l}) from the decoder's features above; N(0, I) where there are none."""
        return Gaussian(torch.zeros_like(like), torch.zeros_like(like)) if above is None else self.prior[l](above)

    def infer(self, x: Tensor, noise: Optional[Tensor] = None) -> Tuple[List[Level], Tensor]:
        """Every level and the decoder's logits. noise: [batch, all latents], or k rows an image; without it, means."""
        noise = x.new_zeros(len(x), sum(self.latents)) if noise is None else noise
        infer = self.infer_bottom_up if self.bottom_up else self.infer_top_down
        return infer(x, noise.split(self.latents, 1))

    def infer_bottom_up(self, x: Tensor, noise: Sequence[Tensor]) -> Tuple[List[Level], Tensor]:
        """q(z_1|x) q(z_2|z_1) ..., then the priors from the top down."""
        found, levels, above = [], [], None
        for bottom, posterior, epsilon in zip(self.bottom, self.posterior, noise):
            q = posterior(self.features(bottom, found[-1][1] if found else x))
            q = Gaussian(*(part.repeat_interleave(len(epsilon) // len(part), 0) for part in q))
            found.append((q, reparameterise(q, epsilon)))
        for l, (q, z) in reversed(list(enumerate(found))):
            prior = self.prior_of(l, above, z)
            # Below the top the prior depends on z_l, through the codes inferred from it: no closed form there.
            sampled = log_density(z, q) - log_density(z, prior)
            levels.insert(0, Level(q, prior, z, kl_of_gaussians(q, prior) if above is None else sampled))
            above = self.features_of(l, z, above)
        return levels, self.pixels(above)

    def infer_top_down(self, x: Tensor, noise: Sequence[Tensor]) -> Tuple[List[Level], Tensor]:
        """A deterministic way up; then, from the top down, each level's prior, its posterior and its code."""
        up, levels, above = [], [], None
        for bottom in self.bottom:
            up.append(self.features(bottom, up[-1] if up else x))
        up = [features.repeat_interleave(len(noise[0]) // len(x), 0) for features in up]
        for l in reversed(range(len(self.latents))):
            prior = self.prior_of(l, above, noise[l])
            if above is None:
                q = self.posterior[l](up[l])
            elif self.product:
                q = product_of_gaussians(self.posterior[l](up[l]), prior)
            else:
                q = residual_posterior(prior, self.posterior[l](torch.cat([up[l], above], 1)))
            z = reparameterise(q, noise[l])
            levels.insert(0, Level(q, prior, z, kl_of_gaussians(q, prior)))
            above = self.features_of(l, z, above)
        return levels, self.pixels(above)

    def encode(self, x: Tensor) -> Gaussian:
        """All levels' posteriors in one row, each given the means of the levels that it depends on."""
        posteriors = [level.posterior for level in self.infer(x)[0]]
        return Gaussian(*(torch.cat(part, 1) for part in zip(*posteriors)))

    def descend(self, noise: Tensor, given: Sequence[Optional[Tensor]]) -> Tuple[Tensor, Tensor]:
        """Codes and decoder means from the top down. A level that is not given (None) is drawn from its prior;
        noise times a temperature narrows the draw, and zero is the prior's mean."""
        codes, above = [], None
        for l, epsilon in reversed(list(enumerate(noise.split(self.latents, 1)))):
            z = reparameterise(self.prior_of(l, above, epsilon), epsilon) if given[l] is None else given[l]
            codes.insert(0, z)
            above = self.features_of(l, z, above)
        return torch.cat(codes, 1), torch.sigmoid(self.pixels(above))

    def decode(self, codes: Tensor) -> Tensor:
        """The mean of p(x|z), one probability per pixel. It is not a sample."""
        return self.descend(codes, codes.split(self.latents, 1))[1]


def loss(model: Hvae, x: Tensor, noise: Tensor, free_bits: float, weight: float) -> Tuple[Tensor, Tensor, Tensor]:
    """The objective, the reconstruction and the KL of each level [levels], means over the batch. The objective is the
    negative ELBO but for `weight` (beta, warmed up) and the nats of each level's KL that cost nothing (free bits)."""
    levels, logits = model.infer(x, noise)
    reconstruction = bernoulli_nll(logits, x).mean()
    kl = torch.stack([level.cost.sum(1).mean() for level in levels])
    penalised = kl.clamp(min=free_bits) if free_bits > 0 else kl
    return reconstruction + weight * penalised.sum(), reconstruction, kl


def log_weights(model: Hvae, x: Tensor, noise: Tensor) -> Tensor:
    """log p(x, z) - log q(z|x) of a draw of all levels for each row of noise, k rows for each image: [batch, k]."""
    levels, logits = model.infer(x, noise)
    nll = bernoulli_nll(logits, x.repeat_interleave(len(noise) // len(x), 0))
    return (sum((log_density(z, p) - log_density(z, q)).sum(1) for q, p, z, _ in levels) - nll).view(len(x), -1)


@torch.no_grad()
def terms_of(model: Hvae, grey: np.ndarray, rows: np.ndarray) -> Tuple[Dict[str, Tensor], Tensor]:
    """Pixels, noise, codes and loss terms of these images as every evaluation draws them; the KL by dimension."""
    x, noise = binarise(grey[rows], rows), standard_normal(rows, sum(model.latents))
    levels, logits = model.infer(x, noise)
    q, cost = model.encode(x), torch.cat([level.cost for level in levels], 1)
    terms = {"reconstruction": bernoulli_nll(logits, x), "kl": cost.sum(1)}
    return {"pixels": x, "noise": noise, "mean": q.mean, "logVar": q.log_var, **terms}, cost


@torch.no_grad()
def evaluate(model: Hvae, grey: np.ndarray, batch: int = 1_000) -> Tuple[Dict[str, float], List[Tensor]]:
    """The published metrics on grey bytes [count, 784], and the posterior means of each level."""
    parts, errors = [], []
    model.eval()
    for rows in np.split(np.arange(len(grey)), range(batch, len(grey), batch)):
        terms, cost = terms_of(model, grey, rows)
        parts.append({**terms, "cost": cost})
        image = torch.from_numpy(grey[rows].astype(np.float32)) / 255
        errors.append(((model.decode(model.encode(image).mean) - image).double() ** 2).mean(1))
    terms, squared = {name: torch.cat([part[name] for part in parts]).double() for name in parts[0]}, torch.cat(errors)
    found = {f"{name}-nats": terms[name].mean().item() for name in ("reconstruction", "kl")}
    found["neg-elbo-nats"] = found["reconstruction-nats"] + found["kl-nats"]
    found["mse"], found["psnr-db"] = squared.mean().item(), (-10 * torch.log10(squared)).mean().item()
    active = (terms["mean"].var(0, unbiased=False) > ACTIVE_VARIANCE).double()
    found["active-units"] = active.sum().item()
    by_level = zip(terms["cost"].mean(0).split(model.latents), active.split(model.latents))
    for level, (cost, units) in enumerate(by_level, start=1):
        found[f"kl-level-{level}-nats"], found[f"active-units-level-{level}"] = cost.sum().item(), units.sum().item()
    return found, list(terms["mean"].split(model.latents, 1))


@torch.no_grad()
def importance_nll(model: Hvae, grey: np.ndarray, samples: int, batch: int = 10) -> float:
    """-log p(x), nats, mean over the images: the log of the mean of p(x, z) / q(z|x) over draws from q."""
    estimates = []
    for rows in np.split(np.arange(len(grey)), range(batch, len(grey), batch)):
        noise = standard_normal(rows, samples * sum(model.latents), IMPORTANCE).view(len(rows) * samples, -1)
        weights = log_weights(model, binarise(grey[rows], rows), noise).double()
        estimates.append(torch.logsumexp(weights, 1) - math.log(samples))
    return -torch.cat(estimates).mean().item()


def probe_accuracy(codes: Tensor, labels: np.ndarray, test_codes: Tensor, test_labels: np.ndarray) -> float:
    """Share of test digits named by a linear probe: ridge regression from codes to one-hot labels, in closed form."""
    mean, deviation = codes.mean(0), codes.std(0, unbiased=False).clamp(min=1e-30)
    x, x_test = (F.pad((z - mean) / deviation, (0, 1), value=1.0) for z in (codes, test_codes))  # a constant column
    one_hot = F.one_hot(torch.from_numpy(labels.astype(np.int64))).double()
    weights = torch.linalg.solve(x.T @ x + torch.eye(x.shape[1], dtype=x.dtype), x.T @ one_hot)
    return float(((x_test @ weights).argmax(1).numpy() == test_labels).mean())


def build(spec: dict) -> Hvae:
    """The network of a manifest's spec, untrained. A plain VAE is a hierarchy of one level."""
    config = spec["config"]
    if spec["family"] == "vae":
        return Hvae([(config["latentDim"], config["hidden"])], activation=config["activation"], norm=False)
    levels = [(level["latent"], level["hidden"]) for level in config["levels"]]
    options = (config[name] for name in ("inputDim", "inference", "posterior", "activation"))
    return Hvae(levels, *options, config["normalisation"] == "batch", config["skip"])


def read_manifest(model_id: str) -> dict:
    return json.loads((MODELS / model_id / "manifest.json").read_text(encoding="utf-8"))


def load_published(model_id: str) -> Tuple[Hvae, dict]:
    """A published model and its manifest. The file's names are those of the modules above; a plain VAE's are mapped."""
    manifest = read_manifest(model_id)
    model, weights = build(manifest["spec"]), {}
    for name, tensor in load_file(str(MODELS / model_id / manifest["weights"])).items():
        if manifest["spec"]["family"] == "vae":
            for own, ours in (f"decoder.{len(model.top[0])}", "pixels"), ("encoder", "bottom.0"), ("decoder", "top.0"):
                name = name.replace(own, ours)
            name = f"posterior.0.{name}" if name.startswith(("mean", "log_var")) else name
        weights[name] = tensor.float()
    model.load_state_dict(weights)
    return model.eval(), manifest


def check_published(model_ids: Sequence[str]) -> bool:
    """Recomputes and prints every metric of these manifests; true where all are within tolerance."""
    agrees, test, validation = True, packed_images("mnist-test"), packed_images("mnist-validation")
    labels, test_labels = (read_idx(DATA / f"mnist-{split}-labels.pack")[:, 0] for split in ("validation", "test"))
    for model_id in model_ids:
        model, manifest = load_published(model_id)
        published = manifest["metrics"]
        if not check_fixture(model_id, lambda rows: terms_of(model, test, rows)[0]):
            agrees = False
            print(f"{model_id}: pixels, noise, codes or terms differ from fixture.json", file=sys.stderr)
        found, codes = evaluate(model, test)
        found["nll-nats-quick"] = importance_nll(model, test[:QUICK_IMAGES], QUICK_SAMPLES)
        fitted = model.encode(binarise(validation, np.arange(len(validation)))).mean.detach().double()
        for level, (own, of_test) in enumerate(zip(fitted.split(model.latents, 1), codes), start=1):
            found[f"probe-accuracy-level-{level}"] = probe_accuracy(own, labels, of_test, test_labels)
        for name in published:
            if f"{name}-quick" in published:
                continue  # too slow to repeat here: its quick estimate stands for it
            print(model_id, name, f"{found[name]:.6g}", flush=True)
            error = abs(found[name] - published[name]["value"])
            if not error <= published[name]["tolerance"]:
                agrees = False
                print(f"  published {published[name]['value']:.6g}, off by {error:.2g}", file=sys.stderr)
    return agrees


def train(model_id: str, options: argparse.Namespace) -> None:
    """Trains a published model's network anew on the ELBO, with its settings; warm-up takes its share of the run."""
    torch.manual_seed(options.seed)
    manifest = read_manifest(model_id)
    spec, recipe, settings = manifest["spec"], manifest["training"], manifest["training"]["settings"]
    if options.no_norm:
        spec["config"]["normalisation"] = "none"
    model = build(spec)
    training, validation = training_images("mnist")
    images = torch.from_numpy(training.copy())
    steps_per_epoch = len(images) // recipe["batchSize"]
    steps = steps_per_epoch * options.epochs
    warm_up = 0 if options.no_warm_up else settings["warmupSteps"] * options.epochs / recipe["epochs"]
    free_bits = 0 if options.no_free_bits else settings["freeBits"]
    optimiser = torch.optim.Adam(model.parameters(), lr=settings["learningRate"])
    turn = math.pi / (0.95 * steps)  # half a cosine to 0.01 of the rate, then constant
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: 0.505 + 0.495 * math.cos(min(math.pi, turn * t)))
    history: List[List[float]] = []  # epoch, reconstruction, KL by level, held-out negative ELBO
    best, started = copy.deepcopy(model.state_dict()), time.monotonic()
    for epoch in range(options.epochs):
        sums = np.zeros(1 + len(model.latents))
        model.train()
        order = torch.randperm(len(images))[: steps_per_epoch * recipe["batchSize"]].split(recipe["batchSize"])
        for step, batch in enumerate(order, start=epoch * steps_per_epoch):
            x = torch.bernoulli(images[batch] / 255)  # dynamic binarisation: anew every time
            weight = settings["beta"] * (min(1.0, step / warm_up) if warm_up > 0 else 1.0)
            noise = torch.randn(len(x), sum(model.latents))
            objective, reconstruction, kl = loss(model, x, noise, free_bits, weight)
            optimiser.zero_grad()
            objective.backward()
            optimiser.step()
            rate.step()
            sums += np.array([reconstruction.item(), *kl.tolist()])
            if not np.isfinite(sums).all():
                raise SystemExit(f"\nDiverged at step {step}.")
            if step % 20 == 0 or step + 1 == steps:
                nats = f"reconstruction {reconstruction:.1f}, KL {' '.join(f'{level:.1f}' for level in kl)}"
                show_progress(step + 1, steps, started, nats)
        held_out = evaluate(model, validation)[0]["neg-elbo-nats"]
        if held_out < min((row[-1] for row in history), default=math.inf):
            best = copy.deepcopy(model.state_dict())
        history.append([epoch + 1, *(sums / steps_per_epoch), held_out])
    model.load_state_dict(best)
    save(model.eval(), history, options.out, validation[:10])
    for name, value in evaluate(model, packed_images("mnist-test"))[0].items():
        print("test", name, f"{value:.6g}")


@torch.no_grad()
def save(model: Hvae, history: Sequence[Sequence[float]], folder: Path, grey: np.ndarray) -> None:
    """Weights in the site's format and names, the curve as CSV, pictures as PNG."""
    from safetensors.torch import save_file  # only training needs it
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), str(folder / "weights.safetensors"))
    count, total = len(model.latents), sum(model.latents)
    columns = ",".join(["epoch", "reconstruction", *(f"kl_{level + 1}" for level in range(count)), "held_out"])
    np.savetxt(folder / "history.csv", history, "%g", ",", header=columns, comments="")

    x, noise = binarise(grey, np.arange(len(grey))), torch.randn(100, total)
    codes, rows = model.encode(x).mean.split(model.latents, 1), [x]
    for drawn in reversed(range(count)):  # the top levels of x, and below them the priors' means
        rows.append(model.descend(torch.zeros(len(x), total), [None] * drawn + list(codes[drawn:]))[1])
    write_png(folder / "levels.png", torch.cat(rows), len(x))
    write_png(folder / "samples.png", model.descend(noise, [None] * count)[1], 10)
    top = noise[::10, -model.latents[-1] :].repeat_interleave(10, 0)  # one for each row, the levels below drawn anew
    write_png(folder / "top-held.png", model.descend(noise, [None] * (count - 1) + [top])[1], 10)
    print(f"Wrote {folder}/", file=sys.stderr)


def main() -> int:
    ids = sorted(path.name for path in MODELS.iterdir() if "hierarchical" in read_manifest(path.name)["chapter"])
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=ids, help="ids of published models; else all of the chapter's")
    parser.add_argument("--train", action="store_true", help="train the one named, or the small ladder, from nothing")
    for name in "norm", "warm-up", "free-bits":
        parser.add_argument(f"--no-{name}", action="store_true", help="train without it")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("runs/hierarchical-vae"), help="folder for the results")
    options = parser.parse_args()
    if not options.train:
        return 0 if check_published(options.models) else 1
    train("ladder-mnist-mini" if options.models == ids else options.models[0], options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
