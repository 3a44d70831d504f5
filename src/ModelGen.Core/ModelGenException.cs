namespace ModelGen;

/// <summary>
/// A problem that the user has to fix: a missing file, a text that is too short, a checkpoint of another model, a full disk. The message is
/// one sentence that says what is wrong, where, and what to do; programs show it and end with exit code 1.
/// </summary>
public class ModelGenException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One clear sentence for the user.</param>
    public ModelGenException(string message)
        : base(message) { }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">One clear sentence for the user.</param>
    /// <param name="innerException">The underlying failure.</param>
    public ModelGenException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>
    /// What is wrong with a file whose content is not what was written (truncated, changed, of another kind), as part of a sentence; null
    /// for any other problem.
    /// </summary>
    internal string? Damage { get; init; }
}
