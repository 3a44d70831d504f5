using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Spec;

/// <summary>The meaning of a model, without positions, so that equal specs are equal however they are laid out.</summary>
/// <param name="Name">The class name; empty where the name given is not usable, so that no code is generated.</param>
/// <param name="Summary">Its documentation; empty for none.</param>
/// <param name="Family">The family, which determines its roles and how they are connected.</param>
/// <param name="Arguments">The values of the family's keys.</param>
/// <param name="IsComplete">Whether all of it could be read; otherwise it is only checked.</param>
internal sealed record ModelSpec(string Name, string Summary, FamilyWord Family, Arguments Arguments, bool IsComplete)
{
    /// <summary>The numbers of the warnings that are meant.</summary>
    public EquatableArray<string> Allowed { get; init; }

    /// <summary>Whether a rule is a warning that is meant.</summary>
    public bool Allows(Rule rule) => rule.IsWarning && Allowed.Contains(rule.Id);
}
