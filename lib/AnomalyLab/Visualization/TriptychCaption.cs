using AnomalyLab.Display;

namespace AnomalyLab.Visualization;

/// <summary>What an image is and how it scored.</summary>
/// <param name="Sample">The sample's name, such as <c>test/broken_large/003.png</c>: unique among the images of one folder.</param>
/// <param name="Score">Its anomaly score.</param>
public sealed record TriptychCaption(string Sample, double Score)
{
    /// <summary>The file it is saved as, such as <c>test-broken_large-003.png</c>.</summary>
    public string FileName => $"{Path.ChangeExtension(Sample, null).Replace('/', '-').Replace('\\', '-')}.png";

    /// <inheritdoc/>
    public override string ToString() => Texts.Format($"{Sample}, score {Score:#,0.###}");
}
