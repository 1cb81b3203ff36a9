using System.CommandLine;
using AnomalyLab.Display;
using NotebookKernel.Running;
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

    private readonly Option<Dictionary<string, string>> _set = RunOptions.Set();

    private readonly Option<string> _output = new("--output")
    {
        Description = "Where the executed notebooks, the site and results.json go; in another language than English, a folder of its name within.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine(repository, "artifacts", "course"),
    };

    private readonly Option<string?> _language = new Option<string?>("--language")
    {
        Description = "The language of the notebooks, of what they show, and of the site: en, or ja, which is also that of the notebooks in notebooks/ja.",
        HelpName = "LANGUAGE",
    }.AcceptOnlyFromAmong("en", "ja");

    private readonly Option<TimeSpan?> _timeout = RunOptions.Timeout();

    /// <summary>Gives a command the arguments and the action.</summary>
    /// <param name="command">The root command, or its verb <c>run</c>.</param>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_notebooks);
        command.Options.Add(_set);
        command.Options.Add(_output);
        command.Options.Add(_language);
        command.Options.Add(_timeout);
        command.SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var chosen = parsed.GetValue(_notebooks)!;
        var language = parsed.GetValue(_language) ?? (chosen.Length > 0 && chosen.All(IsJapanese) ? "ja" : Texts.Language);
        var folder = new OutputFolder(parsed.GetValue(_output)!, language);
        var process = new NotebookProcess(NotebookProcess.Kernel, folder.Course, language, time);
        var notebooks = CourseNotebooks.Choose(repository, language, chosen);
        if (chosen.Length == 0 && CourseNotebooks.Missing(repository, language) is { Count: > 0 } missing)
            console.Profile.Out.Writer.WriteLine($"Not there in this language yet ({language}): {string.Join(", ", missing)}.");
        var run = new CourseRun(folder, process, new RunDisplay(console, time), time);
        var results = await run.RunAsync(notebooks, parsed.GetValue(_set)!, parsed.GetValue(_timeout), cancel);
        return results.Notebooks.Select(notebook => notebook.Status).FirstOrDefault(status => status != NotebookStatus.Ok, NotebookStatus.Ok) switch
        {
            NotebookStatus.Ok => 0,
            NotebookStatus.Failed => 1,
            _ => 3,
        };
    }

    private static bool IsJapanese(string notebook) => File.Exists(notebook) && Directory.GetParent(notebook)!.Name == "ja";
}
