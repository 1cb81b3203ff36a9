using System.Text.Json.Nodes;

namespace NotebookKernel.Jupyter;

/// <summary>Asks the front end for the lines that a cell reads from the console.</summary>
/// <param name="send">Sends a request: a message's type and content.</param>
internal sealed class InputRequests(Action<Request, string, JsonObject> send)
{
    private TaskCompletionSource<string>? waiting;

    /// <summary>Asks for a line and waits for it.</summary>
    /// <param name="cell">The request that runs the cell.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="InvalidOperationException">The front end cannot be asked.</exception>
    /// <exception cref="OperationCanceledException">The cell was interrupted meanwhile.</exception>
    public string ReadLine(Request cell, CancellationToken stop)
    {
        if (!cell.Flag("allow_stdin", true))
            throw new InvalidOperationException("This front end cannot be asked for input: Console.ReadLine() works in editors only.");
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref waiting, answer);
        send(cell, "input_request", new JsonObject { ["prompt"] = "", ["password"] = false });
        return answer.Task.WaitAsync(stop).GetAwaiter().GetResult();
    }

    /// <summary>Takes the front end's answer; an answer that nobody waits for is dropped.</summary>
    public void Answer(Request reply) => Interlocked.Exchange(ref waiting, null)?.TrySetResult(reply.Text("value"));
}
