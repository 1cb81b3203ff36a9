namespace Tutorial.Doctor;

/// <summary>How a check went.</summary>
internal enum CheckState
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>The course runs, but something could be better.</summary>
    Warning,

    /// <summary>The course cannot run.</summary>
    Fail,
}

/// <summary>What a check found.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="State">How it went.</param>
/// <param name="Sentence">What there is and, unless all is well, what to do.</param>
internal sealed record CheckResult(string Subject, CheckState State, string Sentence);
