using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Answers;

/// <summary>Prompts, and what a model may learn of how to answer them; some are held back for validation.</summary>
public abstract class PromptedDataset
{
    private const int Shown = 5;

    private protected PromptedDataset(Tokenizer tokenizer, IEnumerable<string> heldOutPrompts) =>
        (Tokenizer, ShownPrompts) = (tokenizer, [.. heldOutPrompts.Distinct().Take(Shown)]);

    /// <summary>The tokenizer that made the tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The first held-out prompts, as a model continues them with its answers.</summary>
    public IReadOnlyList<string> ShownPrompts { get; }

    /// <summary>SHA-256 of all that is learned from, of the split and of the tokenizer, as hexadecimal digits.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>What was left out because it cannot be used, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; private protected init; } = [];

    /// <summary>What to know about the data before training on them, each a sentence without a full stop.</summary>
    public IReadOnlyList<string> Notes { get; private protected init; } = [];
}
