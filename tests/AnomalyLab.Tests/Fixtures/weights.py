#!/usr/bin/env python3
"""Weights from PyTorch to C# and back: see README.md beside this file.

Debian: apt-get install -y --no-install-recommends python3-torch
Run:    /usr/bin/python3 weights.py fixture            the committed files
        /usr/bin/python3 weights.py export FOLDER      what the test reads: python-KIND.safetensors, python.json
        /usr/bin/python3 weights.py score FOLDER       from what the test wrote, csharp-KIND.safetensors: csharp.json
"""
import gzip
import json
import os
import struct
import sys

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTHS = [3, 16, 32, 64, 128, 256, 512]
TYPES = {torch.float32: "F32", torch.int64: "I64"}


# --- Three ways to write the same model ------------------------------------------------------------------------------

def conv(i, o):
    return [nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU()]


def up(i, o):
    return [nn.ConvTranspose2d(i, o, 2, stride=2), nn.BatchNorm2d(o), nn.ReLU()]


def sequential(group):
    """Names are numbers: 0.0.weight where each block is a Sequential of its own, 0.weight where all is one."""
    layers = []
    for k, (i, o) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        layers += ([nn.MaxPool2d(2)] if k else []) + group(conv(i, o))
    for i, o in zip(WIDTHS[:1:-1], WIDTHS[-2:0:-1]):
        layers += group(up(i, o)) + group(conv(o, o))
    return nn.Sequential(*layers, nn.Conv2d(16, 3, 1))


class Conv(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv1, self.norm1, _, self.conv2, self.norm2, _ = conv(i, o)

    def forward(self, x):
        return self.norm2(self.conv2(self.norm1(self.conv1(x)).relu())).relu()


class Up(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.up, self.norm, _ = up(i, o)
        self.conv = Conv(o, o)

    def forward(self, x):
        return self.conv(self.norm(self.up(x)).relu())


class Autoencoder(nn.Module):
    """Names as in C#: encoder.0.conv1.weight."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.ModuleList(Conv(i, o) for i, o in zip(WIDTHS, WIDTHS[1:]))
        self.decoder = nn.ModuleList(Up(i, o) for i, o in zip(WIDTHS[:1:-1], WIDTHS[-2:0:-1]))
        self.output = nn.Conv2d(16, 3, 1)

    def forward(self, x):
        for k, block in enumerate(self.encoder):
            x = block(nn.functional.max_pool2d(x, 2) if k else x)
        for block in self.decoder:
            x = block(x)
        return self.output(x)


KINDS = {"nested": lambda: sequential(lambda block: [nn.Sequential(*block)]), "flat": lambda: sequential(lambda block: block), "named": Autoencoder}


# --- Files and outputs -----------------------------------------------------------------------------------------------

def save(path, tensors):
    """As safetensors.torch.save_file does, in the order of the names, which is not that of the layers."""
    header, parts, offset = {}, [], 0
    for name, tensor in sorted(tensors.items()):
        data = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    content = struct.pack("<Q", len(text)) + text + b"".join(parts)
    with (gzip.GzipFile(path, "wb", mtime=0) if path.endswith(".gz") else open(path, "wb")) as file:
        file.write(content)


def load(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    types = {name: type_ for type_, name in TYPES.items()}
    return {name: torch.frombuffer(bytearray(data[slice(*entry["data_offsets"])]), dtype=types[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


def image():
    return ((torch.arange(2 * 3 * 32 * 32) * 2654435761 >> 7) % 256).reshape(2, 3, 32, 32)


def output(model):
    model.eval()
    with torch.no_grad():
        return [round(v, 6) for v in model(image() / 255).flatten().tolist()]


def settle(model):
    """Running statistics that are not those of a new model."""
    model.train()
    with torch.no_grad():
        for _ in range(5):
            model(torch.rand(4, 3, 32, 32))


def fixture():
    model = KINDS["nested"]()
    # Repeating weights: 28 MB that compress to a few thousandths of it.
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            pattern = (torch.arange(parameter.numel()) * 37 + number * 11) % 61 / 30 - 1
            scale = (6 / parameter[0].numel()) ** 0.5 if parameter.dim() == 4 else 0.2
            parameter.copy_((pattern * scale + (1 if parameter.dim() == 1 and number % 4 == 2 else 0)).reshape(parameter.shape))
    settle(model)
    save(os.path.join(HERE, "weights_sequential.safetensors.gz"), model.state_dict())
    with open(os.path.join(HERE, "weights.json"), "w") as file:
        json.dump({"output": output(model)}, file)
        file.write("\n")


def export(folder):
    outputs = {}
    for kind, make in KINDS.items():
        model = make()
        settle(model)
        save(os.path.join(folder, f"python-{kind}.safetensors"), model.state_dict())
        outputs[kind] = output(model)
    with open(os.path.join(folder, "python.json"), "w") as file:
        json.dump(outputs, file)


def score(folder):
    outputs = {}
    for kind, make in KINDS.items():
        model = make()
        model.load_state_dict(load(os.path.join(folder, f"csharp-{kind}.safetensors")))
        outputs[kind] = output(model)
    with open(os.path.join(folder, "csharp.json"), "w") as file:
        json.dump(outputs, file)


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    {"fixture": fixture, "export": export, "score": score}[sys.argv[1]](*sys.argv[2:])
