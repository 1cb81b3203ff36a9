using NotebookKernel.Notebooks;
using NotebookKernel.Running;
using Tutorial.Notebooks;
using Tutorial.Site;

namespace Tutorial.Running;

/// <summary>Runs notebooks in order until one fails, and writes the executed notebooks, the site and <c>results.json</c>.</summary>
/// <param name="folder">Where to.</param>
/// <param name="process">Executes one notebook.</param>
/// <param name="display">Shows what is going on.</param>
/// <param name="time">The clock.</param>
internal sealed class CourseRun(OutputFolder folder, NotebookProcess process, RunDisplay display, TimeProvider time)
{
    /// <summary>Runs.</summary>
    /// <param name="notebooks">The chosen notebooks.</param>
    /// <param name="parameters">The parameters that were set; each notebook gets those it knows.</param>
    /// <param name="limit">The time limit of each notebook.</param>
    /// <param name="cancel">Ends the run; what ran so far is kept.</param>
    /// <exception cref="TutorialException">A parameter is unknown, or the folder holds files that are not ours.</exception>
    /// <exception cref="NotebookException">A value does not fit its parameter.</exception>
    public async Task<Results> RunAsync(IReadOnlyList<CourseNotebook> notebooks, IReadOnlyDictionary<string, string> parameters, TimeSpan? limit, CancellationToken cancel)
    {
        CourseNotebooks.RefuseUnknown(notebooks, parameters.Keys);
        foreach (var notebook in notebooks)
            Parameters.Inject(Notebook.Load(notebook.Path), CourseNotebooks.ParametersOf(notebook, parameters).ToDictionary()); // throws if a value does not fit, before anything is cleared
        var cleared = folder.Clear(notebooks.Select(notebook => notebook.Name));
        var start = time.GetTimestamp();
        var results = new Results(false, time.GetLocalNow(), 0, parameters, Machine.This, null, cleared,
            [.. notebooks.Select(notebook => new NotebookResult(notebook.Name, NotebookStatus.NotRun, 0, []))]);
        results.Write(folder.FullPath);

        await display.ShowAsync(async () =>
        {
            for (var i = 0; i < notebooks.Count && !cancel.IsCancellationRequested && results.Notebooks.Take(i).All(done => done.Status == NotebookStatus.Ok); i++)
            {
                var notebook = notebooks[i];
                var executed = folder.Executed(notebook.Name);
                display.Begin(notebook);
                var outcome = await process.ExecuteAsync(notebook.Path, executed, CourseNotebooks.ParametersOf(notebook, parameters), limit, display.Show, cancel);
                display.End(notebook, outcome);
                var values = File.Exists(executed) ? CourseNotebook.Read(executed).Values : [];
                results = results with
                {
                    Seconds = time.GetElapsedTime(start).TotalSeconds,
                    PeakMemoryMegabytes = outcome.PeakBytes == 0 ? results.PeakMemoryMegabytes : Math.Max(results.PeakMemoryMegabytes ?? 0, Math.Round(outcome.PeakBytes / 1e6)),
                    Notebooks = [.. results.Notebooks.Select((result, at) => at == i ? new(notebook.Name, outcome.Status, outcome.Seconds, values, outcome.Sentence) : result)],
                };
                results.Write(folder.FullPath);
            }
        });

        SiteWriter.Write(folder, notebooks, results);
        results = results with { Complete = true, Seconds = time.GetElapsedTime(start).TotalSeconds };
        results.Write(folder.FullPath);
        display.Summarize(results, folder);
        return results;
    }
}
