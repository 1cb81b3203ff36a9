using static TorchSharp.torch;

namespace AnomalyLab.Tests;

/// <summary>Bottles in a few strokes: a dark disc on white, with a bright ring and a spot that no rotation leaves in place.</summary>
internal static class Discs
{
    /// <summary>One, exactly in the middle, [3, side, side].</summary>
    public static Tensor One(int side)
    {
        var line = (arange(side) + 0.5) / (side / 2.0) - 1;
        var (x, y) = (line.unsqueeze(0), line.unsqueeze(1));
        var distance = (x * x + y * y).sqrt();
        var grey = where(distance < 0.85, 0.2 + 0.1 * distance, ones_like(distance));
        grey = where((distance - 0.55).abs() < 0.06, full_like(grey, 0.45), grey);
        grey = where(((x - 0.3).square() + (y + 0.2).square()).sqrt() < 0.12, full_like(grey, 0.35), grey);
        return stack([grey, grey * 0.9, grey * 0.8]).to(float32);
    }

    /// <summary>Some, with a little noise each, [count, 3, side, side] in 0..1.</summary>
    public static Tensor Some(int count, int side, long seed = 0)
    {
        random.manual_seed(seed);
        return (One(side).unsqueeze(0) + 0.01 * randn(count, 3, side, side)).clamp(0, 1);
    }
}
