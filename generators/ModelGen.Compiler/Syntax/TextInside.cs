using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Syntax;

/// <summary>Text in the spec language that is embedded in something else, such as a C# literal.</summary>
internal static class TextInside
{
    /// <summary>The parsed text; null after reporting why it cannot be read.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">Its place.</param>
    /// <param name="isVerbatim">Whether its characters appear there verbatim; otherwise every place is that of the whole text.</param>
    /// <param name="diagnostics">Receives the mistakes.</param>
    public static Node? Read(string text, SourceSpan place, bool isVerbatim, DiagnosticBag diagnostics)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new ScalarNode(place, "", isQuoted: false);
        }

        var own = new DiagnosticBag();
        var node = YamlReader.Read(text, own);
        foreach (var diagnostic in own.ToArray())
        {
            diagnostics.Add(diagnostic with { Span = Move(diagnostic.Span) });
        }

        return node is null ? null : Moved(node);

        Node Moved(Node written) =>
            written switch
            {
                ScalarNode scalar => MovedScalar(scalar),
                ListNode list => new ListNode(Move(list.Span), [.. list.Items.Select(Moved)]),
                MapNode map => new MapNode(
                    Move(map.Span),
                    [.. map.Entries.Select(entry => new Entry(MovedScalar(entry.Key), Moved(entry.Value)))]
                ),
                _ => throw new InvalidOperationException($"a text contains a {written.GetType().Name}"),
            };

        ScalarNode MovedScalar(ScalarNode scalar) => new(Move(scalar.Span), scalar.Text, scalar.IsQuoted);

        SourceSpan Move(SourceSpan span) => isVerbatim ? place.Slice(span.Start, span.Length) : place;
    }
}
