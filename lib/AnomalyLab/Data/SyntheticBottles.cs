namespace AnomalyLab.Data;
/// <summary>Stub.</summary>
public static class SyntheticBottles
{
    /// <summary>Stub.</summary>
    public const string Marker = "synthetic.json";
    /// <summary>Stub.</summary>
    public static void Draw(string folder) => throw new NotSupportedException(folder);
}
