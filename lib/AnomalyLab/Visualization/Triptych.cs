using AnomalyLab.Display;
using static TorchSharp.torch;

namespace AnomalyLab.Visualization;

/// <summary>Input, reconstruction and heat map of images side by side, all heat maps on one scale.</summary>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed class Triptych : IDisplayable
{
    private const int PanelWidth = 180;

    private readonly double scale;
    private readonly IReadOnlyList<TriptychRow> rows;

    private Triptych(double scale, IReadOnlyList<TriptychRow> rows) => (this.scale, this.rows) = (scale, rows);

    /// <summary>Said below, such as where the pictures come from.</summary>
    public string? Note { get; init; }

    /// <summary>Each image's caption and picture, in the images' order.</summary>
    public IReadOnlyList<TriptychRow> Rows => rows;

    /// <summary>Puts images, what the model made of them, and their anomaly maps side by side.</summary>
    /// <param name="input">Float images of shape [N, 3, H, W] in 0..1.</param>
    /// <param name="reconstruction">The same shape and range.</param>
    /// <param name="map">Anomaly maps of shape [N, H, W].</param>
    /// <param name="scale">The map value shown in the highest colour. Give all figures that are to be compared the same.</param>
    /// <param name="captions">One an image.</param>
    /// <param name="note">Said below, such as where the pictures come from.</param>
    /// <remarks>The tensors stay the caller's; values out of range are clipped.</remarks>
    /// <exception cref="ArgumentException">The shapes or the number of captions do not fit, or the scale is not a number above 0.</exception>
    public static Triptych From(
        Tensor input, Tensor reconstruction, Tensor map, double scale, IReadOnlyList<TriptychCaption> captions, string? note = null)
    {
        if (input.dim() != 4 || input.shape[1] != 3 || !input.shape.SequenceEqual(reconstruction.shape)
            || !map.shape.SequenceEqual([input.shape[0], .. input.shape[2..]]))
            throw new ArgumentException(Texts.Format($"The input has the shape {Shape(input)}, the reconstruction {Shape(reconstruction)} and the map {Shape(map)}; they have to be [N, 3, height, width] twice and [N, height, width]."));
        if (captions.Count != input.shape[0])
            throw new ArgumentException(Texts.Format($"There are {input.shape[0]} images but {captions.Count} captions; give one an image."), nameof(captions));
        using var scope = NewDisposeScope();
        return new(scale, [.. captions.Select((caption, i) => new TriptychRow(caption, Picture.Tiled(
            [Picture.From(input[i]), Picture.From(reconstruction[i]), ColorMap.Paint(map[i], scale)], columns: 3)))]) { Note = note };
    }

    /// <summary>Writes one PNG file an image, named by <see cref="TriptychCaption.FileName"/>; the folder is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The files, in the images' order.</returns>
    /// <exception cref="IOException">The disk is full, or a file cannot be written.</exception>
    public IReadOnlyList<string> Save(string folder) => [.. rows.Select(row =>
    {
        var path = Path.Combine(folder, row.Caption.FileName);
        row.Picture.Save(path);
        return path;
    })];

    /// <inheritdoc/>
    public string ToHtml() => Figure.Html("",
        $"""
        <div data-triptych="" style="width:{3 * PanelWidth}px;max-width:100%">
        <div style="display:grid;grid-template-columns:repeat(3,1fr);text-align:center;font-weight:600"><span>{Texts.Of("input")}</span><span>{Texts.Of("reconstruction")}</span><span>{Texts.Of("heat map")}</span></div>
        {string.Join('\n', rows.Select(row => $"""<figure style="margin:0 0 .6em">{row.Picture.ToImg(row.Caption.ToString(), "width:100%;display:block")}<figcaption style="font-size:85%">{Figure.Caption(row.Caption.ToString())}</figcaption></figure>"""))}
        {ColorBar()}
        </div>
        """, Note);

    /// <summary>The captions, the scale and the note.</summary>
    public override string ToString() => string.Join('\n',
        [.. rows.Select(row => $"{row.Caption} ({row.Picture})"), Texts.Format($"heat map from 0 (dark blue) to {Digits(scale)} and more (dark red)"), .. Note is null ? [] : new[] { Note }]);

    private string ColorBar()
    {
        var numbers = Enumerable.Range(0, 5).Select(quarter => $"<span>{(quarter == 4 ? "≥ " : "")}{Digits(scale * quarter / 4)}</span>");
        return $"""
            <div style="margin-left:33.3%;font-size:85%">
            {ColorMap.Bar(1).ToImg(Texts.Format($"colours from 0 to {Digits(scale)}"), "width:100%;height:12px;display:block")}
            <div style="display:flex;justify-content:space-between">{string.Concat(numbers)}</div>
            <div style="text-align:center">{Texts.Of("anomaly map, the same scale for every image")}</div>
            </div>
            """;
    }

    private string Digits(double value) => value.ToString(scale < 10 ? "0.###" : "0");

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
