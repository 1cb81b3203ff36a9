namespace AnomalyLab.Data;

/// <summary>Passes each report on at once, on the reporting thread, one at a time.</summary>
/// <typeparam name="T">What is reported.</typeparam>
/// <param name="pass">Takes it.</param>
public sealed class ProgressRelay<T>(Action<T> pass) : IProgress<T>
{
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public void Report(T value)
    {
        lock (gate)
            pass(value);
    }
}
