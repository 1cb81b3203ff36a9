using TorchSharp;

namespace AnomalyLab.Tests.Build;

public sealed class TorchLoadsTests
{
    [Fact]
    public void Libtorch_loads_and_computes()
    {
        using var product = torch.ones(2, 3).matmul(torch.ones(3, 2));
        Assert.Equal(3f, product[1, 1].item<float>());
    }
}
