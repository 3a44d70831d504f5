using System.Globalization;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Tests.Recipes;

namespace ModelGen.Compiler.Tests.Robustness;

/// <summary>Damages specs in ways that people, editors and attackers do; the same seed gives the same text.</summary>
internal static class SpecMutator
{
    private static readonly string[] Originals =
    [
        .. Repository.Specs.Select(Repository.Read),
        .. EveryWord.Specs.Select(pair => pair.Spec),
    ];

    private static readonly string[] Words =
    [
        .. EveryWord.Specs.SelectMany(pair => pair.Word.Parameters.Select(parameter => parameter.Name).Append(pair.Word.Word)).Distinct(),
        .. CommonKey.All.Select(key => key.Name),
        "as",
        "from",
        "input",
        "layers",
        "parameters",
    ];

    private static readonly string[] Oddities =
    [
        "&a",
        "*a",
        "<<: *a",
        "!!int",
        "!x",
        "---",
        "...",
        "%YAML 1.2",
        "? ",
        "| ",
        ">-",
        "|2\n   text",
        "'",
        "\"",
        "\\",
        "#",
        "\t",
        "\r",
        "\r\n",
        "\0",
        "\u0085",
        "\u2028",
        "\uFEFF",
        "\uD83D",
        "😀",
        "é",
        "漢",
        "{",
        "}",
        "[",
        "]",
        "{}",
        "[]",
        "[[[[",
        "}}}}",
        ", ,",
        ": ",
        "- ",
        "-",
        "- - - -",
        "~",
        "null",
        "yes",
        "",
        "@",
        "`",
        "$",
        "$$",
        "$x",
        "*",
        "=",
        "1e308",
        "-1e308",
        "1e309",
        "99999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "2147483648",
        "0",
        "-0",
        "-1",
        "0.1",
        ".5",
        "5.",
        "1e-320",
        ".inf",
        ".nan",
        "0x10",
        "1_000",
        "1,000",
        "٣",
        "1/0",
        "0/0",
        "(1",
        "1)",
        "sqrt(-1)",
        "sqrt",
        "2 ** 3",
        "1 + ",
        "((((((((1))))))))",
        "1k",
        "7 steps",
        "0 steps",
        "1e300 steps",
        "-1 epochs",
        "k tokens",
        "\"  steps\"",
        "5 weeks",
    ];

    private static readonly string[] Recipes = [.. EveryRecipe.Names.Select(EveryRecipe.Text)];

    /// <summary>The text of a seed.</summary>
    public static string Text(int seed) => Text(seed, Originals);

    /// <summary>The recipe of a seed.</summary>
    public static string Recipe(int seed) => Text(seed, Recipes);

    private static string Text(int seed, string[] originals)
    {
        var random = new Random(seed);
        var text = originals[random.Next(originals.Length)];
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            text = Mutate(text, random);
        }

        return text;
    }

    private static string Mutate(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        var line = random.Next(lines.Count);
        switch (random.Next(16))
        {
            case 0:
                return Replace(text, random.Next(text.Length + 1), 0, ((char)random.Next(32, 127)).ToString());
            case 1:
                return Replace(text, random.Next(text.Length + 1), random.Next(1, 4), "");
            case 2:
                return Replace(text, random.Next(text.Length + 1), 1, ((char)random.Next(0, 0x3000)).ToString());
            case 3:
                return Replace(text, random.Next(text.Length + 1), 0, Pick(Oddities, random));
            case 4:
                lines.Insert(random.Next(lines.Count), lines[line]);
                break;
            case 5:
                lines.RemoveAt(line);
                break;
            case 6:
                var moved = lines[line];
                lines.RemoveAt(line);
                lines.Insert(random.Next(lines.Count + 1), moved);
                break;
            case 7:
                lines[line] = new string(' ', random.Next(9)) + lines[line].TrimStart();
                break;
            case 8:
                return ReplaceToken(text, random, Pick(Words, random));
            case 9:
                return ReplaceToken(text, random, Pick(Oddities, random));
            case 10:
                return ReplaceToken(text, random, Pick(Words, random) + (char)random.Next('a', 'z'));
            case 11:
                return ReplaceNumber(text, random);
            case 12:
                return ReplaceToken(text, random, Nested(random));
            case 13:
                return text[..random.Next(text.Length + 1)];
            case 14:
                var other = Pick(Originals, random);
                return text[..random.Next(text.Length + 1)] + other[random.Next(other.Length)..];
            default:
                return ReplaceToken(
                    text,
                    random,
                    ReplaceToken(Pick(Originals, random), random, Pick(Words, random)).Split('\n', ' ', ',')[0]
                );
        }

        return string.Join('\n', lines);
    }

    private static string Nested(Random random)
    {
        var depth = random.Next(1, 200);
        var (open, close) = random.Next(5) switch
        {
            0 => ("[", "]"),
            1 => ("{ a: ", "}"),
            2 => ("{ residual: [", "] }"),
            3 => ("{ repeat: 1000, layers: [", "] }"),
            _ => ("(", ")"),
        };
        return string.Concat(Enumerable.Repeat(open, depth))
            + (random.Next(2) == 0 ? "relu" : "1")
            + string.Concat(Enumerable.Repeat(close, depth));
    }

    private static string ReplaceNumber(string text, Random random)
    {
        var numbers = Enumerable
            .Range(0, text.Length)
            .Where(i => char.IsAsciiDigit(text[i]) && (i == 0 || !char.IsAsciiDigit(text[i - 1])))
            .ToList();
        if (numbers.Count == 0)
        {
            return text;
        }

        var start = numbers[random.Next(numbers.Count)];
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        string[] others =
        [
            "0",
            "-1",
            "1",
            "2",
            "3",
            "7",
            "1000",
            "65536",
            "1048576",
            "2147483647",
            "2147483648",
            "99999999999",
            "1e18",
            "1e308",
            "0.5",
            random.Next().ToString(CultureInfo.InvariantCulture),
        ];
        return Replace(text, start, end - start, Pick(others, random));
    }

    private static string ReplaceToken(string text, Random random, string other)
    {
        var starts = Enumerable.Range(0, text.Length).Where(i => !IsGap(text[i]) && (i == 0 || IsGap(text[i - 1]))).ToList();
        if (starts.Count == 0)
        {
            return other;
        }

        var start = starts[random.Next(starts.Count)];
        var end = start;
        while (end < text.Length && !IsGap(text[end]))
        {
            end++;
        }

        return Replace(text, start, end - start, other);
    }

    private static bool IsGap(char c) => c is ' ' or '\n' or ',' or ':' or '[' or ']' or '{' or '}';

    private static string Replace(string text, int at, int length, string other) =>
        text[..at] + other + text[Math.Min(text.Length, at + length)..];

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
