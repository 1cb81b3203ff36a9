using AnomalyLab.Data;
using Spectre.Console;
using Tutorial;

return await new CommandLine(CourseFolders.Repository, AnsiConsole.Console, TimeProvider.System).InvokeAsync(args);
