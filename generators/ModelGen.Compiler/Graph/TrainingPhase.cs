namespace ModelGen.Compiler.Graph;

/// <summary>
/// A part of a training step that computes gradients of its own: all of it, except where several networks are trained in turn.
/// </summary>
/// <param name="Name">Its name; empty where there is only one.</param>
/// <param name="Forwards">The classes whose forward it differentiates, in their order, each as often as it is computed.</param>
internal sealed record TrainingPhase(string Name, IReadOnlyList<ModuleGraph> Forwards);
