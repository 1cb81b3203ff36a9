using AnomalyLab.Course;
using Spectre.Console;
using Tutorial;
using Tutorial.Inspection;

LibTorch.UseTheNotebooks();
if (Console.IsOutputRedirected)
    AnsiConsole.Console.Profile.Width = 160; // a log's lines may be longer than a terminal's 80 columns

return await new CommandLine(CourseFolders.Repository, Environment.GetEnvironmentVariable("MVTEC_AD_ROOT"), AnsiConsole.Console, TimeProvider.System).InvokeAsync(args);
