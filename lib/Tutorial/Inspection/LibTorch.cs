using System.Runtime.InteropServices;
using System.Runtime.Loader;
using AnomalyLab.Course;

namespace Tutorial.Inspection;

/// <summary>
/// Loads libtorch from <c>artifacts/lib</c>, where it is for the notebooks already, so that the command line needs no copy of
/// its own (half a gigabyte).
/// </summary>
internal static class LibTorch
{
    private static readonly string[] Patterns = ["{0}", "{0}.dll", "lib{0}.so", "lib{0}.dylib"];

    /// <summary>Resolves native libraries that are not beside the program from the notebooks' folder.</summary>
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
