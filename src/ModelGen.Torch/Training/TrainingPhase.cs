using ModelGen.Training.Optimizers;

namespace ModelGen.Training;

/// <summary>
/// A part of every training step that trains parameters of its own with an optimizer of its own: one player of an adversarial game.
/// </summary>
/// <param name="Name">Its name in metrics, such as <c>discriminator</c>; empty where it is the only one.</param>
/// <param name="Parameters">The parameters that it trains, with their names in the model; those of other phases stand still
/// meanwhile.</param>
/// <param name="Optimizer">How a step changes them.</param>
/// <param name="Times">How often it is repeated in each step, each time on another batch; at least 1.</param>
public sealed record TrainingPhase(string Name, IReadOnlyList<NamedParameter> Parameters, OptimizerOptions Optimizer, int Times = 1);
