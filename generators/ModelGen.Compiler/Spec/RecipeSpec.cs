using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Spec;

/// <summary>A recipe as meant: no positions, so that equal recipes are equal however they are laid out.</summary>
/// <param name="Name">The class; empty where the name given cannot be one, so that no code is made.</param>
/// <param name="Model">The model as named; empty where it is not.</param>
/// <param name="Summary">Its documentation; empty for none.</param>
/// <param name="Family">The family for whose models it was read; null where that was not known.</param>
/// <param name="Arguments">The values of the keys that the family lets recipes have; null where the family was not known.</param>
/// <param name="IsComplete">Whether all of it could be read; otherwise it is only checked.</param>
internal sealed record RecipeSpec(string Name, string Model, string Summary, FamilyWord? Family, Arguments? Arguments, bool IsComplete);
