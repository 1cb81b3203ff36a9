using System.Runtime.Loader;
using AnomalyLab.Benchmarks;

var repository = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(repository, "AnomalyLab.slnx")))
    repository = Path.GetDirectoryName(repository) ?? throw new DirectoryNotFoundException("Run the benchmarks from a checkout of the course.");
var library = Path.Combine(repository, "artifacts", "lib");
AssemblyLoadContext.Default.Resolving += (context, name) =>
    Path.Combine(library, $"{name.Name}.dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
return CommandLine.Run(args);
