namespace ModelGen.Training.Guards;

/// <summary>
/// A run whose loss, gradients or weights are no longer numbers, or whose loss keeps leaping. The weights of its last checkpoint are
/// untouched.
/// </summary>
public sealed class DivergenceException : ModelGenException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One clear sentence for the person at the keyboard.</param>
    /// <param name="step">The step at which it was seen, counted from 1.</param>
    public DivergenceException(string message, long step)
        : base(message) => Step = step;

    /// <summary>The step at which it was seen, counted from 1.</summary>
    public long Step { get; }
}
