using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>One generated module class: its submodules and the straight line of operations from input to output.</summary>
internal sealed class ModuleGraph(string className, Value input)
{
    private long? _parameterCount;
    private Dim? _multiplyAdds;
    private Dictionary<Value, Operation>? _lastUses;

    /// <summary>The C# class; the model's own for the root.</summary>
    public string ClassName { get; } = className;

    public Value Input { get; } = input;

    /// <summary>What the last operation gives; set when the module is complete.</summary>
    public Value Output { get; set; } = input;

    public List<Submodule> Submodules { get; } = [];

    public List<Operation> Operations { get; } = [];

    /// <summary>The layers that the operations and submodules come from, by origin: each as it is called in messages, and whether it keeps finite numbers finite.</summary>
    public Dictionary<int, (string Label, bool KeepsFinite)> Layers { get; } = [];

    /// <summary>The rows of the layer table, in order.</summary>
    public List<LayerRow> Rows { get; } = [];

    /// <summary>The parameters of this module and of all inside it; of a complete module.</summary>
    public long ParameterCount => _parameterCount ??= Submodules.Aggregate(0L, (sum, submodule) => checked(sum + submodule.ParameterCount));

    /// <summary>The last operation that reads each tensor; of a complete module.</summary>
    public IReadOnlyDictionary<Value, Operation> LastUses => _lastUses ??= Liveness.LastUses(Operations);

    /// <summary>The names and shapes that the module's state dictionary has, in order.</summary>
    public IEnumerable<StateEntry> State() => Submodules.SelectMany(submodule => submodule.AllState());

    /// <summary>The multiply-adds of one sample; of a complete module.</summary>
    public Dim MultiplyAdds => _multiplyAdds ??= Dim.Sum(Rows.Select(row => row.Times * (row.Inner?.MultiplyAdds ?? row.MultiplyAdds)));
}

/// <summary>One operation.</summary>
/// <param name="Expression">The C#, in which $0, $1, … are the inputs.</param>
/// <param name="Inputs">The tensors that it reads.</param>
/// <param name="Output">The tensor, or the tensors, that it gives.</param>
/// <param name="Origin">The layer it belongs to.</param>
/// <param name="Arithmetic">In which precision it wants to work.</param>
internal sealed record Operation(string Expression, EquatableArray<Value> Inputs, Value Output, int Origin, Arithmetic Arithmetic)
{
    /// <summary>The same as a function of its weights, where it has any and is a product.</summary>
    public WeightedProduct? Product { get; init; }

    /// <summary>The module class that it calls, where it does.</summary>
    public ModuleGraph? Callee { get; init; }

    /// <summary>The C# that computes the same and leaves the activations to backward to compute again; null where they are kept.</summary>
    public string? Recomputing { get; init; }
}

/// <summary>A module that a class holds.</summary>
/// <param name="Property">The C# property.</param>
/// <param name="StateName">Its name in the state dictionary.</param>
/// <param name="Type">The C# type.</param>
/// <param name="Construction">The C# that makes it; <c>device</c> is in scope.</param>
/// <param name="State">Its own parameters and buffers; empty for a module class.</param>
/// <param name="Initialisation">Statements that fill its parameters otherwise than TorchSharp does.</param>
/// <param name="Summary">Its documentation.</param>
/// <param name="Origin">The layer it belongs to.</param>
/// <param name="Elements">The module classes it holds: none, one, or one for each repetition.</param>
/// <param name="IsList">Whether the elements form a list.</param>
/// <param name="IsRole">Whether it is a part that the class's base asks for.</param>
internal sealed record Submodule(
    string Property,
    string StateName,
    string Type,
    string Construction,
    EquatableArray<StateEntry> State,
    EquatableArray<string> Initialisation,
    string Summary,
    int Origin,
    IReadOnlyList<ModuleGraph> Elements,
    bool IsList,
    bool IsRole = false)
{
    public long ParameterCount => Elements.Aggregate(
        State.Where(entry => !entry.IsBuffer).Aggregate(0L, (sum, entry) => checked(sum + entry.Count)),
        (sum, element) => checked(sum + element.ParameterCount));

    public IEnumerable<StateEntry> AllState() =>
        State.Select(entry => entry with { Name = $"{StateName}.{entry.Name}" })
            .Concat(Elements.SelectMany((element, i) => element.State().Select(entry =>
                entry with { Name = IsList ? FormattableString.Invariant($"{StateName}.{i}.{entry.Name}") : $"{StateName}.{entry.Name}" })));
}

/// <summary>A parameter, or a buffer, which is state that is not trained.</summary>
internal sealed record StateEntry(string Name, EquatableArray<long> Shape, bool IsBuffer = false)
{
    public StateEntry(string name, params long[] shape)
        : this(name, new EquatableArray<long>(shape))
    {
    }

    public long Count => Shape.Aggregate(1L, (product, length) => checked(product * length));
}

/// <summary>A row of the layer table: one layer, or a module class with rows of its own.</summary>
/// <param name="Label">The layer's word, with its count where it repeats.</param>
/// <param name="Output">What it gives.</param>
/// <param name="Parameters">What it holds in all.</param>
/// <param name="MultiplyAdds">What one sample costs.</param>
/// <param name="Inner">The class whose rows follow, indented.</param>
/// <param name="Depth">How many residuals it stands in.</param>
/// <param name="Times">How often it stands here in a row.</param>
/// <param name="Origin">The layer it belongs to.</param>
internal sealed record LayerRow(string Label, Shape Output, long Parameters, Dim MultiplyAdds, ModuleGraph? Inner, int Depth, int Times, int Origin);
