using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AnomalyLab.Data;
using AnomalyLab.Models;
using TorchSharp;

namespace AnomalyLab.Benchmarks;

/// <summary>How long PaDiM and PatchCore take from files on, beside a script in Python that does the same, in turns.</summary>
internal sealed partial class FeatureTimes(MvtecCategory category)
{
    private const int Size = 320, BatchSize = 8;

    /// <summary>Seconds to load and embed all training images, to fit, and to load and score one image.</summary>
    private sealed record Times(double Embedding, double Fitting, double Scoring);

    public IEnumerable<Figure> All(string? script)
    {
        using var network = FeatureNetwork.Load();
        foreach (var method in new[] { "padim", "patchcore" })
        {
            var theirs = script is null ? null : Python(script, method);
            var ours = Ours(network, method);
            foreach (var (what, of) in new (string, Func<Times, double>)[] { ("embedding", t => t.Embedding), ("fitting", t => t.Fitting), ("scoring one", t => t.Scoring) })
            {
                yield return new(null, $"{method}, {Size}: {what} (s)", [of(ours)]);
                if (theirs is null)
                    continue;
                yield return new(null, $"{method}, {Size}: {what} in Python (s)", [of(theirs)]);
                yield return new(null, $"{method}, {Size}: {what}, times as fast", [of(theirs) / of(ours)], "4, at least 3");
            }
        }
    }

    private Times Ours(FeatureNetwork network, string method)
    {
        IEnumerable<torch.Tensor> Batches()
        {
            foreach (var samples in category.Train.Chunk(BatchSize))
            {
                using var batch = ImageTensors.Load(samples, Size, ImageCache.None);
                yield return batch;
            }
        }
        Score(network.Embed, category.Train[0]); // what is slow for the first time

        var clock = Stopwatch.StartNew();
        foreach (var batch in Batches())
            network.Embed(batch).Dispose();
        var embedding = clock.Elapsed.TotalSeconds;

        clock.Restart();
        using IAnomalyDetector detector = method == "padim" ? Padim.Fit(network, Batches()) : PatchCore.Fit(network, Batches());
        var fitting = clock.Elapsed.TotalSeconds - embedding;

        Score(images => detector.Score(images), category.Test[0]);
        clock.Restart();
        foreach (var sample in category.Test)
            Score(images => detector.Score(images), sample);
        return new(embedding, fitting, clock.Elapsed.TotalSeconds / category.Test.Count);
    }

    private static void Score<T>(Func<torch.Tensor, T> judge, Sample sample) where T : IDisposable
    {
        using var image = ImageTensors.Load([sample], Size, ImageCache.None);
        judge(image).Dispose();
    }

    private Times Python(string script, string method)
    {
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        var network = Path.Combine(Path.GetDirectoryName(typeof(FeatureNetwork).Assembly.Location)!, "ResNet18.onnx");
        using var process = Process.Start(new ProcessStartInfo(python, [script, network, category.Folder, "--size", $"{Size}", "--taps", "l1", "l2", "l3", "--method", method]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var seconds = Seconds().Match(output);
        if (process.ExitCode != 0 || !seconds.Success)
            throw new InvalidOperationException($"{python} {script} ended with exit code {process.ExitCode} and said: {output}");
        double At(int group) => double.Parse(seconds.Groups[group].Value, CultureInfo.InvariantCulture);
        return new(At(1), At(2), At(3));
    }

    [GeneratedRegex(@"seconds: ([\d.]+) to embed \d+, ([\d.]+) to fit, ([\d.]+) an image to score")]
    private static partial Regex Seconds();
}
