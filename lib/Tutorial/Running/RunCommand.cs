using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;
using Tutorial.Notebooks;

namespace Tutorial.Running;

/// <summary>The verb <c>run</c>, which is also what happens without a verb.</summary>
/// <param name="repository">The repository's folder.</param>
/// <param name="console">Where to show it.</param>
/// <param name="time">The clock.</param>
internal sealed class RunCommand(string repository, IAnsiConsole console, TimeProvider time)
{
    private readonly Argument<string[]> _notebooks = new("NOTEBOOK")
    {
        Description = "Which notebooks: a name (04-training), the beginning of one (04) or a path. All of them if left out.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<Dictionary<string, string>> _set = new("--set")
    {
        Description = "Set a parameter of the notebooks, such as epochs=120. May be said several times.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseParameters,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "Where the executed notebooks, the site and results.json go.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine(repository, "artifacts", "course"),
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "The time limit of each notebook, such as 00:30:00.",
        HelpName = "HH:MM:SS",
        CustomParser = ParseLimit,
    };

    /// <summary>Gives a command the arguments and the action.</summary>
    /// <param name="command">The root command, or its verb <c>run</c>.</param>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_notebooks);
        command.Options.Add(_set);
        command.Options.Add(_output);
        command.Options.Add(_timeout);
        command.SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var folder = new OutputFolder(parsed.GetValue(_output)!);
        var process = new NotebookProcess(NotebookProcess.Kernel, folder.FullPath, time);
        var run = new CourseRun(folder, process, new RunDisplay(console, time), time);
        var results = await run.RunAsync(Course.Choose(repository, parsed.GetValue(_notebooks)!), parsed.GetValue(_set)!, parsed.GetValue(_timeout), cancel);
        return results.Notebooks.Select(notebook => notebook.Status).FirstOrDefault(status => status != NotebookStatus.Ok, NotebookStatus.Ok) switch
        {
            NotebookStatus.Ok => 0,
            NotebookStatus.Failed => 1,
            _ => 3,
        };
    }

    private static Dictionary<string, string>? ParseParameters(ArgumentResult argument)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var token in argument.Tokens.Select(token => token.Value))
        {
            var at = token.IndexOf('=');
            if (at > 0)
                parameters[token[..at]] = token[(at + 1)..];
            else
                argument.AddError($"--set {token} is not of the form NAME=VALUE, such as --set epochs=120.");
        }
        return parameters;
    }

    private static TimeSpan? ParseLimit(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (TimeSpan.TryParseExact(text, @"h\:mm\:ss", null, out var limit) && limit > TimeSpan.Zero)
            return limit;
        argument.AddError($"--timeout {text} is not of the form HH:MM:SS, such as 00:30:00.");
        return null;
    }
}
