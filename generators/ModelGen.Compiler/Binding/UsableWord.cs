using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Checks the names that a spec defines.</summary>
internal static class UsableWord
{
    /// <summary>The name of a layer list's input.</summary>
    public const string Input = "input";

    /// <summary>Whether a word can name something in a spec; reports when it cannot.</summary>
    /// <param name="diagnostics">Receives the mistakes.</param>
    /// <param name="word">The word.</param>
    /// <param name="what">What it would name: "a block".</param>
    public static bool Check(DiagnosticBag diagnostics, ScalarNode word, string what) =>
        Check(diagnostics, word, what, WordRules.WordProblem(word.Text));

    /// <summary>Whether a word can name a tensor, which <c>from</c> can then refer to; reports when it cannot.</summary>
    /// <param name="diagnostics">Receives the mistakes.</param>
    /// <param name="word">The word.</param>
    /// <param name="what">What it would name: "a result".</param>
    public static bool CheckTensor(DiagnosticBag diagnostics, ScalarNode word, string what) =>
        Check(
            diagnostics,
            word,
            what,
            word.Text == Input ? $"'{Input}' already names the input of a layer list" : WordRules.WordProblem(word.Text)
        );

    private static bool Check(DiagnosticBag diagnostics, ScalarNode word, string what, string? problem)
    {
        if (problem is not null)
        {
            diagnostics.Report(Rules.InvalidName, word.Span, Excerpt.Of(word.Text), what, problem);
        }

        return problem is null;
    }
}
