using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Text;

namespace ModelGen.Generators.Classes;

/// <summary>Places in the code of a model.</summary>
/// <param name="tree">The file that it is read from.</param>
internal sealed class Places(SyntaxTree tree)
{
    public bool Contains(SyntaxNodeOrToken written) => written.SyntaxTree == tree;

    /// <summary>Where something was written.</summary>
    public SourceSpan Of(SyntaxNodeOrToken written)
    {
        var (span, file) = (written.Span, written.SyntaxTree!);
        var lines = file.GetLineSpan(span);
        return new SourceSpan(
            span.Start,
            span.Length,
            lines.StartLinePosition.Line + 1,
            lines.StartLinePosition.Character + 1,
            lines.EndLinePosition.Line + 1,
            lines.EndLinePosition.Character + 1
        )
        {
            File = file == tree ? null : file.FilePath,
        };
    }

    /// <summary>Where the characters of a text are, if they appear verbatim inside one literal.</summary>
    public SourceSpan? OfContent(ExpressionSyntax? expression, string text)
    {
        if (
            expression
                is not LiteralExpressionSyntax
                {
                    Token: { RawKind: (int)SyntaxKind.StringLiteralToken or (int)SyntaxKind.SingleLineRawStringLiteralToken } token
                }
            || token.SyntaxTree != tree
        )
        {
            return null;
        }

        // The text comes after ", @" or """.
        var quote = token.Text.IndexOf('"') + (token.Text.StartsWith("\"\"\"", StringComparison.Ordinal) ? 3 : 1);
        return
            token.Text.Length >= quote + text.Length
            && string.CompareOrdinal(token.Text, quote, text, 0, text.Length) == 0
            && text.IndexOfAny(['\n', '\r']) < 0
            ? Of(token).Slice(quote, text.Length)
            : null;
    }
}
