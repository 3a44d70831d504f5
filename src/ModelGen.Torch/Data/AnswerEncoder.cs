using ModelGen.Tokenization;

namespace ModelGen.Data;

/// <summary>How prompts and their answers become tokens: prompt, answer token if there is one, answer, end token.</summary>
internal sealed class AnswerEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly int? _answer;

    /// <param name="tokenizer">The tokenizer.</param>
    /// <exception cref="ModelGenException">It has no end token.</exception>
    public AnswerEncoder(Tokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _answer = tokenizer.IdOf(SpecialTokenRole.Answer);
        End = tokenizer.IdOf(SpecialTokenRole.End)
            ?? throw new ModelGenException(
                "The tokenizer has no token that ends an answer; create it with one, or with the model's CreateTokenizer."
            );
    }

    /// <summary>The token that ends an answer.</summary>
    public int End { get; }

    /// <summary>The tokens that an answer continues, at least one: without any, the end token, which separates texts.</summary>
    public int[] Prompt(string text)
    {
        int[] tokens = _answer is { } answer ? [.. _tokenizer.Encode(text), answer] : _tokenizer.Encode(text);
        return tokens.Length > 0 ? tokens : [End];
    }

    /// <summary>The tokens of an answer, with the one that ends it.</summary>
    public int[] Answer(string text) => [.. _tokenizer.Encode(text), End];
}
