namespace AnomalyLab.Visualization;

/// <summary>How a <see cref="Series"/> is drawn.</summary>
public enum Mark
{
    /// <summary>A line through the values.</summary>
    Line,

    /// <summary>A dashed line: a bound or a comparison rather than data.</summary>
    DashedLine,

    /// <summary>A line through the values, and the area between it and 0.</summary>
    Area,

    /// <summary>A dot for each value.</summary>
    Points,

    /// <summary>A large ring around single values that matter.</summary>
    Rings,

    /// <summary>A bar from 0 up to each value, with the value above it.</summary>
    Bars,
}
