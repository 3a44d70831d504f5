namespace ModelGen.Answers;

/// <summary>The texts around a prompt, as a model reads them before it answers.</summary>
public sealed record AnswerTemplate
{
    /// <summary>What stands for the prompt in a template.</summary>
    public const string Slot = "{prompt}";

    private AnswerTemplate(string before, string after) => (Before, After) = (before, after);

    /// <summary>The prompt alone.</summary>
    public static AnswerTemplate Plain { get; } = new("", "");

    /// <summary>The text before the prompt.</summary>
    public string Before { get; }

    /// <summary>The text after it.</summary>
    public string After { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template, with <c>{prompt}</c> once: <c>Question: {prompt}</c> and so on.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ModelGenException"><c>{prompt}</c> is not in it, or more than once.</exception>
    public static AnswerTemplate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(Slot);
        return parts.Length == 2
            ? new AnswerTemplate(parts[0], parts[1])
            : throw new ModelGenException(
                $"The template '{text}' has {(parts.Length == 1 ? "no" : "more than one")} '{Slot}', where the prompt goes; write it once."
            );
    }

    /// <summary>The text that a model continues with its answer.</summary>
    /// <param name="prompt">The prompt.</param>
    public string Format(string prompt) => Before + prompt + After;
}
