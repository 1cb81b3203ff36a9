using System.Text.Json;
using AnomalyLab.Course;
using AnomalyLab.Data;
using FastTorch;

namespace AnomalyLab.Benchmarks;

/// <summary>Measures what a verb names and shows it in a table.</summary>
internal static class CommandLine
{
    private const string Usage = """
        dotnet run -c Release --project tests/AnomalyLab.Benchmarks -- VERB [--data DIR] [--python FILE] [--python-features FILE] [--json FILE]

          epoch      seconds of an epoch, against the recipe in Python
          step       arithmetic of a training step, against a large matrix product
          plain      a training step without FastTorch, and its memory
          load       from the start of a process to the first batch, with and without cached images
          score      a folder of images, and one image, from file to score
          memory     peak and growth of a training's memory
          scale      the cost of an image among 10,000, against 209
          all        all of these
          precision  best validation loss and AUC in both precisions, three seeds of 30 epochs (not in all)
          detection  what each method finds on the category's own test, seeds 0 to 4 (not in all)
          own        what PaDiM and PatchCore find in a folder of one's own with subfolders good and bad, five draws (not in all)
          features   seconds to embed, to fit and to score with PaDiM and PatchCore, against a script in Python (not in all)
          tutorial   the tutorial's score on the same test, seeds 0 to 4 (not in all)

          --data     the folder of bottle in MVTec AD's layout; the course's own bottles if left out
          --python   the script with the recipe in Python; without it there are no ratios to it
          --python-features  the script that does the same as features, and its network
          --json     where to write the figures as {"name": number}
        Only an idle machine gives figures that mean something.
        """;

    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        Startup.Run();
        if (args is ["in-process", .. var inner])
            return TrainingProcess.Train(inner);
        if (args is not [var verb, .. var rest] || rest.Length % 2 != 0)
            return Fail();
        var options = rest.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        if (options.Keys.Except(["--data", "--python", "--python-features", "--json"]).Any())
            return Fail();

        using var work = new WorkFolder();
        var data = options.GetValueOrDefault("--data");
        var category = new Lazy<MvtecCategory>(() => data is null ? CourseData.Open("bottle") : MvtecCategory.FromFolder(data));
        var measures = new Lazy<Measures>(() => new(category.Value, options.GetValueOrDefault("--python"), work));
        IEnumerable<Figure>? figures = verb switch
        {
            "epoch" => measures.Value.Epoch(),
            "step" => Measures.Step(),
            "plain" => measures.Value.Plain(),
            "load" => measures.Value.Load(),
            "score" => measures.Value.Score(),
            "memory" => measures.Value.Memory(),
            "scale" => measures.Value.Scale(),
            "all" => [.. measures.Value.Epoch(), .. Measures.Step(), .. measures.Value.Plain(), .. measures.Value.Load(), .. measures.Value.Score(), .. measures.Value.Memory(), .. measures.Value.Scale()],
            "precision" => measures.Value.Precisions(),
            "detection" => new Detection(category.Value, work).Detectors(),
            "own" when data is not null => Detection.OwnPictures(data),
            "features" => new FeatureTimes(category.Value).All(options.GetValueOrDefault("--python-features")),
            "tutorial" => new Detection(category.Value, work).Tutorial(),
            _ => null,
        };
        if (figures is null)
            return Fail();

        var all = new List<Figure>();
        Console.WriteLine($"{"",-62} {"median",10}  {"lowest – highest",-22} {"to reach",12}");
        foreach (var figure in figures)
        {
            all.Add(figure);
            Console.WriteLine(figure);
        }
        if (options.TryGetValue("--json", out var json))
            File.WriteAllText(json, JsonSerializer.Serialize(all.Where(f => f.Name is not null).ToDictionary(f => f.Name!, f => f.Median)));
        return 0;
    }

    private static int Fail()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }
}

/// <summary>One row of the table.</summary>
/// <param name="Name">Its name in the JSON file; none for what is only shown.</param>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Values">Each run's value.</param>
/// <param name="Target">What to reach.</param>
internal sealed record Figure(string? Name, string What, IReadOnlyList<double> Values, string Target = "")
{
    public double Median => Values.Order().ElementAt(Values.Count / 2);

    public override string ToString() =>
        $"{What,-62} {Median,10:0.###}  {(Values.Count > 1 ? $"{Values.Min():0.###} – {Values.Max():0.###} ({Values.Count})" : ""),-22} {Target,12}";
}

/// <summary>A folder for caches and checkpoints, gone at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("anomalylab-benchmarks-").FullName;

    public string New() => Directory.CreateDirectory(System.IO.Path.Combine(Path, Guid.NewGuid().ToString("N"))).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
