using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace NotebookKernel.Running;

/// <summary>The options of a command line that runs notebooks.</summary>
public static partial class RunOptions
{
    /// <summary><c>--set NAME=VALUE</c>: parameters by name, the last value of each.</summary>
    public static Option<Dictionary<string, string>> Set() => new("--set")
    {
        Description = "Give a parameter of the notebook another value, such as epochs=120. May be said several times.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseValues,
        DefaultValueFactory = _ => [],
    };

    /// <summary><c>--timeout HH:MM:SS</c>: how long a notebook may take.</summary>
    public static Option<TimeSpan?> Timeout() => new("--timeout")
    {
        Description = "How long a notebook may take, such as 00:30:00.",
        HelpName = "HH:MM:SS",
        CustomParser = ParseLimit,
    };

    /// <summary>A limit as <see cref="Timeout"/> reads it, in whole seconds.</summary>
    /// <param name="limit">The limit.</param>
    public static string Text(TimeSpan limit) => $"{(int)limit.TotalHours:00}:{limit:mm\\:ss}";

    private static Dictionary<string, string> ParseValues(ArgumentResult argument)
    {
        var values = new Dictionary<string, string>();
        foreach (var token in argument.Tokens.Select(token => token.Value))
        {
            if (token.Split('=', 2) is [{ Length: > 0 } name, var value])
                values[name] = value;
            else
                argument.AddError($"--set {token} is not understood: write NAME=VALUE, such as --set epochs=120.");
        }
        return values;
    }

    private static TimeSpan? ParseLimit(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (HoursMinutesSeconds().Match(text) is { Success: true, Groups: var time }
            && new TimeSpan(int.Parse(time[1].ValueSpan), int.Parse(time[2].ValueSpan), int.Parse(time[3].ValueSpan)) is var limit && limit > TimeSpan.Zero)
            return limit;
        argument.AddError($"--timeout {text} is not understood: write hours, minutes and seconds, such as --timeout 00:30:00.");
        return null;
    }

    [GeneratedRegex(@"^(\d{1,4}):([0-5]\d):([0-5]\d)$")]
    private static partial Regex HoursMinutesSeconds();
}
