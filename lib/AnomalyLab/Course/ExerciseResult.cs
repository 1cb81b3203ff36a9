using AnomalyLab.Display;

namespace AnomalyLab.Course;

/// <summary>What the check of an exercise found: one line.</summary>
/// <param name="Exercise">The name of the exercise's method in <see cref="Exercises"/>.</param>
/// <param name="IsRight">Whether the answer is right; <c>null</c> where there is none yet.</param>
/// <param name="Text">The line: praise, a hint, or that there is no answer yet.</param>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record ExerciseResult(string Exercise, bool? IsRight, string Text) : IDisplayable
{
    private string Sign => IsRight switch { true => "✔", false => "✘", null => "…" };

    /// <inheritdoc/>
    public string ToHtml() =>
        $"""<div style="margin:.5em 0;padding:.3em .8em;border-left:4px solid {(IsRight switch { true => "#009E73", false => "#D55E00", null => "#767676" })}"><b>{Sign}</b> {System.Net.WebUtility.HtmlEncode(Text)}</div>""";

    /// <inheritdoc/>
    public override string ToString() => $"{Sign} {Text}";
}
