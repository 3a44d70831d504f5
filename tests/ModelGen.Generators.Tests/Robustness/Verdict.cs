using System.Globalization;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Robustness;

/// <summary>Judges a build of random cases, each in a folder and a namespace of its own.</summary>
internal sealed class Verdict
{
    private readonly ILookup<string, Diagnostic> _told;
    private readonly ILookup<string, Diagnostic> _errors;

    public Verdict(Build build)
    {
        _told = build.Diagnostics.ToLookup(static diagnostic => Folder(diagnostic.Location));
        _errors = build
            .Output.GetDiagnostics()
            .Where(static found =>
                found.DefaultSeverity == DiagnosticSeverity.Error && !found.Id.StartsWith("MG", StringComparison.Ordinal)
            )
            .ToLookup(static found => Folder(found.Location));
    }

    /// <summary>What is wrong with the answer to one case.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="mistakes">What is to be told: rules, and what is marked.</param>
    /// <param name="isOpen">Whether more may be told.</param>
    public IEnumerable<string> On(string folder, IReadOnlyList<(string Id, string Marked)> mistakes, bool isOpen)
    {
        var told = _told[folder].Select(static found => (found.Id, Marked: Marked(found))).ToList();
        var errors = _errors[folder].ToList();
        foreach (var error in errors.Where(static error => IsGenerated(error.Location)))
        {
            yield return $"an error in generated code: {error}";
        }

        foreach (var twice in _told[folder].GroupBy(static found => (found.Id, found.Location)).Where(static group => group.Count() > 1))
        {
            yield return $"told twice: {twice.First()}";
        }

        foreach (var (id, marked) in mistakes.Except(told))
        {
            yield return $"not told: {id} at '{marked}'; told: {string.Join(", ", told)}";
        }

        foreach (var (id, marked) in isOpen ? [] : told.Except(mistakes))
        {
            yield return $"told, but not meant: {id} at '{marked}': {string.Join(", ", _told[folder])}";
        }

        if (told.Count == 0 && errors.Count > 0)
        {
            yield return $"only C# tells: {string.Join('\n', errors)}";
        }
    }

    private static bool IsGenerated(Location location) => location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true;

    // Generated files are named after the namespace.
    private static string Folder(Location location)
    {
        var path = location.SourceTree?.FilePath ?? location.GetLineSpan().Path;
        return IsGenerated(location) ? Path.GetFileName(path).Split('.')[0] : path.Split('/')[1];
    }

    private static string Marked(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree?.GetText().ToString(diagnostic.Location.SourceSpan)
        ?? string.Create(CultureInfo.InvariantCulture, $"outside: {diagnostic.Location}");
}
