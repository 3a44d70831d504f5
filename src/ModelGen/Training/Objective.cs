using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// What a training step minimises, bound to a model and its data. Everything an objective draws at random is a function of the run's
/// seed and the step alone, so that a resumed run needs no other state.
/// </summary>
public abstract class Objective
{
    /// <summary>The module whose parameters are trained.</summary>
    public abstract nn.Module Model { get; }

    /// <summary>The hash of the model's architecture that checkpoints are matched by.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>A hash of the data (SHA-256 as hexadecimal digits); a run resumes only on the data that it began with.</summary>
    public abstract string DataFingerprint { get; }

    /// <summary>What else a checkpoint has to hold for its model to be usable, a tokenizer for example.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>How many tokens one step trains on.</summary>
    /// <param name="batchSize">Samples per step.</param>
    /// <returns>The number of tokens.</returns>
    public abstract double TokensPerStep(int batchSize);

    /// <summary>How many steps make one pass over the training data.</summary>
    /// <param name="batchSize">Samples per step.</param>
    /// <returns>The number of steps, with its fraction.</returns>
    public abstract double StepsPerEpoch(int batchSize);

    /// <summary>The loss of one step's batch, as a scalar to differentiate.</summary>
    /// <param name="batchSize">Samples per step.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <returns>A scalar tensor, which the caller disposes.</returns>
    public abstract Tensor Loss(int batchSize, ulong seed, long step);

    /// <summary>An estimate of the validation loss from a few batches, the same ones at every call with the same seed.</summary>
    /// <param name="batchSize">Samples per batch.</param>
    /// <param name="batches">How many batches.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>The mean loss.</returns>
    public abstract double EstimateValidation(int batchSize, int batches, ulong seed);

    /// <summary>The loss over the whole validation data.</summary>
    /// <param name="batchSize">Samples to compute at once; it does not change the result beyond rounding.</param>
    /// <returns>The mean loss.</returns>
    public abstract double Validate(int batchSize);
}
