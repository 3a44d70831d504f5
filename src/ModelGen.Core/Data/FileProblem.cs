using System.Globalization;

namespace ModelGen.Data;

/// <summary>A file or folder that yielded nothing to learn from.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">What is wrong with it, worded to follow its name.</param>
public sealed record FileProblem(string File, string Reason)
{
    /// <summary>The first of several and how many more there are, worded to end a sentence; empty for none.</summary>
    internal static string Summary(IReadOnlyList<FileProblem> problems) =>
        problems switch
        {
            [] => "",
            [var only] => $": {only.File} {only.Reason}",
            [var first, ..] => string.Create(CultureInfo.InvariantCulture, $": {first.File} {first.Reason}, and {problems.Count - 1} more"),
        };
}
