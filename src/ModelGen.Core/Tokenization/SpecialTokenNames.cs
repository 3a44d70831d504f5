namespace ModelGen.Tokenization;

/// <summary>What published tokenizers call their special tokens; their files do not say what a token is for.</summary>
internal static class SpecialTokenNames
{
    /// <summary>What each is for.</summary>
    public static IReadOnlyDictionary<string, SpecialTokenRole> Roles { get; } =
        new Dictionary<string, SpecialTokenRole>
        {
            ["[MASK]"] = SpecialTokenRole.Mask,
            ["<mask>"] = SpecialTokenRole.Mask,
            ["<|mask|>"] = SpecialTokenRole.Mask,
            ["[PAD]"] = SpecialTokenRole.Padding,
            ["<pad>"] = SpecialTokenRole.Padding,
            ["<|pad|>"] = SpecialTokenRole.Padding,
            ["<|endoftext|>"] = SpecialTokenRole.End,
            ["<|end_of_text|>"] = SpecialTokenRole.End,
            ["<|end|>"] = SpecialTokenRole.End,
            ["</s>"] = SpecialTokenRole.End,
            ["<eos>"] = SpecialTokenRole.End,
            ["[EOS]"] = SpecialTokenRole.End,
            ["<|begin_of_text|>"] = SpecialTokenRole.Start,
            ["<|start|>"] = SpecialTokenRole.Start,
            ["<s>"] = SpecialTokenRole.Start,
            ["<bos>"] = SpecialTokenRole.Start,
            ["[BOS]"] = SpecialTokenRole.Start,
            ["[UNK]"] = SpecialTokenRole.Unknown,
            ["<unk>"] = SpecialTokenRole.Unknown,
            ["[CLS]"] = SpecialTokenRole.Classification,
            ["<cls>"] = SpecialTokenRole.Classification,
            ["[SEP]"] = SpecialTokenRole.Separator,
            ["<sep>"] = SpecialTokenRole.Separator,
        };

    /// <summary>What a token is for, by its text.</summary>
    public static SpecialTokenRole Role(string text) => Roles.GetValueOrDefault(text);
}
