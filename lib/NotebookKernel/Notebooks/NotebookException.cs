namespace NotebookKernel.Notebooks;

/// <summary>Something is wrong with a notebook or with a request about it; the message says what, in a sentence for people.</summary>
/// <param name="message">What is wrong, where, and what to do.</param>
/// <param name="innerException">The exception that led to this one.</param>
public sealed class NotebookException(string message, Exception? innerException = null) : Exception(message, innerException);
