namespace ModelGen.Training;

/// <summary>The moment of a run at which a loss is asked for.</summary>
/// <param name="Phase">The index of the phase.</param>
/// <param name="Repetition">How often the phase has been made in this step, from 0.</param>
/// <param name="BatchSize">Samples in a batch.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">The step, counted from 0.</param>
public readonly record struct TrainingStep(int Phase, int Repetition, int BatchSize, ulong Seed, long Step);
