using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Spec;

/// <summary>The meaning of a recipe, without positions, so that equal recipes are equal however they are laid out.</summary>
/// <param name="Name">The class name; empty where the name given is not usable, so that no code is generated.</param>
/// <param name="Model">The model's name as written; empty where it is missing.</param>
/// <param name="Summary">Its documentation; empty for none.</param>
/// <param name="Family">The family for whose models it was read; null where it is unknown.</param>
/// <param name="Arguments">The values of the keys that the family allows in recipes; null where the family is unknown.</param>
/// <param name="IsComplete">Whether all of it could be read; otherwise it is only checked.</param>
internal sealed record RecipeSpec(string Name, string Model, string Summary, FamilyWord? Family, Arguments? Arguments, bool IsComplete);
