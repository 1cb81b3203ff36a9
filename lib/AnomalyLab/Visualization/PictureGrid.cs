using AnomalyLab.Data;
using AnomalyLab.Display;
using static TorchSharp.torch;

namespace AnomalyLab.Visualization;

/// <summary>Pictures in rows, each with a caption.</summary>
/// <param name="Title">What is shown; may be empty.</param>
/// <param name="Pictures">The pictures and their captions, row by row.</param>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record PictureGrid(string Title, IReadOnlyList<(Picture Picture, string Caption)> Pictures) : IDisplayable
{
    /// <summary>What is shown, in the course's language; may be empty.</summary>
    public string Title { get; init => field = Texts.Of(value); } = Texts.Of(Title);

    /// <summary>The pictures and their captions, row by row, in the course's language.</summary>
    public IReadOnlyList<(Picture Picture, string Caption)> Pictures { get; init => field = InLanguage(value); } = InLanguage(Pictures);

    /// <summary>How many pictures make a row.</summary>
    public int Columns { get; init; } = 5;

    /// <summary>The width of a picture on the page, in pixels.</summary>
    public int PictureWidth { get; init; } = 150;

    /// <summary>Said below, such as where the pictures come from.</summary>
    public string? Note { get; init; }

    /// <summary>Shows samples, each with its name.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="samples">The samples; their files are read.</param>
    /// <param name="note">Said below, such as where the pictures come from.</param>
    public static PictureGrid Of(string title, IEnumerable<Sample> samples, string? note = null)
    {
        var pictures = samples.AsParallel().AsOrdered().Select(s => (Picture.Load(s.Path), s.Name)).ToArray();
        return new(title, pictures) { Note = note };
    }

    /// <summary>Shows images, numbered from 0.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="images">[N, 3, H, W] in 0..1; they stay the caller's.</param>
    /// <param name="note">Said below, such as where the pictures come from.</param>
    public static PictureGrid Of(string title, Tensor images, string? note = null)
    {
        using var scope = NewDisposeScope();
        return new(title, [.. Enumerable.Range(0, (int)images.shape[0]).Select(i => (Picture.From(images[i]), $"{i}"))]) { Note = note };
    }

    /// <summary>Writes the pictures, in rows and without the texts, as one PNG file; the folder is made where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public void Save(string path) => Picture.Tiled([.. Pictures.Select(p => p.Picture)], Columns).Save(path);

    /// <remarks>Where there is less room, pictures shrink, but not below the longest word of a caption.</remarks>
    /// <inheritdoc/>
    public string ToHtml() => Figure.Html(Title,
        $"""
        <div style="display:grid;grid-template-columns:repeat({Columns},minmax(min-content,{PictureWidth}px));gap:.6em">
        {string.Join('\n', Pictures.Select(Cell))}
        </div>
        """, Note);

    /// <summary>The title, each caption with its picture's size, and the note.</summary>
    public override string ToString() => string.Join('\n',
        [.. Title == "" ? [] : new[] { Title }, .. Pictures.Select(p => $"{p.Caption} ({p.Picture})"), .. Note is null ? [] : new[] { Note }]);

    private static IReadOnlyList<(Picture, string)> InLanguage(IReadOnlyList<(Picture Picture, string Caption)> pictures) =>
        [.. pictures.Select(picture => (picture.Picture, Texts.Of(picture.Caption)))];

    /// <summary>
    /// Twice the width on the page is enough for high-resolution screens; more would only make the notebook larger. Pictures
    /// much smaller than their place are enlarged without smoothing.
    /// </summary>
    private string Cell((Picture Picture, string Caption) p) =>
        $"""<figure style="margin:0">{p.Picture.Within(2 * PictureWidth).ToImg(p.Caption, $"width:100%;display:block{(4 * p.Picture.Width <= PictureWidth ? ";image-rendering:pixelated" : "")}")}<figcaption style="font-size:85%">{Figure.Caption(p.Caption)}</figcaption></figure>""";
}
