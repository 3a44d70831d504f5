using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>
/// Something that changes from step to step and that a run needs to go on exactly: weights, what an optimizer remembers, what a guard has
/// seen, what an objective learns beside the model. Checkpoints save and restore all of a run's under the name that each has there.
/// </summary>
public interface IRunState
{
    /// <summary>
    /// The tensors by name, always the same names and shapes. They stay the owner's: they are saved as they are, and read into in place.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>What else is to be saved, by name; numbers as text that gives them back to the bit.</summary>
    IReadOnlyDictionary<string, string> Texts { get; }

    /// <summary>Takes back what was saved as <see cref="Texts"/>; the tensors are read into after it.</summary>
    /// <param name="texts">The texts by name.</param>
    /// <exception cref="ModelGenException">They are not of a state like this one; the message says what differs and ends without a full
    /// stop.</exception>
    void Restore(IReadOnlyDictionary<string, string> texts);
}
