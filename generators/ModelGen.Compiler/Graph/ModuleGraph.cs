using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Graph;

/// <summary>One module class: its parts and the straight line of operations from what it takes to what it gives.</summary>
internal sealed class ModuleGraph(string name, Value input)
{
    private long? _parameterCount;
    private Dim? _multiplyAdds;

    /// <summary>Its name, given to no other class of the model; the model's own for the root.</summary>
    public string Name { get; } = name;

    /// <summary>What the layer before it gives.</summary>
    public Value Input { get; } = input;

    /// <summary>What its layers make of the input; set when the module is complete.</summary>
    public Value Output { get; set; } = input;

    /// <summary>What it takes besides: side inputs, and carried state as it comes in.</summary>
    public List<NamedValue> SideInputs { get; } = [];

    /// <summary>What it gives besides: carried state as it goes out, and auxiliary outputs.</summary>
    public List<NamedValue> SideOutputs { get; } = [];

    /// <summary>All that it takes, in order.</summary>
    public IEnumerable<Value> Inputs => SideInputs.Select(static side => side.Value).Prepend(Input);

    /// <summary>All that it gives, in order.</summary>
    public IEnumerable<Value> Outputs => SideOutputs.Select(static side => side.Value).Prepend(Output);

    public List<Part> Parts { get; } = [];

    public List<Operation> Operations { get; } = [];

    /// <summary>The layers that the operations and parts come from, by origin: each as it is called in messages.</summary>
    public Dictionary<int, string> Labels { get; } = [];

    /// <summary>The rows of the layer table, in order.</summary>
    public List<LayerRow> Rows { get; } = [];

    /// <summary>The parameters of this module and of all inside it; of a complete module.</summary>
    public long ParameterCount => _parameterCount ??= Parts.Aggregate(0L, static (sum, part) => checked(sum + part.ParameterCount));

    /// <summary>The names and shapes that the module's state dictionary has, in order.</summary>
    public IEnumerable<StateEntry> State() => Parts.SelectMany(static part => part.AllState());

    /// <summary>The multiply-adds of one sample; of a complete module.</summary>
    public Dim MultiplyAdds =>
        _multiplyAdds ??= Dim.Sum(Rows.Select(static row => row.Times * (row.Inner?.MultiplyAdds ?? row.MultiplyAdds)));
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
internal sealed record LayerRow(
    string Label,
    Shape Output,
    long Parameters,
    Dim MultiplyAdds,
    ModuleGraph? Inner,
    int Depth,
    int Times,
    int Origin
);
