using NotebookKernel.Notebooks;

namespace Tutorial.Notebooks;

/// <summary>The course's notebooks in the order of their files.</summary>
internal static class CourseNotebooks
{
    /// <summary>The chosen notebooks, or all of them.</summary>
    /// <param name="repository">The folder that holds <c>notebooks</c>.</param>
    /// <param name="language"><c>en</c>, or another language, whose notebooks are in a folder of its name beside the English ones.</param>
    /// <param name="chosen">Names (<c>04-training</c>), beginnings of names (<c>04</c>) or paths of files.</param>
    /// <exception cref="TutorialException">One of them is not there.</exception>
    /// <exception cref="NotebookException">One of them is no C# notebook.</exception>
    public static IReadOnlyList<CourseNotebook> Choose(string repository, string language, IReadOnlyList<string> chosen)
    {
        var folder = FolderOf(repository, language);
        string[] all = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.ipynb").Order(StringComparer.Ordinal)] : [];
        string[] files = chosen.Count == 0 ? all : [.. chosen.SelectMany(choice => Find(all, choice)).Distinct().Order(StringComparer.Ordinal)];
        CourseNotebook[] notebooks = [.. files.Select(CourseNotebook.Read)];
        if (notebooks.Length == 0)
            throw new TutorialException($"There is no notebook in {folder}.");
        if (notebooks.GroupBy(notebook => notebook.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new TutorialException($"Two of the chosen notebooks are called {twice.Key}; run them one after the other, with different --output.");
        return notebooks;
    }

    /// <summary>The English notebooks that a language does not have yet.</summary>
    /// <param name="repository">The folder that holds <c>notebooks</c>.</param>
    /// <param name="language">The language.</param>
    public static IReadOnlyList<string> Missing(string repository, string language) =>
        [.. NamesIn(FolderOf(repository, "en")).Except(NamesIn(FolderOf(repository, language))).Order(StringComparer.Ordinal)];

    /// <summary>The parameters that a notebook knows, among those that were set.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="parameters">Everything that was set.</param>
    public static IEnumerable<KeyValuePair<string, string>> ParametersOf(CourseNotebook notebook, IReadOnlyDictionary<string, string> parameters)
    {
        var names = Parameters.NamesIn(notebook.Content);
        return parameters.Where(parameter => names.Contains(parameter.Key));
    }

    /// <summary>Refuses a parameter that no chosen notebook has, which is most likely a typo.</summary>
    /// <param name="notebooks">The chosen notebooks.</param>
    /// <param name="names">The names that were set.</param>
    /// <exception cref="TutorialException">One of the names is in none of the notebooks.</exception>
    public static void RefuseUnknown(IReadOnlyList<CourseNotebook> notebooks, IEnumerable<string> names)
    {
        string[] known = [.. notebooks.SelectMany(notebook => Parameters.NamesIn(notebook.Content)).Distinct()];
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new TutorialException($"No chosen notebook has a parameter {unknown}. {(known.Length == 0 ? "None of them has any." : $"There are: {string.Join(", ", known)}.")}");
    }

    private static string FolderOf(string repository, string language) =>
        language == "en" ? Path.Combine(repository, "notebooks") : Path.Combine(repository, "notebooks", language);

    private static IEnumerable<string> NamesIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.ipynb").Select(file => Path.GetFileNameWithoutExtension(file)) : [];

    private static string[] Find(string[] all, string choice)
    {
        if (choice.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) && File.Exists(choice))
            return [Path.GetFullPath(choice)];
        var named = all.Where(file => Path.GetFileNameWithoutExtension(file) == choice || Path.GetFileName(file) == choice).ToArray();
        var begun = named.Length > 0 ? named : [.. all.Where(file => Path.GetFileName(file).StartsWith(choice, StringComparison.OrdinalIgnoreCase))];
        return begun.Length > 0
            ? begun
            : throw new TutorialException($"There is no notebook {choice}. There are: {string.Join(", ", all.Select(Path.GetFileNameWithoutExtension))}; or give the path of an .ipynb file.");
    }
}
