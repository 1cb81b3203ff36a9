namespace AnomalyLab.Data;

/// <summary>Passes each report on at once, on the reporting thread.</summary>
/// <typeparam name="T">What is reported.</typeparam>
/// <param name="pass">Takes it.</param>
internal sealed class ProgressRelay<T>(Action<T> pass) : IProgress<T>
{
    public void Report(T value) => pass(value);
}
