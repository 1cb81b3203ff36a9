// Writes ja/NAME.svg for every NAME.svg here, with the words of ja.json:
//     dotnet run notebooks/figures/translate.cs
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

var folder = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
var words = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "ja.json")))!;
Directory.CreateDirectory(Path.Combine(folder, "ja"));
foreach (var figure in Directory.GetFiles(folder, "*.svg"))
{
    var translated = Regex.Replace(File.ReadAllText(figure), "(?<=<(title|desc|text)[^>]*>)[^<]*[A-Za-z][^<]*(?=<)",
        text => (string?)words[text.Value] ?? throw new InvalidOperationException($"{Path.GetFileName(figure)}: ja.json has no \"{text.Value}\"."));
    File.WriteAllText(Path.Combine(folder, "ja", Path.GetFileName(figure)), translated.Replace("xml:lang=\"en\"", "xml:lang=\"ja\""));
}
