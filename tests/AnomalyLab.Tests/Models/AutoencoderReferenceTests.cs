using System.Text.Json.Nodes;
using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

/// <summary>The autoencoder against PyTorch's, with weights by formula: Fixtures/README.md, "The autoencoder".</summary>
public sealed class AutoencoderReferenceTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly JsonNode reference = Fixture.Read<JsonNode>("autoencoder.json");
    private readonly Autoencoder model = new();

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Outputs_gradients_and_one_step_of_Adam_are_PyTorchs()
    {
        // Double precision, so that a difference means another computation and not another rounding.
        model.to(float64);
        var named = model.named_parameters().ToArray();
        var parameters = named.Select(p => p.parameter).ToArray();
        Assert.Equal(reference["parameters"]!.AsArray().Select(p => string.Join('x', p!["shape"]!.AsArray())), parameters.Select(p => string.Join('x', p.shape)));
        using (no_grad())
        {
            for (var n = 0; n < parameters.Length; n++)
                parameters[n].copy_(ByFormula((uint)n + 1, parameters[n].shape, isNormWeight: named[n].name.Contains("norm") && named[n].name.EndsWith("weight")));
        }
        var input = ByFormula(0, [.. reference["input_shape"]!.AsArray().Select(s => (long)s!)], isNormWeight: false, isInput: true);
        Compare("input", input);
        CompareAll("weights", parameters);

        model.eval();
        using (no_grad())
            Compare("eval_output", model.forward(input));

        model.train();
        using var optimizer = optim.Adam(model.parameters(), lr: 1e-3);
        var output = model.forward(input);
        Compare("train_output", output);
        var loss = nn.functional.mse_loss(output, input);
        Assert.Equal((double)reference["train_loss"]!, loss.item<double>(), 1e-12);
        loss.backward();
        CompareAll("gradients", [.. parameters.Select(p => p.grad!)]);

        optimizer.step();
        CompareAll("parameters_after_step", parameters);
        CompareAll("running_statistics_after_step", [.. InPyTorchsOrder(model)]);

        model.eval();
        using (no_grad())
            Compare("eval_output_after_step", model.forward(input));
    }

    /// <summary>Running mean, variance and count of each batch norm.</summary>
    private static IEnumerable<Tensor> InPyTorchsOrder(Autoencoder model)
    {
        var buffers = model.named_buffers().ToDictionary(b => b.name, b => b.buffer);
        return model.named_parameters().Select(p => p.name).Where(n => n.Contains("norm") && n.EndsWith(".weight"))
            .SelectMany(n => new[] { "running_mean", "running_var", "num_batches_tracked" }, (n, kind) => buffers[n[..^"weight".Length] + kind]);
    }

    private static Tensor ByFormula(uint stream, long[] shape, bool isNormWeight, bool isInput = false)
    {
        var bound = shape.Length == 4 ? Math.Sqrt(6.0 / (shape[1] * shape[2] * shape[3])) : 0.1;
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (uint i = 0; i < values.Length; i++)
        {
            var u = Uniform(stream, i);
            values[i] = isInput ? u : isNormWeight ? 0.75 + 0.5 * u : (2 * u - 1) * bound;
        }
        return tensor(values, shape);
    }

    private static double Uniform(uint stream, uint index)
    {
        unchecked
        {
            var h = index * 2654435761u + stream * 40503u;
            h ^= h >> 15;
            h *= 2246822519u;
            h ^= h >> 13;
            return h / 4294967296.0;
        }
    }

    private void CompareAll(string name, Tensor[] actual)
    {
        var expected = reference[name]!.AsArray();
        Assert.Equal(expected.Count, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            Compare($"{name}[{i}]", expected[i]!, actual[i]);
    }

    private void Compare(string name, Tensor actual) => Compare(name, reference[name]!, actual);

    private static void Compare(string name, JsonNode sample, Tensor actual)
    {
        var values = actual.detach().to(float64).contiguous().data<double>().ToArray();
        var entries = sample["entries"]!.AsArray();
        Check("norm", (double)sample["norm"]!, Math.Sqrt(values.Sum(v => v * v)));
        for (var k = 0; k < entries.Count; k++)
        {
            var index = entries.Count == 1 ? 0 : (long)k * (values.Length - 1) / (entries.Count - 1);
            Check($"entry {index}", (double)entries[k]!, values[index]);
        }

        void Check(string what, double expected, double value) =>
            Assert.True(Math.Abs(value - expected) <= 1e-9 + 1e-7 * Math.Abs(expected), $"{name}, {what}: {value}, but PyTorch has {expected}");
    }
}
