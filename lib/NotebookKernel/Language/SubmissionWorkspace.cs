using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;
using NotebookKernel.Sessions;

namespace NotebookKernel.Language;

/// <summary>The cells of a session as a Roslyn workspace: each cell is a project that builds on the one before.</summary>
/// <param name="session">The session.</param>
internal sealed class SubmissionWorkspace(Session session) : IDisposable
{
    // Composing Roslyn's services takes a while, so the kernel starts without them.
    private readonly Lazy<AdhocWorkspace> workspace = new(() => new AdhocWorkspace(MefHostServices.DefaultHost));
    private readonly Dictionary<Script, ProjectId> executed = [];
    private Solution? solution;
    private (Script? Previous, Document Document)? draft;

    /// <summary>A cell that is being written, on top of all that have been run.</summary>
    /// <param name="code">The cell so far.</param>
    public Document Open(string code) => Open(code, session.Continue(""));

    /// <summary>A cell that is being written, on top of one that is running.</summary>
    /// <param name="code">The cell so far.</param>
    /// <param name="running">The cell before it.</param>
    public Document OpenAfter(Script running, string code) => Open(code, session.Continue(running, ""));

    private Document Open(string code, Script<object> script)
    {
        if (draft is not { } last || last.Previous != script.Previous)
        {
            var project = ProjectOf(script, Add(script.Previous));
            last = (script.Previous, (solution ?? workspace.Value.CurrentSolution).AddProject(project).GetDocument(project.Documents[0].Id)!);
        }

        // Only the text has changed since the last time, so Roslyn keeps what it knows about all references.
        var document = last.Document.WithText(SourceText.From(code));
        draft = (last.Previous, document);
        return document;
    }

    public void Dispose()
    {
        if (workspace.IsValueCreated)
            workspace.Value.Dispose();
    }

    private ProjectId? Add(Script? script)
    {
        if (script == null)
            return null;
        if (executed.TryGetValue(script, out var known))
            return known;
        var project = ProjectOf(script, Add(script.Previous));
        solution = (solution ?? workspace.Value.CurrentSolution).AddProject(project);
        return executed[script] = project.Id;
    }

    private static ProjectInfo ProjectOf(Script script, ProjectId? previous)
    {
        var compilation = script.GetCompilation();
        var id = ProjectId.CreateNewId();
        var document = DocumentInfo.Create(
            DocumentId.CreateNewId(id),
            "cell",
            sourceCodeKind: SourceCodeKind.Script,
            loader: TextLoader.From(TextAndVersion.Create(SourceText.From(script.Code), VersionStamp.Create())));
        return ProjectInfo.Create(
            id,
            VersionStamp.Create(),
            name: id.Id.ToString(),
            assemblyName: id.Id.ToString(),
            LanguageNames.CSharp,
            compilationOptions: compilation.Options,
            parseOptions: compilation.SyntaxTrees.Last().Options,
            documents: [document],
            projectReferences: previous == null ? [] : [new ProjectReference(previous)],
            metadataReferences: compilation.ExternalReferences,
            isSubmission: true);
    }
}
