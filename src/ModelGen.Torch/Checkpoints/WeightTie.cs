namespace ModelGen.Checkpoints;

/// <summary>Two tensors of a file that are one parameter of a model, such as the embedding and the head that shares it.</summary>
/// <param name="Name">The one that a file may leave out; where both are there, they must be equal.</param>
/// <param name="Other">The one that is linked.</param>
public sealed record WeightTie(string Name, string Other);
