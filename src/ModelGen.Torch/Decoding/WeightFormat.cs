namespace ModelGen.Decoding;

/// <summary>How weights are kept while text is generated on the CPU; each token reads all of them, so that their size is most of its
/// time.</summary>
public enum WeightFormat
{
    /// <summary>As they are, in 4 bytes.</summary>
    Float32,

    /// <summary>Rounded to 8 significant bits, in 2 bytes.</summary>
    BFloat16,

    /// <summary>Rounded to whole numbers from −127 to 127 with a scale for each output of a linear map, in 1 byte.</summary>
    Int8,
}
