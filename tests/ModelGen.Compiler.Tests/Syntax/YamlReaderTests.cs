using System.Globalization;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Tests.Syntax;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: 1\nbb: 22\n", "22", 2, 5)]
    [InlineData("a: 1\r\nbb: 22\r\n", "22", 2, 5)]
    [InlineData("é: 1\nbb: 'é22'\n", "'é22'", 2, 5)]
    [InlineData("bb: 漢字 # 漢\ncc: 22\n", "22", 2, 5)]
    [InlineData("# 😀\naa: 😀 x\nbb: 22", "22", 3, 5)]
    [InlineData("aa: { 😀: 1, b: 22 }", "22", 1, 17)]
    [InlineData("a: [1, [2, 22], 3]", "22", 1, 12)]
    [InlineData("a: { b: { c: 22 } }", "22", 1, 14)]
    [InlineData("a: [x, linear: 22, y]", "22", 1, 16)]
    [InlineData("a:\n  - b:\n      - 22\n", "22", 3, 9)]
    [InlineData("a: |\n  text\n  more\nb: 22\n", "22", 4, 4)]
    [InlineData("a: >-\n\n  text\n\nb: 22\n", "22", 5, 4)]
    [InlineData("a: \"x\n  y\"\nb: 22\n", "22", 3, 4)]
    [InlineData("\tb: 22\n", "22", 1, 5)]
    [InlineData("---\nb: 22\n...\n", "22", 2, 4)]
    public void ScalarHasItsPlace(string text, string written, int line, int column)
    {
        var start = text.LastIndexOf(written, StringComparison.Ordinal);

        var scalar = All(Read(text)).OfType<ScalarNode>().Single(node => node.Span.Start == start);

        Assert.Equal(new SourceSpan(start, written.Length, line, column, line, column + written.Length), scalar.Span);
        Assert.Equal(written[0] == '\'', scalar.IsQuoted);
    }

    [Theory]
    [InlineData("a: [1, 2]", "[1, 2]", "[1, 2")]
    [InlineData("a: { b: 1, c: 2 }", "{ b: 1, c: 2 }", "{ b: 1, c: 2")]
    [InlineData("a: []", "[]", "[")]
    [InlineData("a: {}", "{}", "{")]
    [InlineData("a: [x, linear: 4, y]", "linear: 4", "linear: 4")]
    [InlineData("a:\n  b: 1\n  c: 2\n", "b: 1", "b")]
    [InlineData("a:\n- 1\n- 2\n", "- 1", "-")]
    [InlineData("a:\n- b: 1\n  c: 2\n", "b: 1", "b")]
    [InlineData("a:\n- b: 1\n", "b: 1", "b: 1")]
    [InlineData("a: |\n  text\n  more\n", "|", "|")]
    [InlineData("a: \"x\n  y\"\n", "\"x", "\"x")]
    public void SpanCoversWhatStandsOnItsFirstLine(string text, string from, string covered)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);

        var longest = All(Read(text))
            .Where(node => node.Span.Start == start && node is not MapNode { Entries: [{ Key.Text: "a" }] })
            .MaxBy(node => node.Span.Length)!;

        Assert.Equal(covered, text.Substring(longest.Span.Start, longest.Span.Length));
        Assert.Equal(longest.Span.Line, longest.Span.EndLine);
        Assert.Equal(longest.Span.Column + longest.Span.Length, longest.Span.EndColumn);
    }

    [Theory]
    [InlineData("a: b # c", "b", false)]
    [InlineData("a: 'b # c'", "b # c", true)]
    [InlineData("a: \"b\\n\"", "b\n", true)]
    [InlineData("a: |\n  b\n  c\n", "b\nc\n", true)]
    [InlineData("a: >\n  b\n  c\n", "b c\n", true)]
    [InlineData("a: b\n  c\n", "b c", false)]
    [InlineData("a:", "", false)]
    [InlineData("a: ''", "", true)]
    [InlineData("a: 4 * $x", "4 * $x", false)]
    public void ScalarHasItsText(string text, string value, bool isQuoted)
    {
        var scalar = Assert.IsType<ScalarNode>(Assert.IsType<MapNode>(Read(text)).Find("a")!.Value);

        Assert.Equal((value, isQuoted), (scalar.Text, scalar.IsQuoted));
    }

    [Fact]
    public void KeysAndItemsKeepTheirOrder()
    {
        var map = Assert.IsType<MapNode>(Read("c: 1\na: [3, 1, 2]\nb: 1\n"));

        Assert.Equal(["c", "a", "b"], map.Entries.Select(entry => entry.Key.Text));
        Assert.Equal(
            ["3", "1", "2"],
            Assert.IsType<ListNode>(map.Find("a")!.Value).Items.Select(item => Assert.IsType<ScalarNode>(item).Text)
        );
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(100_000, false)]
    public void NestingHasALimit(int depth, bool isAllowed)
    {
        var errors = Errors(new string('[', depth) + new string(']', depth));

        Assert.Equal(isAllowed ? [] : ["(1,65): MG1004: this is nested more than 64 levels deep"], errors);
    }

    [Theory]
    [InlineData("", "(1,1): MG1002")]
    [InlineData(" \n\n", "(1,1): MG1002")]
    [InlineData("# only\n# words\n", "(1,1): MG1002")]
    [InlineData("---\n", "(1,1): MG1002")]
    [InlineData("a: 1\n---\nb: 2\n", "(2,1): MG1003")]
    [InlineData("a: &name 1\n", "(1,4): MG1005")]
    [InlineData("a: &name [1, 2]\n", "(1,4): MG1005")]
    [InlineData("a: 1\nb: *name\n", "(2,4): MG1005")]
    [InlineData("a: 1\nb: !!int 2\n", "(2,4): MG1006")]
    [InlineData("a: 1\n[b, c]: 2\n", "(2,1): MG1007")]
    [InlineData("a: 1\n{ b: c }: 2\n", "(2,1): MG1007")]
    [InlineData("a: 1\nb: 2\na: 3\n", "(3,1): MG1008")]
    [InlineData("a: { b: 1, c: 2, b: 3 }\n", "(1,18): MG1008")]
    [InlineData("a: 1\n  b: 2\n", "(2,4): MG1001")]
    [InlineData("a: [1, 2\nb: 3\n", "(1,5): MG1001")]
    [InlineData("a: [32\n  - kind: b\n", "(2,9): MG1001")]
    [InlineData("a: 'b\nc: 2\n", "(1,4): MG1001")]
    [InlineData("a: { b: 1\n", "(1,6): MG1001")]
    [InlineData("a: b: c\n", "(1,5): MG1001")]
    [InlineData("a: 1\n\tb: 2\n", "(2,1): MG1001")]
    [InlineData("a: @b\n", "(1,4): MG1001")]
    [InlineData("a: %b\n", "(1,4): MG1001")]
    [InlineData("%YAML 1.2\n", "(1,1): MG1001")]
    public void WhatSpecsDoNotUseIsReportedAtItsPlace(string text, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Errors(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a:1\nb: 2\n", "(1,1)", "'a:' needs a space before '1'")]
    [InlineData("a: 1\nb:2\nc: 3\n", "(2,1)", "'b:' needs a space before '2'")]
    [InlineData("a\nb: 2\n", "(1,1)", "'a' goes on in the next line, where a colon follows; does it lack a colon itself, or quotes?")]
    [InlineData("a:\n  b: 1\n\tc: 2\n", "(3,1)", "a tab is used for indentation; YAML takes only spaces")]
    [InlineData("a:\r\n  - b\r\n\t- c\r\n", "(3,1)", "a tab is used for indentation; YAML takes only spaces")]
    [InlineData(
        "a:\n  - b\n  c\n",
        "(3,3)",
        "the lines before are a list, whose items begin with '- '; begin this one so too, or as far left as the list's key"
    )]
    [InlineData(
        "a:\n  - b\n   - c: 1\n  - d\n",
        "(3,7)",
        "this line is indented further than the one before, so that it goes on with its value; indent both alike"
    )]
    [InlineData(
        "a:\n  - b: 1\n - c\n",
        "(3,2)",
        "items of a list begin in one column, but this line begins in column 2, after one in column 3"
    )]
    [InlineData(
        "a:\nb: { c: 1 }\n  d: 2\n",
        "(3,3)",
        "keys of a group begin in one column, but this line begins in column 3, after one in column 1"
    )]
    [InlineData(
        "a:\n  b: { c: 1 }\n   d: 2\n",
        "(3,4)",
        "keys of a group begin in one column, but this line begins in column 4, after one in column 3"
    )]
    [InlineData(
        "a: b: c\n",
        "(1,5)",
        "a second colon follows in this value; put keys in braces, as in key: { inner: 1 }, or a text in quotes"
    )]
    [InlineData("a: [1, 2\nb: 3\n", "(1,5)", "the text cannot be read from here on (an unclosed bracket or quote?)")]
    [InlineData("a: { b: 1 c: 2 }\n", "(1,12)", "',' or '}' is missing before this")]
    [InlineData("a: [b]]\n", "(1,7)", "nothing may follow here; is there a bracket or a quote too many in 'a: [b]]'?")]
    [InlineData("a: 1\nb = 2\n", "(2,1)", "'b = 2' is not 'key: value'")]
    [InlineData("a: 'b\nc: 2\n", "(1,4)", "the quote that opens here is not closed in the same line")]
    public void WhatIsNotYamlIsExplained(string text, string place, string problem) =>
        Assert.Equal($"{place}: MG1001: the file is not valid YAML: {problem}", Assert.Single(Errors(text)));

    [Fact]
    public void MessageOfTheParserIsOneSentenceWithoutItsOwnPlace()
    {
        var error = Assert.Single(Errors("a: 1\nb: 'c\n"));

        Assert.DoesNotContain("Line:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Idx", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnchorsAndTagsAreAllReported() => Assert.Equal(3, Errors("a: &x 1\nb: !t 2\nc: *x\n").Count);

    private static Node Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        var root = YamlReader.Read(text, diagnostics);
        Assert.Empty(diagnostics.ToArray());
        return root!;
    }

    private static List<string> Errors(string text)
    {
        var diagnostics = new DiagnosticBag();
        YamlReader.Read(text, diagnostics);
        return
        [
            .. diagnostics
                .ToArray()
                .Select(d => string.Create(CultureInfo.InvariantCulture, $"({d.Span.Line},{d.Span.Column}): {d.Rule.Id}: {d.Message}")),
        ];
    }

    private static IEnumerable<Node> All(Node node) =>
        node switch
        {
            ListNode list => list.Items.SelectMany(All).Prepend(list),
            MapNode map => map.Entries.SelectMany(entry => All(entry.Value).Prepend(entry.Key)).Prepend(map),
            _ => [node],
        };
}
