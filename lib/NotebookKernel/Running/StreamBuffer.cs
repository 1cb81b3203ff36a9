using System.Text;

namespace NotebookKernel.Running;

/// <summary>
/// Console text as a reader sees it: as in Jupyter's front ends, a carriage return overwrites the line and ANSI erase codes
/// erase it, so that a progress bar leaves one line and not its history. Colour codes are kept; codes that move the cursor
/// elsewhere have no meaning in a notebook and are dropped.
/// </summary>
internal sealed class StreamBuffer(string name)
{
    private const char Escape = '\e', Bell = '\a';

    private readonly StringBuilder lines = new();
    private readonly List<(string Colours, char Character)> line = [];
    private readonly StringBuilder colours = new(); // for the next character
    private readonly StringBuilder code = new(); // an ANSI code that has begun
    private int position;

    /// <summary><c>stdout</c> or <c>stderr</c>.</summary>
    public string Name => name;

    /// <summary>How many characters are kept.</summary>
    public int Length => lines.Length + line.Count + colours.Length + code.Length;

    public void Append(ReadOnlySpan<char> more)
    {
        foreach (var character in more)
        {
            if (code.Length > 0 && character != '\n')
                Continue(character);
            else
                Write(character);
        }
    }

    public override string ToString() => lines.ToString() + Line() + colours;

    private void Write(char character)
    {
        switch (character)
        {
            case Escape:
                code.Append(character);
                break;
            case '\r':
                position = 0;
                break;
            case '\n':
                lines.Append(Line()).Append(colours).Append('\n');
                line.Clear();
                colours.Clear();
                code.Clear();
                position = 0;
                break;
            default:
                while (position >= line.Count)
                    line.Add(("", ' '));
                line[position++] = (colours.ToString(), character);
                colours.Clear();
                break;
        }
    }

    // ECMA-48: "ESC [ parameters letter" (5.4); "ESC ] text BEL" or "ESC ] text ESC \", with which terminals set titles and links.
    private void Continue(char character)
    {
        code.Append(character);
        var isOver = code[1] switch
        {
            '[' => code.Length > 2 && character is >= '@' and <= '~',
            ']' => character == Bell || code.Length > 3 && code[^2] == Escape && character == '\\',
            _ => true,
        };
        if (!isOver)
            return;
        switch (code.ToString())
        {
            case [Escape, '[', .., 'm'] colour:
                colours.Append(colour);
                break;
            case "\e[K" or "\e[0K" when position < line.Count:
                line.RemoveRange(position, line.Count - position);
                break;
            case "\e[2K":
                line.Clear(); // the cursor stays where it is
                break;
        }

        code.Clear();
    }

    private string Line() => string.Concat(line.Select(cell => cell.Colours + cell.Character));
}
