using TorchSharp.Modules;

namespace ModelGen.Training;

/// <summary>A part of every training step that trains parameters of its own with an optimizer of its own: one player of an adversarial game.</summary>
/// <param name="Name">Its name in measures, such as <c>discriminator</c>; empty where it is the only one.</param>
/// <param name="Parameters">The parameters that it trains, with their names in the model; those of other phases stand still meanwhile.</param>
/// <param name="Optimizer">How a step changes them.</param>
/// <param name="Times">How often it is repeated in each step, each time on another batch; at least 1.</param>
public sealed record TrainingPhase(string Name, IReadOnlyList<(string Name, Parameter Value)> Parameters, OptimizerOptions Optimizer, int Times = 1);

/// <summary>The moment of a run at which a loss is asked for.</summary>
/// <param name="Phase">The index of the phase.</param>
/// <param name="Repetition">How often the phase has been made in this step, from 0.</param>
/// <param name="BatchSize">Samples in a batch.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">The step, counted from 0.</param>
public readonly record struct TrainingStep(int Phase, int Repetition, int BatchSize, ulong Seed, long Step);
