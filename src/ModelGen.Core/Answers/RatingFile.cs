using System.Text.Json;
using ModelGen.Data;

namespace ModelGen.Answers;

/// <summary>
/// Reads rated answers from JSON lines: one object on each line, such as <c>{"prompt": "…", "answer": "…", "rating": 4}</c>, or with
/// <c>true</c> and <c>false</c> for good and bad. Keys besides are not read.
/// </summary>
public static class RatingFile
{
    /// <summary>Reads the file. Lines that cannot be used are left out, see <see cref="ExampleCollection{T}.Problems"/>.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="prompt">The key of the prompt, which may be an empty text.</param>
    /// <param name="answer">The key of the answer.</param>
    /// <param name="rating">The key of the rating: a number, or a truth value for 1 and 0.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The answers, in the order of the lines.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, or has no line that can be used; the message names the
    /// first of them.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static ExampleCollection<RatedAnswer> Read(
        string path,
        string prompt = "prompt",
        string answer = "answer",
        string rating = "rating",
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        ArgumentException.ThrowIfNullOrEmpty(answer);
        ArgumentException.ThrowIfNullOrEmpty(rating);
        var wanted = $$"""{"{{prompt}}": "…", "{{answer}}": "…", "{{rating}}": 4}""";
        return new(JsonRows<RatedAnswer>.Read(path, "rated answer to learn from", wanted, Rated, progress, cancellation));

        (RatedAnswer?, string?) Rated(JsonElement line)
        {
            if ((AnswerLine.Problem(line, prompt, (answer, "answer")) ?? JsonLine.Missing(line, rating)) is { } problem)
            {
                return (null, problem);
            }

            var value = line.GetProperty(rating);
            double? number = value.ValueKind switch
            {
                JsonValueKind.True => 1,
                JsonValueKind.False => 0,
                JsonValueKind.Number when (float)value.GetDouble() is var read && float.IsFinite(read) => value.GetDouble(),
                _ => null,
            };
            return number is { } known
                ? (new RatedAnswer(AnswerLine.Text(line, prompt), AnswerLine.Text(line, answer), known), null)
                : (null, $"has no rating: '{rating}' is {JsonLine.Named(value)}, not a number or a truth value");
        }
    }
}
