using System.Globalization;
using System.Text.Json;
using ModelGen.Data;

namespace ModelGen.Answers;

/// <summary>
/// Reads answers whose steps are rated from JSON lines: one object on each line, such as
/// <c>{"prompt": "…", "steps": ["…", "…"], "ratings": [true, false]}</c>. A rating is <c>true</c> for a right step, <c>false</c> for a
/// wrong one, or a number from 0 to 1, how probably the step is right, as Wang et al. 2023 ("Math-Shepherd") estimate it. Keys besides are
/// not read.
/// </summary>
public static class StepFile
{
    /// <summary>Reads the file. Lines that cannot be used are left out, see <see cref="ExampleCollection{T}.Problems"/>.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="prompt">The key of the prompt, which may be an empty text.</param>
    /// <param name="steps">The key of the list of steps.</param>
    /// <param name="ratings">The key of the list of their ratings, one for each step.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The answers, in the order of the lines.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, or has no line that can be used; the message names the
    /// first of them.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static ExampleCollection<RatedSteps> Read(
        string path,
        string prompt = "prompt",
        string steps = "steps",
        string ratings = "ratings",
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        ArgumentException.ThrowIfNullOrEmpty(steps);
        ArgumentException.ThrowIfNullOrEmpty(ratings);
        var wanted = $$"""{"{{prompt}}": "…", "{{steps}}": ["…", "…"], "{{ratings}}": [true, false]}""";
        return new(JsonRows<RatedSteps>.Read(path, "answer with rated steps to learn from", wanted, Rated, progress, cancellation));

        (RatedSteps?, string?) Rated(JsonElement line)
        {
            if ((AnswerLine.Problem(line, prompt) ?? NoList(line, steps, "steps") ?? NoList(line, ratings, "ratings")) is { } missing)
            {
                return (null, missing);
            }

            var (texts, numbers) = (new List<string>(), new List<double>());
            foreach (var step in line.GetProperty(steps).EnumerateArray())
            {
                if (StepProblem(step, texts.Count + 1) is { } problem)
                {
                    return (null, problem);
                }

                texts.Add(step.GetString()!);
            }

            foreach (var rating in line.GetProperty(ratings).EnumerateArray())
            {
                if (Number(rating) is not { } number)
                {
                    return (null, Invariant($"has a rating {numbers.Count + 1} that is not true, false or a number from 0 to 1"));
                }

                numbers.Add(number);
            }

            return texts.Count == 0 ? (null, "has no steps: its list of them is empty")
                : numbers.Count == texts.Count ? (new RatedSteps(AnswerLine.Text(line, prompt), texts, numbers), null)
                : (null, Invariant($"has {texts.Count} steps and {numbers.Count} ratings, and each step needs one"));
        }
    }

    private static string? NoList(JsonElement line, string key, string what) =>
        JsonLine.Missing(line, key)
        ?? (
            line.GetProperty(key) is { ValueKind: not JsonValueKind.Array } value
                ? $"has no {what}: '{key}' is {JsonLine.Named(value)}, not a list"
                : null
        );

    private static string? StepProblem(JsonElement step, int number) =>
        step.ValueKind != JsonValueKind.String ? Invariant($"has a step {number} that is {JsonLine.Named(step)}, not a string")
        : step.GetString() is not { Length: > 0 } text ? Invariant($"has an empty step {number}")
        : Surrogates.IndexOfHalf(text) >= 0 ? Surrogates.Problem
        : null;

    private static double? Number(JsonElement rating) =>
        rating.ValueKind switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            JsonValueKind.Number when rating.GetDouble() is >= 0 and <= 1 and var number => number,
            _ => null,
        };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
