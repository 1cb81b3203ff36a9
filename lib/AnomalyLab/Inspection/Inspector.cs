using System.Text.Json;
using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;
using AnomalyLab.Models;
using AnomalyLab.Visualization;
using static TorchSharp.torch;

namespace AnomalyLab.Inspection;

/// <summary>
/// Learns from a folder of good pictures and judges others: it learns what good pictures look like, and chooses a threshold
/// without having seen a defect. Everything is kept in one file. Only a few pictures are in memory at a time.
/// </summary>
public sealed class Inspector : IDisposable
{
    private const int Format = 2; // of the file; version 1 held another kind of detector
    private const int FewestPictures = 10, ShownSize = 400;
    private const double UsualShare = 0.99;
    private const string FactsKey = "inspector";

    private readonly FeatureNetwork network;
    private readonly IAnomalyDetector detector;
    private readonly PictureReader reader;
    private readonly Facts facts;

    private Inspector(FeatureNetwork network, IAnomalyDetector detector, Facts facts) =>
        (this.network, this.detector, this.facts, reader) = (network, detector, facts, new(facts.Options, facts.Bits, facts.Width, facts.Height));

    /// <summary>The threshold, and what it promises.</summary>
    public HeldOutThreshold Threshold => facts.Threshold;

    /// <summary>The options it was trained with.</summary>
    public InspectorOptions Options => facts.Options;

    /// <summary>How many good pictures were learned from before the threshold was chosen, and how many chose it.</summary>
    public (int Train, int Threshold) Pictures => (facts.Train, facts.Threshold.GoodSamples);

    /// <summary>The pictures of the training folder that were passed over; empty for a loaded inspector.</summary>
    public IReadOnlyList<SkippedPicture> Skipped { get; private init; } = [];

    /// <summary>The files of the training folder whose names are not those of pictures; empty for a loaded inspector.</summary>
    public IReadOnlyList<string> Others { get; private init; } = [];

    /// <summary>Learns from a folder of good pictures, subfolders included.</summary>
    /// <param name="goodFolder">
    /// Pictures without a defect: at least 10, better 100, of any size and shape. What cannot be read is passed over, as are
    /// pictures of a single colour and all but one of those with the same pixels; <see cref="Skipped"/> lists them.
    /// </param>
    /// <param name="options">How to learn.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it early, without an inspector: a half-trained one must not be taken for a whole one.</param>
    /// <remarks>
    /// The pictures are shuffled and split in two. As many as the false-alarm rate needs, at least a fifth and at most half (with
    /// PaDiM a third), choose the threshold; the detector learns from the rest. Until the threshold is chosen, these pictures are
    /// used for nothing else, or its promise would not hold. Then PatchCore remembers them, too: a new picture can only look more
    /// familiar by that, so false alarms become fewer. If they are too few for the wanted rate, the smallest rate that they can
    /// promise is used.
    /// </remarks>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no picture in it.</exception>
    /// <exception cref="InvalidDataException">There are too few pictures that can be read and differ.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Inspector Train(
        string goodFolder, InspectorOptions? options = null, IProgress<InspectionProgress>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options.Validate();
        void Report(string activity, double fraction) => progress?.Report(new(activity, fraction));

        var folder = PictureFolder.ReadAll(goodFolder);
        var survey = PictureSurvey.Of(folder.Pictures, part => Report(Texts.Of("reading"), part), cancellation);
        var median = survey.Pictures.OrderBy(look => (double)look.Width / look.Height).ElementAtOrDefault(survey.Pictures.Count / 2);
        var reader = new PictureReader(options, survey.Bits, median?.Width ?? 1, median?.Height ?? 1);
        var misfits = survey.Pictures.Select(look => new SkippedPicture(look.Path, reader.ProblemOf(look.Path, look.Width, look.Height) ?? "")).Where(look => look.Reason.Length > 0).ToArray();
        SkippedPicture[] skipped = [.. survey.Skipped, .. misfits];
        string[] paths = [.. survey.Pictures.Select(look => look.Path).Except(misfits.Select(misfit => misfit.Path))];
        if (paths.Length < FewestPictures)
            throw new InvalidDataException(Texts.Format($"Of the {folder.Pictures.Count} pictures in {goodFolder}, {paths.Length} can be learned from, but at least {FewestPictures} are needed that differ, better 100.")
                + string.Concat(SkippedPicture.Describe(skipped, folder.Others).Select(line => $"\n{line}")));

        new Random(options.Seed).Shuffle(paths);
        var isPatchCore = options.Method == DetectionMethod.PatchCore;
        var forThreshold = Math.Max(paths.Length / 5, Math.Min(paths.Length / (isPatchCore ? 2 : 3), (int)Math.Ceiling(1 / options.FalseAlarmRate - 1e-9) - 1));
        var (held, train) = (paths[..forThreshold], paths[forThreshold..]);

        // As much of the memory for each picture.
        PatchCoreOptions PartFor(string[] some) => new() { Seed = options.Seed, Memory = Math.Max(1, new PatchCoreOptions().Memory * some.Length / paths.Length) };

        var network = FeatureNetwork.Load();
        IAnomalyDetector? detector = null;
        try
        {
            var batches = reader.Batches(train, part => Report(Texts.Of("learning"), part), cancellation);
            detector = isPatchCore
                ? PatchCore.Fit(network, batches, PartFor(train), new ProgressRelay<double>(part => Report(Texts.Of("remembering"), part)), cancellation)
                : Padim.Fit(network, batches, new() { Seed = options.Seed }, cancellation);

            var scores = new List<double>();
            var usual = new List<double>();
            foreach (var images in reader.Batches(held, part => Report(Texts.Of("choosing the threshold"), part), cancellation))
            {
                using var scope = NewDisposeScope();
                using var found = detector.Score(images, cancellation);
                scores.AddRange(found.Scores);
                usual.AddRange(found.Scores.Select((score, i) => ValueOf(MapOf(found, i), UsualShare)));
            }
            var threshold = HeldOutThreshold.From(scores, Math.Max(options.FalseAlarmRate, HeldOutThreshold.SmallestRate(forThreshold)));
            if (detector is PatchCore learned)
            {
                using var rest = PatchCore.Fit(network, reader.Batches(held, part => Report(Texts.Of("learning the rest"), part), cancellation), PartFor(held), cancellation: cancellation);
                detector = learned.With(rest);
                learned.Dispose();
            }
            return new(network, detector, new(Format, options, threshold, usual.Average(), train.Length, reader.Bits, reader.Width, reader.Height)) { Skipped = skipped, Others = folder.Others };
        }
        catch
        {
            detector?.Dispose();
            network.Dispose();
            throw;
        }
    }

    /// <summary>Reads an inspector's file.</summary>
    /// <param name="path">The file that <see cref="Save"/> wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, of another kind, or of another version.</exception>
    public static Inspector Load(string path)
    {
        using var scope = NewDisposeScope();
        var (tensors, texts) = SafeTensors.Load(path);
        scope.Attach(tensors.Values);
        if (!texts.TryGetValue(FactsKey, out var json))
            throw new InvalidDataException($"{path} holds no inspector: make one with inspect train.");
        if (!texts.ContainsKey(SafeTensors.ChecksumKey) || FormatOf(json) != Format)
            throw new InvalidDataException($"{path} holds an inspector of another version of this program: learn anew from the good pictures with inspect train.");
        var network = FeatureNetwork.Load();
        try
        {
            var facts = JsonSerializer.Deserialize<Facts>(json, JsonSerializerOptions.Strict)!;
            return new(network, facts.Options.Method == DetectionMethod.PatchCore ? PatchCore.From(network, tensors) : Padim.From(network, tensors), facts);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or ArgumentException)
        {
            network.Dispose();
            throw new InvalidDataException($"{path} holds an inspector that this program cannot read ({e.Message.TrimEnd('.')}): learn anew from the good pictures with inspect train.", e);
        }
    }

    /// <summary>Writes all that was learned, threshold and options into one safetensors file with a checksum, whole or not at all.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SafeTensors.Save(path, detector.State, new Dictionary<string, string> { [FactsKey] = JsonSerializer.Serialize(facts) });
    }

    /// <summary>Judges all pictures of a folder, subfolders included, and writes each finding at once.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="output">
    /// The folder to write to: <c>findings.csv</c>, to which a row (path, score, threshold, verdict) is added as each picture is
    /// judged; an overlay of each picture in <c>overlays</c>; and at the end the page <c>index.html</c>, worst first. Files of these
    /// names are replaced. Nothing is written if left out.
    /// </param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it early; the page is written and says so.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no picture in it.</exception>
    /// <exception cref="IOException">The output cannot be written, or lies in the folder of the pictures.</exception>
    /// <exception cref="InvalidDataException">No picture could be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public InspectionReport Score(string folder, string? output = null, IProgress<InspectionProgress>? progress = null, CancellationToken cancellation = default)
    {
        var files = PictureFolder.ReadAll(folder);
        using var writer = output is null ? null : new ReportWriter(files.Folder, output);
        var findings = new List<Finding>();
        var skipped = new List<SkippedPicture>();
        InspectionReport Found() => new(files.Folder, [.. findings.OrderByDescending(finding => finding.Score)], skipped, files.Others, Threshold);
        try
        {
            foreach (var (pictures, problems) in reader.Read(files.Pictures, writer is null ? 0 : ShownSize, cancellation))
            {
                foreach (var finding in Judge(pictures, writer is null ? null : writer.Save).OrderBy(finding => finding.Path, StringComparer.Ordinal))
                {
                    findings.Add(finding);
                    writer?.Add(finding);
                }
                skipped.AddRange(problems);
                foreach (var problem in problems)
                    writer?.Add(problem);
                progress?.Report(new("judging", (double)(findings.Count + skipped.Count) / files.Pictures.Count));
            }
        }
        catch (OperationCanceledException)
        {
            writer?.Finish(Found(), files.Pictures.Count);
            throw;
        }
        writer?.Finish(Found(), files.Pictures.Count);
        return findings.Count > 0 ? Found()
            : throw new InvalidDataException(Texts.Format($"None of the {skipped.Count} pictures in {folder} could be judged.") + string.Concat(SkippedPicture.Describe(skipped, files.Others).Select(line => $"\n{line}")));
    }

    /// <summary>Judges one picture.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is no picture, or cut off; the message names it.</exception>
    public Finding ScorePicture(string path) => Judge([reader.ReadOne(path, shownSize: 0)], null)[0];

    /// <summary>
    /// The picture, and beside it the same picture with its anomaly map laid over it: clear where it looks as usual, then from blue
    /// to dark red. Only pictures that are called defective reach dark red, at their strangest spot. The picture is judged again for this.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="size">The longer side of each of the two in pixels, at most.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is no picture, or cut off; the message names it.</exception>
    public Picture Overlay(string path, int size = ShownSize)
    {
        Picture? shown = null;
        Judge([reader.ReadOne(path, size)], (_, overlay) => shown = overlay);
        return shown!;
    }

    /// <summary>Judges pictures, those of one size together.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="show">Takes each picture's overlay, from several threads; none is made if left out.</param>
    private List<Finding> Judge(IEnumerable<ScaledPicture> pictures, Action<Finding, Picture>? show)
    {
        var findings = new List<Finding>();
        foreach (var alike in pictures.GroupBy(picture => (picture.Width, picture.Height)))
        {
            using var scope = NewDisposeScope();
            ScaledPicture[] some = [.. alike];
            using var found = detector.Score(ScaledPicture.ToTensor(some));
            Finding[] judged = [.. some.Select((picture, i) => new Finding(picture.Path, found.Scores[i], Threshold.Threshold))];
            if (show is not null)
            {
                Tensor[] maps = [.. some.Select((_, i) => MapOf(found, i))];
                Parallel.For(0, some.Length, i => show(judged[i], AnomalyOverlay.Of(some[i].Shown!, maps[i], facts.Usual, Math.Max(judged[i].Score, Threshold.Threshold))));
            }
            findings.AddRange(judged);
        }
        return findings;
    }

    /// <summary>A picture's map, scaled so that its highest value is the picture's score: smoothing has lowered the peak.</summary>
    private static Tensor MapOf(AnomalyMaps found, int i)
    {
        using var scope = NewDisposeScope();
        var map = found.Maps[i];
        using var factor = tensor((float)(found.Scores[i] / Math.Max(map.max().item<float>(), float.Epsilon)));
        return map.mul(factor).MoveToOuterDisposeScope();
    }

    /// <summary>The value that a share of a map's pixels do not exceed.</summary>
    private static double ValueOf(Tensor map, double share)
    {
        using var scope = NewDisposeScope();
        return kthvalue(map.flatten(), (long)Math.Ceiling(share * map.numel()), dim: 0).values.item<float>();
    }

    /// <summary>What it was made from, and its threshold.</summary>
    public override string ToString() => $"inspector of {Pictures.Train} good pictures{(Options.Method == DetectionMethod.PatchCore ? $" and {Pictures.Threshold} more" : "")}, {Options.Method}, scaled to the area of {Options.Size}×{Options.Size} pixels; {Threshold}";

    /// <inheritdoc/>
    public void Dispose()
    {
        detector.Dispose();
        network.Dispose();
    }

    private static int? FormatOf(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty(nameof(Facts.Format), out var format) ? format.GetInt32() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>What the file keeps besides the detector's tensors.</summary>
    /// <param name="Format">The version of the file's format.</param>
    /// <param name="Options">The options it was trained with.</param>
    /// <param name="Threshold">The threshold.</param>
    /// <param name="Usual">The value that 99 of 100 pixels of a good picture's map do not exceed.</param>
    /// <param name="Train">How many pictures were learned from before the threshold was chosen.</param>
    /// <param name="Bits">How many bits a channel the pictures use.</param>
    /// <param name="Width">The width of a picture of usual proportions.</param>
    /// <param name="Height">Its height.</param>
    private sealed record Facts(int Format, InspectorOptions Options, HeldOutThreshold Threshold, double Usual, int Train, int Bits, int Width, int Height);
}
