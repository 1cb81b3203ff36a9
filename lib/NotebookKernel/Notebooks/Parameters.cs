using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NotebookKernel.Sessions;

namespace NotebookKernel.Notebooks;

/// <summary>
/// Parameters by papermill's convention: a cell tagged <c>parameters</c> declares them with their defaults, and a cell
/// tagged <c>injected-parameters</c> after it declares those with other values again.
/// </summary>
public static class Parameters
{
    private const string DeclaringTag = "parameters";
    private const string InjectedTag = "injected-parameters";

    /// <summary>The names of a notebook's parameters; none without a <c>parameters</c> cell.</summary>
    /// <param name="notebook">The notebook.</param>
    public static IReadOnlyList<string> NamesIn(Notebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        return Declaring(notebook) is { } cell ? [.. Declared(Parse(cell.Source)).Select(variable => variable.Identifier.ValueText)] : [];
    }

    /// <summary>Inserts the cell that gives a notebook's parameters other values; one from an earlier run is replaced.</summary>
    /// <param name="notebook">The notebook. Without a <c>parameters</c> cell any name goes, and the value decides on the type.</param>
    /// <param name="values">The values by name, as a person writes them.</param>
    /// <exception cref="NotebookException">A name is not declared, or a value does not fit the declared type.</exception>
    public static void Inject(Notebook notebook, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            return;

        var declaring = Declaring(notebook);
        var types = declaring == null ? null : DeclaredTypes(declaring.Source);
        var source = string.Join('\n', values.Select(value => Declaration(value.Key, value.Value, types)));

        foreach (var earlier in notebook.Cells.Where(cell => cell.Tags.Contains(InjectedTag)).ToList())
            notebook.Remove(earlier);
        var before = declaring ?? notebook.Cells.FirstOrDefault(cell => cell.IsCode && References(cell.Source));
        notebook.InsertCode(before == null ? 0 : notebook.Cells.ToList().IndexOf(before) + 1, source, InjectedTag);
    }

    private static NotebookCell? Declaring(Notebook notebook) => notebook.Cells.FirstOrDefault(cell => cell.IsCode && cell.Tags.Contains(DeclaringTag));

    private static IEnumerable<VariableDeclaratorSyntax> Declared(CompilationUnitSyntax cell) =>
        cell.Members.OfType<FieldDeclarationSyntax>().SelectMany(field => field.Declaration.Variables);

    private static Dictionary<string, ITypeSymbol> DeclaredTypes(string source)
    {
        var compilation = CSharpScript.Create(source, Session.DefaultOptions).GetCompilation();
        var tree = compilation.SyntaxTrees.Single();
        var model = compilation.GetSemanticModel(tree);
        return Declared(tree.GetCompilationUnitRoot()).ToDictionary(variable => variable.Identifier.ValueText, variable => ((IFieldSymbol)model.GetDeclaredSymbol(variable)!).Type);
    }

    private static bool References(string source) => Parse(source).GetReferenceDirectives().Count > 0;

    private static CompilationUnitSyntax Parse(string source) =>
        CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(kind: SourceCodeKind.Script)).GetCompilationUnitRoot();

    private static string Declaration(string name, string value, Dictionary<string, ITypeSymbol>? types)
    {
        if (types == null)
        {
            if (!SyntaxFacts.IsValidIdentifier(name))
                throw new NotebookException($"\"{name}\" cannot be the name of a parameter.");
            return $"var {name} = {Guess(value)};";
        }

        if (!types.TryGetValue(name, out var type))
            throw new NotebookException($"The notebook has no parameter \"{name}\"; it has {string.Join(", ", types.Keys)}.");
        var typeName = type.ToDisplayString();
        if (!CanBeSet(type))
            throw new NotebookException($"The parameter {name} cannot be set, for it is of type {typeName}: only numbers, texts, bool, enums, TimeSpan, and nullables and arrays of them can.");
        var literal = Literal(type, value)
            ?? throw new NotebookException($"\"{value}\" is no value for {name}, which is a parameter of type {typeName}{Example(type)}; the parameters are {string.Join(", ", types.Keys)}.");
        return $"{typeName} {name} = {literal};";
    }

    private static string Example(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol => " (such as [1, 2, 3] or [\"a\", \"b\"])",
        { TypeKind: TypeKind.Enum } => $" ({string.Join(", ", type.GetMembers().OfType<IFieldSymbol>().Select(member => member.Name))})",
        _ when IsTimeSpan(type) => " (such as 00:05:00)",
        _ => "",
    };

    private static bool CanBeSet(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1 } array => CanBeSet(array.ElementType),
        _ when ValueOf(type) is { } value => CanBeSet(value),
        _ => type.TypeKind == TypeKind.Enum || IsTimeSpan(type) || type.SpecialType is SpecialType.System_String
            or SpecialType.System_Boolean or (>= SpecialType.System_SByte and <= SpecialType.System_Double),
    };

    /// <summary>The underlying type of a <see cref="Nullable{T}"/>; <c>null</c> for all other types.</summary>
    private static ITypeSymbol? ValueOf(ITypeSymbol type) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T ? ((INamedTypeSymbol)type).TypeArguments[0] : null;

    private static bool IsTimeSpan(ITypeSymbol type) => type is { Name: nameof(TimeSpan), ContainingNamespace: { Name: nameof(System), ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>The C# expression for a value; <c>null</c> if the text does not fit the type.</summary>
    private static string? Literal(ITypeSymbol type, string value)
    {
        if (type is IArrayTypeSymbol array)
            return ArrayLiteral(array, value);
        if (ValueOf(type) is { } optional)
            return value == "null" ? "null" : Literal(optional, value);
        if (type.TypeKind == TypeKind.Enum)
            return type.GetMembers(value).Any(member => member is IFieldSymbol) ? $"{type.ToDisplayString()}.{value}" : null;
        // .NET would read a bare number as days.
        if (IsTimeSpan(type))
            return value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span) ? $"new System.TimeSpan({span.Ticks}L)" : null;
        return Literal(type.SpecialType, value);
    }

    // A JSON list, as papermill's users write it.
    private static string? ArrayLiteral(IArrayTypeSymbol type, string value)
    {
        try
        {
            if (JsonNode.Parse(value) is not JsonArray items)
                return null;
            var literals = items.Select(item => ItemLiteral(type.ElementType, item)).ToList();
            return literals.Contains(null) ? null : $"[{string.Join(", ", literals)}]";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? ItemLiteral(ITypeSymbol type, JsonNode? item) => item switch
    {
        null => type.IsReferenceType || ValueOf(type) != null ? "null" : null,
        JsonArray => Literal(type, item.ToJsonString()),
        _ => Literal(type, item.ToString()),
    };

    private static string Guess(string value) => Literal(SpecialType.System_Boolean, value)
        ?? Literal(SpecialType.System_Int32, value)
        ?? Literal(SpecialType.System_Int64, value)
        ?? (Literal(SpecialType.System_Double, value) is { } number ? number + "d" : SymbolDisplay.FormatLiteral(value, quote: true));

    /// <summary>The C# literal of a value of a simple type; <c>null</c> if the text does not fit it.</summary>
    private static string? Literal(SpecialType type, string value)
    {
        var culture = CultureInfo.InvariantCulture;
        return type switch
        {
            SpecialType.System_Boolean when bool.TryParse(value, out var flag) => flag ? "true" : "false",
            SpecialType.System_SByte when sbyte.TryParse(value, NumberStyles.AllowLeadingSign, culture, out var number) => number.ToString(culture),
            SpecialType.System_Byte when byte.TryParse(value, NumberStyles.None, culture, out var number) => number.ToString(culture),
            SpecialType.System_Int16 when short.TryParse(value, NumberStyles.AllowLeadingSign, culture, out var number) => number.ToString(culture),
            SpecialType.System_UInt16 when ushort.TryParse(value, NumberStyles.None, culture, out var number) => number.ToString(culture),
            SpecialType.System_UInt32 when uint.TryParse(value, NumberStyles.None, culture, out var number) => number.ToString(culture) + "u",
            SpecialType.System_UInt64 when ulong.TryParse(value, NumberStyles.None, culture, out var number) => number.ToString(culture) + "ul",
            SpecialType.System_Int32 when int.TryParse(value, NumberStyles.AllowLeadingSign, culture, out var number) => number.ToString(culture),
            SpecialType.System_Int64 when long.TryParse(value, NumberStyles.AllowLeadingSign, culture, out var number) => number.ToString(culture) + "L",
            SpecialType.System_Single when float.TryParse(value, NumberStyles.Float, culture, out var number) && float.IsFinite(number) => number.ToString("R", culture) + "f",
            SpecialType.System_Double when double.TryParse(value, NumberStyles.Float, culture, out var number) && double.IsFinite(number) => number.ToString("R", culture),
            SpecialType.System_Decimal when decimal.TryParse(value, NumberStyles.Float, culture, out var number) => number.ToString(culture) + "m",
            SpecialType.System_String => SymbolDisplay.FormatLiteral(value, quote: true),
            _ => null,
        };
    }
}
