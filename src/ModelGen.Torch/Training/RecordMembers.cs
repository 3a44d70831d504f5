using System.Globalization;
using ModelGen.Native;

namespace ModelGen.Training;

/// <summary>
/// The members of an options record as texts by name, out of what every record prints of itself: so no option can be forgotten, and no
/// reflection is needed.
/// </summary>
internal static class RecordMembers
{
    private const string Absent = "none";
    private const string OptionsSuffix = "Options";

    /// <summary>Adds the members of a record under their names in lower case with hyphens: <c>optimizer</c> (its type), <c>optimizer.learning-rate</c> …</summary>
    /// <param name="members">Where to.</param>
    /// <param name="name">The name of the record itself; its type is the value.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="ArgumentException">A member prints only its type, as collections do; the record then has to print it itself.</exception>
    public static void Add(IDictionary<string, string> members, string name, object record) => AddValue(members, name, Print(record));

    private static string Print(object record)
    {
        // Numbers are printed in the culture of the thread.
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return record.ToString() ?? "";
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static void AddValue(IDictionary<string, string> members, string name, string value)
    {
        var brace = value.IndexOf(" {", StringComparison.Ordinal);
        if (brace < 0 || !value.EndsWith('}'))
        {
            if (value.StartsWith("System.", StringComparison.Ordinal) || value.EndsWith("[]", StringComparison.Ordinal) || value.Contains('`', StringComparison.Ordinal))
                throw new ArgumentException($"The option '{name}' prints only its type, {value}; its record has to override PrintMembers.", nameof(value));
            members.Add(name, value.Length > 0 ? value : Absent);
            return;
        }

        var type = value[..brace];
        members.Add(name, type.EndsWith(OptionsSuffix, StringComparison.Ordinal) ? type[..^OptionsSuffix.Length] : type);
        foreach (var member in Split(value[(brace + 2)..^1].Trim()))
        {
            var equals = member.IndexOf(" = ", StringComparison.Ordinal);
            AddValue(members, $"{name}.{Hyphened(member[..equals])}", member[(equals + 3)..].Trim());
        }
    }

    /// <summary>Splits "A = 1, B = (2, 3), C = D { E = 4, F = 5 }" at its outer commas.</summary>
    private static IEnumerable<string> Split(string members)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < members.Length; i++)
        {
            depth += members[i] switch { '{' or '(' or '[' => 1, '}' or ')' or ']' => -1, _ => 0 };
            if (depth != 0 || members[i] != ',')
                continue;
            yield return members[start..i].Trim() + " ";
            start = i + 1;
        }

        if (start < members.Length)
            yield return members[start..].Trim() + " ";
    }

    private static string Hyphened(string name) =>
        string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(letter)}" : letter.ToString()));
}
