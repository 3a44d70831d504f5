namespace ModelGen.Tokenization;

/// <summary>What a special token is for.</summary>
public enum SpecialTokenRole
{
    /// <summary>Something else, which its text may tell.</summary>
    Other,

    /// <summary>Stands in for a token that is to be predicted: Devlin et al. 2019.</summary>
    Mask,

    /// <summary>Fills short sequences up to the length of a batch.</summary>
    Padding,

    /// <summary>Ends a text.</summary>
    End,

    /// <summary>Begins a text.</summary>
    Start,

    /// <summary>Stands for text that has no token.</summary>
    Unknown,

    /// <summary>Stands before a text; what a model makes of it describes the whole text: Devlin et al. 2019.</summary>
    Classification,

    /// <summary>Ends each part of a text: Devlin et al. 2019.</summary>
    Separator,

    /// <summary>Stands between a prompt and its answer, which <see cref="End"/> ends.</summary>
    Answer,
}
