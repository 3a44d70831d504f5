namespace ModelGen.Compiler.CSharp;

/// <summary>Where the records and enums of the runtime are that the language names.</summary>
internal static class RuntimeTypes
{
    private const string Training = "ModelGen.Training";

    // Those that are not with the rest of what a spec sets.
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal) { ["SamplingOptions"] = "ModelGen.Sampling" };

    /// <summary>The type as generated code names it.</summary>
    public static string Qualified(string name) => $"global::{(Elsewhere.TryGetValue(name, out var other) ? other : Training)}.{name}";
}
