using AnomalyLab.Data;
using Spectre.Console;
using Tutorial;

return await new CommandLine(CourseFolders.Repository, Environment.GetEnvironmentVariable("MVTEC_AD_ROOT"), AnsiConsole.Console, TimeProvider.System).InvokeAsync(args);
