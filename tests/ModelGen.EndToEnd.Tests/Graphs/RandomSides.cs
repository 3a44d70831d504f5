using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelGen.EndToEnd.Tests.Graphs;

/// <summary>The side inputs, states and outputs of a random spec; layers ask for them while they are written.</summary>
/// <param name="random">What decides.</param>
internal sealed partial class RandomSides(Random random)
{
    private readonly List<(string Key, string Name, string Shape)> _all = [];
    private readonly Dictionary<string, long> _symbols = [];

    /// <summary>A side input of a shape: one that there is already, or another.</summary>
    public string Input(string[] lengths) => Find("inputs", lengths) ?? Add("inputs", "side", lengths);

    /// <summary>A state of a shape: one that there is already, or another.</summary>
    public string State(string[] lengths) => Find("states", lengths) ?? Add("states", "state", lengths);

    /// <summary>An output.</summary>
    public string Output() => Add("outputs", "out", []);

    /// <summary>A length that only the run knows, and the most that it may be.</summary>
    public (string Symbol, long Longest) Symbol()
    {
        var symbol = random.Next(2) == 0 ? "S" : "N2";
        return (symbol, _symbols.TryGetValue(symbol, out var longest) ? longest : _symbols[symbol] = 1 + random.Next(4));
    }

    /// <summary>The spec with the keys that say so; null where no layer that was kept asked for anything.</summary>
    public string? AddTo(string spec)
    {
        var used = _all.Where(side => Regex.IsMatch(spec, $"[ \\[]{side.Name}[\\],\\s]")).ToList();
        if (used.Count == 0)
        {
            return null;
        }

        var told = new HashSet<string>();
        var lines = new List<string>();
        foreach (var key in new[] { "inputs", "states" })
        {
            var own = used.Where(side => side.Key == key).ToList();
            if (own.Count > 0)
            {
                lines.Add(
                    $"{key}: {{ "
                        + $"{string.Join(", ", own.Select(side => $"{side.Name}: {SymbolIn().Replace(side.Shape, match => told.Add(match.Value) ? string.Create(CultureInfo.InvariantCulture, $"{match.Value} <= {_symbols[match.Value]}") : match.Value)}"))} }}"
                );
            }
        }

        if (used.Any(static side => side.Key == "outputs"))
        {
            lines.Add($"outputs: [{string.Join(", ", used.Where(static side => side.Key == "outputs").Select(static side => side.Name))}]");
        }

        return spec.Replace("\nnetwork:\n", $"\n{string.Join('\n', lines)}\nnetwork:\n", StringComparison.Ordinal);
    }

    private string? Find(string key, string[] lengths) =>
        random.Next(2) == 0 ? _all.Find(side => side.Key == key && side.Shape == Text(lengths)).Name : null;

    private string Add(string key, string name, string[] lengths)
    {
        // What C# or a tuple knows under another meaning among them.
        string[] names = ["item1", "rest", "to-string", "output", "inputs", "result", "this", "equals"];
        var own = random.Next(4) == 0 ? names[random.Next(names.Length)] : name;
        _all.Add((key, _all.Any(side => side.Name == own) ? FormattableString.Invariant($"{own}-{_all.Count}") : own, Text(lengths)));
        return _all[^1].Name;
    }

    private static string Text(string[] lengths) => $"[{string.Join(", ", lengths)}]";

    [GeneratedRegex("[A-Z][A-Z0-9]*")]
    private static partial Regex SymbolIn();
}
