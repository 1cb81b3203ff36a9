using NotebookKernel.Sessions;

namespace Microsoft.DotNet.Interactive;

/// <summary>A value that a cell shows, and that can be replaced in place.</summary>
public sealed class DisplayedValue
{
    private readonly string[] mimeTypes;
    private readonly KernelInvocationContext context;

    internal DisplayedValue(string displayId, string[] mimeTypes, KernelInvocationContext context)
    {
        DisplayId = displayId;
        this.mimeTypes = mimeTypes;
        this.context = context;
    }

    /// <summary>The identity that an update shares with what it replaces.</summary>
    public string DisplayId { get; }

    /// <summary>Shows another value in the same place and in the same mime types, wherever its cell is by now.</summary>
    /// <param name="updatedValue">What to show instead.</param>
    public void Update(object? updatedValue) =>
        (KernelInvocationContext.Current ?? context).Publish(new DisplayUpdate(DisplayId, MimeBundle.Of(updatedValue, mimeTypes)));
}
