using System.Globalization;

namespace ModelGen.Training.Guards;

/// <summary>The operations of one module class, in order, and the submodules that it holds without calling them.</summary>
internal sealed class LayerRows
{
    private readonly List<(string? Module, DivergentLayer Layer, bool KeepsFinite, int[] Operands)> _operations = [];
    private readonly Dictionary<string, DivergentLayer> _modules = new(StringComparer.Ordinal);

    /// <summary>
    /// Parses a line: the submodule (- for none; = for none where finite numbers stay finite), its layer, the operands if it is an
    /// operation, and its place.
    /// </summary>
    /// <param name="words">The line's words.</param>
    /// <param name="file">The file that the place is in.</param>
    public void Add(string[] words, string file)
    {
        var layer = new DivergentLayer(words[1], file + words[^1]);
        var module = words[0] is "-" or "=" ? null : words[0];
        if (module is not null)
        {
            _modules[module] = layer;
        }

        if (words.Length == 4)
        {
            _operations.Add(
                (
                    module,
                    layer,
                    words[0] == "=",
                    words[2] == "-" ? [] : [.. words[2].Split(',').Select(static number => int.Parse(number, CultureInfo.InvariantCulture))]
                )
            );
        }
    }

    /// <summary>The layer that a submodule belongs to; null where the class has no such submodule.</summary>
    public DivergentLayer? Of(string module) => _modules.TryGetValue(module, out var layer) ? layer : null;

    /// <summary>
    /// The operations between submodule calls that lead to a submodule's input, in order, each layer once. An operation that calls several
    /// submodules, such as a mixture of experts, is itself what leads to them.
    /// </summary>
    /// <param name="module">The submodule.</param>
    public IReadOnlyList<DivergentLayer> Before(string module)
    {
        var call = _operations.FindIndex(operation => operation.Module == module);
        return call < 0 ? BeforeTheEnd() : Between(_operations[call].Operands, call);
    }

    /// <summary>The operations between submodule calls that lead to the class's result, in order, each layer once.</summary>
    public IReadOnlyList<DivergentLayer> BeforeTheEnd() => Between([_operations.Count], _operations.Count);

    private List<DivergentLayer> Between(int[] operands, int end)
    {
        // The inputs and outputs of submodules have been checked already, and 0 is the input of the class.
        var seen = _operations
            .Take(end)
            .Where(static operation => operation.Module is not null)
            .SelectMany(static operation => operation.Operands)
            .Append(0)
            .ToHashSet();
        var found = new SortedSet<int>();
        var open = new Stack<int>(operands);
        while (open.TryPop(out var number))
        {
            if (!seen.Contains(number) && _operations[number - 1].Module is null && found.Add(number))
            {
                foreach (var operand in _operations[number - 1].Operands)
                {
                    open.Push(operand);
                }
            }
        }

        return [.. found.Where(number => !_operations[number - 1].KeepsFinite).Select(number => _operations[number - 1].Layer).Distinct()];
    }
}
