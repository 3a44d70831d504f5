using System.Globalization;
using System.Text;
using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Files;

/// <summary>
/// What the build knows of a file that specs may name. A compiler must not read other files than those that it is given, so a task of the
/// build describes each as a text, which this class writes and reads.
/// </summary>
/// <param name="Path">The file as specs name it.</param>
internal abstract record FileFacts(string Path)
{
    /// <summary>How the names of such texts end.</summary>
    public const string Extension = ".modelgen-facts";

    private const char Separator = ' ';

    /// <summary>Why the file cannot be used, as a sentence; null where it can.</summary>
    public string? Damage { get; init; }

    /// <summary>The text for a file of which the build knows nothing, because a part of it is not there.</summary>
    public static string None => "none\n";

    /// <summary>Reads the text; null where it says nothing.</summary>
    public static FileFacts? Parse(string text)
    {
        var lines = text.Split('\n').Select(static line => line.Split(Separator)).Where(static words => words.Length > 1).ToList();
        if (lines.Count == 0)
        {
            return null;
        }

        var path = Read(lines[0][1]);
        FileFacts? facts = lines[0][0] switch
        {
            WeightFacts.Kind => WeightFacts.Of(path, lines),
            TokenizerFacts.Kind => TokenizerFacts.Of(path, lines),
            _ => null,
        };
        return facts is null ? null : facts with { Damage = Find(lines, "damage") };
    }

    /// <summary>Writes the text.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        Write(text);
        if (Damage is not null)
        {
            Line(text, "damage", Escape(Damage));
        }

        return text.ToString();
    }

    /// <summary>Writes the lines of one kind of file; the first is the kind and the path.</summary>
    protected abstract void Write(StringBuilder text);

    /// <summary>Writes a line of words without spaces.</summary>
    protected static void Line(StringBuilder text, params string[] words) =>
        text.Append(string.Join(Separator.ToString(), words)).Append('\n');

    /// <summary>Any text as a word without spaces.</summary>
    protected static string Escape(string text) => Uri.EscapeDataString(text);

    /// <summary>The text of such a word.</summary>
    protected static string Read(string word) => Uri.UnescapeDataString(word);

    /// <summary>A number as a word.</summary>
    protected static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of such a word.</summary>
    protected static long ReadNumber(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    /// <summary>The text that a line of one word has after it; null where there is no such line.</summary>
    protected static string? Find(IEnumerable<string[]> lines, string key) =>
        lines.FirstOrDefault(words => words[0] == key) is { } found ? Read(found[1]) : null;
}

/// <summary>The tensors of a file of weights, or of all files of an index.</summary>
internal sealed record WeightFacts(string Path) : FileFacts(Path)
{
    /// <summary>The first word of its text.</summary>
    public const string Kind = "weights";

    private const string TensorKey = "tensor";

    /// <summary>The tensors.</summary>
    public EquatableArray<TensorFacts> Tensors { get; init; }

    /// <summary>Reads the lines.</summary>
    public static WeightFacts Of(string path, IEnumerable<string[]> lines) =>
        new(path)
        {
            Tensors = new EquatableArray<TensorFacts>(
                lines
                    .Where(static words => words[0] == TensorKey)
                    .Select(static words => new TensorFacts(
                        Read(words[1]),
                        words[2],
                        new EquatableArray<long>(words.Skip(3).Select(ReadNumber))
                    ))
            ),
        };

    protected override void Write(StringBuilder text)
    {
        Line(text, Kind, Escape(Path));
        foreach (var tensor in Tensors)
        {
            Line(text, [TensorKey, Escape(tensor.Name), tensor.Type, .. tensor.Shape.Select(Number)]);
        }
    }
}

/// <summary>A tensor of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, by libtorch's name.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record TensorFacts(string Name, string Type, EquatableArray<long> Shape);

/// <summary>The tokens of a file that holds a tokenizer.</summary>
internal sealed record TokenizerFacts(string Path) : FileFacts(Path)
{
    /// <summary>The first word of its text.</summary>
    public const string Kind = "tokenizer";

    private const string SpecialKey = "special";

    /// <summary>The file of merges that it was read with; null for none.</summary>
    public string? Merges { get; init; }

    /// <summary>Whether it has ranks of tokens only, so that a spec has to say the pattern and the special tokens.</summary>
    public bool IsRanks { get; init; }

    /// <summary>How many tokens it has.</summary>
    public long Size { get; init; }

    /// <summary>Its special tokens.</summary>
    public EquatableArray<TokenFacts> Specials { get; init; }

    /// <summary>Reads the lines.</summary>
    public static TokenizerFacts Of(string path, IReadOnlyList<string[]> lines) =>
        new(path)
        {
            Merges = Find(lines, "merges"),
            IsRanks = Find(lines, "ranks") is not null,
            Size = Find(lines, "size") is { } size ? ReadNumber(size) : 0,
            Specials = new EquatableArray<TokenFacts>(
                lines
                    .Where(static words => words[0] == SpecialKey)
                    .Select(static words => new TokenFacts(Read(words[1]), ReadNumber(words[2])))
            ),
        };

    protected override void Write(StringBuilder text)
    {
        Line(text, Kind, Escape(Path));
        if (Merges is not null)
        {
            Line(text, "merges", Escape(Merges));
        }

        if (IsRanks)
        {
            Line(text, "ranks", "alone");
        }

        Line(text, "size", Number(Size));
        foreach (var special in Specials)
        {
            Line(text, SpecialKey, Escape(special.Text), Number(special.Id));
        }
    }
}

/// <summary>A special token of a file.</summary>
/// <param name="Text">How it is written.</param>
/// <param name="Id">Its id.</param>
internal sealed record TokenFacts(string Text, long Id);
