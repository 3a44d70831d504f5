using ModelGen.Compiler.Language;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>What was probably meant by a key that is not known where it was written.</summary>
internal static class KeyHint
{
    /// <summary>Where the key belongs, if that is inside one of the known keys; otherwise the nearest known key.</summary>
    /// <param name="written">The key.</param>
    /// <param name="parameters">The keys that are known there, with what they take.</param>
    /// <param name="known">All keys that are known there.</param>
    /// <param name="entries">The keys beside it.</param>
    public static string Of(string written, IReadOnlyList<Parameter> parameters, IEnumerable<string> known, IReadOnlyList<Entry> entries) =>
        parameters.Select(parameter => Inside(written, parameter, entries)).FirstOrDefault(static place => place is not null) is { } place
            ? $"; it belongs inside '{place.Path}', as in {place.Example}"
            : NearestWord.Hint(written, known);

    private static (string Path, string Example)? Inside(string key, Parameter parameter, IReadOnlyList<Entry> entries)
    {
        switch (parameter.Form)
        {
            case GroupForm group:
                if (group.Parameters.Any(inner => inner.Name == key))
                {
                    return (parameter.Name, $"{parameter.Name}: {{ {key}: … }}");
                }

                return
                    group.Parameters.FirstOrDefault(inner => Inside(key, inner, []) is not null) is { } holder
                    && Inside(key, holder, Beside(parameter, entries)) is { } deeper
                    ? ($"{parameter.Name}.{deeper.Path}", $"{parameter.Name}: {{ {deeper.Example} }}")
                    : null;
            case WordForm form:
                var words = form.Words.Where(word => word.Parameters.Any(inner => inner.Name == key)).ToList();
                if (words.Count == 0)
                {
                    return null;
                }

                // The word that was written, if it takes the key.
                var written = Beside(parameter, entries);
                var chosen = words.FirstOrDefault(word => written.Any(entry => entry.Key.Text == word.Word)) ?? words[0];
                return (parameter.Name, $"{parameter.Name}: {{ {chosen.Word}: {{ {key}: … }} }}");
            default:
                return null;
        }
    }

    private static IReadOnlyList<Entry> Beside(Parameter parameter, IReadOnlyList<Entry> entries) =>
        entries.FirstOrDefault(entry => entry.Key.Text == parameter.Name)?.Value switch
        {
            MapNode map => map.Entries,
            ScalarNode word => [new Entry(word, word)],
            _ => [],
        };
}
