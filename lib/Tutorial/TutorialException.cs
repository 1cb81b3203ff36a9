namespace Tutorial;

/// <summary>A mistake in what was asked for: the sentence is shown as it is, and nothing has run.</summary>
/// <param name="message">What is wrong, where, and what to do.</param>
internal sealed class TutorialException(string message) : Exception(message);
