using ModelGen.Training.Optimizers;

namespace ModelGen.Training;

/// <summary>
/// A part of every training step that trains its own parameters with its own optimizer: one player of an adversarial game.
/// </summary>
/// <param name="Name">Its name in metrics, such as <c>discriminator</c>; empty if it is the only one.</param>
/// <param name="Parameters">The parameters that it trains, with their names in the model; those of other phases are frozen
/// meanwhile.</param>
/// <param name="Optimizer">The optimizer that updates them.</param>
/// <param name="Times">How many times it runs in each step, each time on another batch; at least 1.</param>
public sealed record TrainingPhase(string Name, IReadOnlyList<NamedParameter> Parameters, OptimizerOptions Optimizer, int Times = 1);
