using System.CommandLine;
using Spectre.Console;
using Tutorial.Kit;

namespace Tutorial.Doctor;

/// <summary>The verb <c>doctor</c>.</summary>
/// <param name="checks">The checks.</param>
/// <param name="console">Where to show what they find.</param>
internal sealed class DoctorCommand(MachineChecks checks, IAnsiConsole console)
{
    private readonly Option<string?> _kit = new("--kit") { Description = "Check this workshop kit as well.", HelpName = "DIR" };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new Command("doctor", "Check that this machine is ready, and say what is missing and how to mend it.") { _kit };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var ready = true;
        var kit = parsed.GetValue(_kit) is { } folder ? new KitChecks(folder).Run(cancel) : [];
        await foreach (var finding in checks.RunAsync(cancel).Concat(kit.ToAsyncEnumerable()))
        {
            ready &= finding.State != CheckState.Fail;
            var (word, color) = finding.State switch { CheckState.Ok => ("ok", "green"), CheckState.Warning => ("warning", "yellow"), _ => ("fail", "red") };
            console.Markup($"[{color}]{word,-7}[/]  ");
            console.Profile.Out.Writer.WriteLine($"{finding.Subject}: {finding.Sentence}");
        }
        console.Profile.Out.Writer.WriteLine(ready ? "The course can run." : "The course cannot run yet: mend what failed.");
        return ready ? 0 : 1;
    }
}
