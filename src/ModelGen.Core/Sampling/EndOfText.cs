namespace ModelGen.Sampling;

/// <summary>Why a text ended.</summary>
public enum EndOfText
{
    /// <summary>It has as many tokens as it may have.</summary>
    Length,

    /// <summary>The end-of-text token was chosen.</summary>
    Token,

    /// <summary>One of <see cref="SamplingOptions.Stop"/> came.</summary>
    Stop,

    /// <summary>The model's context is full, and <see cref="SamplingOptions.PastContext"/> says to stop.</summary>
    Context,
}
