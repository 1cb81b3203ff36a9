using System.CommandLine;
using Spectre.Console;

namespace Tutorial.Kit;

/// <summary>The verb <c>kit</c>.</summary>
/// <param name="repository">The repository's folder.</param>
/// <param name="console">Where to show what happens.</param>
internal sealed class KitCommand(string repository, IAnsiConsole console)
{
    private readonly Option<string> _output = new("--output") { Description = "The folder to make; it must not exist yet.", HelpName = "DIR", Required = true };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new Command("kit", "Make one folder with everything for a room without internet: course, packages, bottles, trained models, site.") { _output };
        command.SetAction((parsed, cancel) => new WorkshopKit(repository, console).MakeAsync(parsed.GetValue(_output)!, [], cancel));
        return command;
    }
}
