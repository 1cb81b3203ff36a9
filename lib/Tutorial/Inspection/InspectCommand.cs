using System.CommandLine;
using AnomalyLab.Data;
using AnomalyLab.Inspection;
using Spectre.Console;

namespace Tutorial.Inspection;

/// <summary>The verb <c>inspect</c>: learn from a folder of good pictures, and judge others.</summary>
/// <param name="console">Where to show it.</param>
public sealed class InspectCommand(IAnsiConsole console)
{
    private static readonly InspectorOptions Defaults = new();

    private readonly Argument<string> _good = new("GOOD_DIR") { Description = "A folder with pictures that show no defect: at least 10, better 100." };
    private readonly Argument<string> _model = new("MODEL") { Description = "The file that inspect train made." };
    private readonly Argument<string> _pictures = new("DIR") { Description = "A folder with pictures to judge." };
    private readonly Option<string> _modelOutput = new("--output") { Description = "The file to make, such as mine.safetensors.", HelpName = "MODEL", Required = true };
    private readonly Option<string> _reportOutput = new("--output") { Description = "The folder to write findings.csv, overlays and index.html to.", HelpName = "DIR", Required = true };
    private readonly Option<DetectionMethod> _method = new("--method") { Description = "patchcore, for things that move or have many shapes; padim, for things that always lie alike.", HelpName = "METHOD", DefaultValueFactory = _ => Defaults.Method };
    private readonly Option<int> _size = new("--size") { Description = "Pictures are scaled to the area of a square of so many pixels a side; more finds smaller defects and takes longer.", HelpName = "N", DefaultValueFactory = _ => Defaults.Size };
    private readonly Option<double> _falseAlarms = new("--false-alarms") { Description = "The share of good pictures that may be called defective.", HelpName = "RATE", DefaultValueFactory = _ => Defaults.FalseAlarmRate };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var train = new Command("train", "Learn from good pictures, and keep everything in one file.") { _good, _modelOutput, _method, _size, _falseAlarms };
        train.SetAction((parsed, cancel) => TrainAsync(parsed.GetValue(_good)!, parsed.GetValue(_modelOutput)!,
            Defaults with { Method = parsed.GetValue(_method), Size = parsed.GetValue(_size), FalseAlarmRate = parsed.GetValue(_falseAlarms) }, cancel));
        var score = new Command("score", "Judge pictures, and leave a table, overlays and a page to look through.") { _model, _pictures, _reportOutput };
        score.SetAction((parsed, cancel) => ScoreAsync(parsed.GetValue(_model)!, parsed.GetValue(_pictures)!, parsed.GetValue(_reportOutput)!, cancel));
        return new("inspect", "Train on your own pictures, and judge others.") { train, score };
    }

    private async Task<int> TrainAsync(string good, string output, InspectorOptions options, CancellationToken cancel)
    {
        ResultPlace.CheckFile(output);
        FastTorch.Startup.Run();
        using var inspector = await Working(report => Inspector.Train(good, options, report, cancel));
        inspector.Save(output);
        PassedOver(inspector.Skipped, inspector.Others);
        Line($"{output}: {inspector}.");
        if (inspector.Threshold.FalseAlarmRate > options.FalseAlarmRate)
            Line($"So few pictures cannot promise a false-alarm rate of {options.FalseAlarmRate}: the threshold is for {inspector.Threshold.FalseAlarmRate:0.###}. Give more good pictures for a lower one.");
        return 0;
    }

    private async Task<int> ScoreAsync(string model, string pictures, string output, CancellationToken cancel)
    {
        FastTorch.Startup.Run();
        using var inspector = Inspector.Load(model);
        var report = await Working(progress => inspector.Score(pictures, output, progress, cancel));
        PassedOver(report.Skipped, report.Others);
        Line($"{report.Findings.Count} pictures, {report.Defective} called defective. Look through them, worst first: {Path.Combine(output, "index.html")}");
        return 0;
    }

    private void PassedOver(IReadOnlyList<SkippedPicture> pictures, IReadOnlyList<string> others)
    {
        foreach (var line in SkippedPicture.Describe(pictures, others))
            Line(line);
    }

    private Task<T> Working<T>(Func<IProgress<InspectionProgress>, T> work) =>
        new LongWork(console).RunAsync<InspectionProgress, T>(value => (value.Activity, value.Fraction), work);

    private void Line(string text) => console.Profile.Out.Writer.WriteLine(text);
}
