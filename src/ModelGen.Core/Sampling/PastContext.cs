namespace ModelGen.Sampling;

/// <summary>What happens to a text that becomes longer than a model's context.</summary>
public enum PastContext
{
    /// <summary>The older half of what the model reads is forgotten, and it goes on.</summary>
    Slide,

    /// <summary>It ends.</summary>
    Stop,
}
