using ModelGen.Tokenization;

namespace ModelGen.Data;

/// <summary>Makes tokens of pairs of texts.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="end">The token that ends a target.</param>
/// <param name="context">The most tokens of a source, and of a target with its end.</param>
/// <param name="problems">Receives the lines of a file that cannot be used.</param>
internal sealed class PairEncoder(Tokenizer tokenizer, int end, int context, List<FileProblem> problems)
{
    private const string Remedy = "raise 'context' or leave the pair out";

    /// <summary>The tokens of the pairs that can be used.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <exception cref="ModelGenException">A pair that is from no file cannot be used, or the tokenizer lacks a character.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public List<PairTokens> Encode(PairCollection pairs, IProgress<double>? progress, CancellationToken cancellation)
    {
        var all = new List<PairTokens>(pairs.Pairs.Count);
        for (var index = 0; index < pairs.Pairs.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            var place = pairs.PlaceOf(index);
            var (source, target) = pairs.Pairs[index];
            var name = place ?? FormattableString.Invariant($"Pair {index + 1}");
            var tokens = new PairTokens(Encode($"{name}, source", source), [.. Encode($"{name}, target", target), end]);
            var problem =
                tokens.Source.Length == 0
                    ? "has an empty source"
                    : TooLong("source", tokens.Source.Length) ?? TooLong("target with its end", tokens.Target.Length);
            if (problem is null)
            {
                all.Add(tokens);
            }
            else if (place is not null)
            {
                problems.Add(new FileProblem(place, problem));
            }
            else
            {
                throw new ModelGenException($"{name} {problem}; {(tokens.Source.Length == 0 ? "there is nothing to read" : Remedy)}.");
            }

            progress?.Report((index + 1.0) / pairs.Pairs.Count);
        }

        return all;
    }

    private string? TooLong(string part, int length) =>
        length > context ? FormattableString.Invariant($"has a {part} of {length} tokens, and the context is {context}") : null;

    private int[] Encode(string name, string text)
    {
        try
        {
            return tokenizer.Encode(text);
        }
        catch (ModelGenException exception)
        {
            throw new ModelGenException($"{name}: {exception.Message}", exception);
        }
    }
}
