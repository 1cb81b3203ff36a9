using AnomalyLab.Evaluation;
using AnomalyLab.Visualization;
using static TorchSharp.torch;

namespace AnomalyLab.Inspection;

/// <summary>What an inspector says of one picture.</summary>
/// <param name="Path">The file.</param>
/// <param name="Score">Its anomaly score.</param>
/// <param name="Threshold">From this score on a picture is called defective.</param>
public sealed record Finding(string Path, double Score, double Threshold)
{
    private readonly float[] map = [];

    internal Finding(string path, double score, double threshold, float[] map) : this(path, score, threshold) => this.map = map;

    /// <summary>Whether the picture is called defective.</summary>
    public bool IsDefective => Score >= Threshold;

    /// <summary>The verdict as a word: <c>defective</c> or <c>good</c>.</summary>
    public string Verdict => IsDefective ? "defective" : "good";

    /// <summary>
    /// The picture, and beside it the same with the anomaly map laid over it: clear where nothing speaks for a defect (0 and
    /// below), then from blue to dark red, which begins at the threshold. The file is read anew.
    /// </summary>
    /// <param name="size">The longer side of each of the two in pixels, at most.</param>
    public Picture Overlay(int size = 400)
    {
        var picture = PictureFile.Read(Path).ToPicture().Within(size);
        var side = (long)Math.Sqrt(map.Length);
        using var scope = NewDisposeScope();
        using var small = tensor(map, [1, side, side]);
        var values = AnomalyMap.Resize(small, picture.Height, picture.Width).data<float>().ToArray();
        var rgb = picture.Rgb.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var level = values[i] >= Threshold ? 1 : Math.Max(values[i], 0) / Math.Max(Threshold, double.Epsilon);
            var (red, green, blue) = ColorMap.Jet[(int)(level * 255)];
            for (var channel = 0; channel < 3; channel++)
            {
                var color = channel == 0 ? red : channel == 1 ? green : blue;
                rgb[i * 3 + channel] = (byte)Math.Round(rgb[i * 3 + channel] + 0.7 * level * (color - rgb[i * 3 + channel]));
            }
        }
        return Picture.Tiled([picture, new(picture.Width, picture.Height, rgb)], columns: 2);
    }

    /// <summary>The file's name, the verdict and the score.</summary>
    public override string ToString() => $"{System.IO.Path.GetFileName(Path)}: {Verdict}, score {Score:0.###}";
}
