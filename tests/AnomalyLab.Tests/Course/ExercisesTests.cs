using AnomalyLab.Course;

namespace AnomalyLab.Tests.Course;

/// <summary>What the checks say to answers that no hint was written for.</summary>
public sealed class ExercisesTests
{
    [Fact]
    public void An_answer_that_is_wrong_in_no_known_way_is_shown_a_case_where_it_is()
    {
        var result = Exercises.MeanSquaredError((picture, copy) => picture[0] == 0 ? 0.125 : 7);

        Assert.Equal((false, "Not yet: for picture = [0.2, 0.4, 0.9], copy = [0.7, 0.1, 0.9] it gives 7, and should give 0.1133."), (result.IsRight, result.Text));
    }

    [Fact]
    public void An_answer_that_throws_is_told_for_what_and_why()
    {
        var result = Exercises.LargestDifference((picture, copy) => throw new InvalidOperationException("Too much."));

        Assert.Equal((false, "Not yet: for picture = [0.1, 0.8, 0.5, 0.9], copy = [0.1, 0.6, 0.9, 1] it ends in InvalidOperationException: Too much."), (result.IsRight, result.Text));
    }

    [Fact]
    public void An_answer_that_changes_the_arrays_it_gets_still_gets_its_hint()
    {
        var result = Exercises.MeanSquaredError((picture, copy) =>
        {
            for (var i = 0; i < picture.Length; i++)
                picture[i] = Math.Pow(picture[i] - copy[i], 2);
            return picture.Sum();
        });

        Assert.StartsWith("Not yet: this is the sum.", result.Text);
    }

    [Fact]
    public void No_answer_is_neither_right_nor_wrong() => Assert.Null(Exercises.FitTwoKnobs(null).IsRight);
}
