using ModelGen.Data;

namespace ModelGen.Answers;

/// <summary>Makes tokens of examples and keeps those that can be used.</summary>
internal static class EncodedExamples
{
    /// <summary>The tokens of the examples that can be used. Of a file the others are problems; in memory they are an error.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="encode">Makes tokens of one.</param>
    /// <param name="sequences">The sequences that a model reads of it.</param>
    /// <param name="context">The most tokens of a sequence.</param>
    /// <param name="problems">Receives the lines of a file that cannot be used.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <exception cref="ModelGenException">An example that is from no file cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static List<TTokens> Of<T, TTokens>(
        ExampleCollection<T> examples,
        Func<T, TTokens> encode,
        Func<TTokens, IEnumerable<AnswerTokens>> sequences,
        int context,
        List<FileProblem> problems,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
        where T : class
        where TTokens : class
    {
        var all = new List<TTokens>(examples.Examples.Count);
        for (var index = 0; index < examples.Examples.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (tokens, problem) = Encode(examples.Examples[index]);
            if (problem is null)
            {
                all.Add(tokens!);
            }
            else if (examples.PlaceOf(index) is { } place)
            {
                problems.Add(new FileProblem(place, problem));
            }
            else
            {
                throw new ModelGenException(FormattableString.Invariant($"Example {index + 1} {problem}."));
            }

            progress?.Report((index + 1.0) / examples.Examples.Count);
        }

        return all;

        (TTokens? Tokens, string? Problem) Encode(T example)
        {
            TTokens tokens;
            try
            {
                tokens = encode(example);
            }
            catch (ModelGenException exception)
            {
                return (null, $"cannot be used: {exception.Message.TrimEnd('.')}");
            }

            var longest = sequences(tokens).Max(static sequence => sequence.Tokens.Length);
            return longest <= context
                ? (tokens, null)
                : (null, FormattableString.Invariant($"has {longest} tokens with its end, and the model's context is {context}"));
        }
    }
}
