namespace AnomalyLab.Data;

/// <summary>Passes a report on at once, on the thread that makes it.</summary>
/// <typeparam name="T">What is reported.</typeparam>
/// <param name="pass">Takes it.</param>
internal sealed class ProgressRelay<T>(Action<T> pass) : IProgress<T>
{
    public void Report(T value) => pass(value);
}
