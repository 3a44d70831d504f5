namespace ModelGen.Compiler.CSharp;

/// <summary>Where the types of the runtime are that the language and its families name.</summary>
internal static class RuntimeTypes
{
    private const string Training = "ModelGen.Training";

    // Those that are not with the rest of what a spec sets.
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal) { ["SamplingOptions"] = "ModelGen.Sampling" };

    /// <summary>A record, an enum or an objective as generated code names it.</summary>
    public static string Qualified(string name) => $"global::{(Elsewhere.TryGetValue(name, out var other) ? other : Training)}.{name}";

    /// <summary>The base class of models, or what they tell of themselves.</summary>
    public static string Model(string name) => $"global::ModelGen.Models.{name}";

    /// <summary>A data set.</summary>
    public static string DataSet(string name) => $"global::ModelGen.Data.{name}";

    /// <summary>A tokenizer.</summary>
    public static string Tokenizer(string name) => $"global::ModelGen.Tokenization.{name}";
}
