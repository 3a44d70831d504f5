namespace ModelGen.Data;

/// <summary>In how many bytes a token is kept: in as few as hold every id of the vocabulary.</summary>
internal static class TokenWidth
{
    /// <summary>The number of bytes.</summary>
    /// <param name="vocabulary">The number of tokens of the vocabulary.</param>
    /// <returns>1 for an unsigned byte; 2 and 4 for signed integers, which libtorch has.</returns>
    public static int Of(int vocabulary) =>
        vocabulary switch
        {
            <= byte.MaxValue + 1 => sizeof(byte),
            <= short.MaxValue + 1 => sizeof(short),
            _ => sizeof(int),
        };
}
