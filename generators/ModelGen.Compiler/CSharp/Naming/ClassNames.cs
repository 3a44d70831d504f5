using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>The names of one module class: its own, those of its parts and those of its tensors.</summary>
internal sealed class ClassNames
{
    private readonly ModelNames _model;
    private readonly Dictionary<Part, string> _properties = [];
    private readonly Dictionary<Value, string> _tensors = [];
    private readonly Dictionary<Operation, string> _locals = [];

    /// <param name="model">The names of the other classes.</param>
    /// <param name="graph">The class.</param>
    /// <param name="name">Its name.</param>
    public ClassNames(ModelNames model, ModuleGraph graph, string name)
    {
        _model = model;
        Class = name;
        var properties = new UniqueNames(WordRules.ReservedMembers.Append(name));
        foreach (var part in graph.Parts)
        {
            _properties.Add(part, part.IsRole ? Names.Pascal(part.Name) : properties.Take(Names.Pascal(part.Name)));
        }

        // The tuple that several tensors come in as.
        var locals = new UniqueNames(graph.SideInputs.Count > 0 ? ["inputs"] : []);
        Input = graph.Input.Type == ElementType.TokenId ? "tokens" : "input";
        _tensors.Add(graph.Input, Input);
        foreach (var side in graph.SideInputs)
        {
            _tensors.Add(side.Value, locals.Take(Names.Local(side.Name)));
        }

        for (var i = 0; i < graph.Operations.Count; i++)
        {
            var outputs = graph.Operations[i].Outputs;
            var local = locals.Take(outputs[0].Name is { } given ? Names.Local(given) : $"x{Literal.Of(i + 1)}");
            var isTuple = graph.Operations[i].Callee is not null && outputs.Count > 1;
            for (var j = 0; j < outputs.Count; j++)
            {
                _tensors.Add(outputs[j], isTuple && j > 0 ? locals.Take(Names.Local(outputs[j].Name!)) : isTuple || outputs.Count == 1 ? local : $"{local}[{Literal.Of(j)}]");
            }

            _locals.Add(graph.Operations[i], isTuple ? $"({string.Join(", ", outputs.Select(output => _tensors[output]))})" : local);
        }
    }

    /// <summary>The class.</summary>
    public string Class { get; }

    /// <summary>The parameter of <c>forward</c>.</summary>
    public string Input { get; }

    /// <summary>The property that holds a part.</summary>
    public string Of(Part part) => _properties[part];

    /// <summary>The module that is called.</summary>
    public string Of(Callee callee) => callee.Part.IsList ? $"{Of(callee.Part)}[{Literal.Of(callee.Index)}]" : Of(callee.Part);

    /// <summary>The local variable of what an operation gives.</summary>
    public string Of(Operation operation) => _locals[operation];

    /// <summary>A tensor, or a weight, which TorchSharp's types let be null.</summary>
    public string Of(Operand operand)
    {
        if (operand is Value value)
        {
            return _tensors[value];
        }

        var weight = (Weight)operand;
        var text = Of(weight.Path[0]);
        for (var i = 1; i < weight.Path.Count; i++)
        {
            text += "." + _model.Of(weight.Path[i - 1].Elements[0]).Of(weight.Path[i]);
        }

        return $"{text}.{weight.Entry.Name}";
    }
}
