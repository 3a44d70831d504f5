using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;
using ModelGen.Compiler.Words.Objectives;

namespace ModelGen.Compiler.Tests.Language;

/// <summary>A small spec for each word of the catalogue that models take, made from the word's own example.</summary>
internal static class EveryWord
{
    /// <summary>The words and their specs.</summary>
    public static IReadOnlyList<(Definition Word, string Name, string Spec)> Specs { get; } =
    [
        .. Catalogue
            .Of<Definition>()
            .Where(static word => !IsOfRecipes(word))
            .OrderBy(word => word.Kind, StringComparer.Ordinal)
            .SelectMany(word =>
                word is Family ? word.MoreExamples.Prepend(word.Example).Select((spec, i) => (word, Name(word, i), spec))
                : word is Tokenizer
                    ? word.MoreExamples.Prepend(word.Example).Select((example, i) => (word, Name(word, i), OfTokenizer(word, example)))
                : [(word, Name(word, 0), Spec(word))]
            ),
    ];

    /// <summary>Specs of the further examples, which write the arguments out that the first one leaves out.</summary>
    public static IReadOnlyList<(Definition Word, string Spec)> MoreSpecs { get; } =
    [
        .. Catalogue
            .Of<Definition>()
            .Where(static word => word is not (Family or Tokenizer) && !IsOfRecipes(word))
            .SelectMany(static word => word.MoreExamples.Select(example => (word, Spec(word, example)))),
    ];

    /// <summary>Whether only recipes take a word.</summary>
    public static bool IsOfRecipes(Definition word) =>
        word is DataSource or StartPoint or Adapter or Reward or Objective { IsOfRecipes: true };

    private static string Name(Definition word, int example) => $"{word.Kind} {word.Word}{(example == 0 ? "" : $" {example + 1}")}";

    private static string Spec(Definition word) => Spec(word, word.Example);

    private static string Spec(Definition word, string example) =>
        word switch
        {
            Layer layer => OfLayer(layer, example),
            Initialiser =>
                $"model: Example\nfamily: network\ndata: {{ tensor: [4, 9] }}\ninitialiser: {{ {Braced(example)} }}\nnetwork: [linear: 3]\n",
            PositionEncoding =>
                "model: Example\nfamily: network\ndata: { tensor: [5, 8] }\nnetwork:\n  - self-attention: { heads: 2, positions: "
                    + $"{{ {Braced(example)} }} }}\n",
            DataKind => $"model: Example\nfamily: network\ndata: {{ {example} }}\nnetwork: "
                + $"[{(word.Word == "tokens" ? "embed: 4, self-attention: 2" : "flatten")}]\n",
            MaskedToken => "model: Example\nfamily: transformer\ndata: { tokens: { context: 12, mask-token: <mask> } }\nnetwork: "
                + $"[embed: 8, self-attention: 2, unembed]\nobjective: {{ {example} }}\n"
                + "training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }\n",
            NextToken =>
                "model: Example\nfamily: transformer\ndata: { tokens: { context: 12, end-token: <end>, answer-token: <answer> } }\n"
                    + $"network: [embed: 8, self-attention: {{ heads: 2, causal: true }}, unembed]\nobjective: {{ {example} }}\n"
                    + "training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }\n",
            RewardObjective =>
                "model: Example\nfamily: network\ndata: { tokens: { context: 12, padding-token: <pad>, end-token: <end> } }\n"
                    + $"network: [embed: 8, {(word is StepRating ? "self-attention: { heads: 2, causal: true }" : "sequence-pool")}, linear: 1]\n"
                    + $"objective: {(example.Contains(':') ? $"{{ {example} }}" : example)}\n"
                    + "training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }\n",
            WeightLayout layout => layout.ExampleModel,
            _ => InAFamily(word, example),
        };

    private static string OfTokenizer(Definition word, string example)
    {
        var keys = new[] { "answer", "end", "mask", "padding" }
            .Where(key => word.Parameters.Count == 0 || example.Contains($"{key}-id", StringComparison.Ordinal))
            .Select(key => $", {key}-token: <{key}>");
        return $"model: Example\nfamily: network\ndata: {{ tokens: {{ context: 12{(word.Word == "bytes" ? "" : ", vocabulary: 300")}, "
            + $"tokenizer: {(word.Parameters.Count == 0 ? example : $"{{ {example} }}")}{string.Concat(keys)} }} }}\n"
            + "network: [embed: 4]\n";
    }

    private static string OfLayer(Layer word, string example) =>
        "model: Example\nfamily: network\ndata: { "
        + $"{word.ExampleInput} }}\n{word.ExampleSides}\nnetwork:\n{(word.ExampleInput.StartsWith("tokens", StringComparison.Ordinal) && word.Word != "embed" ? "  - embed: 8\n" : "")}  - "
        + $"{example}\n";

    private static string Braced(string example) => example.Contains(':', StringComparison.Ordinal) ? example : example + ":";

    // The example of the first family that takes such a word, with this one in its place.
    private static string InAFamily(Definition word, string use)
    {
        foreach (var example in Catalogue.Of<Family>().SelectMany(family => family.MoreExamples.Prepend(family.Example)))
        {
            var spec = SpecText.Parse(example);
            if (
                WrittenParameters.Find(spec).FirstOrDefault(pair => WrittenParameters.Words(pair.Value)?.Contains(word) == true).Key is
                { } key
            )
            {
                key.Value = SpecText.Parse($"word: {(use.Contains(':', StringComparison.Ordinal) ? $"{{ {use} }}" : use)}").Keys[0].Value;
                return spec.Write();
            }
        }

        throw new InvalidOperationException($"No family's example has a place for the {word.Kind} '{word.Word}'.");
    }
}
