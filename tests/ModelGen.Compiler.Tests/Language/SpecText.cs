using System.Globalization;
using System.Text;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Tests.Language;

/// <summary>A spec as a tree that tests change and write out again with each key on a line of its own.</summary>
internal abstract class SpecText
{
    /// <summary>The first and the last line it was last written on.</summary>
    public (int First, int Last) Lines { get; private set; }

    public static Group Parse(string text)
    {
        var diagnostics = new DiagnosticBag();
        var root = YamlReader.Read(text, diagnostics);
        Assert.Equal(0, diagnostics.Count);
        return (Group)Of(root!);
    }

    /// <summary>The YAML.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        var line = 1;
        Write(text, 0, ref line, isAtStart: true);
        return text.ToString();
    }

    /// <summary>This and all below it.</summary>
    public abstract IEnumerable<SpecText> All();

    protected abstract void WriteContent(StringBuilder text, int indent, ref int line, bool isAtStart);

    protected static void EndLine(StringBuilder text, ref int line)
    {
        text.Append('\n');
        line++;
    }

    private void Write(StringBuilder text, int indent, ref int line, bool isAtStart)
    {
        var first = line;
        WriteContent(text, indent, ref line, isAtStart);
        Lines = (first, line - 1);
    }

    private static SpecText Of(Node node) =>
        node switch
        {
            ListNode list => new Items([.. list.Items.Select(Of)]),
            MapNode map => new Group([.. map.Entries.Select(entry => new Key(entry.Key.Text, Of(entry.Value)))]),
            ScalarNode scalar => new Word(scalar.IsQuoted ? $"'{scalar.Text.Replace("'", "''", StringComparison.Ordinal)}'" : scalar.Text),
            _ => throw new InvalidOperationException(),
        };

    /// <summary>A scalar as it is written.</summary>
    public sealed class Word(string text) : SpecText
    {
        public string Text { get; } = text;

        public override IEnumerable<SpecText> All() => [this];

        protected override void WriteContent(StringBuilder text, int indent, ref int line, bool isAtStart)
        {
            text.Append(Text.Length > 0 && !isAtStart ? " " : "").Append(Text);
            EndLine(text, ref line);
        }
    }

    /// <summary>A list.</summary>
    public sealed class Items(List<SpecText> values) : SpecText
    {
        public List<SpecText> Values { get; } = values;

        public override IEnumerable<SpecText> All() => Values.SelectMany(value => value.All()).Prepend(this);

        protected override void WriteContent(StringBuilder text, int indent, ref int line, bool isAtStart)
        {
            if (Values.Count == 0)
            {
                text.Append(" []");
            }

            if (!isAtStart || Values.Count == 0)
            {
                EndLine(text, ref line);
            }

            foreach (var value in Values)
            {
                text.Append(' ', indent).Append('-');
                value.Write(text, indent + 2, ref line, isAtStart: false);
            }
        }
    }

    /// <summary>A group of keys.</summary>
    public sealed class Group(List<Key> keys) : SpecText
    {
        public List<Key> Keys { get; } = keys;

        public override IEnumerable<SpecText> All() => Keys.SelectMany(key => key.All()).Prepend(this);

        protected override void WriteContent(StringBuilder text, int indent, ref int line, bool isAtStart)
        {
            if (Keys.Count == 0)
            {
                text.Append(" {}");
            }

            if (!isAtStart || Keys.Count == 0)
            {
                EndLine(text, ref line);
            }

            foreach (var key in Keys)
            {
                text.Append(' ', indent);
                key.Write(text, indent, ref line, isAtStart: true);
            }
        }
    }

    /// <summary>A key with its value.</summary>
    public sealed class Key(string name, SpecText value) : SpecText
    {
        public string Name { get; set; } = name;

        public SpecText Value { get; set; } = value;

        public override IEnumerable<SpecText> All() => Value.All().Prepend(this);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (line {Lines.First})");

        protected override void WriteContent(StringBuilder text, int indent, ref int line, bool isAtStart)
        {
            text.Append(Name).Append(':');
            Value.Write(text, indent + 2, ref line, isAtStart: false);
        }
    }
}
