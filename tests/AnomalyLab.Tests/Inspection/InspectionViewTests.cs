using AnomalyLab.Inspection;
using Microsoft.Extensions.Time.Testing;

namespace AnomalyLab.Tests.Inspection;

public sealed class InspectionViewTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly StringWriter console = new() { NewLine = "\n" };

    [Fact]
    public void Outside_of_a_notebook_activity_and_part_are_a_line_a_second()
    {
        using var view = new InspectionView(console, time);
        for (var hundredth = 0; hundredth < 30; hundredth++)
        {
            view.Report(new("scoring", hundredth / 100.0));
            time.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal("scoring 0 %\nscoring 10 %\nscoring 20 %\n", console.ToString());
    }

    [Fact]
    public void The_end_of_an_activity_is_shown_at_once()
    {
        using var view = new InspectionView(console, time);
        view.Report(new("training", 0.5));
        view.Report(new("training", 1));

        Assert.Equal("training 50 %\ntraining 100 %\n", console.ToString());
    }

    [Fact]
    public void Who_stops_early_sees_how_far_it_came()
    {
        using (var view = new InspectionView(console, time))
        {
            view.Report(new("training", 0.1));
            view.Report(new("training", 0.4));
        }

        Assert.Equal("training 10 %\ntraining 40 %\n", console.ToString());
    }

    public void Dispose() => console.Dispose();
}
