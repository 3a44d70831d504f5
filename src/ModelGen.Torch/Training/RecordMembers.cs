using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace ModelGen.Training;

/// <summary>The members of an options record as texts by name, read from the record itself, so that no option can be forgotten.</summary>
internal static class RecordMembers
{
    private const string Absent = "none";
    private const string OptionsSuffix = "Options";

    /// <summary>
    /// Adds the members of a record, those of its base first, under names in kebab case: <c>optimizer</c> (its type),
    /// <c>optimizer.learning-rate</c> …; of a list or dictionary, the number of entries, and each entry under its index or key. Anything
    /// else is added as text.
    /// </summary>
    /// <param name="members">Where to add them.</param>
    /// <param name="name">The name of the record itself; its type is the value.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="ArgumentException">A member's type has no text that shows its value, so two values could not be told
    /// apart.</exception>
    public static void Add(IDictionary<string, string> members, string name, object record) => AddValue(members, name, record);

    private static void AddValue(IDictionary<string, string> members, string name, object? value)
    {
        if (value is IDictionary named)
        {
            members.Add(name, Entries(named.Count));
            foreach (DictionaryEntry entry in named)
            {
                AddValue(members, $"{name}.{entry.Key}", entry.Value);
            }

            return;
        }

        if (value is IEnumerable and not string)
        {
            object?[] entries = [.. ((IEnumerable)value).Cast<object?>()];
            members.Add(name, Entries(entries.Length));
            for (var i = 0; i < entries.Length; i++)
            {
                AddValue(members, string.Create(CultureInfo.InvariantCulture, $"{name}.{i}"), entries[i]);
            }

            return;
        }

        if (value is null || !PrintsItsMembers(value.GetType()))
        {
            members.Add(name, Text(name, value));
            return;
        }

        var type = value.GetType();
        members.Add(name, type.Name.EndsWith(OptionsSuffix, StringComparison.Ordinal) ? type.Name[..^OptionsSuffix.Length] : type.Name);
        foreach (var member in Members(type))
        {
            AddValue(members, $"{name}.{Hyphened(member.Name)}", member.GetValue(value));
        }
    }

    private static string Entries(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} entries");

    // A record, unless it overrides ToString.
    private static bool PrintsItsMembers(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(StringBuilder)]) is not null
        && type.GetMethod(nameof(ToString), Type.EmptyTypes)!.IsDefined(typeof(CompilerGeneratedAttribute));

    // The base's members first; an override is a member of the type that declared it.
    private static IEnumerable<PropertyInfo> Members(Type type) =>
        (type.BaseType is { } above && above != typeof(object) && above != typeof(ValueType) ? Members(above) : []).Concat(
            type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Where(static property =>
                    property.GetMethod is { IsPublic: true } getter
                    && getter.GetBaseDefinition() == getter
                    && property.GetIndexParameters().Length == 0
                )
        );

    private static string Text(string name, object? value) =>
        value switch
        {
            null => Absent,
            string text => text,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Text(name, tuple[i])))})",
            _ when value.ToString() is { } text && text != value.GetType().ToString() => text,
            _ => throw new ArgumentException(
                $"The option '{name}' has no text but its type, {value.GetType()}; make it a record, or override ToString.",
                nameof(value)
            ),
        };

    private static string Hyphened(string name) =>
        string.Concat(
            name.Select(
                static (letter, i) => char.IsUpper(letter) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(letter)}" : letter.ToString()
            )
        );
}
