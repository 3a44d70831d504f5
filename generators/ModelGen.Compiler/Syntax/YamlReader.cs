using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ModelGen.Compiler.Syntax;

/// <summary>Reads the part of YAML that specs use (one document of groups, lists and scalars) with YamlDotNet's event parser.</summary>
internal sealed class YamlReader
{
    /// <summary>Deeper nesting is rejected: no model needs it, and every later stage can then recurse safely.</summary>
    public const int MaximumDepth = 64;

    private readonly string _text;
    private readonly string _wanted;
    private readonly DiagnosticBag _diagnostics;
    private readonly string? _file;
    private readonly IParser _parser;
    private SourceSpan _last = SourceSpan.FileStart;

    private YamlReader(string text, string wanted, string? file, DiagnosticBag diagnostics)
    {
        _file = file;
        _text = text;
        _wanted = wanted;
        _diagnostics = diagnostics;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>
    /// The document's root, or null when the rest of the file cannot be read; mistakes go to <paramref name="diagnostics"/>.
    /// </summary>
    /// <param name="text">The file.</param>
    /// <param name="diagnostics">Receives the mistakes.</param>
    /// <param name="wanted">What an empty file lacks, for the message.</param>
    /// <param name="file">What the places are of, where it is another file than the one that is compiled.</param>
    public static Node? Read(string text, DiagnosticBag diagnostics, string wanted = "key", string? file = null)
    {
        var reader = new YamlReader(text, wanted, file, diagnostics);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            var (start, end) = (exception.Start, exception.End);

            // YamlDotNet's "anchor not found" has no place, and a premature end of the file is not a useful one.
            var isPlace = (start.Index > 0 || end.Index > 0) && start.Index < text.TrimEnd().Length;
            var span = isPlace ? reader.Span(start, end) : reader._last;
            var problem = YamlProblem.Of(text, span, Sentence(exception.Message));
            diagnostics.Report(Rules.InvalidYaml, problem.Span, problem.Message);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            // YamlDotNet throws these on some malformed texts, such as an unclosed '[' before a block entry.
            diagnostics.Report(Rules.InvalidYaml, reader._last, "the text cannot be read from here on (an unclosed bracket or quote?)");
        }

        return null;
    }

    private Node? ReadDocument()
    {
        Next<StreamStart>();
        if (_parser.MoveNext() && _parser.Current is StreamEnd)
        {
            _diagnostics.Report(Rules.EmptyFile, SourceSpan.FileStart, _wanted);
            return null;
        }

        _parser.MoveNext();
        var root = ReadNode(0);
        if (root is null)
        {
            return null;
        }

        Next<DocumentEnd>();
        _parser.MoveNext();
        if (_parser.Current is DocumentStart second)
        {
            _diagnostics.Report(Rules.SeveralDocuments, Span(second.Start, second.End));
            return null;
        }

        if (root is ScalarNode { IsEmpty: true })
        {
            _diagnostics.Report(Rules.EmptyFile, SourceSpan.FileStart, _wanted);
            return null;
        }

        return root;
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (!_parser.MoveNext() || _parser.Current is not T)
        {
            throw new InvalidOperationException();
        }
    }

    /// <summary>Reads the node whose event is current and leaves its last event current.</summary>
    private Node? ReadNode(int depth)
    {
        var current = _parser.Current ?? throw new InvalidOperationException();
        _last = Span(current.Start, current.End);
        if (depth >= MaximumDepth && current is SequenceStart or MappingStart)
        {
            // For a pair inside a flow list YamlDotNet gives only the file's start; the pair begins with its key.
            var first = current.Start.Index == 0 && _parser.MoveNext() ? _parser.Current : current;
            _last = Span(first.Start, first.End);
            _diagnostics.Report(Rules.TooDeep, _last, MaximumDepth.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return null;
        }

        if (current is AnchorAlias alias)
        {
            _diagnostics.Report(Rules.AnchorOrAlias, _last, $"*{alias.Value}");
            return new ScalarNode(_last, "", isQuoted: false);
        }

        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _diagnostics.Report(Rules.AnchorOrAlias, _last, $"&{anchored.Anchor}");
        }

        if (current is NodeEvent { Tag: { IsEmpty: false } tag })
        {
            _diagnostics.Report(Rules.Tag, _last, tag.ToString());
        }

        return current switch
        {
            Scalar scalar => new ScalarNode(_last, scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)),
            SequenceStart start => ReadList(start, depth),
            MappingStart start => ReadMap(start, depth),
            _ => throw new InvalidOperationException(),
        };
    }

    private ListNode? ReadList(SequenceStart start, int depth)
    {
        var items = new List<Node>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new ListNode(Extent(Span(start.Start, start.End), items.Count == 0 ? null : items[items.Count - 1].Span), items);
    }

    private MapNode? ReadMap(MappingStart start, int depth)
    {
        var entries = new List<Entry>();
        var keys = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            if (ReadNode(depth + 1) is not { } key || !_parser.MoveNext() || ReadNode(depth + 1) is not { } value)
            {
                return null;
            }

            if (key is not ScalarNode word)
            {
                _diagnostics.Report(Rules.KeyIsNoWord, key.Span, key.Description);
            }
            else if (keys.TryGetValue(word.Text, out var first))
            {
                _diagnostics.Report(
                    Rules.DuplicateKey,
                    word.Span,
                    word.Text,
                    first.Span.Line.ToString(System.Globalization.CultureInfo.InvariantCulture)
                );
            }
            else
            {
                keys.Add(word.Text, word);
                entries.Add(new Entry(word, value));
            }
        }

        if (entries.Count == 0)
        {
            return new MapNode(Extent(Span(start.Start, start.End), null), entries);
        }

        // Without a brace the group starts at its first key; for a pair inside a flow list YamlDotNet gives only the file's start.
        var hasBrace = start.Style == MappingStyle.Flow && (start.Start.Index > 0 || depth == 0) && _text[(int)start.Start.Index] == '{';
        var own = hasBrace ? Span(start.Start, start.End) : entries[0].Key.Span;
        return new MapNode(Extent(own, entries[entries.Count - 1].Value.Span), entries);
    }

    // A collection's start event has no width, so its extent runs to the end of its last child, on its first line.
    private SourceSpan Extent(SourceSpan own, SourceSpan? last) =>
        last is { } end && end.EndLine == own.Line && end.Start + end.Length > own.Start
            ? own with
            {
                Length = end.Start + end.Length - own.Start,
                EndLine = end.EndLine,
                EndColumn = end.EndColumn,
            }
        : own.Length == 0 && own.Start < _text.Length ? own with { Length = 1, EndColumn = own.Column + 1 }
        : own;

    // Multi-line scalars (and ends that YamlDotNet puts on a following line) are clipped to their first line.
    private SourceSpan Span(Mark start, Mark end)
    {
        var from = (int)Math.Min(start.Index, _text.Length);
        var to = (int)Math.Min(Math.Max(end.Index, from), _text.Length);
        if (end.Line != start.Line)
        {
            var newline = _text.IndexOfAny(['\n', '\r'], from, to - from);
            to = newline < 0 ? to : newline;
        }

        var (line, column) = ((int)start.Line, (int)start.Column);
        return new SourceSpan(from, to - from, line, column, line, column + to - from) { File = _file };
    }

    private static string Sentence(string message)
    {
        var text = message.Trim().TrimEnd('.');

        // "(Line: 3, Col: 5, Idx: 40) - (…): text" repeats the place that the diagnostic already has.
        var colon = text.StartsWith("(Line:", StringComparison.Ordinal) ? text.IndexOf("): ", StringComparison.Ordinal) : -1;
        text = colon < 0 ? text : text.Substring(colon + 3);
        return text.Length == 0
            ? "the text is not YAML"
            : char.ToLowerInvariant(text[0]) + text.Substring(1).Replace('\n', ' ').Replace('\r', ' ');
    }
}
