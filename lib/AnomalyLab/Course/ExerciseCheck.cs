using System.Reflection;
using System.Runtime.CompilerServices;
using AnomalyLab.Display;

namespace AnomalyLab.Course;

/// <summary>Compares a learner's function with the right one and with typical mistakes.</summary>
internal static class ExerciseCheck
{
    /// <summary>Calls the answer with each trial's arguments.</summary>
    /// <param name="answer">The learner's function; <c>null</c> where there is none yet.</param>
    /// <param name="right">The right answer. Hints use the names of its parameters.</param>
    /// <param name="trials">Arguments that tell right from wrong and each mistake from the others; each call gets copies of its arrays.</param>
    /// <param name="mistakes">Functions with a typical mistake, by their names in <see cref="ExerciseTexts"/>.</param>
    /// <param name="tolerance">The relative tolerance for a number; absolute for numbers below 1.</param>
    /// <param name="exercise">The exercise.</param>
    public static ExerciseResult Of<T>(
        T? answer, T right, object[][] trials, Dictionary<string, T> mistakes, double tolerance = 1e-6, [CallerMemberName] string exercise = "")
        where T : Delegate
    {
        var language = Texts.Language;
        var (common, own) = (ExerciseTexts.Of(ExerciseTexts.Common, language), ExerciseTexts.Of(exercise, language));
        if (answer is null)
            return new(exercise, null, common["not answered"]);

        object?[] given = new object?[trials.Length], wanted = [.. trials.Select(trial => Call(right, trial))];
        for (var i = 0; i < trials.Length; i++)
        {
            try
            {
                given[i] = Call(answer, trials[i]);
            }
            catch (TargetInvocationException exception)
            {
                var inner = exception.InnerException!;
                return new(exercise, false, string.Format(common["failed"], ExerciseValue.Text(right.Method, trials[i]), inner.GetType().Name, inner.Message));
            }
        }

        bool IsLike(IEnumerable<object?> results) => given.Zip(results, (a, b) => ExerciseValue.Same(a, b, tolerance)).All(same => same);
        if (IsLike(wanted))
            return new(exercise, true, ExerciseLog.In(CourseFolders.Output).Add(exercise) is { } problem ? $"{own["right"]} ({string.Format(common["not noted"], problem)})" : own["right"]);
        if (mistakes.FirstOrDefault(mistake => IsLike(trials.Select(trial => Call(mistake.Value, trial)))) is { Key: { } made })
            return new(exercise, false, own[made]);
        var first = Enumerable.Range(0, trials.Length).First(i => !ExerciseValue.Same(given[i], wanted[i], tolerance));
        return new(exercise, false, string.Format(common["wrong"], ExerciseValue.Text(right.Method, trials[first]), ExerciseValue.Text(given[first]), ExerciseValue.Text(wanted[first])));
    }

    private static object? Call(Delegate function, object[] arguments) => function.DynamicInvoke([.. arguments.Select(Copy)]);

    private static object Copy(object argument)
    {
        if (argument is not Array array)
            return argument;
        var copy = (Array)array.Clone();
        for (var i = 0; i < copy.Length; i++)
            copy.SetValue(Copy(copy.GetValue(i)!), i);
        return copy;
    }
}
