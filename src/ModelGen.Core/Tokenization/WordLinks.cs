namespace ModelGen.Tokenization;

/// <summary>With which of its neighbours a token may be one word: two are if both may.</summary>
[Flags]
internal enum WordLinks : byte
{
    /// <summary>A word by itself.</summary>
    None = 0,

    /// <summary>It may continue the word before it.</summary>
    ToPrevious = 1,

    /// <summary>The token after it may continue its word.</summary>
    ToNext = 2,

    /// <summary>Both.</summary>
    Both = ToPrevious | ToNext,
}
