using System.Globalization;
using System.Text;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>Values as C# literals, the same on every machine.</summary>
internal static class Literal
{
    /// <summary>A whole number.</summary>
    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A real number, in its shortest form.</summary>
    public static string Of(double value) => NumberText.Of(value);

    /// <summary>A flag.</summary>
    public static string Of(bool value) => value ? "true" : "false";

    /// <summary>A text.</summary>
    public static string Of(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c is >= ' ' and <= '~' and not '"' and not '\\'
                ? literal.Append(c)
                : literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return literal.Append('"').ToString();
    }

    /// <summary>Whole numbers with commas between them.</summary>
    public static string List(IEnumerable<long> values) => string.Join(", ", values.Select(Of));

    /// <summary>Real numbers with commas between them.</summary>
    public static string List(IEnumerable<double> values) => string.Join(", ", values.Select(Of));
}
