#pragma warning disable IDE0130 // These stand for the engine's own types, which are found by their full names.
namespace Microsoft.DotNet.Interactive;

/// <summary>A stand-in for the engine's context, one for each test that makes one.</summary>
public sealed class KernelInvocationContext(Func<string, string, object?> display)
{
    private static readonly AsyncLocal<KernelInvocationContext?> Running = new();

    public static KernelInvocationContext? Current
    {
        get => Running.Value;
        set => Running.Value = value;
    }

    public CancellationToken CancellationToken { get; init; }

    internal object? Display(string value, string mimeType) => display(value, mimeType);
}

public static class KernelInvocationContextExtensions
{
    public static object? DisplayAs(this KernelInvocationContext context, string value, string mimeType) => context.Display(value, mimeType);
}
