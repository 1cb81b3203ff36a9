using System.Text.RegularExpressions;
using AnomalyLab.Course;

namespace AnomalyLab.Tests;

/// <summary>Which part of the library may know of which.</summary>
public sealed partial class StructureTests
{
    [Fact]
    public void Nothing_outside_of_the_course_s_room_names_what_is_in_it()
    {
        var names = string.Join('|', typeof(CourseFolders).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("AnomalyLab.Course", StringComparison.Ordinal) == true && type.IsPublic).Select(type => type.Name).Append(@"AnomalyLab\.Course"));
        AssertNone(Lines("AnomalyLab").Where(line => !line.File.StartsWith("Course/", StringComparison.Ordinal) && Regex.IsMatch(line.Text, $@"\b({names})\b")));
    }

    [Fact]
    public void FastTorch_knows_nothing_of_pictures() =>
        AssertNone(Lines("FastTorch").Where(line => Pictures().IsMatch(line.Text)));

    [Fact]
    public void Nothing_happens_by_being_referenced() =>
        AssertNone(new[] { "AnomalyLab", "FastTorch", "NotebookKernel", "Tutorial" }.SelectMany(Lines).Where(line => line.Text.Contains("ModuleInitializer", StringComparison.Ordinal)));

    private static void AssertNone(IEnumerable<(string File, int Line, string Text)> lines)
    {
        var found = lines.Select(line => $"{line.File}:{line.Line}: {line.Text.Trim()}").ToArray();
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [GeneratedRegex(@"AnomalyLab|anomal|picture|\bimage|reconstruct", RegexOptions.IgnoreCase)]
    private static partial Regex Pictures();

    private static IEnumerable<(string File, int Line, string Text)> Lines(string project)
    {
        var folder = Path.Combine(CourseFolders.Repository, "lib", project);
        return Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).SelectMany(file =>
            File.ReadLines(file).Index().Select(line => (Path.GetRelativePath(folder, file).Replace('\\', '/'), line.Index + 1, line.Item)));
    }
}
