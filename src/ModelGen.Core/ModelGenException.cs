namespace ModelGen;

/// <summary>
/// Something that a person has to put right: a missing file, a text that is too short, a checkpoint of another model, a full disk.
/// The message is one sentence that says what is wrong, where, and what to do; programs show it and end with exit code 1.
/// </summary>
public class ModelGenException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One clear sentence for the person at the keyboard.</param>
    public ModelGenException(string message)
        : base(message) { }

    /// <summary>Creates the exception with the failure that led to it.</summary>
    /// <param name="message">One clear sentence for the person at the keyboard.</param>
    /// <param name="innerException">The failure underneath.</param>
    public ModelGenException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>
    /// What is wrong with a file that is not what was once written (cut off, changed, never of its kind), as a part of a sentence; null for
    /// all else.
    /// </summary>
    internal string? Damage { get; init; }
}
