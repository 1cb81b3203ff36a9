#!/usr/bin/env python3
"""Runs the ResNet-18 of the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18, node by node as its file says, and
writes features.json: see README.md beside this file.

Debian: apt-get install -y --no-install-recommends python3-torch python3-onnx
Run:    /usr/bin/python3 features.py ResNet18.onnx
"""
import json
import os
import sys

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

SHAPE = [2, 3, 64, 96]
STAGES = ["ReLU283_Output_0", "ReLU315_Output_0", "ReLU347_Output_0"]
ENTRIES = 240


def pad(x, pads, value=0.0):
    top, left, bottom, right = pads
    return F.pad(x, (left, right, top, bottom), value=value)


def run(graph, x):
    known = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()).double() for t in graph.initializer}
    known[graph.node[0].input[0]] = x
    for node in graph.node:
        settings = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        values = [known[name] for name in node.input]
        if node.op_type == "Conv":
            assert settings["dilations"] == [1, 1] and settings["group"] == 1
            out = F.conv2d(pad(values[0], settings["pads"]), values[1], stride=settings["strides"])
        elif node.op_type == "BatchNormalization":
            scale, shift, mean, variance = values[1:]
            out = F.batch_norm(values[0], mean, variance, scale, shift, eps=settings["epsilon"])
        elif node.op_type == "MaxPool":
            out = F.max_pool2d(pad(values[0], settings["pads"], -float("inf")), settings["kernel_shape"], settings["strides"])
        elif node.op_type == "Relu":
            out = values[0].relu()
        elif node.op_type == "Add":
            out = values[0] + values[1]
        else:
            raise NotImplementedError(node.op_type)
        known[node.output[0]] = out
        if node.output[0] == STAGES[-1]:
            return [known[name] for name in STAGES]


def sample(tensor):
    flat = tensor.flatten()
    at = [k * (len(flat) - 1) // (ENTRIES - 1) for k in range(ENTRIES)]
    return {"shape": list(tensor.shape), "norm": flat.norm().item(), "entries": [flat[k].item() for k in at]}


count = torch.Size(SHAPE).numel()
rgb = torch.tensor([(i * 2654435761 >> 7) % 256 for i in range(count)], dtype=torch.float64).view(SHAPE)
bgr = rgb.flip(1) - torch.tensor([103.06, 115.90, 123.15], dtype=torch.float64).view(3, 1, 1)
stages = run(onnx.load(sys.argv[1]).graph, bgr)
size = stages[1].shape[2:]
means = [F.avg_pool2d(stage, 3, 1, 1) for stage in stages]
embedded = torch.cat([F.adaptive_avg_pool2d(means[0], size), means[1], F.interpolate(means[2], size=size, mode="bilinear", align_corners=False)], 1)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "features.json"), "w") as file:
    rows = [f'"input_shape": {json.dumps(SHAPE)}', '"stages": [' + ",\n".join(json.dumps(sample(s)) for s in stages) + "]", f'"embedded": {json.dumps(sample(embedded))}']
    file.write("{\n" + ",\n".join(rows) + "\n}\n")
