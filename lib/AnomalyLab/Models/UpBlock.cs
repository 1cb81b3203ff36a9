using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>
/// A 2×2 transposed convolution that doubles height and width, batch normalisation, ReLU, and a <see cref="ConvBlock"/>. Takes
/// [N, inputs, H, W] to [N, outputs, 2·H, 2·W].
/// </summary>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
public sealed class UpBlock(int inputs, int outputs) : Sequential(
    ("up", ConvTranspose2d(inputs, outputs, kernel_size: 2, stride: 2)), ("norm", BatchNorm2d(outputs)), ("relu", ReLU(inplace: true)),
    ("conv", new ConvBlock(outputs, outputs)));
