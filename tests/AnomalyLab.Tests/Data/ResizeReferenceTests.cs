using AnomalyLab.Data;
using TorchSharp;

namespace AnomalyLab.Tests.Data;

/// <summary>Resizing against Pillow's, on pictures made for it: Fixtures/README.md.</summary>
public sealed class ResizeReferenceTests
{
    [Theory]
    [InlineData("resize_noise_97x61", 32)]
    [InlineData("resize_noise_97x61", 128)]
    [InlineData("resize_noise_90x90", 32)]
    [InlineData("resize_noise_90x90", 128)]
    [InlineData("resize_gradient_300x100", 32)]
    [InlineData("resize_gradient_300x100", 128)]
    public void Every_byte_is_Pillows(string picture, int size)
    {
        using var scope = torch.NewDisposeScope();
        var ours = ImageTensors.Load([new Sample(Fixture.File($"{picture}.png"), "good")], size);
        var pillows = ImageTensors.Load([new Sample(Fixture.File($"{picture}_to_{size}.png"), "good")], size);

        var off = ((ours - pillows).abs() * 255).round();
        Assert.True(off.max().item<float>() == 0, $"{off.count_nonzero().item<long>()} of {off.numel()} bytes differ, the worst by {off.max().item<float>()}");
    }
}
