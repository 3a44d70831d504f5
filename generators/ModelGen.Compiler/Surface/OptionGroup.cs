using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Surface;

/// <summary>A group of the spec as an options record of the runtime, under the group's name.</summary>
/// <param name="Summary">What it is, as a sentence.</param>
/// <param name="Group">The group.</param>
/// <param name="Values">What the spec says.</param>
internal sealed record OptionGroup(string Summary, GroupParameter Group, Arguments Values)
{
    /// <summary>The words of settings that are on though no key of the group says so: another part of the spec asks for them.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];
}
