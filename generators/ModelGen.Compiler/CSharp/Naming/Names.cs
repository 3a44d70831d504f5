using System.Globalization;
using System.Text;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>Turns words of a spec into names in C# and in state dictionaries.</summary>
internal static class Names
{
    private static readonly HashSet<string> Keywords = new(
        (
            "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double "
            + "else enum event explicit "
            + "extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new "
            + "null object operator out "
            + "override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string "
            + "struct switch this throw true "
            + "try typeof uint ulong unchecked unsafe ushort using virtual void volatile while"
        ).Split(' '),
        StringComparer.Ordinal
    );

    // Names that generated methods use besides the short names of types: variables, and members that they call without an object.
    private static readonly HashSet<string> Locals = new(
        ["scope", "device", "training", "call", .. ShortNames.InLowerCase],
        StringComparer.Ordinal
    );

    /// <summary>layer-norm2 -> LayerNorm2.</summary>
    public static string Pascal(string word)
    {
        var name = new StringBuilder(word.Length);
        var isStart = true;
        foreach (var c in word)
        {
            var isSeparator = c is '-' or '_';
            if (!isSeparator)
            {
                name.Append(isStart ? char.ToUpperInvariant(c) : c);
            }

            isStart = isSeparator;
        }

        return name.ToString();
    }

    /// <summary>skip-1 -> skip1, with an underscore where the name already has a meaning in C# or in generated code.</summary>
    public static string Local(string word)
    {
        var name = Pascal(word);
        name = char.ToLowerInvariant(name[0]) + name.Substring(1);
        return Keywords.Contains(name) || Locals.Contains(name) ? name + "_" : name;
    }

    /// <summary>
    /// A project's root namespace, which the .NET SDK derives from the project's file name, as valid C#: my-app.2d -> my_app._2d.
    /// </summary>
    public static string Namespace(string name) =>
        string.Join(
            ".",
            name.Split('.')
                .Select(static part =>
                {
                    var word = string.Concat(part.Select(static c => IsPartOfName(c) ? c : '_'));
                    return word.Length == 0 || char.IsDigit(word[0]) ? "_" + word
                        : Keywords.Contains(word) ? "@" + word
                        : word;
                })
        );

    // C# standard, 6.4.3.
    private static bool IsPartOfName(char c) =>
        char.IsLetterOrDigit(c)
        || char.GetUnicodeCategory(c)
            is UnicodeCategory.LetterNumber
                or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.ConnectorPunctuation
                or UnicodeCategory.Format;

    /// <summary>A class of the user's own, which nothing beside the generated code can hide if its namespace is given.</summary>
    public static string Own(string type) => type.Contains('.') ? $"global::{type}" : type;

    /// <summary>Text, escaped for an XML comment.</summary>
    public static string Xml(string text)
    {
        if (text.All(static c => c is >= ' ' and <= '~' and not '&' and not '<' and not '>'))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var isPair = char.IsSurrogatePair(text, i) || (i > 0 && char.IsSurrogatePair(text, i - 1));
            escaped.Append(
                c switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    _ when isPair => c.ToString(),
                    '\uFFFE' or '\uFFFF' => " ",
                    _ when char.IsControl(c)
                            || char.GetUnicodeCategory(c)
                                is UnicodeCategory.LineSeparator
                                    or UnicodeCategory.ParagraphSeparator
                                    or UnicodeCategory.Surrogate => " ",
                    _ => c.ToString(),
                }
            );
        }

        return escaped.ToString();
    }
}
