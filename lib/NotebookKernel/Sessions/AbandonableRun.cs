using System.Runtime;

namespace NotebookKernel.Sessions;

/// <summary>Runs code of a cell so that it can be given up, also if it never looks at a token.</summary>
internal static class AbandonableRun
{
    /// <summary>
    /// Starts the code on a thread of its own. When it is abandoned, managed code on that thread is ended where it is,
    /// native code when it returns to managed code; what the code awaits goes on, and is no longer waited for.
    /// </summary>
    /// <typeparam name="T">What the code returns.</typeparam>
    /// <param name="start">Starts the code.</param>
    /// <param name="abandon">Gives it up.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> start, CancellationToken abandon)
    {
        if (!abandon.CanBeCanceled)
            return await start();
        Task<T>? started = null;
        // Its own, and left before anything else is done: a thread that was ended once is not used again.
        await Task.Factory.StartNew(
            () =>
            {
#pragma warning disable SYSLIB0046 // Made for this: who works in a notebook would rather lose a cell than all cells before it.
                ControlledExecution.Run(() => started = start(), abandon);
#pragma warning restore SYSLIB0046
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.RunContinuationsAsynchronously,
            TaskScheduler.Default);
        return await started!.WaitAsync(abandon);
    }
}
