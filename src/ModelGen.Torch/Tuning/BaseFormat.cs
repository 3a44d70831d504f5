namespace ModelGen.Tuning;

/// <summary>How the weights are kept that adapters change.</summary>
public enum BaseFormat
{
    /// <summary>As they are, in 4 bytes.</summary>
    Float32,

    /// <summary>
    /// Rounded once to whole numbers from −127 to 127 with a float32 scale for each output, in 1 byte, and restored for the time that each
    /// product takes, as Dettmers et al. 2023, "QLoRA", do with 4 bits.
    /// </summary>
    Int8,
}
