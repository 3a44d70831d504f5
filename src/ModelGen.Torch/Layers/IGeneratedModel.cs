namespace ModelGen.Layers;

/// <summary>
/// What the compiler knows about a model and reports to the trainer. A hand-written model reports only its fingerprint unless it overrides
/// the rest.
/// </summary>
public interface IGeneratedModel
{
    /// <summary>
    /// A hash of the model's architecture (SHA-256 as hexadecimal digits). Two models with the same fingerprint have the same
    /// parameters of the same shapes and compute the same function of them, up to their precision, so a checkpoint of one fits the other.
    /// </summary>
    string Fingerprint { get; }

    /// <summary>
    /// How a batch may be split to compute its gradients; not at all unless the spec's layers are known to allow it.
    /// </summary>
    BatchSplit BatchSplit { get; }

    /// <summary>The multiply-adds for one sample of the maximum length, over all the model's roles; 0 if unknown.</summary>
    long MultiplyAdds { get; }

    /// <summary>
    /// The most bytes that the tensors of one such sample take while its gradients are computed, as the compiler estimates them from what
    /// each operation keeps for backward; 0 if unknown.
    /// </summary>
    long ActivationBytes { get; }

    /// <summary>
    /// Where each layer was written, one line for each operation of each module class: generated models give the file, line and column, so
    /// that errors in training can name them. Empty for a hand-written model.
    /// </summary>
    string SourceMap { get; }
}
