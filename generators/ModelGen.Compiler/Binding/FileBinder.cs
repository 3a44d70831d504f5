using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Binds what all kinds of files have: a class name, texts and constants.</summary>
/// <param name="diagnostics">Receives the mistakes.</param>
/// <param name="kind">The kind of file, as messages name it: "a model".</param>
internal sealed class FileBinder(DiagnosticBag diagnostics, string kind)
{
    /// <summary>The entry of a key, or of a misspelling of it, which is reported elsewhere.</summary>
    public static Entry? Find(MapNode map, CommonKey key, IReadOnlyList<string> known) =>
        map.Find(key.Name)
        ?? map.Entries.FirstOrDefault(entry => !known.Contains(entry.Key.Text) && NearestWord.Find(entry.Key.Text, known) == key.Name);

    /// <summary>The places of the values of keys, including nested keys, by path.</summary>
    public static IEnumerable<ArgumentPlace> Places(IEnumerable<Entry> entries, string prefix = "") =>
        entries.SelectMany(entry =>
            (entry.Value is MapNode group ? Places(group.Entries, $"{prefix}{entry.Key.Text}.") : []).Prepend(
                new ArgumentPlace(prefix + entry.Key.Text, entry.Value.Span)
            )
        );

    /// <summary>Reports unknown keys.</summary>
    /// <param name="map">The file.</param>
    /// <param name="known">The known keys.</param>
    /// <param name="owner">The owner of the keys, as messages name it.</param>
    /// <param name="parameters">What the keys take that are not common to all files.</param>
    public void ReportUnknown(MapNode map, IReadOnlyList<string> known, string owner, IReadOnlyList<Parameter> parameters)
    {
        foreach (var entry in map.Entries.Where(entry => !known.Contains(entry.Key.Text)))
        {
            diagnostics.Report(
                Rules.UnknownKey,
                entry.Key.Span,
                Excerpt.Of(entry.Key.Text),
                owner,
                KeyHint.Of(entry.Key.Text, parameters, known, map.Entries)
            );
        }
    }

    /// <summary>The name of the class that the file becomes; null after reporting that there is no usable one.</summary>
    public string? BindName(MapNode map, CommonKey key, IReadOnlyList<string> known)
    {
        if (BindRequired(map, key, known) is not { } name)
        {
            return null;
        }

        if ((key == RecipeKey.Run ? WordRules.RecipeProblem(name) : WordRules.ClassProblem(name)) is { } problem)
        {
            diagnostics.Report(Rules.InvalidName, Find(map, key, known)!.Value.Span, Excerpt.Of(name), kind, problem);
            return null;
        }

        return name;
    }

    /// <summary>A required text; null after reporting what is wrong.</summary>
    public string? BindRequired(MapNode map, CommonKey key, IReadOnlyList<string> known)
    {
        if (Find(map, key, known) is { } entry)
        {
            return Text(key, entry.Value);
        }

        diagnostics.Report(Rules.MissingKey, map.Span, kind, key.Name, key.Summary);
        return null;
    }

    /// <summary>An optional text; empty where it is missing.</summary>
    public string BindOptional(MapNode map, CommonKey key) => map.Find(key.Name) is { } entry ? Text(key, entry.Value) ?? "" : "";

    /// <summary>The constants that the file defines.</summary>
    public Constants BindConstants(MapNode map)
    {
        var constants = new Constants(null);
        if (map.Find(CommonKey.Let.Name) is not { } entry || !IsMap(entry, CommonKey.Let, out var let))
        {
            return constants;
        }

        // Each constant may use those above it.
        constants.Announce(let.Entries.Select(static constant => constant.Key));
        var values = new ValueBinder(diagnostics, constants);
        foreach (var constant in let.Entries)
        {
            var value = values.Number($"let.{constant.Key.Text}", "a number", constant.Value);
            if (UsableWord.Check(diagnostics, constant.Key, "a constant"))
            {
                constants.Define(constant.Key, value);
            }
        }

        return constants;
    }

    /// <summary>Whether a key holds a group; reports when it does not, or when the group is empty.</summary>
    public bool IsMap(Entry entry, CommonKey key, out MapNode map)
    {
        map = (entry.Value as MapNode)!;
        if (map is null)
        {
            diagnostics.Report(Rules.WrongType, entry.Value.Span, key.Name, key.Type, entry.Value.Description);
        }
        else if (map.Entries.Count == 0)
        {
            diagnostics.Report(Rules.EmptyList, entry.Value.Span, key.Name);
        }

        return map is not null;
    }

    // A text contains no arithmetic, so it needs no constants.
    private string? Text(CommonKey key, Node value) =>
        new ValueBinder(diagnostics, new Constants(null)).Bind(new TextForm(), key.Name, value) as string;
}
