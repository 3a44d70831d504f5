using System.Text.Json;
using ModelGen.Data;

namespace ModelGen.Answers;

/// <summary>
/// Reads prompts from JSON lines: one object on each line, such as <c>{"prompt": "…"}</c>. Keys besides are not read, so that the files of
/// answers, preferences and ratings are files of prompts as well.
/// </summary>
public static class PromptFile
{
    /// <summary>Reads the file. Lines that cannot be used are left out, see <see cref="ExampleCollection{T}.Problems"/>.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="prompt">The key of the prompt, which may be an empty text.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The prompts, in the order of the lines.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, or has no line that can be used; the message names the
    /// first of them.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static ExampleCollection<string> Read(
        string path,
        string prompt = "prompt",
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        return new(JsonRows<string>.Read(path, "prompt", $$"""{"{{prompt}}": "…"}""", Text, progress, cancellation));

        (string?, string?) Text(JsonElement line) =>
            AnswerLine.Problem(line, prompt) is { } problem ? (null, problem) : (AnswerLine.Text(line, prompt), null);
    }
}
