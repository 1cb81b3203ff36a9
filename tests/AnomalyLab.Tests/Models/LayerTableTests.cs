using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

public sealed class LayerTableTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Worked_by_hand_a_convolution_and_a_pooling()
    {
        var model = nn.Sequential(("conv", nn.Conv2d(3, 4, kernel_size: 3)), ("pool", nn.MaxPool2d(2)));

        var table = LayerTable.Of(model, 10);

        Assert.Equal(
            [
                ["input", null, 3, "10 × 10", 0],
                ["conv", "Conv2d", 4L, "8 × 8", 3 * 4 * 9 + 4L],
                ["pool", "MaxPool2d", 4L, "4 × 4", 0L],
            ],
            table.Rows.Select(row => row.ToArray()));
        Assert.Equal(["112 parameters in all"], table.Notes);
    }

    [Fact]
    public void The_models_parameters_add_up_and_a_Sequential_inside_is_shown_by_its_parts()
    {
        using var model = new Autoencoder();

        var table = LayerTable.Of(model, 32);

        Assert.Equal(model.parameters().Sum(p => p.numel()), table.Rows.Sum(row => Convert.ToInt64(row[4])));
        Assert.Contains(table.Rows, row => (string)row[0]! == "encoder.0");
    }

    [Fact]
    public void Looking_leaves_the_model_as_it_was()
    {
        using var model = new Autoencoder();
        model.train();
        var before = model.state_dict().ToDictionary(w => w.Key, w => w.Value.clone());

        LayerTable.Of(model, 32);
        Assert.Throws<ArgumentException>(() => LayerTable.Of(model, 33));

        Assert.True(model.training);
        Assert.All(model.state_dict(), w => Assert.True(w.Value.Equals(before[w.Key]), $"{w.Key} changed"));
    }
}
