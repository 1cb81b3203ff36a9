namespace AnomalyLab.Course.Synthetic;

/// <summary>One bottle to draw, and the files it goes to, relative to the category's folder.</summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Index">Its number among those of its kind.</param>
/// <param name="Image">The picture's file.</param>
/// <param name="Mask">The mask's file, where there is a defect.</param>
internal sealed record Drawing(Kind Kind, int Index, string Image, string? Mask)
{
    /// <summary>The picture and, where there is one, the mask.</summary>
    public IEnumerable<string> Files => Mask is null ? [Image] : [Image, Mask];

    /// <summary>All bottles of a category.</summary>
    public static IEnumerable<Drawing> All(SyntheticOptions options) =>
    [
        .. Good(Kind.TrainGood, "train", options.TrainGood),
        .. Good(Kind.TestGood, "test", options.TestGood),
        .. Defective(Kind.BrokenLarge, "broken_large", options.BrokenLarge),
        .. Defective(Kind.BrokenSmall, "broken_small", options.BrokenSmall),
        .. Defective(Kind.Contamination, "contamination", options.Contamination),
    ];

    private static IEnumerable<Drawing> Good(Kind kind, string split, int count) =>
        Enumerable.Range(0, count).Select(index => new Drawing(kind, index, $"{split}/good/{index:000}.png", null));

    private static IEnumerable<Drawing> Defective(Kind kind, string name, int count) =>
        Enumerable.Range(0, count).Select(index => new Drawing(kind, index, $"test/{name}/{index:000}.png", $"ground_truth/{name}/{index:000}_mask.png"));
}
