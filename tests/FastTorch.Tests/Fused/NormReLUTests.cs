using FastTorch.Fused;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FastTorch.Tests.Fused;

/// <summary>Compared with libtorch's batch normalisation, ReLU and pooling of the same numbers in 32 bits.</summary>
public sealed class NormReLUTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly List<BatchNorm2d> norms = []; // whose statistics are gone when they are

    public void Dispose()
    {
        norms.ForEach(norm => norm.Dispose());
        scope.Dispose();
    }

    public static TheoryData<int, int, int, int, bool> Cases => new()
    {
        // images, channels, height, width, pooled
        { 3, 16, 40, 24, false },
        { 3, 16, 40, 24, true },
        { 2, 512, 6, 10, false },
        { 2, 512, 6, 10, true },
        { 5, 32, 62, 66, false }, // many parts, the last one shorter
        { 3, 64, 1, 1, false },
        { 5, 32, 62, 66, true },
        { 1, 64, 2, 2, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Output_running_statistics_and_gradients_are_those_of_libtorch(int images, int channels, int height, int width, bool pooled)
    {
        IsThatOfLibtorch<Bf16, Bf16>(images, channels, height, width, pooled);
        IsThatOfLibtorch<Bf16, Fp32>(images, channels, height, width, pooled);
        IsThatOfLibtorch<Fp32, Fp32>(images, channels, height, width, pooled);
    }

    private void IsThatOfLibtorch<T, TOut>(int images, int channels, int height, int width, bool pooled)
        where T : struct, IStored
        where TOut : struct, IStored
    {
        random.manual_seed(7);
        var x = Spread<T>(images, channels, height, width);
        var bias = randn(channels);
        var (norm, expected) = (Norm(channels), Norm(channels));

        var exact = (x.to(float32) + bias.reshape(1, -1, 1, 1)).requires_grad_();
        var y = functional.relu(expected.forward(exact));
        if (pooled)
            y = functional.max_pool2d(y, 2);
        var gradient = randn(y.shape).to(TOut.Type).to(float32);
        y.backward([gradient]);

        using var fused = pooled ? new NormReLUPool<T, TOut>(norm, x.alias(), bias) : new NormReLU<T, TOut>(norm, x.alias(), bias);
        var output = fused.Forward();
        var passedBack = fused.Backward(gradient.to(TOut.Type));

        Assert.Equal((TOut.Type, T.Type), (output.dtype, passedBack.dtype));
        Near(y, output, Rounding<TOut>(), $"output in {typeof(T).Name}");
        Near(exact.grad!, passedBack, Rounding<T>(), $"gradient of the input in {typeof(T).Name}");
        Near(expected.weight!.grad!, norm.weight!.grad!, 1e-3, "gradient of the weight");
        Near(expected.bias!.grad!, norm.bias!.grad!, 1e-4, "gradient of the bias");
        Near(expected.running_mean!, norm.running_mean!, 1e-5, "running mean");
        Near(expected.running_var!, norm.running_var!, 1e-4, "running variance");
        Assert.Equal(1, norm.num_batches_tracked!.item<long>());
    }

    [Theory]
    [InlineData(3, 40, 24)]
    [InlineData(2, 33, 31)] // the last part shorter
    [InlineData(3, 1, 1)]
    public void Error_and_gradients_of_the_output_are_those_of_libtorch(int images, int height, int width)
    {
        ErrorIsThatOfLibtorch<Bf16>(images, height, width);
        ErrorIsThatOfLibtorch<Fp32>(images, height, width);
    }

    private void ErrorIsThatOfLibtorch<T>(int images, int height, int width)
        where T : struct, IStored
    {
        random.manual_seed(8);
        var (x, bias, target) = (Spread<T>(images, 16, height, width), randn(16), rand(images, 3, height, width));
        var (norm, expectedNorm) = (Norm(16), Norm(16));
        var (output, expectedOutput) = (Conv2d(16, 3, kernel_size: 1), Conv2d(16, 3, kernel_size: 1));
        expectedOutput.load_state_dict(output.state_dict());

        var exact = (x.to(float32) + bias.reshape(1, -1, 1, 1)).requires_grad_();
        var expected = functional.mse_loss(expectedOutput.forward(functional.relu(expectedNorm.forward(exact))), target);
        expected.backward();

        using var fused = new NormReLUOutput<T>(norm, x.alias(), bias, output, target);
        var (error, passedBack) = fused.Backward();

        Assert.Empty(error.shape);
        Assert.Equal(T.Type, passedBack.dtype);
        Near(expected, error, 1e-5, "error");
        Near(exact.grad!, passedBack, Rounding<T>(), $"gradient of the input in {typeof(T).Name}");
        Near(expectedOutput.weight!.grad!, output.weight!.grad!, 1e-4, "gradient of the output's weight");
        Near(expectedOutput.bias!.grad!, output.bias!.grad!, 1e-4, "gradient of the output's bias");
        Near(expectedNorm.weight!.grad!, norm.weight!.grad!, 1e-3, "gradient of the weight");
        Near(expectedNorm.bias!.grad!, norm.bias!.grad!, 1e-4, "gradient of the bias");
        Near(expectedNorm.running_mean!, norm.running_mean!, 1e-5, "running mean");
    }

    [Fact]
    public void NaN_shows_in_the_error()
    {
        var x = randn(1, 16, 4, 4);
        x[0, 3, 1, 1] = float.NaN;
        using var fused = new NormReLUOutput<Bf16>(Norm(16), x.to(bfloat16), zeros(16), Conv2d(16, 3, kernel_size: 1), rand(1, 3, 4, 4));

        Assert.Equal(float.NaN, fused.Backward().Error.item<float>());
    }

    [Fact]
    public void An_output_of_other_channels_or_a_target_of_another_shape_does_not_fit()
    {
        Assert.True(NormReLUOutput<Bf16>.Fits(Norm(16), Conv2d(16, 3, kernel_size: 1), zeros(1, 3, 2, 2)));
        Assert.False(NormReLUOutput<Bf16>.Fits(Norm(32), Conv2d(32, 3, kernel_size: 1), zeros(1, 3, 2, 2)), "32 channels");
        Assert.False(NormReLUOutput<Bf16>.Fits(Norm(16), Conv2d(16, 3, kernel_size: 3, padding: 1), zeros(1, 3, 2, 2)), "3×3");
        Assert.False(NormReLUOutput<Bf16>.Fits(Norm(16), Conv2d(16, 3, kernel_size: 1, stride: 2), zeros(1, 3, 2, 2)), "every second place");
        Assert.False(NormReLUOutput<Bf16>.Fits(Norm(16), Conv2d(16, 3, kernel_size: 1, bias: false), zeros(1, 3, 2, 2)), "no bias");
        Assert.False(NormReLUOutput<Bf16>.Fits(Norm(16), Conv2d(16, 3, kernel_size: 1), zeros(1, 1, 2, 2)), "another target");
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        random.manual_seed(2);
        var (x, gradient, images) = (randn(4, 16, 64, 64).to(bfloat16), randn(4, 16, 32, 32).to(bfloat16), rand(4, 3, 64, 64));
        var output = Conv2d(16, 3, kernel_size: 1);
        Tensor[] With(int threads)
        {
            set_num_threads(threads);
            var norm = Norm(16);
            using var fused = new NormReLUPool<Bf16, Bf16>(norm, x.alias(), zeros(16));
            using var last = new NormReLUOutput<Bf16>(Norm(16), x.alias(), zeros(16), output, images);
            var (error, passedBack) = last.Backward();
            return [fused.Forward(), fused.Backward(gradient), norm.weight!.grad!, norm.bias!.grad!, norm.running_var!, error, passedBack, output.weight!.grad!];
        }

        try
        {
            Assert.All(With(1).Zip(With(4)), pair => Assert.True(pair.First.Equals(pair.Second)));
        }
        finally
        {
            set_num_threads(1);
        }
    }

    [Fact]
    public void Channels_and_types_that_do_not_fit_are_named()
    {
        var error = Assert.Throws<ArgumentException>(() => new NormReLU<Bf16, Bf16>(BatchNorm2d(24), zeros(1, 24, 2, 2, bfloat16), zeros(24)));
        Assert.Contains("not on 24", error.Message);

        error = Assert.Throws<ArgumentException>(() => new NormReLU<Fp32, Fp32>(BatchNorm2d(16), zeros(1, 16, 2, 2, bfloat16), zeros(16)));
        Assert.Contains("of Float32 here, not on 16 of BFloat16", error.Message);
    }

    [Fact]
    public void NaN_and_infinity_are_not_hidden()
    {
        foreach (var value in new[] { float.NaN, float.PositiveInfinity })
        {
            var x = randn(1, 16, 4, 4);
            x[0, 3, 1, 1] = value;
            using var fused = new NormReLU<Bf16, Bf16>(Norm(16), x.to(bfloat16), zeros(16));

            Assert.True(fused.Forward()[0, 3].isnan().any().item<bool>(), $"{value} does not show in the output");
        }
    }

    [Fact]
    public void Of_equal_numbers_the_first_gets_the_gradient()
    {
        var x = cat([ones(1, 16, 2, 2), zeros(1, 16, 2, 2)]).to(bfloat16);
        using var fused = new NormReLUPool<Bf16, Bf16>(Norm(16, plain: true), x, zeros(16));
        fused.Forward();

        // The mean is taken away again, from every place alike: what the first has more is what it got.
        var passedBack = fused.Backward(ones(2, 16, 1, 1).to(bfloat16)).to(float32)[0, 0];
        Assert.True(passedBack[0, 0].item<float>() > passedBack[0, 1].item<float>() + 0.5, $"{passedBack.str()}");
        Assert.Equal(passedBack[0, 1].item<float>(), passedBack[1, 1].item<float>());
    }

    /// <summary>Means far from 0 compared with the spread, and a different one for each channel.</summary>
    private static Tensor Spread<T>(int images, int channels, int height, int width)
        where T : struct, IStored =>
        (randn(images, channels, height, width) * (rand(1, channels, 1, 1) + 0.5) + randn(1, channels, 1, 1) * 5).to(T.Type);

    /// <summary>One rounding to 8 or 24 bits, and what it does to a sum.</summary>
    private static double Rounding<T>()
        where T : struct, IStored => T.Type == ScalarType.BFloat16 ? 1.0 / 256 : 1e-4;

    private BatchNorm2d Norm(int channels, bool plain = false)
    {
        var norm = BatchNorm2d(channels);
        norms.Add(norm);
        using var _ = no_grad();
        if (!plain)
        {
            norm.weight!.copy_(linspace(-1, 2.2, channels)); // some channels are turned over
            norm.bias!.copy_(linspace(0.5, -0.5, channels));
        }
        return norm;
    }

    private static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(Apart(expected, actual) <= tolerance, $"{what}: {Apart(expected, actual):0.0000} apart, at most {tolerance:0.0000}");
    }

    /// <summary>How far they are apart, relative to their size as a whole.</summary>
    private static float Apart(Tensor expected, Tensor actual) => ((expected - actual.to(float32)).norm() / expected.norm()).item<float>();
}
