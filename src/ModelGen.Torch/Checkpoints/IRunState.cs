using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>
/// State that changes from step to step and that a run needs to resume exactly: weights, optimizer state, what a guard has observed, what
/// an objective learns besides the model. Checkpoints save and restore all of a run's states by name.
/// </summary>
public interface IRunState
{
    /// <summary>
    /// The tensors by name, always with the same names and shapes. The owner keeps them: they are saved as they are, and restored in place.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Everything else to save, by name; numbers as text that round-trips to the bit.</summary>
    IReadOnlyDictionary<string, string> Texts { get; }

    /// <summary>Restores what was saved as <see cref="Texts"/>; the tensors are restored afterwards.</summary>
    /// <param name="texts">The texts by name.</param>
    /// <exception cref="ModelGenException">They do not belong to a state like this one; the message says what differs and ends without a
    /// full stop.</exception>
    void Restore(IReadOnlyDictionary<string, string> texts);
}
