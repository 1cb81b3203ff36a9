using System.Diagnostics;
using System.Globalization;

namespace AnomalyLab.Benchmarks;

/// <summary>The same recipe in Python, on the same machine: the yardstick.</summary>
/// <param name="Epochs">Seconds of each epoch.</param>
/// <param name="Scoring">Seconds for scoring the test images, one at a time.</param>
internal sealed record PythonRecipe(double[] Epochs, double Scoring)
{
    /// <summary>Runs the script, three epochs.</summary>
    /// <param name="script">The script; it prints a line an epoch, and one after scoring.</param>
    /// <param name="data">The category's folder.</param>
    public static PythonRecipe Run(string script, string data)
    {
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        using var process = Process.Start(new ProcessStartInfo(python, [script, data, "--epochs", "3"]) { RedirectStandardOutput = true })!;
        List<double> epochs = [];
        var clock = Stopwatch.StartNew();
        double scoring = 0;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("epoch", StringComparison.Ordinal))
                epochs.Add(double.Parse(line.Split(' ')[3], CultureInfo.InvariantCulture));
            else
                scoring = clock.Elapsed.TotalSeconds; // the last line comes after scoring
            clock.Restart();
        }
        process.WaitForExit();
        return process.ExitCode == 0 && epochs.Count > 0
            ? new([.. epochs], scoring)
            : throw new InvalidOperationException($"{python} {script} ended with exit code {process.ExitCode}.");
    }
}
