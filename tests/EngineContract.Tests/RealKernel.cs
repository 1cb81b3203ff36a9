using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;

namespace EngineContract.Tests;

/// <summary>.NET Interactive's own C# kernel, with the library loaded as notebooks load it.</summary>
internal sealed class RealKernel : IDisposable
{
    public CSharpKernel Kernel { get; } = new CSharpKernel().UseKernelHelpers();

    /// <summary>The folder of the libraries that the notebooks use.</summary>
    public static string Libraries { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "lib"));

    public static async Task<RealKernel> WithLibraryAsync()
    {
        var kernel = new RealKernel();
        await kernel.RunAsync($"""
            #r "{Libraries}/AnomalyLab.dll"
            using AnomalyLab.Display;
            """);
        return kernel;
    }

    /// <summary>Runs a cell, which has to succeed.</summary>
    /// <returns>What it shows, updates included.</returns>
    public async Task<List<DisplayEvent>> RunAsync(string code)
    {
        var result = await Kernel.SendAsync(new SubmitCode(code), TestContext.Current.CancellationToken);
        Assert.Empty(result.Events.OfType<CommandFailed>().Select(failed => failed.Message));
        return [.. result.Events.OfType<DisplayEvent>()];
    }

    public void Dispose() => Kernel.Dispose();
}
