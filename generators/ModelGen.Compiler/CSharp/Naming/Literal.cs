using System.Globalization;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>Values as C# literals, the same on every machine.</summary>
internal static class Literal
{
    /// <summary>A whole number.</summary>
    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A real number, as short as it can be.</summary>
    public static string Of(double value) => NumberText.Of(value);

    /// <summary>A flag.</summary>
    public static string Of(bool value) => value ? "true" : "false";

    /// <summary>Whole numbers with commas between them.</summary>
    public static string List(IEnumerable<long> values) => string.Join(", ", values.Select(Of));
}
