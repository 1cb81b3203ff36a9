using NotebookKernel.Running;

namespace Tutorial.Running;

/// <summary>How the console and the site say things.</summary>
internal static class Words
{
    /// <summary>A status in words.</summary>
    /// <param name="status">The status.</param>
    public static string Of(NotebookStatus status) => status switch
    {
        NotebookStatus.Ok => "ok",
        NotebookStatus.NotRun => "not run",
        NotebookStatus.Timeout => "time limit reached",
        NotebookStatus.Cancelled => "cancelled",
        _ => "failed",
    };

    /// <summary>A duration in words.</summary>
    /// <param name="seconds">The duration in seconds.</param>
    public static string Duration(double seconds) =>
        seconds < 60 ? $"{seconds:0.0} s" : $"{(int)seconds / 60}:{(int)seconds % 60:00} min";
}
