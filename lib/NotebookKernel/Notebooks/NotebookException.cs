namespace NotebookKernel.Notebooks;

/// <summary>A notebook, or what is asked of it, is not as it should be; the message says it in a sentence for people.</summary>
/// <param name="message">What is wrong, where, and what to do.</param>
/// <param name="innerException">What was noticed first.</param>
public sealed class NotebookException(string message, Exception? innerException = null) : Exception(message, innerException);
