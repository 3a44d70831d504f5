using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Graph;

/// <summary>One module class: its parts, and the sequence of operations from its inputs to its outputs.</summary>
internal sealed class ModuleGraph(string name, Value input)
{
    private long? _parameterCount;
    private Dim? _multiplyAdds;

    /// <summary>Its name, which is unique in the model; the model's own for the root.</summary>
    public string Name { get; } = name;

    /// <summary>The result of the preceding layer.</summary>
    public Value Input { get; } = input;

    /// <summary>The result of its layers; set when the module is complete.</summary>
    public Value Output { get; set; } = input;

    /// <summary>Its other inputs: side inputs, and carried state before the call.</summary>
    public List<NamedValue> SideInputs { get; } = [];

    /// <summary>Its other outputs: carried state after the call, and auxiliary outputs.</summary>
    public List<NamedValue> SideOutputs { get; } = [];

    /// <summary>All inputs, in order.</summary>
    public IEnumerable<Value> Inputs => SideInputs.Select(static side => side.Value).Prepend(Input);

    /// <summary>All outputs, in order.</summary>
    public IEnumerable<Value> Outputs => SideOutputs.Select(static side => side.Value).Prepend(Output);

    public List<Part> Parts { get; } = [];

    public List<Operation> Operations { get; } = [];

    /// <summary>The layers that operations and parts come from, as messages name them, by origin.</summary>
    public Dictionary<int, string> Labels { get; } = [];

    /// <summary>The rows of the layer table, in order.</summary>
    public List<LayerRow> Rows { get; } = [];

    /// <summary>The number of parameters in this module and everything inside it; only for a complete module.</summary>
    public long ParameterCount => _parameterCount ??= Parts.Aggregate(0L, static (sum, part) => checked(sum + part.ParameterCount));

    /// <summary>The names and shapes in the module's state dictionary, in order.</summary>
    public IEnumerable<StateEntry> State() => Parts.SelectMany(static part => part.AllState());

    /// <summary>The multiply-adds of one sample; only for a complete module.</summary>
    public Dim MultiplyAdds =>
        _multiplyAdds ??= Dim.Sum(Rows.Select(static row => row.Times * (row.Inner?.MultiplyAdds ?? row.MultiplyAdds)));
}

/// <summary>A row of the layer table: one layer, or a module class with its own rows.</summary>
/// <param name="Label">The layer's word, with its count where it repeats.</param>
/// <param name="Output">The shape of its result.</param>
/// <param name="Parameters">The number of its parameters.</param>
/// <param name="MultiplyAdds">The multiply-adds of one sample.</param>
/// <param name="Inner">The class whose rows follow, indented.</param>
/// <param name="Depth">How many residuals enclose it.</param>
/// <param name="Times">How many times in succession it occurs here.</param>
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
