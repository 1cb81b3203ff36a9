using Microsoft.Playwright;

namespace Tutorial.Tests;

/// <summary>A notebook that is open in Jupyter Notebook, worked with as a learner does.</summary>
/// <param name="page">The browser's page.</param>
internal sealed class NotebookPage(IPage page)
{
    private const string Bar = ".output progress";

    public ILocator Bars => page.Locator(Bar);

    public ILocator Errors => page.Locator(".output_error");

    /// <summary>Waits until the notebook is there and its kernel answers.</summary>
    public Task ReadyAsync() => page.WaitForFunctionAsync("() => window.Jupyter?.notebook?.kernel?.is_connected() && document.querySelector('#kernel_indicator_icon.kernel_idle_icon') !== null");

    public async Task RunAllAsync()
    {
        await page.ClickAsync("#celllink");
        await page.ClickAsync("#run_all_cells a");
    }

    public Task InterruptAsync() => page.ClickAsync("[data-jupyter-action='jupyter-notebook:interrupt-kernel']");

    /// <summary>Waits until the bar has come further, and says how far.</summary>
    public async Task<double> BarBeyondAsync(double value)
    {
        await page.WaitForFunctionAsync($"value => document.querySelector('{Bar}')?.value > value", value);
        return await Bars.First.EvaluateAsync<double>("bar => bar.value");
    }

    /// <summary>Waits until every cell has run.</summary>
    public Task AllHaveRunAsync() => page.WaitForFunctionAsync("() => Jupyter.notebook.get_cells().every(cell => cell.cell_type !== 'code' || Number.isInteger(cell.input_prompt_number))");

    /// <summary>Replaces a cell's source.</summary>
    /// <param name="containing">What the cell contains, to tell it from others.</param>
    /// <param name="source">The new source.</param>
    public async Task EditAsync(string containing, string source)
    {
        await page.Locator(".code_cell .CodeMirror", new() { HasText = containing }).First.ClickAsync();
        await page.Keyboard.PressAsync("ControlOrMeta+A");
        await page.Keyboard.InsertTextAsync(source);
    }

    /// <summary>The output of a cell.</summary>
    /// <param name="containing">What the cell's source contains.</param>
    public ILocator OutputOf(string containing) =>
        page.Locator(".code_cell").Filter(new() { Has = page.Locator(".CodeMirror", new() { HasText = containing }) }).First.Locator(".output");

    /// <summary>Saves, and waits until that is done.</summary>
    public async Task SaveAsync()
    {
        await page.ClickAsync("[data-jupyter-action='jupyter-notebook:save-notebook']");
        await page.WaitForFunctionAsync("() => Jupyter.notebook.dirty === false");
    }

    /// <summary>Keeps a picture of what is seen around an element.</summary>
    public async Task ScreenshotAsync(ILocator element, string file)
    {
        await element.EvaluateAsync("element => element.scrollIntoView({ block: 'end' })");
        await page.ScreenshotAsync(new() { Path = file });
    }
}
