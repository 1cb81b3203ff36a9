namespace NotebookKernel.Packages;

/// <summary>A package is not available.</summary>
/// <param name="message">Which, why, and what to do.</param>
internal sealed class PackageException(string message) : Exception(message);
