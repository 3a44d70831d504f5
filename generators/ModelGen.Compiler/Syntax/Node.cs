using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Syntax;

/// <summary>A piece of syntax, with its place.</summary>
internal abstract class Node(SourceSpan span)
{
    public SourceSpan Span { get; } = span;

    /// <summary>The node in words, for messages such as "expected a number, found a list".</summary>
    public abstract string Description { get; }

    /// <summary>
    /// The node at a path of keys inside this one, or the nearest one that was written: a default is not written, and the main argument of
    /// a word has no key.
    /// </summary>
    /// <param name="path">The keys, separated by dots.</param>
    public Node At(string path) =>
        path.Split('.')
            .Aggregate((Node: this, IsFound: true), static (found, key) =>
                found is { IsFound: true, Node: MapNode map } && map.Find(key) is { } entry ? (entry.Value, true) : (found.Node, false)
            )
            .Node;
}

/// <summary>A word, a number, a text, or nothing.</summary>
internal sealed class ScalarNode(SourceSpan span, string text, bool isQuoted) : Node(span)
{
    public string Text { get; } = text;

    public bool IsQuoted { get; } = isQuoted;

    public bool IsEmpty => Text.Length == 0 && !IsQuoted;

    public override string Description =>
        IsEmpty ? "nothing"
        : IsQuoted ? $"the text \"{Excerpt.Of(Text)}\""
        : $"'{Excerpt.Of(Text)}'";
}

/// <summary>An ordered list.</summary>
internal sealed class ListNode(SourceSpan span, IReadOnlyList<Node> items) : Node(span)
{
    public IReadOnlyList<Node> Items { get; } = items;

    public override string Description => "a list";
}

/// <summary>A group of keys and values in the order written; keys are unique.</summary>
internal sealed class MapNode(SourceSpan span, IReadOnlyList<Entry> entries) : Node(span)
{
    public IReadOnlyList<Entry> Entries { get; } = entries;

    public override string Description => "a group of keys";

    public Entry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key);
}

/// <summary>One key with its value.</summary>
internal sealed class Entry(ScalarNode key, Node value)
{
    public ScalarNode Key { get; } = key;

    public Node Value { get; } = value;
}

/// <summary>Something that could not be read and has already been reported.</summary>
internal sealed class UnreadNode(SourceSpan span) : Node(span)
{
    public override string Description => "something unreadable";
}
