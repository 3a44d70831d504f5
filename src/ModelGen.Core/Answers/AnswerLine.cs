using System.Text.Json;
using ModelGen.Data;

namespace ModelGen.Answers;

/// <summary>A line of JSON lines with a prompt and answers to it.</summary>
internal static class AnswerLine
{
    /// <summary>What is wrong with the texts of a line, worded to follow its place; null if nothing.</summary>
    /// <param name="line">The line.</param>
    /// <param name="prompt">The key of the prompt, which may be empty.</param>
    /// <param name="answers">The keys of the answers, which may not.</param>
    public static string? Problem(JsonElement line, string prompt, params ReadOnlySpan<(string Key, string What)> answers)
    {
        if (JsonLine.NoString(line, prompt, "prompt") is { } missing)
        {
            return missing;
        }

        var isWhole = Surrogates.IndexOfHalf(Text(line, prompt)) < 0;
        foreach (var (key, what) in answers)
        {
            if (JsonLine.NoString(line, key, what) is { } none)
            {
                return none;
            }

            if (Text(line, key).Length == 0)
            {
                return $"has an empty {what}";
            }

            isWhole &= Surrogates.IndexOfHalf(Text(line, key)) < 0;
        }

        return isWhole ? null : Surrogates.Problem;
    }

    /// <summary>The text under a key that has one.</summary>
    public static string Text(JsonElement line, string key) => line.GetProperty(key).GetString()!;
}
