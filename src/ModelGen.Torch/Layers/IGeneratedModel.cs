namespace ModelGen.Layers;

/// <summary>
/// What the compiler knows of a model and tells the trainer; a model written by hand tells nothing but its fingerprint unless it overrides.
/// </summary>
public interface IGeneratedModel
{
    /// <summary>
    /// A hash of the model's architecture (SHA-256 as hexadecimal digits). Two models with the same fingerprint have the same
    /// parameters of the same shapes and compute the same function of them, up to their precision, so a checkpoint of one fits the other.
    /// </summary>
    string Fingerprint { get; }

    /// <summary>
    /// In what parts the gradients of a batch may be computed; not in parts unless the spec's layers are known to allow it.
    /// </summary>
    BatchSplit BatchSplit { get; }

    /// <summary>The multiply-adds of one sample of the longest length, in all of the model's roles; 0 where they are not known.</summary>
    long MultiplyAdds { get; }

    /// <summary>
    /// The bytes that one such sample leaves for backward, estimated as all that operations give, views apart; 0 where they are not known.
    /// </summary>
    long ActivationBytes { get; }

    /// <summary>
    /// Where each layer was written, a line for each operation of each module class: generated models name the file, the line and the
    /// column, so that a failing training can name them. Empty in a model written by hand.
    /// </summary>
    string SourceMap { get; }
}
