using TorchSharp;
using static TorchSharp.torch;

namespace FastTorch.Tests;

public sealed class NumbersTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor x = tensor(new[] { -1f, 0.5f, 3f });

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Each_method_computes_what_its_name_says()
    {
        Equal([1, 2.5f, 5], x.Plus(2), "x + 2");
        Equal([9, 20.5f, 33], x.Plus(tensor(new[] { 10f, 20f, 30f })), "x + y");
        Equal([-2, 1, 6], x.Times(2), "x · 2");
        Equal([-0.5f, 0.25f, 1.5f], x.Over(2), "x / 2");
        Equal([0, 0.5f, 1], x.Clipped(0, 1), "x clipped to 0..1");
        Equal([0, 0.5f, 3], x.Clipped(0), "x clipped from below");
        Equal([-1, 0.5f, 3], x, "x itself, afterwards");
    }

    [Fact]
    public void Add_changes_the_tensor_itself()
    {
        x.Add(ones(3));
        Equal([0, 1.5f, 4], x, "x after adding 1");
    }

    [Fact]
    public void A_pass_in_training_mode_is_counted_once_and_without_the_models_own_count()
    {
        using var model = nn.Sequential(("conv", nn.Conv2d(3, 4, 1)), ("norm", nn.BatchNorm2d(4)));
        var norm = (TorchSharp.Modules.BatchNorm2d)model.children().Last();

        using (new BatchCounts(model))
        {
            Assert.Null(norm.num_batches_tracked);
            model.call(zeros(2, 3, 4, 4)).Dispose();
        }
        Assert.Equal(1, norm.num_batches_tracked!.item<long>());

        model.eval();
        using (new BatchCounts(model))
            model.call(zeros(2, 3, 4, 4)).Dispose();
        Assert.Equal(1, norm.num_batches_tracked!.item<long>());
    }

    private static void Equal(float[] expected, Tensor actual, string what) =>
        Assert.True(expected.SequenceEqual(actual.data<float>().ToArray()), $"{what} is [{string.Join(", ", actual.data<float>())}], not [{string.Join(", ", expected)}]");
}
