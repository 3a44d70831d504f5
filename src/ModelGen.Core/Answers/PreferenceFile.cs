using System.Text.Json;
using ModelGen.Data;

namespace ModelGen.Answers;

/// <summary>
/// Reads preferences from JSON lines: one object on each line, such as <c>{"prompt": "…", "chosen": "…", "rejected": "…"}</c>. A number
/// under <c>margin</c> says by how much the chosen answer is better. A line with <c>"tie": true</c> says that neither is, and is passed
/// over, see <see cref="ExampleCollection{T}.PassedOver"/>. Keys besides are not read.
/// </summary>
public static class PreferenceFile
{
    /// <summary>The key that says that neither answer is better.</summary>
    internal const string Tie = "tie";

    private const string Margin = "margin";

    /// <summary>Reads the file. Lines that cannot be used are left out, see <see cref="ExampleCollection{T}.Problems"/>.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="prompt">The key of the prompt, which may be an empty text.</param>
    /// <param name="chosen">The key of the answer that is preferred.</param>
    /// <param name="rejected">The key of the other answer.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The preferences, in the order of the lines.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, or has no line that can be used; the message names the
    /// first of them.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static ExampleCollection<PreferencePair> Read(
        string path,
        string prompt = "prompt",
        string chosen = "chosen",
        string rejected = "rejected",
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        ArgumentException.ThrowIfNullOrEmpty(chosen);
        ArgumentException.ThrowIfNullOrEmpty(rejected);
        var wanted = $$"""{"{{prompt}}": "…", "{{chosen}}": "…", "{{rejected}}": "…"}""";
        return new(JsonRows<PreferencePair>.Read(path, "preference to learn from", wanted, Pair, progress, cancellation, "ties"));

        (PreferencePair?, string?) Pair(JsonElement line)
        {
            if (IsTie(line))
            {
                return (null, null);
            }

            if (AnswerLine.Problem(line, prompt, (chosen, "chosen answer"), (rejected, "rejected answer")) is { } problem)
            {
                return (null, problem);
            }

            var (better, worse) = (AnswerLine.Text(line, chosen), AnswerLine.Text(line, rejected));
            if (better == worse)
            {
                return (null, "has the same answer twice, so that none is preferred");
            }

            var pair = new PreferencePair(AnswerLine.Text(line, prompt), better, worse);
            if (!line.TryGetProperty(Margin, out var margin))
            {
                return (pair, null);
            }

            return margin.ValueKind == JsonValueKind.Number && margin.GetDouble() is >= 0 and <= float.MaxValue and var value
                ? (pair with { Margin = value }, null)
                : (null, $"has a '{Margin}' that is not a number from 0 on");
        }
    }

    /// <summary>Whether a line says that neither answer is better.</summary>
    internal static bool IsTie(JsonElement line) => line.TryGetProperty(Tie, out var tie) && tie.ValueKind == JsonValueKind.True;
}
