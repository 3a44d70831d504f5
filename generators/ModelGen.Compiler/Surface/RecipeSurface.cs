namespace ModelGen.Compiler.Surface;

/// <summary>What a recipe's class offers, in no language.</summary>
/// <param name="Options">The groups that programs may ask the class for.</param>
/// <param name="Objective">What makes the recipe's objective; null where it is the model's own.</param>
/// <param name="DataSet">The data set of the runtime that the model learns from.</param>
internal sealed record RecipeSurface(IReadOnlyList<OptionGroup> Options, ObjectiveMember? Objective, string DataSet);
