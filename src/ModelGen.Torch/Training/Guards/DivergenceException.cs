namespace ModelGen.Training.Guards;

/// <summary>
/// The loss, gradients or weights of a run are NaN or infinite, or its loss keeps spiking. Its last checkpoint is untouched.
/// </summary>
public sealed class DivergenceException : ModelGenException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One clear sentence for the user.</param>
    /// <param name="step">The step at which it was detected, counted from 1.</param>
    public DivergenceException(string message, long step)
        : base(message) => Step = step;

    /// <summary>The step at which it was detected, counted from 1.</summary>
    public long Step { get; }
}
