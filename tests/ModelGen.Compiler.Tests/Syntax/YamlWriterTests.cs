using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Tests.Syntax;

public sealed class YamlWriterTests
{
    // Whatever a scalar may contain that YAML could take for something else.
    private static readonly string[] Pieces =
    [
        "a",
        "-1",
        "- b",
        "---",
        "'",
        "\"",
        ": ",
        ":",
        " #",
        "#",
        ",",
        "[",
        "]",
        "{",
        "}",
        " ",
        "\n",
        "\t",
        "\\",
        "é",
        "😀",
        "*",
        "&x",
        "!",
        "|",
        ">",
        "%",
        "@",
        "`",
        "?",
        "? ",
        "~",
        "$rate / 10",
    ];

    public static TheoryData<string> Specs => [.. Repository.Specs];

    [Theory]
    [MemberData(nameof(Specs))]
    public void AShippedSpecMeansTheSameWrittenAnew(string path)
    {
        var text = Repository.Read(path);

        var written = YamlWriter.Write(Read(text));

        Assert.True(
            SpecCompiler.Parse(written) is { Diagnostics.Count: 0, Spec: { } spec } && spec == SpecCompiler.Parse(text).Spec,
            written
        );
        Assert.Equal(written, YamlWriter.Write(Read(written)));
        Assert.All(written.Split('\n'), static line => Assert.True(line.Length <= 110 || line.EndsWith('\''), line));
    }

    [Fact]
    public void GroupsThatFitAreOneLine() =>
        Assert.Equal(
            """
            model: Example
            network:
              - linear: 4 * $width
              - relu
              - conv: { channels: 32, kernel: 4, stride: 2, padding: 1, dilation: 1 }
              - residual: [layer-norm, gelu: tanh, linear: 64]
            summary: 'One, and the other.'
            empty: {}

            """,
            YamlWriter.Write(
                Read(
                    "model: Example\nnetwork:\n- linear: 4 * $width\n- relu\n- conv: {channels: 32, kernel: 4, stride: 2, padding: 1, dilation: 1}"
                        + "\n- residual: [layer-norm, {gelu: tanh}, {linear: 64}]\n"
                        + "summary: 'One, and the other.'\nempty: {}"
                )
            ),
            ignoreLineEndingDifferences: true
        );

    [Fact]
    public void RandomNodesAreReadAsTheyWereWritten()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var node = Map(random, 0);

            var written = YamlWriter.Write(node);

            Assert.Equal(Told(node), Told(Read(written)));
        }
    }

    private static Node Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        var node = YamlReader.Read(text, diagnostics);
        Assert.True(node is not null && diagnostics.Count == 0, text + string.Join('\n', diagnostics.ToArray()));
        return node!;
    }

    private static string Told(Node node) =>
        node switch
        {
            ScalarNode scalar => $"<{scalar.Text}>",
            ListNode list => $"[{string.Join(';', list.Items.Select(Told))}]",
            MapNode map => $"({string.Join(';', map.Entries.Select(static entry => $"<{entry.Key.Text}>={Told(entry.Value)}"))})",
            _ => "?",
        };

    private static MapNode Map(Random random, int depth) =>
        new(
            SourceSpan.FileStart,
            [.. Enumerable.Range(0, 1 + random.Next(4)).Select(number => new Entry(Scalar(random, $"key{number}"), Any(random, depth + 1)))]
        );

    private static Node Any(Random random, int depth) =>
        (depth > 4 ? 0 : random.Next(3)) switch
        {
            0 => Scalar(random, ""),
            1 => new ListNode(SourceSpan.FileStart, [.. Enumerable.Range(0, random.Next(5)).Select(_ => Any(random, depth + 1))]),
            _ => Map(random, depth),
        };

    // A scalar that is not quoted has at least a letter: an empty one says nothing.
    private static ScalarNode Scalar(Random random, string begin)
    {
        var text = begin + string.Concat(Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        return new ScalarNode(SourceSpan.FileStart, text, isQuoted: random.Next(2) == 0 && begin.Length == 0);
    }
}
