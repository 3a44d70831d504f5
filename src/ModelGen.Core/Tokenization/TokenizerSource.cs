using ModelGen.Compiler.Files;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>A tokenizer in a file, as named in a spec.</summary>
public sealed record TokenizerSource
{
    /// <summary>The file: what <see cref="Tokenizer.Read"/> reads, GPT-2's <c>encoder.json</c> with <see cref="Merges"/>, or a file of
    /// tiktoken with <see cref="Pattern"/>. It is relative to the working directory.</summary>
    public required string Path { get; init; }

    /// <summary>GPT-2's <c>vocab.bpe</c>; null for other files.</summary>
    public string? Merges { get; init; }

    /// <summary>The regular expression that cuts text into words, for a file of tiktoken; null for other files.</summary>
    public string? Pattern { get; init; }

    /// <summary>Reads the tokenizer and checks that it is the one that a model expects.</summary>
    /// <param name="vocabulary">How many tokens the model knows.</param>
    /// <param name="specials">Special tokens that the model is built for, each with its role, text and id. A file of tiktoken has none of
    /// its own, and gets these.</param>
    /// <returns>The tokenizer, whose special tokens have these roles.</returns>
    /// <exception cref="ModelGenException">A file cannot be read or is no tokenizer, has more tokens than the model, or other special
    /// tokens; or padding is what ends texts.</exception>
    public Tokenizer Read(int vocabulary, params IReadOnlyList<SpecialToken> specials)
    {
        ArgumentNullException.ThrowIfNull(specials);
        return SourcePath.ReadOfSpec("data.tokens.tokenizer.file", Path, path =>
        {
            var file = new TokenizerFile(path);
            var tokenizer = Open(path, file, specials);
            var problems = TokenizerFit.Problems(
                tokenizer.VocabularySize,
                [.. tokenizer.SpecialTokens.Select(static token => (token.Text, (long)token.Id))],
                vocabulary,
                specials.Select(static special => (SpecialTokenList.Name(special.Role), special.Text, (long)special.Id))
            );
            if (problems.Select(static problem => problem.Sentence).FirstOrDefault() is { } problem)
            {
                throw file.Wrong(problem);
            }

            if (
                specials.All(static special => special.Role != SpecialTokenRole.End)
                && specials.FirstOrDefault(static special =>
                    special.Role == SpecialTokenRole.Padding && SpecialTokenNames.Role(special.Text) == SpecialTokenRole.End
                )
                    is { } padding
            )
            {
                throw file.Wrong(
                    $"{TokenizerFile.Show(padding.Text)} ends texts, and a model that leaves it out as padding never learns where one "
                        + "ends; choose another padding token"
                );
            }

            return SpecialTokenRoles.Give(
                tokenizer,
                specials.ToDictionary(static special => special.Text, static special => special.Role),
                file
            );
        });
    }

    private Tokenizer Open(string path, TokenizerFile file, IReadOnlyList<SpecialToken> specials)
    {
        if (Merges is { } merges)
        {
            return BpeTokenizer.ReadGpt2(path, System.IO.Path.GetFullPath(merges));
        }

        if (Pattern is { } pattern)
        {
            return BpeTokenizer.ReadTiktoken(
                path,
                pattern,
                specials.ToDictionary(static special => special.Text, static special => special.Id)
            );
        }

        return System.IO.Path.GetExtension(path).Equals(".tiktoken", StringComparison.OrdinalIgnoreCase)
            ? throw file.Wrong(TokenizerFit.NoPattern)
            : Tokenizer.Read(path);
    }
}
