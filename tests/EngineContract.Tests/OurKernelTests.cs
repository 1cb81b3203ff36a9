using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.CSharp;

namespace EngineContract.Tests;

/// <summary>Our own engine beside .NET Interactive's: what runs in ours runs in theirs.</summary>
public sealed class OurKernelTests
{
    private readonly OurKernel ours = new();

    [Fact]
    public async Task The_default_usings_are_exactly_the_real_kernels()
    {
        using var kernel = new RealKernel();
        await kernel.RunAsync("1");
        var options = (ScriptOptions)typeof(CSharpKernel).GetField("_scriptOptions", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(kernel.Kernel)!;
        // The rest comes as the first cell that the kernel runs.
        var first = kernel.Kernel.ScriptState.Script;
        while (first.Previous is { } previous)
            first = previous;
        Assert.Equal("using static Microsoft.DotNet.Interactive.Kernel;", first.Code.Trim());

        var session = ours.Assembly.GetType("NotebookKernel.Sessions.Session")!;
        var defaults = session.GetProperty("DefaultOptions", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        var usings = (ImmutableArray<string>)defaults.GetType().GetProperty("Imports")!.GetValue(defaults)!;

        Assert.Equal([.. options.Imports, "Microsoft.DotNet.Interactive.Kernel"], usings);
    }

    [Fact]
    public void What_cells_can_call_has_the_real_kernels_names_and_signatures()
    {
        foreach (var type in ours.Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(Kernel).Namespace))
        {
            var real = typeof(Kernel).Assembly.GetType(type.FullName!);
            Assert.True(real is not null, $"{type} is not in .NET Interactive.");
            // Only ours can take back what a cell has put out.
            Assert.Equal([], Public(type).Except(Public(real)).Where(member => !member.Contains("ClearOutput", StringComparison.Ordinal)));
        }
    }

    private static IEnumerable<string> Public(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(member => $"{member}");
}
