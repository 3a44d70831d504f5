using System.Globalization;

namespace ModelGen.Compiler.Tests.Robustness;

/// <summary>Texts that would take hours, or all memory, if the compiler let them.</summary>
public sealed class ExtremeTexts
{
    private const string Head = "model: M\nfamily: network\ndata: { tensor: [4, 8] }\n";

    private const string TokenHead =
        "model: M\nfamily: network\ndata: { tokens: { context: 64 } }\nnetwork:\n- embed: 4\n- permute: [1, 0]\n";

    private static readonly Dictionary<string, Func<string>> Texts = new()
    {
        ["repeats in repeats"] = () => $"{Head}network: [{Nest("{ repeat: 1000, layers: [", "relu", "] }", 25)}]",
        ["repeats in repeats with weights"] = () => $"{Head}network: [{Nest("{ repeat: 1000, layers: [", "linear: 8", "] }", 25)}]",
        ["repeats side by side"] = () => $"{Head}network:\n{Times(15000, _ => "- { repeat: 1000, layers: [relu] }\n")}",
        ["residuals in blocks in blocks"] = () =>
            $"{Head}blocks:\n{Times(60, i => $"  b{i}: {{ layers: [{Nest("{ residual: [", i == 59 ? "relu" : $"b{i + 1}", "] }", 25)}] }}\n")}network: [b0]",
        ["blocks that double"] = () =>
            $"{Head}blocks:\n{Times(60, i => $"  b{i}: {{ layers: [{(i == 59 ? "relu" : $"b{i + 1}, b{i + 1}")}] }}\n")}network: [b0]",
        ["blocks that double with mistakes"] = () =>
            $"{Head}blocks:\n{Times(60, i => $"  b{i}: {{ layers: [{(i == 59 ? "rellu: { a: 1 }" : $"b{i + 1}, b{i + 1}, x{i}")}] }}\n")}network: [b0]",
        ["a block of a thousand keys, used often"] = () =>
            $"{Head}blocks:\n  b: {{ layers: [conv: {{ {Times(5000, i => $"k{i}: 1, ")} }}] }}\nnetwork:\n{Times(3000, _ => "- b\n")}",
        ["a block of a long list, used often"] = () =>
            $"{Head}blocks:\n  b: {{ layers: [permute: [{Times(20000, _ => "1, ")}]] }}\nnetwork:\n{Times(15000, _ => "- b\n")}",
        ["a block of a long sum, used often"] = () =>
            $"{Head}blocks:\n  b: {{ layers: [linear: {Times(20000, _ => "1+")}1] }}\nnetwork:\n{Times(15000, _ => "- b\n")}",
        ["a block of many parameters"] = () =>
            $"{Head}blocks:\n  b: {{ parameters: [{Times(20000, i => $"p{i}, ")}], layers: [relu] "
            + $"}}\nnetwork:\n{Times(1000, _ => "- b: { p: 1 }\n")}",
        ["many blocks, many unknown words"] = () =>
            $"{Head}blocks:\n{Times(2000, i => $"  b{i}: {{ layers: [relu] }}\n")}network:\n{Times(3000, i => $"- q{i}\n")}",
        ["many constants, many unknown names"] = () =>
            $"{Head}let:\n{Times(2000, i => $"  b{i}: 1\n")}network:\n{Times(3000, i => $"- linear: $q{i}\n")}",
        ["many unknown words"] = () => $"{Head}network:\n{Times(10000, i => $"- rel{i}\n")}",
        ["many unknown keys"] = () => Head + Times(10000, i => $"k{i}: 1\n"),
        ["many equal names"] = () => $"{Head}network:\n{Times(10000, _ => "- residual: [{ relu: , as: a }]\n")}",
        ["many equal layers"] = () => $"{Head}network:\n{Times(15000, _ => "- linear: 8\n")}",
        ["a long residual"] = () => $"{Head}network:\n- residual:\n{Times(15000, _ => "  - relu\n")}",
        ["many repeats of new shapes"] = () =>
            "model: M\nfamily: network\ndata: { tensor: [1, 20000] }\nnetwork: [{ repeat: 1000, layers: [conv: { channels: 1, "
            + "kernel: 2 }] }, { repeat: 1000, layers: [conv: { channels: 1, kernel: 3 }] }]",
        ["quotients of quotients"] = () =>
            TokenHead + Times(15000, i => $"- conv: {{ channels: 4, kernel: {2 + (i % 2)}, stride: {2 + (i % 3)}, padding: {i % 3} }}\n"),
        ["quotients that do not fit"] = () => TokenHead + Times(100, _ => "- conv: { channels: 4, kernel: 1, stride: 2147483647 }\n"),
        ["a sum of many quotients"] = () =>
            (
                $"{TokenHead}{Times(1500, i => $"- {{ conv: {{ channels: 4, kernel: 1, stride: {i + 2} }}, from: input, as: n{i} }}\n").Replace("from: input", "from: all", StringComparison.Ordinal).Replace("permute: [1, 0]\n", "{ permute: [1, 0], as: all }\n", StringComparison.Ordinal)}- "
                + $"{{ concat: {{ axis: 1 }}, from: [{Times(1500, i => $"n{i}, ")}] }}\n"
            ).Replace("- permute: [1, 0]\n", "- { permute: [1, 0], as: all }\n", StringComparison.Ordinal),
        ["sizes beyond measure"] = () =>
            $"{Head}network: [flatten, linear: 2147483647, linear: 2147483647, linear: 2147483647, upsample: 2147483647]",
        ["axes beyond measure"] = () =>
            $"model: M\nfamily: network\ndata: {{ tensor: [2147483647, 2147483647, 2147483647, 2147483647] }}\nnetwork: [flatten]",
        ["a long expression"] = () => $"{Head}let: {{ a: {Times(100000, _ => "(")}1 }}\nnetwork: [linear: $a]",
        ["signs"] = () => $"{Head}let: {{ a: {Times(900, _ => "- ")}1 }}\nnetwork: [linear: $a]",
        ["a long word"] = () => $"{Head}network: [{Times(100000, _ => "x")}]",
        ["a long text"] = () => $"{Head}summary: {Times(100000, _ => "word ")}\nnetwork: [relu]",
        ["a long quoted text"] = () => $"{Head}summary: \"{Times(100000, _ => "\\n")}\"\nnetwork: [relu]",
        ["a million of unknown keys"] = () => Head + Times(110_000, i => $"{i}: 1\n"),
        ["a million of unknown keys that are near"] = () => Head + Times(60_000, i => $"network{i}: 1\n"),
        ["a million of unknown words"] = () => $"{Head}network: [{Times(240_000, _ => "x, ")}]",
        ["a million of unknown words that are near"] = () => $"{Head}network: [{Times(60_000, i => $"linear{i}, ")}]",
        ["a million of unknown arguments"] = () => $"{Head}network: [conv: {{ {Times(90_000, i => $"k{i}: 1, ")} }}]",
        ["a million of keys beside a layer"] = () => $"{Head}network: [{{ relu: , {Times(90_000, i => $"k{i}: 1, ")} }}]",
        ["a million of keys twice"] = () => Head + Times(240_000, _ => "a:\n"),
        ["a million of unknown names"] = () => $"{Head}network: [{{ add: , from: [{Times(120_000, i => $"n{i}, ")}] }}]",
        ["a thousand states, given anew"] = () =>
            $"{Head}states: {{ "
            + $"{Times(1000, i => $"n{i}: [4, 8], ")} }}\nnetwork:\n{Times(18_000, i => $"- {{ relu: , as: n{i % 1000} }}\n")}",
        ["a million of outputs"] = () => $"{Head}outputs: [{Times(110_000, i => $"n{i}, ")}]\nnetwork: [relu]",
        ["a million of side inputs"] = () => $"{Head}inputs: {{ {Times(60_000, i => $"n{i}: [4], ")} }}\nnetwork: [relu]",
        ["a million of states"] = () => $"{Head}states: {{ {Times(60_000, i => $"n{i}: [4], ")} }}\nnetwork: [relu]",
        ["a million of unused constants"] = () => $"{Head}let: {{ {Times(90_000, i => $"n{i}: 1, ")} }}\nnetwork: [relu]",
        ["a million of unused blocks"] = () => $"{Head}blocks:\n{Times(30_000, i => $"  b{i}: {{ layers: [relu] }}\n")}network: [relu]",
        ["a million of blocks without layers"] = () => $"{Head}blocks:\n{Times(90_000, i => $"  b{i}: {{}}\n")}network: [relu]",
        ["a million of unused results"] = () => $"{Head}network:\n{Times(18_000, i => $"- {{ linear: 8, as: r{i}, from: input }}\n")}",
        ["a million of wrong residuals"] = () => $"{Head}network:\n{Times(19_000, _ => "- residual: [linear: 9, linear: 7]\n")}",
        ["a million of wrong shapes"] = () => $"{Head}network:\n{Times(19_000, _ => "- repeat: 2\n  layers: [reshape: [5]]\n")}",
        ["a million of anchors"] = () => $"{Head}network: [{Times(120_000, i => $"&a{i} x, ")}]",
        ["a million of nothing"] = () => new string(' ', 1_000_000),
        ["more than may be"] = () => new string('a', 2_000_000),
        ["anchors of anchors"] = () =>
            $"a: &a [x]\n{Times(30, i => $"{(char)('b' + (i % 25))}{i}: &b{i} [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n")}",
    };

    public static TheoryData<string> Names =>
        [
            .. Texts.Keys,
            .. "[ { - ? : ' \" | > & * ! % @ ` # , ] } \\ \t \n".Split(' ').Select(noise => $"noise {noise}"),
            .. new[]
            {
                "- - ",
                "a: ",
                "? - ",
                "[a, ",
                "{a: ",
                "a:\n ",
                "!t ",
                "&a ",
                "--- ",
                "'' ",
                "\"\" ",
                "- a\n",
                "x: 1\n",
                "\r",
                "\uFEFF",
                "\uD800",
                "a b ",
                "- |\n",
            }.Select(noise => $"noise {noise}"),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public void ComeToAnEnd(string name) =>
        Watched.Compile(1, _ => Texts.TryGetValue(name, out var text) ? text() : Times(200_000 / (name.Length - 6), _ => name[6..]));

    private static string Times(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));

    private static string Nest(string open, string inner, string close, int depth) =>
        Times(depth, _ => open) + inner + Times(depth, _ => close);
}
