using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Surface;

/// <summary>A group of the spec as an options record of the runtime, named after the group.</summary>
/// <param name="Summary">What it is, as a sentence.</param>
/// <param name="Group">The group.</param>
/// <param name="Values">Its values in the spec.</param>
internal sealed record OptionGroup(string Summary, GroupParameter Group, Arguments Values)
{
    /// <summary>The words of settings that are turned on not by a key of the group but by another part of the spec.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];
}
