namespace ModelGen.Compiler.Tests.CSharp;

/// <summary>Repeats of one class are loops, each tensor still disposed at its last use and the caller's never.</summary>
public sealed class LoopTests
{
    [Fact]
    public void WhatOnlyTheLoopReadsRunsThroughIt() =>
        Assert.Equal(
            [
                "var x = Linear.call(input);",
                "foreach (var block in Blocks)",
                "var next = block.call(x);",
                "x.Dispose();",
                "x = next;",
                "var normed = LayerNorm.call(x);",
                "x.Dispose();",
            ],
            Statements("[linear: 4, { repeat: 3, layers: [linear: 4] }, layer-norm]")
        );

    [Fact]
    public void TheCallersTensorIsReadBeforeTheLoop() =>
        Assert.Equal(
            [
                "var output = Blocks[0].call(input);",
                "for (var i = 1; i < Blocks.Count; i++)",
                "var next = Blocks[i].call(output);",
                "output.Dispose();",
                "output = next;",
            ],
            Statements("[{ repeat: 3, layers: [linear: 4] }]")
        );

    [Fact]
    public void WhatIsReadAgainLaterStaysAlive() =>
        Assert.Equal(
            [
                "var kept = Kept.call(input);",
                "var x = X[0].call(kept);",
                "for (var i = 1; i < X.Count; i++)",
                "var next = X[i].call(x);",
                "x.Dispose();",
                "x = next;",
                "var sum = arithmetic.Plus(x, kept);",
                "x.Dispose();",
                "kept.Dispose();",
            ],
            Statements("[{ linear: 4, as: kept }, { repeat: 3, layers: [linear: 4], as: x }, { add: , from: [x, kept] }]")
        );

    [Fact]
    public void AResultWithANameOfItsOwnKeepsIt() =>
        Assert.Equal(
            [
                "var mine = Mine.call(input);",
                "var output = mine;",
                "foreach (var block in Blocks)",
                "var next = block.call(output);",
                "output.Dispose();",
                "output = next;",
            ],
            Statements("[{ linear: 4, as: mine }, { repeat: 2, layers: [linear: 4] }]")
        );

    [Fact]
    public void OneLoopFollowsAnother() =>
        Assert.Equal(
            [
                "var output = Linear.call(input);",
                "foreach (var block in Blocks)",
                "var next = block.call(output);",
                "output.Dispose();",
                "output = next;",
                "foreach (var block in Blocks2)",
                "var next = block.call(output);",
                "output.Dispose();",
                "output = next;",
            ],
            Statements("[linear: 4, { repeat: 2, layers: [linear: 4] }, { repeat: 2, layers: [relu] }]")
        );

    [Fact]
    public void ARecomputedRepeatIsALoopToo() =>
        Assert.Contains(
            "var next = Recompute.Call(block, output);",
            Statements("[linear: 4, { repeat: 2, layers: [linear: 4], recompute: true }]")
        );

    // The first of these takes another shape, and so is of another class.
    [Fact]
    public void ElementsOfDifferentClassesAreCalledOneByOne() =>
        Assert.Equal(
            ["var hidden = Blocks[0].call(input);", "var output = Blocks[1].call(hidden);", "hidden.Dispose();"],
            Statements("[{ repeat: 2, layers: [linear: 3] }]")
        );

    [Fact]
    public void ElementsThatGiveSideTensorsAreCalledOneByOne() =>
        Assert.DoesNotContain(Statements("[{ repeat: 2, layers: [{ linear: 4, as: seen }, relu] }]", "outputs: [seen]\n"), static line =>
            line.StartsWith("for", StringComparison.Ordinal)
        );

    [Fact]
    public void ManyElementsAreMadeInALoop()
    {
        var code = Spec.Code("model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: [{ repeat: 24, layers: [linear: 4] }]\n");

        Assert.Contains("new Layers.Block[24];", code, StringComparison.Ordinal);
        Assert.All(code.Split('\n'), static line => Assert.InRange(line.Length, 0, 140));
    }

    // A width that happens to be the vocabulary's size is not the vocabulary.
    [Fact]
    public void ConstantsAreNamedWhereTheyAreMeantAlone()
    {
        var code = Spec.Code(
            "model: M\nfamily: transformer\ndata: { tokens: { context: 256 } }\nnetwork: [embed: 256, linear: 256, unembed: { "
                + "tied: false }]\nobjective: next-token\n"
        );

        Assert.Contains("nn.Embedding(Vocabulary, 256,", code, StringComparison.Ordinal);
        Assert.Contains("nn.Embedding(Context, 256,", code, StringComparison.Ordinal);
        Assert.Contains("nn.Linear(256, 256,", code, StringComparison.Ordinal);
        Assert.Contains("new Unembedding(256, Vocabulary,", code, StringComparison.Ordinal);
    }

    // What the root's forward says, without comments and shapes; each disposal is a line.
    private static List<string> Statements(string network, string keys = "")
    {
        var sources = Spec.Sources($"model: M\nfamily: network\ndata: {{ tensor: [4] }}\n{keys}network: {network}\n");
        CSharpCheck.IsClean(sources);
        var lines = sources.Model.Split('\n').Select(static line => line.Trim()).ToList();
        var start = lines.FindIndex(static line => line.Contains(" forward(", StringComparison.Ordinal));
        return
        [
            .. lines
                .Skip(start + 4)
                .TakeWhile(static line => !line.StartsWith("return", StringComparison.Ordinal))
                .Where(static line => line.Length > 1 && line[0] != '#')
                .SelectMany(static line =>
                    line.Split("/*") is [var statement, var rest] ? [statement.Trim(), .. Disposals(rest)]
                    : line.EndsWith(".Dispose();", StringComparison.Ordinal) ? Disposals(line)
                    : [line]
                ),
        ];
    }

    private static IEnumerable<string> Disposals(string text) => text.Split("*/")[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
