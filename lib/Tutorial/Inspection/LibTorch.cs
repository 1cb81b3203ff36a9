using System.Runtime.InteropServices;
using System.Runtime.Loader;
using AnomalyLab.Course;

namespace Tutorial.Inspection;

/// <summary>
/// libtorch weighs half a gigabyte and is already there for the notebooks, in <c>artifacts/lib</c>: the command line takes it
/// from there, instead of having a copy of its own.
/// </summary>
internal static class LibTorch
{
    private static readonly string[] Patterns = ["{0}", "{0}.dll", "lib{0}.so", "lib{0}.dylib"];

    /// <summary>Finds the native libraries that are not beside the program in the notebooks' folder.</summary>
    public static void UseTheNotebooks() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
    {
        var folder = Path.Combine(CourseFolders.Repository, "artifacts", "lib");
        foreach (var pattern in Patterns)
        {
            if (NativeLibrary.TryLoad(Path.Combine(folder, string.Format(pattern, name)), out var library))
                return library;
        }
        return 0;
    };
}
