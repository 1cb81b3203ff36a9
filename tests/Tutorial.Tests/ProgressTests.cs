using System.Text.RegularExpressions;
using AnomalyLab.Course;

namespace Tutorial.Tests;

/// <summary>Which exercises learners have solved.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void A_learner_sees_what_is_solved_and_what_is_open_in_each_notebook()
    {
        var table = CourseProgress.Of(Learner("ada", """{"Exercise":"BestEpoch","Time":"2026-11-28T20:00:00+00:00"}""", """{"Exercise":"EarlySt""")).ToString();

        Assert.Matches(@"4 · Training +1 of 3 +EarlyStop, LossesOfATraining", table);
        Assert.Matches(@"0 · What is a network\? +0 of 3 ", table);
    }

    [Fact]
    public async Task A_teacher_sees_how_many_have_solved_each_exercise_and_nobodys_name()
    {
        var ada = Learner("ada", """{"Exercise":"BestEpoch","Time":"2026-11-28T20:00:00+00:00"}""");
        var grace = Learner("grace", """{"Exercise":"BestEpoch","Time":"2026-11-28T20:00:00+00:00"}""", """{"Exercise":"Rates","Time":"2026-11-28T20:01:00+00:00"}""");
        Directory.CreateDirectory(_repository.At("alan"));

        var (code, says) = await _repository.InvokeAsync("progress", ada, grace, _repository.At("alan"));

        Assert.Equal(0, code);
        Assert.Contains("Exercises of 3 learners", says);
        Assert.Equal(["2", "0", "1"], new[] { "BestEpoch", "EarlyStop", "Rates" }.Select(exercise => Regex.Match(says, $@" {exercise} +(\d+)").Groups[1].Value));
        Assert.DoesNotContain("ada", says);
    }

    [Fact]
    public async Task A_folder_that_is_missing_is_named()
    {
        var (code, says) = await _repository.InvokeAsync("progress", _repository.At("nobody"));

        Assert.Equal(2, code);
        Assert.Contains("nobody", says);
    }

    private string Learner(string name, params string[] solved)
    {
        Directory.CreateDirectory(_repository.At(name, "models"));
        File.WriteAllLines(_repository.At(name, "models", "exercises.jsonl"), solved);
        return _repository.At(name);
    }
}
