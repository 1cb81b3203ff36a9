using System.Runtime;

namespace NotebookKernel.Sessions;

/// <summary>Runs a cell's code so that it can be abandoned even if it never checks a token.</summary>
internal static class AbandonableRun
{
    /// <summary>
    /// Starts the code on a thread of its own. When it is abandoned, managed code on that thread is aborted at once, native
    /// code when it returns to managed code. Tasks that it awaits go on, but are no longer waited for.
    /// </summary>
    /// <typeparam name="T">What the code returns.</typeparam>
    /// <param name="start">Starts the code.</param>
    /// <param name="abandon">Abandons the code.</param>
    /// <exception cref="OperationCanceledException">The code was abandoned.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> start, CancellationToken abandon)
    {
        if (!abandon.CanBeCanceled)
            return await start();
        Task<T>? started = null;
        // A thread of its own, which is left before anything else runs: a thread that was aborted is not used again.
        await Task.Factory.StartNew(
            () =>
            {
#pragma warning disable SYSLIB0046 // Made for this: losing one cell is better than losing all cells before it, too.
                ControlledExecution.Run(() => started = start(), abandon);
#pragma warning restore SYSLIB0046
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.RunContinuationsAsynchronously,
            TaskScheduler.Default);
        return await started!.WaitAsync(abandon);
    }
}
