using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace NotebookKernel.Jupyter;

/// <summary>The cells that have been run since the kernel started, for front ends that offer them again.</summary>
internal sealed class History
{
    private readonly List<(int Number, string Code)> cells = [];

    public void Add(int number, string code) => cells.Add((number, code));

    /// <summary>Answers a <c>history_request</c>. There is one session, so which one is asked for makes no difference.</summary>
    public JsonObject Find(Request request)
    {
        var pattern = request.Text("pattern");
        IEnumerable<(int Number, string Code)> found = request.Text("hist_access_type") switch
        {
            "range" => cells.Where(cell => cell.Number >= request.Number("start", 0) && cell.Number < request.Number("stop", int.MaxValue)),
            "search" => cells.Where(cell => FileSystemName.MatchesSimpleExpression(pattern, cell.Code, ignoreCase: false)),
            _ => cells,
        };
        if (request.Flag("unique", false))
            found = found.Reverse().DistinctBy(cell => cell.Code).Reverse();
        if (request.Text("hist_access_type") != "range")
            found = found.TakeLast(request.Number("n", int.MaxValue));
        var withOutput = request.Flag("output", false);
        return new JsonObject
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. found.Select(cell => new JsonArray(1, cell.Number, withOutput ? new JsonArray(cell.Code, null) : cell.Code))]),
        };
    }
}
