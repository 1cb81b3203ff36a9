using AnomalyLab.Display;

namespace AnomalyLab.Course;

/// <summary>The course as its learner sees it.</summary>
public static class Course
{
    /// <summary>Which of the exercises you have solved.</summary>
    public static Table Progress() => CourseProgress.Of(CourseFolders.Output);
}
