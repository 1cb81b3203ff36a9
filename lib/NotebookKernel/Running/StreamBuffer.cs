using System.Text;

namespace NotebookKernel.Running;

/// <summary>
/// Console text as a reader sees it: after a carriage return the line is written over, as Jupyter's front ends show
/// it, so that a progress bar leaves one line and not its history.
/// </summary>
internal sealed class StreamBuffer(string name)
{
    private readonly StringBuilder text = new();
    private int lineStart;
    private int position;

    /// <summary><c>stdout</c> or <c>stderr</c>.</summary>
    public string Name => name;

    /// <summary>How many characters are kept.</summary>
    public int Length => text.Length;

    public void Append(ReadOnlySpan<char> more)
    {
        foreach (var character in more)
        {
            if (character == '\r')
            {
                position = lineStart;
            }
            else if (character == '\n')
            {
                text.Append('\n');
                lineStart = position = text.Length;
            }
            else
            {
                if (position < text.Length)
                    text[position] = character;
                else
                    text.Append(character);
                position++;
            }
        }
    }

    public override string ToString() => text.ToString();
}
