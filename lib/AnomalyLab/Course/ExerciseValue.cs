using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AnomalyLab.Course;

/// <summary>The arguments and results of exercises: numbers, truth values, texts, arrays and tuples of them.</summary>
internal static class ExerciseValue
{
    /// <summary>Whether two results are the same. All numbers that are not finite count as the same.</summary>
    /// <param name="a">One result.</param>
    /// <param name="b">The other.</param>
    /// <param name="tolerance">The relative tolerance for numbers; absolute for numbers below 1.</param>
    public static bool Same(object? a, object? b, double tolerance) => (a, b) switch
    {
        (double x, double y) when !double.IsFinite(x) || !double.IsFinite(y) => !double.IsFinite(x) && !double.IsFinite(y),
        (double x, double y) => Math.Abs(x - y) <= tolerance * Math.Max(1, Math.Abs(y)),
        (string, string) => Equals(a, b),
        _ when Parts(a) is { } x && Parts(b) is { } y => x.Length == y.Length && x.Zip(y, (p, q) => Same(p, q, tolerance)).All(same => same),
        _ => Equals(a, b),
    };

    /// <summary>A result as text.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        double number => number.ToString("0.####"),
        string text => $"\"{text}\"",
        ITuple => $"({string.Join(", ", Parts(value)!.Select(Text))})",
        _ when Parts(value) is { } parts => $"[{string.Join(", ", parts.Select(Text))}]",
        _ => value.ToString()!,
    };

    /// <summary>A function's arguments as text, with the names of its parameters.</summary>
    public static string Text(MethodInfo function, object[] arguments) =>
        string.Join(", ", function.GetParameters().Zip(arguments, (parameter, argument) => $"{parameter.Name} = {Text(argument)}"));

    private static object?[]? Parts(object? value) => value switch
    {
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
        IEnumerable list => [.. list.Cast<object?>()],
        _ => null,
    };
}
