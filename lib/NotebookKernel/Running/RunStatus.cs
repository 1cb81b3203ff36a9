namespace NotebookKernel.Running;

/// <summary>How the run of a notebook ended.</summary>
internal enum RunStatus
{
    /// <summary>Every cell ran.</summary>
    Ok,

    /// <summary>A cell failed.</summary>
    Failed,

    /// <summary>The time limit was reached.</summary>
    Timeout,

    /// <summary>The run was interrupted.</summary>
    Cancelled,
}
