namespace NotebookKernel.Sessions;

/// <summary>One output of a running cell.</summary>
internal abstract record CellOutput;

/// <summary>Text written to the console.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The text, as it was written.</param>
internal sealed record StreamText(string Name, string Text) : CellOutput;

/// <summary>A displayed value.</summary>
/// <param name="DisplayId">The identity that updates refer to.</param>
/// <param name="Data">The value in each mime type; binary types in base64.</param>
internal sealed record DisplayData(string DisplayId, IReadOnlyDictionary<string, string> Data) : CellOutput;

/// <summary>Replaces an earlier <see cref="DisplayData"/>, which may be an earlier cell's.</summary>
/// <param name="DisplayId">The identity of what is replaced.</param>
/// <param name="Data">The new value in each mime type.</param>
internal sealed record DisplayUpdate(string DisplayId, IReadOnlyDictionary<string, string> Data) : CellOutput;

/// <summary>Clears all output of the cell so far.</summary>
/// <param name="Wait">Whether to clear only when the next output comes, so that nothing flickers.</param>
internal sealed record OutputCleared(bool Wait) : CellOutput;

/// <summary>The value of the cell's last expression.</summary>
/// <param name="Data">The value in each mime type; binary types in base64.</param>
internal sealed record CellValue(IReadOnlyDictionary<string, string> Data) : CellOutput;
