namespace AnomalyLab.Evaluation;

/// <summary>The regions of a mask: sets of its pixels that touch, at a side or at a corner (8-connectivity).</summary>
internal static class Regions
{
    /// <summary>Numbers the regions of one mask.</summary>
    /// <param name="mask">Height × width bytes, row by row; not 0 where the mask is.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="sizes">The sizes in pixels of the regions found so far; new regions are appended and numbered from there.</param>
    /// <returns>Each pixel's region; -1 outside of the mask.</returns>
    public static int[] Label(ReadOnlySpan<byte> mask, int width, List<long> sizes)
    {
        var labels = new int[mask.Length];
        labels.AsSpan().Fill(-1);
        var waiting = new Stack<int>();
        for (var start = 0; start < mask.Length; start++)
        {
            if (mask[start] == 0 || labels[start] >= 0)
                continue;
            var size = 0L;
            labels[start] = sizes.Count;
            waiting.Push(start);
            while (waiting.TryPop(out var pixel))
            {
                size++;
                var (row, column) = Math.DivRem(pixel, width);
                for (var y = Math.Max(row - 1, 0); y <= row + 1 && y * width < mask.Length; y++)
                {
                    for (var x = Math.Max(column - 1, 0); x <= column + 1 && x < width; x++)
                    {
                        var neighbour = y * width + x;
                        if (mask[neighbour] == 0 || labels[neighbour] >= 0)
                            continue;
                        labels[neighbour] = sizes.Count;
                        waiting.Push(neighbour);
                    }
                }
            }
            sizes.Add(size);
        }
        return labels;
    }
}
