using System.Text.Json;
using AnomalyLab.Course.Synthetic;
using AnomalyLab.Data;
using AnomalyLab.Display;

namespace AnomalyLab.Course;

/// <summary>Draws bottles in the layout, counts and mask convention of MVTec AD's bottle, for where the real ones are not at hand.</summary>
public static class SyntheticBottles
{
    /// <summary>The file in a category's folder which tells that its bottles are synthetic, and with which options they were drawn.</summary>
    public const string Marker = MvtecCategory.SyntheticMarker;

    // Raise it with each change to how the bottles look, so that old ones are not taken for new ones.
    private const int Edition = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// Writes a whole category: <c>train/good</c>, <c>test/KIND/000.png</c>… and <c>ground_truth/KIND/000_mask.png</c>….
    /// It is drawn beside the folder and renamed at the end, so there is never half a category. A picture depends on the
    /// seed, its kind, its number and its size only. Does nothing where the same category is there already.
    /// </summary>
    /// <param name="folder">The category's folder, as in <c>artifacts/data/synthetic/bottle</c>.</param>
    /// <param name="options">Counts, size and seed; MVTec AD's counts and size, and seed 0, where left out.</param>
    /// <param name="drawn">Is told how many bottles have been drawn so far.</param>
    /// <param name="cancellation">Stops the drawing, which then leaves nothing behind.</param>
    /// <exception cref="IOException">The folder holds something else, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The drawing was stopped.</exception>
    public static void Draw(string folder, SyntheticOptions? options = null, IProgress<int>? drawn = null, CancellationToken cancellation = default)
    {
        options ??= new SyntheticOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Size, 32);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (IsThere(folder, options))
            return;

        // With a leading dot it is not listed as a category.
        var beside = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}-{Guid.NewGuid():N}.partial");
        try
        {
            DrawAll(beside, options, drawn, cancellation);
            Directory.Move(beside, folder);
        }
        catch (Exception e) when (e.GetBaseException() is IOException or UnauthorizedAccessException)
        {
            if (IsThere(folder, options)) // another process was faster
                return;
            throw new IOException(Texts.Format($"{folder} cannot take the synthetic bottles: {e.GetBaseException().Message.TrimEnd('.')}. Choose a folder that can be written and has room for 300 MB."), e);
        }
        finally
        {
            if (Directory.Exists(beside))
                Directory.Delete(beside, recursive: true);
        }
    }

    private static bool IsThere(string folder, SyntheticOptions options)
    {
        if (!Path.Exists(folder))
            return false;
        var marker = Path.Combine(folder, Marker);
        if (!File.Exists(marker))
            throw new IOException(Texts.Format($"{folder} exists and holds no synthetic bottles; choose another folder or move it away."));
        if (File.ReadAllText(marker) != Describe(options))
            throw new IOException(Texts.Format($"{folder} holds other synthetic bottles ({marker} says which); delete it or choose another folder."));
        var missing = Drawing.All(options).SelectMany(drawing => drawing.Files).FirstOrDefault(file => !File.Exists(Path.Combine(folder, file)));
        if (missing is not null)
            throw new IOException(Texts.Format($"{folder} holds synthetic bottles, but {missing} is missing; delete the folder to have it drawn anew."));
        return true;
    }

    private static void DrawAll(string folder, SyntheticOptions options, IProgress<int>? drawn, CancellationToken cancellation)
    {
        var drawings = Drawing.All(options).ToArray();
        foreach (var file in drawings.SelectMany(drawing => drawing.Files))
            Directory.CreateDirectory(Path.Combine(folder, Path.GetDirectoryName(file)!));

        var done = 0;
        Parallel.ForEach(drawings, new ParallelOptions { CancellationToken = cancellation }, drawing =>
        {
            using var picture = new SyntheticSample(options.Seed, drawing.Kind, drawing.Index, options.Size);
            File.WriteAllBytes(Path.Combine(folder, drawing.Image), picture.ImagePng());
            if (drawing.Mask is not null)
                File.WriteAllBytes(Path.Combine(folder, drawing.Mask), picture.MaskPng());
            drawn?.Report(Interlocked.Increment(ref done));
        });
        File.WriteAllText(Path.Combine(folder, Marker), Describe(options));
    }

    private static string Describe(SyntheticOptions options) =>
        JsonSerializer.Serialize(new { Edition, Options = options }, Indented);
}
