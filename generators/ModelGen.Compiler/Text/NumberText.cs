using System.Globalization;

namespace ModelGen.Compiler.Text;

/// <summary>Formats numbers for specs, messages and generated code.</summary>
internal static class NumberText
{
    /// <summary>The shortest text that reads back as the same number, the same on every machine.</summary>
    public static string Of(double value)
    {
        // "R" gives the shortest text on .NET, but not on the .NET Framework, where Visual Studio's builds run.
        var text = value.ToString("G15", CultureInfo.InvariantCulture);
        for (var digits = 16; digits <= 17 && double.Parse(text, CultureInfo.InvariantCulture) != value; digits++)
        {
            text = value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        // 1E-05 the way people write it: 1e-5.
        var e = text.IndexOf('E');
        return e < 0
            ? text
            : text.Substring(0, e)
                + "e"
                + int.Parse(text.Substring(e + 1), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }
}
