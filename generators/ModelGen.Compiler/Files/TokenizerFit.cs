using System.Globalization;

namespace ModelGen.Compiler.Files;

/// <summary>
/// Compares the tokenizer of a file with the one that a model is built for: at build where the file is there, and when a program reads it.
/// The runtime is built from this source, too, so that both say the same.
/// </summary>
internal static class TokenizerFit
{
    /// <summary>What is wrong with a file of tiktoken whose pattern is not given.</summary>
    public const string NoPattern = "a file of tiktoken does not say how text is cut into words; give the regular expression as 'pattern'";

    private const int MostShown = 8;

    // An id far beyond the others would have room made for all between.
    private const int MostUnused = 1 << 16;

    /// <summary>All that does not fit, each as a sentence about the file with the key of a spec's <c>tokens</c> that it is about.</summary>
    /// <param name="size">How many tokens the file has.</param>
    /// <param name="found">Its special tokens.</param>
    /// <param name="vocabulary">How many tokens the model knows.</param>
    /// <param name="wanted">The special tokens that the model is built for, each with its role in lower case.</param>
    public static IEnumerable<(string Key, string Sentence)> Problems(
        long size,
        IReadOnlyList<(string Text, long Id)> found,
        long vocabulary,
        IEnumerable<(string Role, string Text, long Id)> wanted
    )
    {
        if (size > vocabulary)
        {
            yield return (
                "vocabulary",
                Invariant($"it has {size} tokens, but the model's vocabulary holds {vocabulary}; raise the vocabulary to {size}")
            );
        }

        foreach (var (role, text, id) in wanted)
        {
            var same = found.Where(token => token.Text == text).Take(1).ToList();
            if (same.Count == 0)
            {
                yield return (
                    $"{role}-token",
                    Invariant($"it has no special token {Show(text)}, which the model expects as its {role} token with the id {id}; ")
                        + Known(found)
                );
            }
            else if (same[0].Id != id)
            {
                yield return (
                    IdKey(role),
                    Invariant($"its token {Show(text)} has the id {same[0].Id}, but the model is built with {id} as its {role}-id; ")
                        + "correct the one in the spec"
                );
            }
        }
    }

    /// <summary>What is wrong with the id of a special token that a file of tiktoken gets; null if nothing is.</summary>
    /// <param name="text">The token.</param>
    /// <param name="id">Its id.</param>
    /// <param name="ranks">How many tokens the file has.</param>
    /// <param name="specials">How many special tokens it gets.</param>
    public static string? OutsideRanks(string text, long id, long ranks, long specials) =>
        id >= ranks && id <= ranks + specials + MostUnused
            ? null
            : Invariant($"the special token {Show(text)} has the id {id}; the file's tokens have 0 to {ranks - 1}, and ")
                + "special tokens those that follow";

    /// <summary>The key of a spec's <c>tokens</c> for the id of a special token.</summary>
    /// <param name="role">What it is for, in lower case.</param>
    public static string IdKey(string role) => $"tokenizer.file.{role}-id";

    /// <summary>Shortens what a file says, to show it in a sentence.</summary>
    public static string Show(string text) => $"'{(text.Length > 60 ? text.Substring(0, 60) + "…" : text)}'";

    private static string Known(IReadOnlyList<(string Text, long Id)> found) =>
        found.Count == 0
            ? "it has none at all"
            : $"it has {string.Join(", ", found.Take(MostShown).Select(static token => Invariant($"{Show(token.Text)} ({token.Id})")))}"
                + (found.Count > MostShown ? Invariant($" and {found.Count - MostShown} more") : "");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
