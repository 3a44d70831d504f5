using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words.Layouts;

/// <summary>
/// Follows a model from its input and links weights on the way. Each step takes the operation that works on a tensor, and refuses any
/// other; at the end none may be left, so that the model computes exactly what was read.
/// </summary>
/// <param name="model">The model.</param>
internal sealed class LayoutReader(FlatGraph model)
{
    private readonly HashSet<FlatOperation> _read = [];
    private readonly List<WeightLink> _links = [];
    private readonly ILookup<int, FlatOperation> _consumers = model
        .Operations.SelectMany(static operation => operation.Inputs.Distinct().Select(input => (input, operation)))
        .ToLookup(static pair => pair.input, static pair => pair.operation);

    /// <summary>Whether the model gives scores of the vocabulary.</summary>
    public bool HasScores => model.Operations.Any(static operation => operation.Op is Unembed);

    /// <summary>Whether an operation of a kind works on a tensor and has not been read yet.</summary>
    public bool Has<T>(int tensor)
        where T : Op => Unread(tensor).Any(static operation => operation.Op is T);

    /// <summary>Reads the operation of a kind that works on a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="what">What the layout has here, in words.</param>
    /// <param name="fits">Whether it is the operation meant; any if null.</param>
    public FlatOperation Next<T>(int tensor, string what, Func<T, bool>? fits = null)
        where T : Op
    {
        var found = Unread(tensor).FirstOrDefault(operation => operation.Op is T op && fits?.Invoke(op) != false);
        if (found is null)
        {
            throw Otherwise(tensor, what);
        }

        _read.Add(found);
        return found;
    }

    /// <summary>Reads the sum of two tensors.</summary>
    public int Sum(int one, int other, string what) => Joined<Plus>(one, other, what);

    /// <summary>Reads the product of two tensors.</summary>
    public int Product(int one, int other, string what) => Joined<Times>(one, other, what);

    /// <summary>Reads a normalisation of a tensor and links its weights.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="word">The layer's word.</param>
    /// <param name="name">The name of its weights in the file.</param>
    public int Norm<T>(int tensor, string word, string name)
        where T : Op
    {
        var norm = Next<T>(tensor, $"'{word}'");
        Link(name, norm);
        return norm.Output;
    }

    /// <summary>Reads a linear map of a tensor.</summary>
    public FlatOperation Linear(int tensor)
    {
        var linear = Next<Linear>(tensor, "'linear'");
        return linear.Weights.Count > 0 && linear.Weights[0].Entry.Name == "weight"
            ? linear
            : throw new LayoutMisfitException(linear.Origin, "it has a 'linear' without 'spectral-norm' here");
    }

    /// <summary>Links all weights that an operation reads to tensors of a name followed by theirs.</summary>
    public void Link(string name, FlatOperation operation, bool isTransposed = false)
    {
        foreach (var weight in operation.Weights)
        {
            Link($"{name}.{weight.Entry.Name}", weight, isTransposed && weight.Entry.Shape.Count == 2);
        }
    }

    /// <summary>Links a weight to a tensor.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="isTransposed">Whether the file has it transposed.</param>
    /// <param name="added">Another tensor of the file, whose first row the model adds to each row of this one; null for none.</param>
    public void Link(string name, FlatWeight weight, bool isTransposed = false, string? added = null) =>
        _links.Add(weight.Link(name, 0, weight.Entry.Shape[0], isTransposed) with { Added = added });

    /// <summary>Links rows of a linear map's weights.</summary>
    public void Link(string name, WeightRows rows, long pairedHeads = 0)
    {
        foreach (var weight in rows.Linear.Weights)
        {
            _links.Add(weight.Link($"{name}.{weight.Entry.Name}", rows.First, rows.Count) with { PairedHeads = pairedHeads });
        }
    }

    /// <summary>Reads all operations of a kind, which have no weights.</summary>
    public void PassOver<T>()
        where T : Op => _read.UnionWith(model.Operations.Where(static operation => operation.Op is T));

    /// <summary>
    /// Reads the layers that the model has after the architecture, such as the head of a classifier: everything that is computed from the
    /// architecture's result. Their weights go by their names in the model's state.
    /// </summary>
    /// <param name="tensor">That result.</param>
    public void Head(int tensor)
    {
        var computed = new HashSet<int> { tensor };
        foreach (var operation in model.Operations.Where(operation => operation.Inputs.Any(computed.Contains)))
        {
            computed.UnionWith(operation.Outputs);
            if (_read.Add(operation))
            {
                WeightLayout.CheckHasNames(operation);
                _links.AddRange(
                    operation
                        .Weights.Where(weight => !_links.Any(link => link.Parameter == weight.Name))
                        .Select(static weight => weight.Link(weight.Name, 0, weight.Entry.Shape[0]) with { IsOwn = true })
                );
            }
        }
    }

    /// <summary>Reads the scores of the vocabulary after the last norm, or the layers that the model has instead of them.</summary>
    /// <param name="tensor">What the norm gives.</param>
    /// <param name="name">The name of the scores' weight in the file.</param>
    /// <param name="embedding">The embedding.</param>
    /// <param name="embeddingName">The name of its weight in the file.</param>
    /// <returns>The tie of the scores and the embedding, if they are one.</returns>
    public WeightTie? UnembedOrHead(int tensor, string name, FlatOperation embedding, string embeddingName)
    {
        if (HasScores)
        {
            return Unembed(tensor, name, embedding, embeddingName);
        }

        PassOver<SequencePool>();
        PassOver<Presence>();
        Head(tensor);
        return null;
    }

    /// <summary>The table of what has been read.</summary>
    /// <param name="layout">The layout's word.</param>
    /// <param name="prefix">What names in a file may also begin with; empty for nothing.</param>
    /// <param name="tie">A tensor that a file may have besides, though the model takes another one for it; null for none.</param>
    /// <param name="extras">The endings of the names of tensors that a file may have besides.</param>
    /// <exception cref="LayoutMisfitException">The model has more operations.</exception>
    public WeightTable Table(string layout, string prefix, WeightTie? tie, params IReadOnlyList<string> extras) =>
        model.Operations.FirstOrDefault(operation => !_read.Contains(operation)) is { } more
            ? throw new LayoutMisfitException(more.Origin, $"it has nothing like this '{more.Label}'")
            : new WeightTable(layout, prefix, new EquatableArray<WeightLink>(_links), new EquatableArray<string>(extras), tie);

    private WeightTie? Unembed(int tensor, string name, FlatOperation embedding, string embeddingName)
    {
        var scores = Next<Unembed>(tensor, "'unembed'");
        if (scores.Weights[0].Name == embedding.Weights[0].Name)
        {
            return new WeightTie(name, embeddingName);
        }

        Link(name, scores.Weights[0]);
        return null;
    }

    private int Joined<T>(int one, int other, string what)
        where T : Op =>
        Unread(one).FirstOrDefault(operation => operation.Op is T && operation.Inputs.Contains(other)) is { } found && _read.Add(found)
            ? found.Output
            : throw Otherwise(other, what);

    private IEnumerable<FlatOperation> Unread(int tensor) => _consumers[tensor].Where(operation => !_read.Contains(operation));

    private LayoutMisfitException Otherwise(int tensor, string what) =>
        (Unread(tensor).FirstOrDefault() ?? _consumers[tensor].LastOrDefault()) is { } other
            ? new LayoutMisfitException(other.Origin, $"it has {what} where the model has this '{other.Label}'")
        : model.Operations.FirstOrDefault(operation => operation.Outputs.Contains(tensor)) is { } last
            ? new LayoutMisfitException(last.Origin, $"it has {what} after this '{last.Label}', where the model ends")
        : new LayoutMisfitException(GraphError.Model, $"it has {what}, and the model has no operation");
}

/// <summary>Consecutive rows of the weights of a linear map.</summary>
/// <param name="Linear">The map.</param>
/// <param name="First">The first row.</param>
/// <param name="Count">How many.</param>
internal sealed record WeightRows(FlatOperation Linear, long First, long Count);
