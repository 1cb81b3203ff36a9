#!/usr/bin/env python3
"""Makes the references that the C# tests compare with: see README.md beside this file.

Debian: apt-get install -y --no-install-recommends python3-sklearn python3-torch python3-pil python3-opencv r-cran-proc
Run:    /usr/bin/python3 make_fixtures.py
"""
import json
import math
import os
import subprocess

import cv2
import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from scipy.spatial import distance
from sklearn import metrics
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))


def save(name, value):
    """One line for each entry of the outermost list or object: readable, and a change shows where it is."""
    lines = ([f"{json.dumps(key)}: {json.dumps(entry, allow_nan=False)}" for key, entry in value.items()]
             if isinstance(value, dict) else [json.dumps(entry, allow_nan=False) for entry in value])
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    with open(os.path.join(HERE, name), "w") as file:
        file.write(opening + "\n" + ",\n".join(lines) + "\n" + closing + "\n")


# --- ROC, AUC, confusion, best F1: scikit-learn ---------------------------------------------------------------------

def delong_variance(labels, scores):
    """R's pROC says it; None where it has none, with one sample of a kind."""
    if min(sum(labels), len(labels) - sum(labels)) < 2:
        return None
    vector = lambda values: f"c({','.join(repr(float(v)) for v in values)})"
    code = (f"suppressMessages(library(pROC)); r <- roc({vector(labels)}, {vector(scores)}, direction='<', quiet=TRUE); "
            "cat(sprintf('%.17g', suppressWarnings(var(r, method='delong'))))")
    return float(subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout)


def roc_case(name, labels, scores):
    labels, scores = [bool(x) for x in labels], [float(x) for x in scores]
    fpr, tpr, thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
    confusions = []
    for threshold in [max(scores) + 1, *sorted(set(scores), reverse=True)[::3]]:
        called = [s >= threshold for s in scores]
        tn, fp, fn, tp = metrics.confusion_matrix(labels, called).ravel()
        confusions.append({
            "threshold": threshold, "tp": int(tp), "fp": int(fp), "tn": int(tn), "fn": int(fn),
            "precision": metrics.precision_score(labels, called, zero_division=0),
            "recall": metrics.recall_score(labels, called, zero_division=0),
            "f1": metrics.f1_score(labels, called, zero_division=0)})
    by_f1 = [(metrics.f1_score(labels, [s >= t for s in scores], zero_division=0), t) for t in set(scores)]
    best = max(f1 for f1, _ in by_f1)
    return {
        "name": name, "labels": labels, "scores": scores,
        # The first threshold is left out: scikit-learn says max + 1 before version 1.3, +infinity since.
        "thresholds": list(thresholds[1:]), "fpr": list(fpr), "tpr": list(tpr),
        "auc": metrics.roc_auc_score(labels, scores),
        "auc_variance": delong_variance(labels, scores),
        "best_f1": best, "best_f1_threshold": max(t for f1, t in by_f1 if math.isclose(f1, best, abs_tol=1e-12)),
        "confusions": confusions}


def roc():
    random = np.random.default_rng(7)
    ties = random.integers(0, 2, 60)
    sums = random.integers(0, 2, 126)
    return [
        roc_case("ten exam scores", [0, 0, 1, 0, 1, 0, 1, 1, 0, 1], [35, 48, 52, 55, 60, 66, 71, 83, 83, 95]),
        roc_case("many ties", ties, random.integers(0, 8, 60) + 2 * ties),
        roc_case("no ties, scores of a tutorial's size", sums, np.round(random.normal(4e5, 6e4, 126) + 5e4 * sums)),
        roc_case("all equal", [0, 1, 0, 1, 1], [3, 3, 3, 3, 3]),
        roc_case("perfect", [0, 0, 0, 1, 1], [-2, -1, 0, 0.5, 7]),
        roc_case("inverted", [1, 1, 1, 0, 0], [-2, -1, 0, 0.5, 7]),
        roc_case("one of each, tied", [0, 1], [1, 1]),
    ]


# --- The tutorial's anomaly map and score: numpy --------------------------------------------------------------------

def anomaly_map():
    random = np.random.default_rng(11)
    image = torch.from_numpy(random.integers(0, 256, (2, 3, 4, 6))).float() / 255
    # Reconstructions in steps of 1/1024, some below 0 and some above 1: exact in every number format.
    output = torch.from_numpy(random.integers(-200, 1224, (2, 3, 4, 6))).float() / 1024
    difference = np.abs(np.uint8(np.clip(output.numpy() * 255, 0, 255)).astype(np.float32) - np.uint8(image.numpy() * 255))
    return {
        "shape": list(image.shape),
        "input_bytes": (image * 255).round().int().flatten().tolist(), "output_1024ths": (output * 1024).int().flatten().tolist(),
        "map": difference.sum(axis=1).flatten().tolist(), "scores": [float(d.sum()) for d in difference]}


# --- The absolute residual, calibration, smoothing, reduction: numpy and scipy ---------------------------------------------

def map_parts():
    random = np.random.default_rng(13)
    shape = (3, 2, 14, 17)
    x, y = random.integers(0, 256, shape) / 255, random.integers(0, 256, shape) / 255
    y[0] = 0.9 * x[0] + 0.1 * y[0]
    maps = np.abs(x - y).mean(axis=1)
    spread = maps.std(axis=0, ddof=1)
    parts = {
        "input": x, "reconstruction": y, "absolute": maps,
        "calibrated": (maps - maps.mean(axis=0)) / np.maximum(spread, 0.1 * spread.mean()),
        "gaussian": ndimage.gaussian_filter(maps, (0, 1.2, 1.2), mode="mirror", truncate=4)}
    flat = maps.reshape(3, -1)
    scores = {"sum": flat.sum(axis=1), "maximum": flat.max(axis=1)}
    return {"shape": shape} | {name: np.round(v, 9).flatten().tolist() for name, v in (parts | scores).items()}


# --- A Gaussian a pixel: SciPy ---------------------------------------------------------------------------------------
def pixel_gaussian():
    random = np.random.default_rng(17)
    shape = (4, 3, 16, 16)
    images = np.round(random.random((16, 16)) * 0.5 + 0.5 * random.random(shape), 3)
    smooth = lambda v, sigma: ndimage.gaussian_filter(v, (0, 0, sigma, sigma), mode="mirror", truncate=4)
    fine, wide = smooth(images, 1 / 8), smooth(images, 4 / 8)
    brightness = fine.mean(axis=1)
    right, down = np.zeros_like(brightness), np.zeros_like(brightness)
    right[:, :, :-1] = brightness[:, :, 1:] - brightness[:, :, :-1]
    down[:, :-1] = brightness[:, 1:] - brightness[:, :-1]
    features = np.concatenate([fine, wide, right[:, None], down[:, None]], axis=1)
    covariance = {(y, x): np.cov(features[:, :, y, x].T, ddof=0) for y in range(16) for x in range(16)}
    floor = np.diag(0.002 * np.mean([np.diag(c) for c in covariance.values()], axis=0))
    distances = [[[distance.mahalanobis(f[:, y, x], features[:, :, y, x].mean(axis=0), np.linalg.inv(covariance[y, x] + floor))
                   for x in range(16)] for y in range(16)] for f in features]
    return {"shape": shape, "images": images.flatten().tolist(), "features_of_first": np.round(features[0], 8).flatten().tolist(),
            "distances": np.round(distances, 6).flatten().tolist()}


# --- Pixel metrics: scikit-learn; AU-PRO: scipy's labels, threshold by threshold --------------------------------------

def au_pro(maps, masks, limit):
    """By its definition, with no thought of speed: every distinct value as a threshold."""
    regions = [regions == k for mask in masks for regions, count in [ndimage.label(mask, np.ones((3, 3)))] for k in range(1, count + 1)]
    images = [i for i, mask in enumerate(masks) for _ in range(ndimage.label(mask, np.ones((3, 3)))[1])]
    points = [(0.0, 0.0)]
    for threshold in sorted(set(maps.flatten()), reverse=True):
        called = maps >= threshold
        points.append((called[~masks].mean(), np.mean([called[i][region].mean() for i, region in zip(images, regions)])))
    x, y = np.array(points).T
    inside = x <= limit
    x, y = np.append(x[inside], limit), np.append(y[inside], np.interp(limit, x, y))
    return np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2) / limit, len(regions)


def pixel_metrics():
    random = np.random.default_rng(17)
    cases = []
    for name, levels in (("many ties", 12), ("few ties", 100_000)):
        masks = np.zeros((5, 18, 23), bool)
        for image, top, left, height, width in ((1, 2, 3, 1, 1), (1, 3, 4, 2, 2), (2, 0, 0, 6, 9), (2, 12, 10, 6, 13), (4, 8, 0, 1, 23), (4, 10, 5, 3, 3)):
            masks[image, top:top + height, left:left + width] = True
        maps = np.round((random.normal(0, 1, masks.shape) + 1.2 * masks * random.random(masks.shape)) * levels / 8) / levels
        flat, truth = maps.flatten(), masks.flatten()
        precision, recall, thresholds = metrics.precision_recall_curve(truth, flat)
        f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-30)
        value, regions = au_pro(maps, masks, 0.3)
        cases.append({
            "name": name, "shape": masks.shape, "maps": flat.tolist(), "masks": truth.astype(int).tolist(), "regions": regions,
            "auroc": metrics.roc_auc_score(truth, flat), "average_precision": metrics.average_precision_score(truth, flat),
            "f1_max": f1.max(), "f1_max_threshold": thresholds[np.flatnonzero(np.isclose(f1, f1.max(), atol=1e-12))[-1]],
            "au_pro_030": value, "au_pro_005": au_pro(maps, masks, 0.05)[0], "au_pro_100": au_pro(maps, masks, 1)[0]})
    return cases


# --- Resize: PIL, colour map: OpenCV --------------------------------------------------------------------------------

def resize():
    random = np.random.default_rng(3)
    y, x = np.mgrid[0:100, 0:300]
    gradient = np.stack([x * 255 / 299, y * 255 / 99, (x + y) * 255 / 398], axis=-1) + random.integers(-3, 4, (100, 300, 3))
    images = {
        "noise_97x61": random.integers(0, 256, (61, 97, 3)),
        "noise_90x90": random.integers(0, 256, (90, 90, 3)),
        "gradient_300x100": gradient.round().clip(0, 255),
    }
    for name, pixels in images.items():
        image = Image.fromarray(pixels.astype(np.uint8))
        image.save(os.path.join(HERE, f"resize_{name}.png"), optimize=True)
        for size in (32, 128):
            image.resize((size, size), Image.BILINEAR).save(os.path.join(HERE, f"resize_{name}_to_{size}.png"), optimize=True)


def jet():
    bgr = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, None], cv2.COLORMAP_JET)
    return bgr[:, 0, ::-1].tolist()


# --- The autoencoder: torch -----------------------------------------------------------------------------------------

def block(i, o):
    return [nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU()]


def make_autoencoder():
    widths = [16, 32, 64, 128, 256, 512]
    layers = block(3, widths[0])
    for i, o in zip(widths, widths[1:]):
        layers += [nn.MaxPool2d(2), *block(i, o)]
    for i, o in zip(widths[::-1], widths[-2::-1]):
        layers += [nn.ConvTranspose2d(i, o, 2, stride=2), nn.BatchNorm2d(o), nn.ReLU(), *block(o, o)]
    return nn.Sequential(*layers, nn.Conv2d(widths[0], 3, 1))


def uniform(stream, count):
    """count numbers in [0, 1) by an integer hash of (stream, index): the same bits in every language. See README.md."""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + stream * 40503) & 0xFFFFFFFF
    h ^= h >> np.uint64(15)
    h = (h * 2246822519) & 0xFFFFFFFF
    h ^= h >> np.uint64(13)
    return h.astype(np.float64) / 4294967296.0


def sample(tensor, count=4):
    """The norm and `count` entries, spread evenly from the first to the last."""
    flat = tensor.detach().double().flatten()
    return {"norm": flat.norm().item(), "entries": [flat[k * (len(flat) - 1) // (count - 1)].item() for k in range(count)]}


def autoencoder():
    # Double precision: batch norm over few values and Adam's first step (a sign, nearly) amplify float32's rounding.
    model = make_autoencoder().double()
    with torch.no_grad():
        for number, (name, parameter) in enumerate(model.named_parameters(), start=1):
            u = uniform(number, parameter.numel())
            if parameter.dim() == 4:
                values = (2 * u - 1) * math.sqrt(6 / math.prod(parameter.shape[1:]))
            elif name.endswith("weight"):
                values = 0.75 + 0.5 * u
            else:
                values = 0.2 * u - 0.1
            parameter.copy_(torch.from_numpy(values).view(parameter.shape))
    shape = (2, 3, 64, 64)
    image = torch.from_numpy(uniform(0, math.prod(shape))).view(shape)

    result = {"parameter_count": sum(p.numel() for p in model.parameters()),
              "parameters": [{"name": name, "shape": list(p.shape)} for name, p in model.named_parameters()],
              "input_shape": shape, "input": sample(image),
              "weights": [sample(p) for p in model.parameters()]}
    model.eval()
    with torch.no_grad():
        result["eval_output"] = sample(model(image), 64)
    model.train()
    output = model(image)
    loss = nn.functional.mse_loss(output, image)
    loss.backward()
    result |= {"train_output": sample(output, 64), "train_loss": loss.item(),
               "gradients": [sample(p.grad) for p in model.parameters()]}
    torch.optim.Adam(model.parameters(), lr=1e-3).step()
    result["parameters_after_step"] = [sample(p) for p in model.parameters()]
    result["running_statistics_after_step"] = [sample(b) for b in model.buffers()]
    model.eval()
    with torch.no_grad():
        result["eval_output_after_step"] = sample(model(image), 64)
    return result


if __name__ == "__main__":
    save("roc.json", roc())
    save("anomaly_map.json", anomaly_map())
    save("map_parts.json", map_parts())
    save("pixel_gaussian.json", pixel_gaussian())
    save("pixel_metrics.json", pixel_metrics())
    save("jet.json", jet())
    save("autoencoder.json", autoencoder())
    resize()
