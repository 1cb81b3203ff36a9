using System.ComponentModel;
using System.Diagnostics;

namespace Tutorial.Kernels;

/// <summary>Where Jupyter and VS Code look for kernels.</summary>
/// <remarks>Described at https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs.</remarks>
internal static class JupyterFolders
{
    /// <summary>The folder of kernels in a prefix such as <c>/usr/local</c>.</summary>
    /// <param name="prefix">The prefix.</param>
    public static string Of(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter", "kernels");

    /// <summary>The folder of this user's kernels.</summary>
    public static string User
    {
        get
        {
            if (Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } data)
                return Path.Combine(data, "kernels");
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (OperatingSystem.IsMacOS())
                return Path.Combine(home, "Library", "Jupyter", "kernels");
            // The roaming folder on Windows; XDG_DATA_HOME or ~/.local/share elsewhere.
            var shared = OperatingSystem.IsWindows() ? Environment.SpecialFolder.ApplicationData : Environment.SpecialFolder.LocalApplicationData;
            return Path.Combine(Environment.GetFolderPath(shared, Environment.SpecialFolderOption.DoNotVerify), "jupyter", "kernels");
        }
    }

    /// <summary>The folders for all users of this machine.</summary>
    public static IReadOnlyList<string> Machine => OperatingSystem.IsWindows()
        ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter", "kernels")]
        : [Of("/usr/local"), Of("/usr")];

    /// <summary>The prefix of the Python that comes first on the path: of the active environment, where one is active.</summary>
    /// <exception cref="TutorialException">There is no Python.</exception>
    public static string PythonPrefix()
    {
        foreach (var python in new[] { "python3", "python" })
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import sys; print(sys.prefix)"]) { RedirectStandardOutput = true })!;
                var prefix = process.StandardOutput.ReadToEnd().Trim();
                process.WaitForExit();
                if (process.ExitCode == 0 && prefix.Length > 0)
                    return prefix;
            }
            catch (Win32Exception)
            {
                // Try the other name.
            }
        }

        throw new TutorialException("--sys-prefix asks Python where it is installed, and no python3 is found. Activate its environment, or name the folder: --prefix DIR");
    }
}
