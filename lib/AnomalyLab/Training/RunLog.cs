using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using AnomalyLab.Display;

namespace AnomalyLab.Training;

/// <summary>
/// The trainings that were run, one line of JSON each, in <c>runs.jsonl</c> beside the checkpoints. Lines are only ever
/// added, by one process at a time.
/// </summary>
/// <param name="path">The file.</param>
public sealed class RunLog(string path)
{
    private const string FileName = "runs.jsonl";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The one beside a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint's path.</param>
    public static RunLog Beside(string checkpoint) => new(Path.Combine(Path.GetDirectoryName(checkpoint)!, FileName));

    /// <summary>Adds a training.</summary>
    /// <param name="run">The training.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(TrainingRun run) => Append(new(run, null));

    /// <summary>Whether a training is already the last of its model.</summary>
    internal bool EndsWith(TrainingRun run) =>
        Read().Runs.LastOrDefault(r => r.Model == run.Model) is { } last && last.End == run.End && last.ValidationLosses.SequenceEqual(run.ValidationLosses);

    /// <summary>
    /// Adds how well a model tells good from defective samples. It belongs to the last training of that model: training
    /// itself never sees the test samples.
    /// </summary>
    /// <param name="checkpoint">The model's checkpoint.</param>
    /// <param name="auc">The image AUROC on the test samples, 0..1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The AUC is not in 0..1.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AddAuc(string checkpoint, double auc) => Append(new(null, auc is >= 0 and <= 1
        ? new(Path.GetFileName(checkpoint), auc)
        : throw new ArgumentOutOfRangeException(nameof(auc), $"The AUC is {auc}; give a number from 0 to 1.")));

    /// <summary>Reads all trainings, in the order in which they ended, and names the lines that cannot be read.</summary>
    /// <exception cref="IOException">The file is there but cannot be read.</exception>
    public (IReadOnlyList<TrainingRun> Runs, IReadOnlyList<string> Problems) Read()
    {
        List<TrainingRun> runs = [];
        List<string> problems = [];
        foreach (var (at, line) in Lines().Index().Where(line => line.Item != ""))
        {
            switch (Parse(line))
            {
                case { Run: { ValidationLosses.Count: > 0 } run }:
                    runs.Add(run);
                    break;
                case { Evaluation: var (model, auc) }:
                    if (runs.FindLastIndex(run => run.Model == model) is >= 0 and var last)
                        runs[last] = runs[last] with { Auc = auc };
                    break;
                default:
                    problems.Add(Texts.Format($"Line {at + 1} of {path} is damaged and left out."));
                    break;
            }
        }
        return (runs, problems);
    }

    private static Entry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string[] Lines()
    {
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(Open(FileMode.Open, FileAccess.Read, FileShare.Read));
        return reader.ReadToEnd().Split('\n');
    }

    private void Append(Entry entry)
    {
        try
        {
            using var file = Open(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.Seek(0, SeekOrigin.End);
            file.Write([.. EndOfBrokenLine(file), .. JsonSerializer.SerializeToUtf8Bytes(entry, Json), (byte)'\n']);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(Texts.Format($"{path} could not be written ({e.Message.TrimEnd('.')}), so this run is missing from the comparison; its weights are kept. Free some space there, or choose a folder you may write to."), e);
        }
    }

    /// <summary>The newline that the last line lacks if a process was killed while writing it; else nothing.</summary>
    private static ReadOnlySpan<byte> EndOfBrokenLine(FileStream file)
    {
        if (file.Length == 0)
            return [];
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n' ? [] : "\n"u8;
    }

    /// <summary>Waits for exclusive access; other writers need only milliseconds.</summary>
    private FileStream Open(FileMode mode, FileAccess access, FileShare share)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, mode, access, share);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException) && Stopwatch.GetElapsedTime(start) < Patience)
            {
                Thread.Sleep(Random.Shared.Next(1, 20));
            }
        }
    }

    /// <summary>A line's content: either a training or an AUC.</summary>
    private sealed record Entry(TrainingRun? Run = null, Evaluation? Evaluation = null);

    private sealed record Evaluation(string Model, double Auc);
}
