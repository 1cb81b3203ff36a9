using System.Text;

namespace AnomalyLab.Visualization;

/// <summary>Draws a chart as SVG: what plotly.js would draw, without the interaction, on a light card.</summary>
internal sealed class ChartSvg
{
    public const int Width = 720, Height = 374;

    /// <summary>The assumed width of a letter.</summary>
    private const double Letter = 6.5;
    private const double Right = 700, Top = 18, Bottom = 296;

    private readonly StringBuilder svg = new();
    private readonly Chart chart;
    private readonly double left;
    private readonly Scale x, y;

    public ChartSvg(Chart chart)
    {
        this.chart = chart;
        y = new(chart.Y, chart.Series.SelectMany(s => s.Y), chart.Series.Any(s => s.Mark == Mark.Bars), Bottom, Top);
        left = 34 + y.Ticks().Max(tick => WidthOf(tick.Name));
        x = new(chart.X, chart.Series.SelectMany(s => s.X), hasBars: false, left, Right);
    }

    public string Draw()
    {
        svg.Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" aria-label="{Figure.Encode(chart.Title)}" style="width:100%;font:12px sans-serif">""");
        svg.Append($"""<rect x=".5" y=".5" width="{Width - 1}" height="{Height - 1}" rx="10" fill="#f8f8f6" stroke="#d9d9d4"/>""");
        DrawAxes();
        foreach (var series in chart.Series)
            DrawSeries(series);
        if (chart.Series.Count > 1)
            DrawLegend();
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Japanese letters are as wide as two others.</summary>
    private static double WidthOf(string text) => Letter * text.Sum(letter => letter < '\u2e80' ? 1 : 2);

    private void DrawAxes()
    {
        foreach (var (value, name) in x.Ticks())
        {
            svg.Append($"""<line x1="{x.At(value):0.#}" x2="{x.At(value):0.#}" y1="{Top}" y2="{Bottom}" stroke="{Palette.Grid}"/>""");
            Text(x.At(value), Bottom + 16, name, "middle");
        }
        foreach (var (value, name) in y.Ticks())
        {
            svg.Append($"""<line x1="{left}" x2="{Right}" y1="{y.At(value):0.#}" y2="{y.At(value):0.#}" stroke="{Palette.Grid}"/>""");
            Text(left - 6, y.At(value) + 4, name, "end");
        }
        Text((left + Right) / 2, Bottom + 36, chart.X.Title, "middle");
        svg.Append($"""<g transform="translate(14 {(Top + Bottom) / 2}) rotate(-90)">""");
        Text(0, 0, chart.Y.Title, "middle");
        svg.Append("</g>");
    }

    private void DrawSeries(Series series)
    {
        var points = series.X.Zip(series.Y, series.Labels ?? Enumerable.Repeat("", series.X.Count)).Where(p => x.Holds(p.First) && y.Holds(p.Second))
            .Select(p => (X: x.At(p.First), Y: y.At(p.Second), Value: p.Second, Label: p.Third));
        switch (series.Mark)
        {
            case Mark.Line or Mark.DashedLine or Mark.Area:
                var fill = series.Mark == Mark.Area ? $"{series.Color}\" fill-opacity=\".25" : "none";
                svg.Append($"""<polyline points="{string.Join(' ', points.Select(p => $"{p.X:0.#},{p.Y:0.#}"))}" fill="{fill}" stroke="{series.Color}" stroke-width="2"{(series.Mark == Mark.DashedLine ? " stroke-dasharray=\"7 5\"" : "")}/>""");
                break;
            case Mark.Points or Mark.Rings:
                var style = series.Mark == Mark.Points ? $"r=\"3.5\" fill=\"{series.Color}\" fill-opacity=\".75\"" : $"r=\"6\" fill=\"none\" stroke=\"{series.Color}\" stroke-width=\"3\"";
                foreach (var p in points)
                {
                    svg.Append($"""<circle cx="{p.X:0.#}" cy="{p.Y:0.#}" {style}/>""");
                    if (p.Label != "")
                        Text(p.X + 6, p.Y + 15, p.Label, "start");
                }
                break;
            case Mark.Bars:
                var width = 0.6 * Math.Abs(x.At(1) - x.At(0));
                foreach (var p in points)
                {
                    svg.Append($"""<rect x="{p.X - width / 2:0.#}" y="{p.Y:0.#}" width="{width:0.#}" height="{y.At(0) - p.Y:0.#}" fill="{series.Color}"/>""");
                    Text(p.X, p.Y - 5, $"{p.Value:#,0.####}", "middle");
                }
                break;
        }
    }

    /// <summary>Draws the names, wrapped into lines.</summary>
    private void DrawLegend()
    {
        var (at, line) = (left, Bottom + 56);
        foreach (var series in chart.Series)
        {
            var width = 34 + WidthOf(series.Name);
            if (at + width > Right && at > left)
                (at, line) = (left, line + 17);
            svg.Append($"""<rect x="{at:0.#}" y="{line - 8:0.#}" width="14" height="8" fill="{series.Color}"/>""");
            Text(at + 19, line, series.Name, "start");
            at += width;
        }
    }

    private void Text(double at, double baseline, string text, string anchor) =>
        svg.Append($"""<text x="{at:0.#}" y="{baseline:0.#}" text-anchor="{anchor}" fill="{Palette.Ink}">{Figure.Encode(text)}</text>""");

    /// <summary>Converts values to positions along an axis.</summary>
    private sealed class Scale
    {
        private readonly Axis axis;
        private readonly double from, to, start, end;

        public Scale(Axis axis, IEnumerable<double> values, bool hasBars, double from, double to)
        {
            (this.axis, this.from, this.to) = (axis, from, to);
            (start, end) = axis.Range is var (first, last) ? (Inner(first), Inner(last)) : Extent([.. values.Where(Holds).Select(Inner)], hasBars);
        }

        /// <summary>Whether a value can be drawn.</summary>
        public bool Holds(double value) => double.IsFinite(value) && (!axis.IsLogarithmic || value > 0);

        public double At(double value) => from + (Inner(value) - start) / (end - start) * (to - from);

        public IEnumerable<(double Value, string Name)> Ticks()
        {
            if (axis.Names is { } names)
                return names.Select((name, i) => ((double)i, name));
            var (low, high) = (Math.Min(start, end), Math.Max(start, end));
            if (axis.IsLogarithmic)
            {
                double[] steps = high - low > 2 ? [1] : [1, 2, 5];
                return Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
                    .SelectMany(decade => steps.Select(step => step * Math.Pow(10, decade)))
                    .Where(value => Math.Log10(value) >= low - 1e-9 && Math.Log10(value) <= high + 1e-9)
                    .Select(value => (value, $"{value:0.######}"));
            }
            var width = RoundStep((high - low) / 6);
            return Enumerable.Range((int)Math.Ceiling(low / width - 1e-9), (int)Math.Floor(high / width + 1e-9) - (int)Math.Ceiling(low / width - 1e-9) + 1)
                .Select(i => (i * width, $"{i * width:#,0.######}"));
        }

        private double Inner(double value) => axis.IsLogarithmic ? Math.Log10(value) : value;

        /// <summary>The data's range with a little room on both sides.</summary>
        private static (double Start, double End) Extent(double[] values, bool hasBars)
        {
            if (values.Length == 0)
                return (0, 1);
            var (low, high) = (hasBars ? 0 : values.Min(), values.Max());
            if (low == high)
                return (low - 0.5, high + 0.5);
            var room = (high - low) * 0.06;
            return (hasBars ? 0 : low - room, high + room);
        }

        /// <summary>The next larger 1, 2 or 5 times a power of ten.</summary>
        private static double RoundStep(double step)
        {
            var decade = Math.Pow(10, Math.Floor(Math.Log10(step)));
            return decade * (step <= decade ? 1 : step <= 2 * decade ? 2 : step <= 5 * decade ? 5 : 10);
        }
    }
}
