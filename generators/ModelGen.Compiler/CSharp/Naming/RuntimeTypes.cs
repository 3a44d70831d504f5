using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>The types of the runtime that generated code names, and the namespaces that they are in.</summary>
internal static class RuntimeTypes
{
    /// <summary>Where what a spec sets is.</summary>
    private const string Training = "ModelGen.Training";

    private static readonly (string Namespace, string[] Names)[] Elsewhere =
    [
        ("ModelGen.Models",
        [
            "LanguageModel", "Network", "Vae", "VqVae", "Gan", "GeneratedModule", "Attention", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "MinibatchDeviation", "Recompute",
            "SinusoidalPositions", "SpectralNorm", "TruncatedNormal", "Unembedding", "VectorQuantiser", .. Catalogue.Of<Likelihood>().Select(likelihood => Names.Pascal(likelihood.Word)),
        ]),
        ("ModelGen.Data", ["TokenDataset", "ImageDataset", .. Catalogue.Of<DataSource>().Select(source => source.Record)]),
        ("ModelGen.Tokenization", ["Tokenizer", "ByteTokenizer", "CharacterTokenizer"]),
        ("ModelGen.Sampling", ["SamplingOptions"]),
    ];

    /// <summary>The namespace of each.</summary>
    public static readonly IReadOnlyDictionary<string, string> Namespaces = Elsewhere
        .SelectMany(room => room.Names.Select(name => (name, room.Namespace)))
        .Concat(Settings().Distinct().Where(name => !Elsewhere.Any(room => room.Names.Contains(name))).Select(name => (name, Training)))
        .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);

    /// <summary>The namespace of a type.</summary>
    public static string NamespaceOf(string name) => Namespaces.TryGetValue(name, out var found) ? found : Training;

    // The records and enums that words and groups become, and the objectives.
    private static IEnumerable<string> Settings() => Catalogue.Of<Definition>()
        .SelectMany(word => word.Parameters.SelectMany(Settings)
            .Concat(word is IOptionsRecord record ? [record.Record] : [])
            .Concat(word is Objective objective ? [objective.RuntimeType, objective.Record ?? ""] : []))
        .Where(name => name.Length > 0)
        .Concat(["Duration", "Objective"]);

    private static IEnumerable<string> Settings(Parameter parameter) => parameter.Form switch
    {
        GroupForm group => group.Parameters.SelectMany(Settings).Prepend(group.Record),
        ChoiceForm { RuntimeEnum: { } type } => [type],
        _ => [],
    };
}
