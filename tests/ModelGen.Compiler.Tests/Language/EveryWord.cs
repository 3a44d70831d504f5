using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Tests.Language;

/// <summary>A small spec for each word of the catalogue, made from the word's own example.</summary>
internal static class EveryWord
{
    /// <summary>The words and their specs.</summary>
    public static IReadOnlyList<(Definition Word, string Spec)> Specs { get; } =
    [
        .. Catalogue.Of<Layer>().Select(word => ((Definition)word, OfLayer(word))),
        .. Catalogue.Of<Initialiser>().Select(word => ((Definition)word, $"model: Example\nfamily: network\ndata: {{ tensor: [4, 9] }}\ninitialiser: {{ {Braced(word)} }}\nnetwork: [linear: 3]\n")),
        .. Catalogue.Of<DataKind>().Select(word => ((Definition)word, $"model: Example\nfamily: network\ndata: {{ {word.Example} }}\nnetwork: [{(word.Word == "tokens" ? "embed: 4" : "flatten")}]\n")),
        .. Catalogue.Of<Objective>().Select(word => ((Definition)word, Transformer($"objective: {word.Example}"))),
        .. Catalogue.Of<Optimizer>().Select(word => ((Definition)word, Transformer(Training(word.Example, "constant")))),
        .. Catalogue.Of<Schedule>().Select(word => ((Definition)word, Transformer(Training("adamw: 1e-3", word.Example)))),
        .. Catalogue.Of<Family>().Select(word => ((Definition)word, word.Example)),
    ];

    private static string OfLayer(Layer word) =>
        $"model: Example\nfamily: network\ndata: {{ {word.ExampleInput} }}\nnetwork:\n{(word.ExampleInput.StartsWith("tokens", StringComparison.Ordinal) && word.Word != "embed" ? "  - embed: 8\n" : "")}  - {word.Example}\n";

    private static string Braced(Definition word) => word.Example.Contains(':', StringComparison.Ordinal) ? word.Example : word.Example + ":";

    private static string Training(string optimizer, string schedule) =>
        $"objective: next-token\ntraining: {{ optimizer: {{ {optimizer} }}, schedule: {(schedule.Contains(':', StringComparison.Ordinal) ? $"{{ {schedule} }}" : schedule)}, batch: 4, duration: 100 steps }}";

    private static string Transformer(string more) =>
        $"model: Example\nfamily: transformer\ndata: {{ tokens: {{ context: 12 }} }}\nnetwork: [embed: 8, unembed]\n{more}\n";
}
