// Brings the notebooks here up to date with the English ones:
//     dotnet run notebooks/ja/update.cs
// It copies code, order and metadata, keeps the Japanese texts, and names each text whose English one is new or has
// changed. A new one stands here in English until somebody translates it. Whoever has looked at such a cell names it:
//     dotnet run notebooks/ja/update.cs 00-what-is-a-network-06 03-model-11
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

var folder = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
var format = new JsonSerializerOptions { WriteIndented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
var lookedAt = args.ToHashSet();

foreach (var english in Directory.GetFiles(Path.GetDirectoryName(folder)!, "*.ipynb").Order(StringComparer.Ordinal))
{
    var name = Path.GetFileName(english);
    var file = Path.Combine(folder, name);
    var notebook = JsonNode.Parse(File.ReadAllText(english))!;
    var texts = File.Exists(file) ? Cells(JsonNode.Parse(File.ReadAllText(file))!).ToDictionary(Id) : [];
    foreach (var cell in Cells(notebook))
    {
        if ((string)cell["cell_type"]! == "code")
        {
            cell["source"] = new JsonArray([.. cell["source"]!.AsArray().Select(line => (JsonNode)((string)line!).Replace("\"../", "\"../../"))]);
            continue;
        }

        var now = Hash(cell);
        var text = texts.GetValueOrDefault(Id(cell));
        var seen = lookedAt.Remove(Id(cell)) ? now : (string?)text?["metadata"]!["source_hash"];
        if (text is not null)
            cell["source"] = text["source"]!.DeepClone();
        if (seen is not null)
            cell["metadata"]!["source_hash"] = seen;
        if (seen != now)
            Console.WriteLine($"{name}: the English text of cell {Id(cell)} {(seen is null ? "is new" : "has changed")}.");
    }
    File.WriteAllText(file, notebook.ToJsonString(format) + "\n");
}

foreach (var id in lookedAt)
    Console.WriteLine($"There is no text cell {id}.");
return lookedAt.Count == 0 ? 0 : 1;

static IEnumerable<JsonObject> Cells(JsonNode notebook) => notebook["cells"]!.AsArray().Select(cell => cell!.AsObject());

static string Id(JsonObject cell) => (string)cell["id"]!;

static string Hash(JsonObject cell) =>
    Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(cell["source"]!.AsArray()))))[..16];
