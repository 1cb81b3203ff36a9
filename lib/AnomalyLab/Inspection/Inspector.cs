using System.Text.Json;
using AnomalyLab.Data;
using AnomalyLab.Evaluation;
using AnomalyLab.Models;
using AnomalyLab.Training;
using static TorchSharp.torch;

namespace AnomalyLab.Inspection;

/// <summary>
/// From a folder of good pictures to a verdict on any other: trains a <see cref="DefectDetector"/>, and chooses a threshold
/// without having seen a defect. All of it is kept in one file.
/// </summary>
public sealed class Inspector : IDisposable
{
    private const int Batch = 32, FewestPictures = 10;
    private const string FactsKey = "inspector";

    private readonly DefectDetector detector;
    private readonly Registration registration;
    private readonly Facts facts;

    private Inspector(DefectDetector detector, Facts facts, IReadOnlyList<UnreadablePicture> unreadable) =>
        (this.detector, registration, this.facts, Unreadable) = (detector, new(detector.Good.Mean), facts, unreadable);

    /// <summary>The threshold, and what it promises.</summary>
    public HeldOutThreshold Threshold => facts.Threshold;

    /// <summary>How it was trained.</summary>
    public InspectorOptions Options => facts.Options;

    /// <summary>How many good pictures the detector was trained on, and how many chose the threshold.</summary>
    public (int Train, int Threshold) Pictures => (facts.Train, facts.Threshold.GoodSamples);

    /// <summary>The files of the training folder that were passed over; empty for a loaded inspector.</summary>
    public IReadOnlyList<UnreadablePicture> Unreadable { get; }

    /// <summary>Learns from a folder of good pictures, folders below it included.</summary>
    /// <param name="goodFolder">
    /// Pictures without a defect: at least 10, better 100, taken alike. Files that are no pictures, or of another shape than
    /// most, are passed over and listed in <see cref="Unreadable"/>.
    /// </param>
    /// <param name="options">How to learn.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it early; then there is no inspector, for one that is half trained must not be taken for whole.</param>
    /// <remarks>
    /// The pictures are shuffled and split in two, for none may serve twice: as many for the threshold as the false-alarm rate
    /// needs, at least a fifth and at most a third; the rest for training. The first have no say in anything but the threshold,
    /// or its promise would not hold. Too few for the wanted rate give the smallest rate that they can promise.
    /// </remarks>
    /// <exception cref="ArgumentException">An option cannot be.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no picture in it.</exception>
    /// <exception cref="InvalidDataException">There are too few pictures that can be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Inspector Train(
        string goodFolder, InspectorOptions? options = null, IProgress<InspectionProgress>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options.Validate();
        var files = PictureFile.Find(goodFolder);
        var shuffled = files.ToArray();
        new Random(options.Training.Seed).Shuffle(shuffled);

        using var scope = NewDisposeScope();
        var done = 0;
        using var all = PictureBatch.Load(shuffled, options.ImageSize, null,
            () => progress?.Report(new("reading", (double)Interlocked.Increment(ref done) / files.Count)), cancellation);
        var count = all.Paths.Count;
        if (count < FewestPictures)
            throw new InvalidDataException($"There are {count} good pictures in {goodFolder} to learn from, but at least {FewestPictures} are needed, better 100."
                + string.Concat(all.Unreadable.Select(picture => $"\n{picture.Reason}")));

        var forThreshold = Math.Max(count / 5, Math.Min(count / 3, (int)Math.Ceiling(1 / options.FalseAlarmRate - 1e-9) - 1));
        var held = all.Images![..forThreshold];
        var train = all.Images[forThreshold..];

        progress?.Report(new("training", 0));
        // Nobody sees the validation loss, and nothing is chosen by it: training pictures do, and none is lost to it.
        var (detector, _) = new DetectorTrainer(options.Training).Train(train, train[..2],
            progress: progress is null ? null : new TrainingRelay(progress), cancellation: cancellation);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            var scores = AnomalyScore.Maximum(detector.AnomalyMaps(held));
            var threshold = HeldOutThreshold.From(scores, Math.Max(options.FalseAlarmRate, HeldOutThreshold.SmallestRate(forThreshold)));
            return new(detector, new(options, all.AspectRatio, threshold, count - forThreshold), all.Unreadable);
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    /// <summary>Reads an inspector's file.</summary>
    /// <param name="path">The file that <see cref="Save"/> wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or of another kind.</exception>
    public static Inspector Load(string path)
    {
        var (detector, texts) = DefectDetector.Load(path);
        try
        {
            var facts = texts.TryGetValue(FactsKey, out var json) ? JsonSerializer.Deserialize<Facts>(json, JsonSerializerOptions.Strict) : null;
            return new(detector, facts ?? throw new InvalidDataException($"{path} holds a detector, but no threshold: make an inspector with inspect train."), []);
        }
        catch (Exception e)
        {
            detector.Dispose();
            if (e is JsonException)
                throw new InvalidDataException($"{path} holds an inspector of another version: train anew with inspect train.", e);
            throw;
        }
    }

    /// <summary>Writes detector, threshold, options and sizes into one safetensors file, whole or not at all.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        detector.Save(path, new Dictionary<string, string> { [FactsKey] = JsonSerializer.Serialize(facts) });
    }

    /// <summary>Scores all pictures of a folder, folders below it included.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no picture in it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public InspectionReport Score(string folder, IProgress<InspectionProgress>? progress = null, CancellationToken cancellation = default)
    {
        var files = PictureFile.Find(folder);
        var findings = new List<Finding>();
        var unreadable = new List<UnreadablePicture>();
        var done = 0;
        foreach (var paths in files.Chunk(Batch))
        {
            using var batch = PictureBatch.Load(paths, facts.Options.ImageSize, facts.AspectRatio,
                () => progress?.Report(new("scoring", (double)Interlocked.Increment(ref done) / files.Count)), cancellation);
            unreadable.AddRange(batch.Unreadable);
            if (batch.Images is null)
                continue;
            findings.AddRange(Judge(batch));
        }
        return new(Path.GetFullPath(folder), [.. findings.OrderByDescending(finding => finding.Score)], unreadable, facts.Threshold);
    }

    /// <summary>Scores one picture.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is no picture, cut off, or of another shape than the good ones; the message names it.</exception>
    public Finding ScorePicture(string path)
    {
        using var batch = PictureBatch.Load([path], facts.Options.ImageSize, facts.AspectRatio, null, default);
        if (batch.Images is null)
            throw new InvalidDataException(batch.Unreadable[0].Reason);
        return Judge(batch)[0];
    }

    private Finding[] Judge(PictureBatch batch)
    {
        using var scope = NewDisposeScope();
        var maps = detector.AnomalyMaps(batch.Images!);
        var inPlace = registration.Estimate(batch.Images!).Zip(maps.unbind(0), MovedBack);
        return [.. batch.Paths.Zip(AnomalyScore.Maximum(maps), inPlace).Select(picture =>
            new Finding(picture.First, picture.Second, facts.Threshold.Threshold, picture.Third.data<float>().ToArray()))];
    }

    /// <summary>The detector's maps lie where the mean image does; the picture does not.</summary>
    private static Tensor MovedBack(Pose pose, Tensor map)
    {
        var shift = tensor(new[] { 1, 0, -2 * pose.Right, 0, 1, -2 * pose.Down }, float32).view(1, 2, 3);
        var grid = nn.functional.affine_grid(shift, [1, 1, .. map.shape], align_corners: false);
        return nn.functional.grid_sample(map.view(1, 1, map.shape[0], map.shape[1]), grid, padding_mode: GridSamplePaddingMode.Border, align_corners: false);
    }

    /// <summary>What it was made from, and its threshold.</summary>
    public override string ToString() =>
        $"inspector of {Pictures.Train} good pictures, {Options.ImageSize}×{Options.ImageSize} pixels; {Threshold}";

    /// <inheritdoc/>
    public void Dispose() => detector.Dispose();

    /// <summary>What the file keeps besides the detector's tensors.</summary>
    /// <param name="Options">How it was trained.</param>
    /// <param name="AspectRatio">The good pictures' width divided by their height.</param>
    /// <param name="Threshold">The threshold.</param>
    /// <param name="Train">How many pictures the detector was trained on.</param>
    private sealed record Facts(InspectorOptions Options, double AspectRatio, HeldOutThreshold Threshold, int Train);

    private sealed class TrainingRelay(IProgress<InspectionProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new("training", (value.Epoch - 1 + (double)value.Step / value.Steps) / value.Epochs));
    }
}
