using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Sequences of tokens some of which are to be predicted.</summary>
/// <param name="inputs">The sequences as the model sees them: int64 [sequences, T].</param>
/// <param name="positions">Where the tokens to be predicted are in the flattened sequences: int64 [predicted].</param>
/// <param name="targets">The tokens to be predicted: int64 [predicted].</param>
internal sealed class TokenMask(Tensor inputs, Tensor positions, Tensor targets) : IDisposable
{
    public Tensor Inputs { get; } = inputs;

    public Tensor Positions { get; } = positions;

    public Tensor Targets { get; } = targets;

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Positions.Dispose();
        Targets.Dispose();
    }
}
