namespace Tutorial.Running;

/// <summary>
/// The folder that a run writes to. The run owns <c>results.json</c>, <c>index.html</c>, <c>handout.html</c>, <c>run.html</c>, and for each notebook
/// its page, its executed file and the file to download; everything else in there belongs to the notebooks (checkpoints, pictures) or to somebody else.
/// </summary>
/// <param name="course">The folder of the course, where its notebooks leave checkpoints and pictures, whatever their language.</param>
/// <param name="language"><c>en</c>, or another language, which gets a folder of its name within.</param>
internal sealed class OutputFolder(string course, string language = "en")
{
    /// <summary>The absolute path of the course's folder.</summary>
    public string Course { get; } = Path.GetFullPath(course);

    /// <summary>The language.</summary>
    public string Language => language;

    /// <summary>The folder's absolute path.</summary>
    public string FullPath { get; } = Path.GetFullPath(language == "en" ? course : Path.Combine(course, language));

    /// <summary>Where a notebook goes with its outputs.</summary>
    /// <param name="name">The notebook's name.</param>
    public string Executed(string name) => Path.Combine(FullPath, "notebooks", name + ".ipynb");

    /// <summary>Where a notebook goes without outputs, for readers of the site.</summary>
    /// <param name="name">The notebook's name.</param>
    public string Download(string name) => Path.Combine(FullPath, "download", name + ".ipynb");

    /// <summary>A notebook's page.</summary>
    /// <param name="name">The notebook's name.</param>
    public string Page(string name) => Path.Combine(FullPath, name + ".html");

    /// <summary>The site's first page.</summary>
    public string Index => Page("index");

    /// <summary>The site's page to print for a class.</summary>
    public string Handout => Page("handout");

    /// <summary>The site's page about the run.</summary>
    public string Log => Page("run");

    /// <summary>Removes what an earlier run owned, so that its results never mix with the new ones.</summary>
    /// <param name="names">The notebooks about to run.</param>
    /// <returns>The removed files, as paths within the folder.</returns>
    /// <exception cref="TutorialException">A file that the run would write is there, but from no earlier run.</exception>
    public IReadOnlyList<string> Clear(IEnumerable<string> names)
    {
        IEnumerable<string> Owned(IEnumerable<string> notebooks) => [Index, Handout, Log, .. notebooks.SelectMany(name => new[] { Page(name), Executed(name), Download(name) })];

        var earlier = Results.Read(FullPath);
        string[] old = earlier is null ? [] : [.. Owned(earlier.Notebooks.Select(notebook => notebook.Name)), Path.Combine(FullPath, Results.FileName)];
        if (Owned(names).Append(Path.Combine(FullPath, Results.FileName)).Except(old).FirstOrDefault(File.Exists) is { } stranger)
            throw new TutorialException($"{stranger} is there already, and no earlier run wrote it. Move it away, or choose another folder with --output.");

        string[] cleared = [.. old.Where(File.Exists)];
        try
        {
            foreach (var file in cleared)
                File.Delete(file);
            Directory.CreateDirectory(Path.Combine(FullPath, "notebooks"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TutorialException($"{FullPath} cannot be written ({e.Message.TrimEnd('.')}). Choose another folder with --output.");
        }
        return [.. cleared.Select(file => Path.GetRelativePath(FullPath, file).Replace('\\', '/'))];
    }
}
