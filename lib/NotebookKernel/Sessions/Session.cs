using System.Collections.Concurrent;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;
using NotebookKernel.Packages;

namespace NotebookKernel.Sessions;

/// <summary>
/// A C# session: runs cells one after the other, each seeing what the earlier ones declared. Knows neither notebook
/// files nor the command line.
/// </summary>
/// <param name="folder">The folder that <c>#r</c>, <c>#load</c> and <c>#!import</c> are relative to.</param>
/// <param name="processOutput">Captures the output of programs that cells start; <c>null</c> leaves it as it is.</param>
internal sealed class Session(string folder, ProcessOutput? processOutput = null)
{
    private readonly string folder = Path.GetFullPath(folder);
    private readonly ConcurrentDictionary<string, string> sources = [];
    private readonly SessionPackages packages = new(Path.GetFullPath(folder));
    private ScriptOptions options = DefaultOptions
        .WithMetadataResolver(new CachingResolver(ScriptMetadataResolver.Default.WithBaseDirectory(Path.GetFullPath(folder))))
        .WithSourceResolver(ScriptSourceResolver.Default.WithBaseDirectory(Path.GetFullPath(folder)));

    private ScriptState<object>? state;
    private int uncounted;

    /// <summary>How many counted cells have been run; the number of the running one while it runs.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>Raised when a cell has been compiled and starts to run.</summary>
    public event Action<Script<object>>? Submitted;

    /// <summary>The namespaces that are imported by default: exactly those of .NET Interactive's C# kernel.</summary>
    internal static ScriptOptions DefaultOptions { get; } = ScriptOptions.Default
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithEmitDebugInformation(true)
        .WithFileEncoding(Encoding.UTF8)
        .AddReferences(typeof(Kernel).Assembly, typeof(Formatter).Assembly)
        .AddImports(
            "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
            typeof(Kernel).FullName!);

    /// <summary>Runs one cell. Not to be called before the last call has ended.</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="publish">Receives the cell's outputs, on any thread.</param>
    /// <param name="cancellationToken">Asks the cell to stop. It is up to the cell when it does.</param>
    /// <returns><c>null</c> if all went well, otherwise why not.</returns>
    public Task<CellError?> ExecuteAsync(string code, Action<CellOutput> publish, CancellationToken cancellationToken = default) =>
        ExecuteAsync(code, new CellHost(publish) { Stop = cancellationToken });

    /// <summary>Runs one cell. Not to be called before the last call has ended.</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="host">For whom it runs.</param>
    /// <returns><c>null</c> if all went well, otherwise why not.</returns>
    public async Task<CellError?> ExecuteAsync(string code, CellHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        CellConsole.Install();
        host = processOutput?.GiveTo(host) ?? host;
        KernelInvocationContext.Enter(host);
        var cell = Path.Combine(folder, host.IsCounted ? $"cell {++ExecutionCount}" : $"uncounted cell {++uncounted}");
        try
        {
            if (await RunAsync(cell, code, host) && state != null)
                host.Publish(new CellValue(MimeBundle.Of(state.ReturnValue)));
            return null;
        }
        catch (CellException exception)
        {
            return exception.Error;
        }
        catch (CompilationErrorException exception)
        {
            return new ErrorReport(sources, cell).Of(exception.Diagnostics);
        }
        catch (OperationCanceledException) when (host.Abandon.IsCancellationRequested)
        {
            return CellError.Interrupted("The cell did not stop when asked, and was given up. What it declared is lost. If it awaited something, that may go on: restart the kernel to end it.");
        }
        catch (OperationCanceledException) when (host.Stop.IsCancellationRequested)
        {
            return CellError.Interrupted("The cell was interrupted.");
        }
        catch (Exception exception)
        {
            return new ErrorReport(sources, cell).Of(exception);
        }
    }

    /// <summary>
    /// Shows an unhandled exception from a cell's own thread in that cell. It would end the process otherwise.
    /// </summary>
    /// <param name="exception">The exception.</param>
    /// <returns>Whether it was a cell's.</returns>
    public bool ShowUnhandled(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (KernelInvocationContext.Current == null && !ErrorReport.IsNotebooks(exception))
            return false;
        var error = new ErrorReport(sources, "").Of(exception);
        Console.Error.Write($"Not caught, on a thread of the cell's own: {string.Join('\n', error.Traceback)}\n");
        return true;
    }

    /// <summary>A cell that builds on those that have been run, to be run or to be analysed for completion.</summary>
    /// <param name="code">The source.</param>
    /// <param name="file">What the source is called.</param>
    internal Script<object> Continue(string code, string file = "") => Continue(state?.Script, code, file);

    /// <summary>A cell that builds on another one, which may still be running.</summary>
    internal Script<object> Continue(Script? previous, string code, string file = "") => previous == null
        ? CSharpScript.Create<object>(code, options.WithFilePath(file))
        : previous.ContinueWith<object>(code, options.WithFilePath(file));

    /// <summary>Runs a cell or an imported file, and says whether it ends in an expression whose value is to be shown.</summary>
    private async Task<bool> RunAsync(string file, string code, CellHost host)
    {
        sources[file] = code;
        var hasValue = false;
        foreach (var part in CellSource.Split(code, folder).Where(part => !string.IsNullOrWhiteSpace(part.Code ?? part.Import)))
        {
            hasValue = part.Import is { } import
                ? await ImportAsync(import, part.Line, host)
                : await SubmitAsync(file, part.Code!, host);
        }

        return hasValue;
    }

    private async Task<bool> ImportAsync(string import, int line, CellHost host)
    {
        try
        {
            // Named as if it were in the notebook's folder, because its own paths are relative to it.
            var code = await File.ReadAllTextAsync(Path.Combine(folder, import), host.Stop);
            return await RunAsync(Path.Combine(folder, Path.GetFileName(import)), code, host);
        }
        catch (CellException exception)
        {
            throw exception.In(import, line);
        }
    }

    private async Task<bool> SubmitAsync(string file, string code, CellHost host)
    {
        var script = Continue(code, file);
        if (await AddPackagesAsync(script.GetCompilation(), host))
            script = Continue(code, file);
        foreach (var loaded in script.GetCompilation().SyntaxTrees)
            sources.TryAdd(loaded.FilePath, loaded.ToString());

        // Compiled first, because the compiler must not be aborted in the middle of its work.
        var diagnostics = script.Compile(host.Stop);
        if (diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
            throw new CompilationErrorException("The cell cannot be compiled.", diagnostics);

        Submitted?.Invoke(script);
        // Caught and kept, so that later cells see what the failing one declared before it failed.
        var earlier = state;
        try
        {
            state = await AbandonableRun.RunAsync(
                () => earlier == null
                    ? script.RunAsync(globals: null, _ => true, host.Stop)
                    : script.RunFromAsync(earlier, _ => true, host.Stop),
                host.Abandon);
        }
        finally
        {
            processOutput?.TakeAll();
        }

        if (state.Exception is { } exception)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        return EndsInValue(script.GetCompilation());
    }

    /// <summary>Makes the packages that the code asks for known, and returns whether any are new.</summary>
    private async Task<bool> AddPackagesAsync(Compilation compilation, CellHost host)
    {
        var wanted = CellSource.Packages(compilation);
        if (wanted.Count == 0)
            return false;
        try
        {
            var (added, assemblies) = await packages.AddAsync([.. wanted.Select(each => each.Package)], compilation.ReferencedAssemblyNames, host.Stop);
            options = options.AddReferences(assemblies.Select(path => Documentation.AddTo(MetadataReference.CreateFromFile(path))));
            if (added.Count > 0)
                host.Publish(new DisplayData(Guid.NewGuid().ToString(), MimeBundle.Of($"Packages: {string.Join(", ", added.Select(package => $"{package.Name} {package.Version}"))}")));
            return added.Count > 0;
        }
        catch (PackageException exception)
        {
            throw new CellException("Package", exception.Message, wanted[0].Line);
        }
    }

    // As the compiler decides it: a last expression without a semicolon that is of any type but void.
    private static bool EndsInValue(Compilation compilation)
    {
        var tree = compilation.SyntaxTrees.Last();
        return ((CompilationUnitSyntax)tree.GetRoot()).Members.LastOrDefault()
                is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type?.SpecialType != SpecialType.System_Void;
    }
}
