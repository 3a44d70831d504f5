using System.Globalization;

namespace ModelGen.Compiler.Files;

/// <summary>
/// Compares the tensors of files with those that a model takes from them, by name, shape and type: at build where the files are there, and
/// when a program loads them. The runtime is built from this source, too, so that both say the same.
/// </summary>
internal sealed class TensorFit
{
    private const int MostNamed = 100;
    private const int FewNamed = 3;

    private readonly TensorNames _names;
    private readonly IReadOnlyDictionary<string, TensorForm> _tensors;
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);
    private readonly List<string> _surplus = [];
    private readonly List<string> _missing = [];
    private readonly List<string> _misshapen = [];
    private readonly bool _isTieRead;

    /// <param name="names">How the files name tensors.</param>
    /// <param name="wanted">The tensors that the model takes.</param>
    /// <param name="tensors">The tensors of the files.</param>
    /// <param name="areEqual">Whether two tensors of the files have the same elements; null where they are not looked at.</param>
    public TensorFit(
        TensorNames names,
        IReadOnlyList<WantedTensor> wanted,
        IReadOnlyDictionary<string, TensorForm> tensors,
        Func<string, string, bool>? areEqual = null
    )
    {
        (_names, _tensors) = (names, tensors);
        _isTieRead = wanted.All(tensor => tensor.Name != names.TiedTo || tensor.Need != TensorNeed.None);
        var known = new HashSet<string>(wanted.Select(static tensor => tensor.Name), StringComparer.Ordinal);
        known.UnionWith(wanted.Select(static tensor => tensor.Added).OfType<string>());
        foreach (var name in tensors.Keys.OrderBy(static name => name, StringComparer.Ordinal))
        {
            var plain = known.Contains(name) ? name : names.Plain(name);
            var isTaken = known.Contains(plain) || plain == names.Tied;
            if (isTaken && !_found.ContainsKey(plain))
            {
                _found.Add(plain, name);
            }
            else if (isTaken || !names.IsExtra(plain))
            {
                _surplus.Add($"'{name}' {tensors[name]}");
            }
        }

        // What the layout knows nothing of is there as a whole, or files are those of others.
        HasOwn = wanted.Any(tensor => tensor.Need == TensorNeed.WithOthersLikeIt && _found.ContainsKey(tensor.Name));
        foreach (var tensor in wanted.Where(tensor => HasOwn || tensor.Need != TensorNeed.WithOthersLikeIt))
        {
            if (tensor.Need != TensorNeed.None)
            {
                Find(tensor);
            }
        }

        CheckTie(areEqual);
    }

    /// <summary>Whether the files have tensors that are needed <see cref="TensorNeed.WithOthersLikeIt"/>.</summary>
    public bool HasOwn { get; }

    /// <summary>All that does not fit, as parts of a sentence; empty if the files fit.</summary>
    public IReadOnlyList<string> Problems => ProblemsOf(MostNamed);

    /// <summary>The same in parts that name a few tensors each.</summary>
    /// <param name="count">How many.</param>
    public IReadOnlyList<string> ProblemsOf(int count) =>
        _found.Count == 0 && _missing.Count > 0
            ? [$"it has no tensor of that layout, such as {_missing[0]}; it has {Few(_surplus)}"]
            :
            [
                .. Parts("it lacks", _missing, count),
                .. Parts("the model has no place for its", _surplus, count),
                .. Parts("these differ:", _misshapen, count),
            ];

    /// <summary>The name under which the files have a tensor that the model takes; they must have it.</summary>
    /// <param name="wanted">Its name in the layout.</param>
    public string NameOf(string wanted) => Found(wanted) ?? throw new ArgumentException($"The files have no '{wanted}'.", nameof(wanted));

    private string? Found(string wanted) =>
        _found.TryGetValue(wanted, out var name) ? name
        : _names.Tied is { } tied && _names.TiedTo == wanted && _found.TryGetValue(tied, out var other) ? other
        : null;

    private void Find(WantedTensor wanted)
    {
        if (Found(wanted.Name) is not { } name)
        {
            _missing.Add($"'{wanted.Name}' {TensorForm.Show(wanted.Shape)}");
        }
        else if (!_tensors[name].Shape.SequenceEqual(wanted.Shape))
        {
            _misshapen.Add($"'{name}' is {_tensors[name]} and should be {TensorForm.Show(wanted.Shape)}");
        }
        else if (!_tensors[name].IsReadable)
        {
            _misshapen.Add($"'{name}' is {_tensors[name]} and should be of type {TensorForm.ReadableTypes}");
        }
        else if (wanted.Added is { } added)
        {
            FindAdded(added, wanted.Shape[wanted.Shape.Count - 1]);
        }
    }

    private void FindAdded(string wanted, long width)
    {
        var shape = string.Format(CultureInfo.InvariantCulture, "[1 or more, {0}]", width);
        if (!_found.TryGetValue(wanted, out var name))
        {
            _missing.Add($"'{wanted}' {shape}");
        }
        else if (_tensors[name] is not { IsReadable: true, Shape.Count: 2 } form || form.Shape[0] < 1 || form.Shape[1] != width)
        {
            _misshapen.Add($"'{name}' is {_tensors[name]} and should be {shape} of type {TensorForm.ReadableTypes}");
        }
    }

    // Both tensors stand for one parameter, so that the second must not say otherwise.
    private void CheckTie(Func<string, string, bool>? areEqual)
    {
        if (
            _names.Tied is not { } tied
            || !_isTieRead
            || !_found.TryGetValue(tied, out var name)
            || !_found.TryGetValue(_names.TiedTo, out var other)
            || _misshapen.Count > 0
        )
        {
            return;
        }

        var (form, second) = (_tensors[name], _tensors[other]);
        if (!form.Shape.SequenceEqual(second.Shape) || !form.IsReadable || areEqual?.Invoke(name, other) == false)
        {
            _misshapen.Add(
                $"'{name}' {form} is not equal to '{other}' {second}, but the model uses one weight for both ('unembed' is tied)"
            );
        }
    }

    private static string Few(List<string> tensors) => tensors.Count == 0 ? "none at all" : Parts("", tensors, FewNamed, FewNamed).First();

    private static IEnumerable<string> Parts(string what, List<string> tensors, int count, int most = MostNamed)
    {
        var named = Math.Min(most, tensors.Count);
        for (var start = 0; start < named; start += count)
        {
            var part = string.Join(", ", tensors.Skip(start).Take(Math.Min(count, named - start)));
            var more =
                start + count >= named && tensors.Count > named
                    ? string.Format(CultureInfo.InvariantCulture, " and {0} more", tensors.Count - named)
                    : "";
            yield return $"{what} {part}{more}".TrimStart();
        }
    }
}

/// <summary>How the files of a layout name tensors.</summary>
/// <param name="Prefix">What names may also begin with; empty for nothing.</param>
/// <param name="Extras">The endings of the names of tensors that files may have besides, and that no model needs.</param>
/// <param name="Synonyms">Pairs of endings: names may have the first instead of the second.</param>
/// <param name="Tied">A tensor that files may leave out, because it is another one; null for none.</param>
/// <param name="TiedTo">That other one.</param>
internal sealed record TensorNames(string Prefix, IReadOnlyList<string> Extras, IReadOnlyList<string> Synonyms, string? Tied, string TiedTo)
{
    /// <summary>A name in a file as the layout has it.</summary>
    public string Plain(string name)
    {
        var plain = name.StartsWith(Prefix, StringComparison.Ordinal) ? name.Substring(Prefix.Length) : name;
        for (var pair = 0; pair < Synonyms.Count; pair += 2)
        {
            if (plain.EndsWith(Synonyms[pair], StringComparison.Ordinal))
            {
                return plain.Substring(0, plain.Length - Synonyms[pair].Length) + Synonyms[pair + 1];
            }
        }

        return plain;
    }

    /// <summary>Whether files may have a tensor that no model needs.</summary>
    public bool IsExtra(string plain) => Extras.Any(ending => plain.EndsWith(ending, StringComparison.Ordinal));
}

/// <summary>A tensor that a model takes from files.</summary>
/// <param name="Name">Its name in the layout.</param>
/// <param name="Shape">Its shape in the files.</param>
/// <param name="Added">Another tensor of the files, whose first row the model adds to each row of this one; null for none.</param>
/// <param name="Need">Whether the files must have it.</param>
internal sealed record WantedTensor(string Name, IReadOnlyList<long> Shape, string? Added, TensorNeed Need = TensorNeed.Always);

/// <summary>Whether files must have a tensor.</summary>
internal enum TensorNeed
{
    /// <summary>They must.</summary>
    Always,

    /// <summary>They must if they have another one of this need.</summary>
    WithOthersLikeIt,

    /// <summary>They may have it, of any shape; the model takes nothing from it.</summary>
    None,
}

/// <summary>The type and the shape of a tensor in a file.</summary>
/// <param name="Type">The type by libtorch's name.</param>
/// <param name="Shape">The size of each dimension; empty for a scalar.</param>
internal sealed record TensorForm(string Type, IReadOnlyList<long> Shape)
{
    /// <summary>The types whose numbers can be read as float32 without a change.</summary>
    public const string ReadableTypes = "Float32, Float16 or BFloat16";

    /// <summary>Whether its type is one of these.</summary>
    public bool IsReadable => Type is "Float32" or "Float16" or "BFloat16";

    /// <summary>A shape in brackets.</summary>
    public static string Show(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Type and shape, for example <c>Float32 [256, 64]</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Type} {Show(Shape)}";
}
