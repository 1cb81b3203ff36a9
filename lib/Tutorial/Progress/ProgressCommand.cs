using System.CommandLine;
using AnomalyLab.Course;
using Spectre.Console;

namespace Tutorial.Progress;

/// <summary>The verb <c>progress</c>.</summary>
/// <param name="console">Where to show it.</param>
internal sealed class ProgressCommand(IAnsiConsole console)
{
    private readonly Argument<string[]> _outputs = new("DIR") { Description = "The folders that the learners' notebooks write to.", Arity = ArgumentArity.OneOrMore };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new Command("progress", "Show how many learners have solved each exercise, without their names.") { _outputs };
        command.SetAction(parsed => Show(parsed.GetValue(_outputs)!));
        return command;
    }

    private int Show(string[] outputs)
    {
        if (outputs.FirstOrDefault(output => !Directory.Exists(output)) is { } missing)
            throw new TutorialException($"There is no folder {missing}. Name the folder of each learner, such as /home/*/anomalylab/output.");
        console.Profile.Out.Writer.WriteLine(CourseProgress.Of(outputs).ToString());
        return 0;
    }
}
