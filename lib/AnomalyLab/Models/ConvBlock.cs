using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>Twice: a 3×3 convolution, batch normalisation, ReLU. Takes [N, inputs, H, W] to [N, outputs, H, W].</summary>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
public sealed class ConvBlock(int inputs, int outputs) : Sequential(
    ("conv1", Conv2d(inputs, outputs, kernel_size: 3, padding: 1)), ("norm1", BatchNorm2d(outputs)), ("relu1", ReLU(inplace: true)),
    ("conv2", Conv2d(outputs, outputs, kernel_size: 3, padding: 1)), ("norm2", BatchNorm2d(outputs)), ("relu2", ReLU(inplace: true)));
