using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Cli.Specs;

/// <summary>A spec that was compiled.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Code">The C# of each file that a build generates; none where something is wrong.</param>
/// <param name="Diagnostics">What is wrong or doubtful.</param>
internal sealed record CheckedSpec(string Path, IReadOnlyList<string> Code, EquatableArray<Diagnostic> Diagnostics)
{
    /// <summary>Whether something is wrong, rather than only doubtful.</summary>
    public bool HasErrors => Diagnostics.Any(static diagnostic => !diagnostic.Rule.IsWarning);

    /// <summary>Whether it becomes code.</summary>
    public bool IsSound => Code.Count > 0;
}
