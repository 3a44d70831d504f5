using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Spec;

/// <summary>A model as meant: no positions, so that equal specs are equal however they are laid out.</summary>
/// <param name="Name">The class; empty where the name given cannot be one, so that no code is made.</param>
/// <param name="Summary">Its documentation; empty for none.</param>
/// <param name="Family">What roles it has and how they are wired.</param>
/// <param name="Arguments">The values of the family's keys.</param>
/// <param name="IsComplete">Whether all of it could be read; otherwise it is only checked.</param>
internal sealed record ModelSpec(string Name, string Summary, FamilyWord Family, Arguments Arguments, bool IsComplete);
