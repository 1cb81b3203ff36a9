using System.CommandLine;
using Spectre.Console;

namespace Tutorial.Kernels;

/// <summary>The verb <c>kernel</c>: makes the course's kernel known to VS Code and Jupyter.</summary>
/// <param name="repository">The repository's folder.</param>
/// <param name="console">Where to say what happens.</param>
internal sealed class KernelCommand(string repository, IAnsiConsole console)
{
    /// <summary>The kernel's default name.</summary>
    public const string DefaultName = "anomalylab-csharp";

    private readonly Option<bool> user = new("--user") { Description = "For this user only; the default." };
    private readonly Option<string?> prefix = new("--prefix") { Description = "In a folder's share/jupyter/kernels, such as /usr/local for all users.", HelpName = "DIR" };
    private readonly Option<bool> sysPrefix = new("--sys-prefix") { Description = "For the active Python environment." };
    private readonly Option<bool> remove = new("--remove") { Description = "Take the kernel away again." };

    private readonly Option<string> name = new("--name")
    {
        Description = $"What the kernel is called. {KernelSpec.InteractiveName} is the name of .NET Interactive's kernel: with it the notebooks open without a question.",
        HelpName = "NAME",
        DefaultValueFactory = _ => DefaultName,
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var install = new Command("install", "Make the kernel known to VS Code's Jupyter extension, JupyterLab and Jupyter Notebook.") { user, prefix, sysPrefix, name, remove };
        install.SetAction(Run);
        return new Command("kernel", "The C# kernel for VS Code and Jupyter.") { install };
    }

    private void Run(ParseResult parsed)
    {
        var called = parsed.GetRequiredValue(name);
        // The characters that Jupyter allows in a kernel's name.
        if (called.Length == 0 || !called.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_') || called.All(character => character == '.'))
            throw new TutorialException($"--name {called} is no name for a kernel: use letters, digits, '.', '-' and '_'.");
        var spec = new KernelSpec(Path.Combine(Target(parsed), called));
        if (spec.Exists && !spec.IsOurs)
            throw new TutorialException($"{spec.Folder} is another kernel, most likely .NET Interactive's, and stays as it is. Choose another name: --name {DefaultName}");

        if (parsed.GetValue(remove))
            Remove(spec);
        else
            Install(spec);
    }

    private void Install(KernelSpec spec)
    {
        var called = Path.GetFileName(spec.Folder);
        var hidden = JupyterFolders.Machine.Prepend(JupyterFolders.User).Select(folder => new KernelSpec(Path.Combine(folder, called))).FirstOrDefault(other => other.Exists && !other.IsOurs);
        if (hidden is not null)
            throw new TutorialException($"There is a kernel {called} in {hidden.Folder}, which one of the same name would hide. Choose another name: --name {DefaultName}");
        spec.Write(new KernelBuild(repository).Find());
        Say($"The kernel is in {spec.Folder}. Choose \"{spec.DisplayName}\", in VS Code under \"Jupyter Kernel…\". Where it is open already, restart it.");
    }

    private void Remove(KernelSpec spec)
    {
        Say(spec.Exists ? $"The kernel in {spec.Folder} is removed." : $"There is no kernel {spec.Folder}; nothing was removed.");
        spec.Remove();
    }

    private string Target(ParseResult parsed)
    {
        if (new[] { parsed.GetValue(user), parsed.GetValue(sysPrefix), parsed.GetValue(prefix) is not null }.Count(chosen => chosen) > 1)
            throw new TutorialException("--user, --prefix and --sys-prefix exclude each other: give one of them.");
        return parsed.GetValue(prefix) is { } folder ? JupyterFolders.Of(folder)
            : parsed.GetValue(sysPrefix) ? JupyterFolders.Of(JupyterFolders.PythonPrefix())
            : JupyterFolders.User;
    }

    private void Say(string sentence) => console.Profile.Out.Writer.WriteLine(sentence);
}
