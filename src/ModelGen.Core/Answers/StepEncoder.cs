using ModelGen.Tokenization;

namespace ModelGen.Answers;

/// <summary>
/// Makes tokens of answers in steps. Each step is made tokens by itself, with the separator after it, so that it ends where a token ends;
/// the token that ends an answer belongs to its last step.
/// </summary>
internal sealed class StepEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly string _separator;

    /// <param name="tokenizer">The tokenizer, with a token that ends a text.</param>
    /// <param name="template">The texts around a prompt; null for none.</param>
    /// <param name="separator">The text between two steps, not empty.</param>
    /// <exception cref="ModelGenException">The tokenizer has no token that ends a text.</exception>
    public StepEncoder(Tokenizer tokenizer, AnswerTemplate? template, string separator)
    {
        ArgumentException.ThrowIfNullOrEmpty(separator);
        (_tokenizer, _separator, Answers) = (tokenizer, separator, new AnswerEncoder(tokenizer, template));
    }

    /// <summary>Makes tokens of prompts and of answers as a whole.</summary>
    public AnswerEncoder Answers { get; }

    /// <summary>The tokens of a prompt with the steps of its answer.</summary>
    /// <exception cref="ModelGenException">A step has no token or the separator in it, the tokenizer has no token for a part of it, or it
    /// has a special token written out.</exception>
    public AnswerTokens Tokens(string prompt, IReadOnlyList<string> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            Answers.CheckOrdinary(steps[i], "a step");
            var problem =
                (steps[i] + _separator).IndexOf(_separator, StringComparison.Ordinal) < steps[i].Length
                    ? "has the separator of steps in it; make it several steps"
                : _tokenizer.Encode(steps[i]).Length == 0 ? "has no token"
                : null;
            if (problem is not null)
            {
                throw new ModelGenException(FormattableString.Invariant($"step {i + 1} {problem}."));
            }
        }

        return Joined(prompt, steps, "", [Answers.End]);
    }

    /// <summary>The tokens of a prompt with an answer that a model has written, as those of its steps.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answer">The answer, without the token that ends it; separators that follow each other have no step between.</param>
    /// <param name="isFinished">Whether the answer has ended; otherwise its last step may be half of one.</param>
    /// <exception cref="ModelGenException">The tokenizer has no token for a part of it.</exception>
    public AnswerTokens Written(string prompt, string answer, bool isFinished)
    {
        string[] steps = [.. answer.Split(_separator).Where(step => _tokenizer.Encode(step).Length > 0)];
        return isFinished
            ? Joined(prompt, steps, "", [Answers.End])
            : Joined(prompt, steps, answer.EndsWith(_separator, StringComparison.Ordinal) ? _separator : "", []);
    }

    // The last step has a text and tokens after it that no other one has.
    private AnswerTokens Joined(string prompt, IReadOnlyList<string> steps, string after, int[] end)
    {
        var (tokens, ends) = (new List<int>(), new int[steps.Count]);
        int[] asked = Answers.Prompt(prompt);
        for (var i = 0; i < ends.Length; i++)
        {
            var isLast = i == ends.Length - 1;
            tokens.AddRange(_tokenizer.Encode(steps[i] + (isLast ? after : _separator)));
            tokens.AddRange(isLast ? end : []);
            ends[i] = asked.Length + tokens.Count - 1;
        }

        return AnswerTokens.Of(asked, [.. tokens]) with
        {
            StepEnds = ends,
        };
    }
}
