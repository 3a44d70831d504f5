namespace ModelGen.Tokenization;

/// <summary>A token that stands for no part of a text.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Text">How it is shown.</param>
/// <param name="Id">Its id.</param>
public sealed record SpecialToken(SpecialTokenRole Role, string Text, int Id);

/// <summary>What special tokens are for.</summary>
public enum SpecialTokenRole
{
    /// <summary>Stands in for a token that is to be predicted: Devlin et al. 2019.</summary>
    Mask,
}
