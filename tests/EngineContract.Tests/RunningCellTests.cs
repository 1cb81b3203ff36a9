using System.Reflection;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;

namespace EngineContract.Tests;

/// <summary>What <c>RunningCell</c> and <c>LiveView</c> find by name.</summary>
public sealed class RunningCellTests
{
    [Fact]
    public void The_engine_has_the_names_and_signatures_that_the_library_looks_for()
    {
        var context = Type.GetType("Microsoft.DotNet.Interactive.KernelInvocationContext, Microsoft.DotNet.Interactive")!;
        var displayAs = context.Assembly.GetType(context.FullName + "Extensions")!.GetMethod("DisplayAs", [context, typeof(string), typeof(string)])!;

        Assert.Equal(context, context.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)!.PropertyType);
        Assert.Equal(typeof(CancellationToken), context.GetProperty("CancellationToken")!.PropertyType);
        Assert.True(displayAs is { IsPublic: true, IsStatic: true });
        Assert.Equal(typeof(void), displayAs.ReturnType.GetMethod("Update", [typeof(object)])!.ReturnType);
    }

    [Fact]
    public async Task A_live_view_updates_one_output()
    {
        using var kernel = await RealKernel.WithLibraryAsync();

        var shown = await kernel.RunAsync("""
            var view = new LiveView();
            view.Show(new Markup("<i>a</i>", "a"));
            view.Show(new Markup("<i>b</i>", "b"));
            view.Flush();
            """);

        var first = Assert.IsType<DisplayedValueProduced>(shown[0]);
        var second = Assert.IsType<DisplayedValueUpdated>(shown[1]);
        Assert.Equal(2, shown.Count);
        Assert.Equal(first.ValueId, second.ValueId);
        Assert.Equal([("text/html", "<i>a</i>"), ("text/html", "<i>b</i>")], shown.Select(each => each.FormattedValues.Select(form => (form.MimeType, form.Value)).Single()));
    }

    [Fact]
    public async Task Stopping_a_cell_cancels_the_librarys_token()
    {
        using var kernel = await RealKernel.WithLibraryAsync();
        using var waits = new ManualResetEventSlim();
        using var heard = new ManualResetEventSlim();
        AppContext.SetData("EngineContract.waits", waits);
        AppContext.SetData("EngineContract.heard", heard);

        var cell = kernel.Kernel.SendAsync(new SubmitCode("""
            void Set(string name) => ((System.Threading.ManualResetEventSlim)AppContext.GetData(name)).Set();
            RunningCell.CancellationToken.Register(() => Set("EngineContract.heard"));
            Set("EngineContract.waits");
            await Task.Delay(-1, RunningCell.CancellationToken);
            """), TestContext.Current.CancellationToken);
        waits.Wait(TestContext.Current.CancellationToken);
        Assert.False(heard.IsSet);
        await kernel.Kernel.SendAsync(new Cancel(), TestContext.Current.CancellationToken);

        heard.Wait(TestContext.Current.CancellationToken);
        Assert.Single((await cell).Events.OfType<CommandFailed>());
    }
}
