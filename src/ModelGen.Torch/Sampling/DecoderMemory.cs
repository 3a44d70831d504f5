using static TorchSharp.torch;

namespace ModelGen.Sampling;

/// <summary>What a decoder attends to; it is freed with the last sequence that has it.</summary>
/// <param name="states">The encoder's output, [1, S, n].</param>
/// <param name="presence">1 for each token of the source, [1, S].</param>
internal sealed class DecoderMemory(Tensor states, Tensor presence)
{
    private int _users;

    /// <summary>The encoder's output, [1, S, n].</summary>
    public Tensor States { get; } = states;

    /// <summary>1 for each token of the source, [1, S].</summary>
    public Tensor Presence { get; } = presence;

    /// <summary>Counts one more sequence.</summary>
    public void Share() => _users++;

    /// <summary>Counts one less.</summary>
    public void Release()
    {
        if (--_users == 0)
        {
            States.Dispose();
            Presence.Dispose();
        }
    }
}
