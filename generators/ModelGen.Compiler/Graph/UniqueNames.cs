using System.Globalization;

namespace ModelGen.Compiler.Graph;

/// <summary>Gives out each name once: linear, then linear2, linear3, …</summary>
/// <param name="reserved">Names that are never given out.</param>
internal sealed class UniqueNames(params IEnumerable<string> reserved)
{
    private readonly HashSet<string> _taken = new(reserved, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal);

    /// <summary>The requested name, with the next number where it is taken.</summary>
    public string Take(string wish)
    {
        var name = wish;
        _last.TryGetValue(wish, out var last);
        while (!_taken.Add(name))
        {
            last = Math.Max(2, last + 1);
            name = wish + last.ToString(CultureInfo.InvariantCulture);
        }

        _last[wish] = last;
        return name;
    }
}
