using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Surface;

/// <summary>What a recipe's class offers, in no language.</summary>
/// <param name="Options">The groups that programs may ask the class for.</param>
/// <param name="Objective">What makes the recipe's objective; null where it is the model's own.</param>
/// <param name="DataSet">The data set of the runtime that the model learns from.</param>
/// <param name="Source">What reads the data; null where the recipe does not say where they are.</param>
internal sealed record RecipeSurface(IReadOnlyList<OptionGroup> Options, ObjectiveMember? Objective, string DataSet, SourceMember? Source);

/// <summary>What reads the data of a recipe.</summary>
/// <param name="Record">The record of the runtime that does.</param>
/// <param name="Parameters">The arguments that are set in it.</param>
/// <param name="Values">What the recipe says of these.</param>
/// <param name="ReadFor">The words of the members of the model that it takes.</param>
internal sealed record SourceMember(string Record, IReadOnlyList<Parameter> Parameters, Arguments Values, IReadOnlyList<string> ReadFor);
