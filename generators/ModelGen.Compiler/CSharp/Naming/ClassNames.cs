using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>The names in one module class: its own, and those of its parts and tensors.</summary>
internal sealed class ClassNames
{
    /// <summary>The name of <c>forward</c>'s parameter where it is a tuple of tensors.</summary>
    public const string Several = "inputs";

    private const string DecodingStep = "step";

    // Names for results without a meaning of their own.
    private static readonly string[] OnTheWay = ["hidden", "x"];

    private readonly ModelNames _model;
    private readonly Dictionary<Part, string> _properties = [];
    private readonly Dictionary<Value, string> _tensors = [];
    private readonly Dictionary<Operation, string> _locals = [];
    private readonly Dictionary<Value, Operation> _casts;

    // Maps the initial value of each loop's running variable to its final value.
    private readonly Dictionary<Value, Value> _running = [];

    /// <param name="model">The names of the other classes.</param>
    /// <param name="graph">The class.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isStep">Whether they are those of a decoding step.</param>
    public ClassNames(ModelNames model, ModuleGraph graph, string name, bool isStep = false)
    {
        _model = model;
        Class = name;
        Steps = [.. Step.Of(graph, new Liveness(graph))];
        _casts = graph.Operations.Where(static operation => operation.Op is Cast).ToDictionary(static operation => operation.Output);
        var properties = new UniqueNames(WordRules.ReservedMembers.Append(name));
        foreach (var part in graph.Parts)
        {
            _properties.Add(part, part.IsRole ? Names.Pascal(part.Name) : properties.Take(Names.Pascal(part.Name)));
        }

        var locals = new UniqueNames([
            .. graph.SideInputs.Count > 0 ? [Several] : Array.Empty<string>(),
            .. isStep ? [DecodingStep] : Array.Empty<string>(),
        ]);
        Input = locals.Take(graph.Input.Type == ElementType.TokenId ? "tokens" : "input");
        _tensors.Add(graph.Input, Input);
        foreach (var side in graph.SideInputs)
        {
            _tensors.Add(side.Value, locals.Take(Names.Local(side.Name)));
        }

        // The spec's names are assigned first, so that nothing else takes them.
        foreach (
            var value in graph
                .Operations.SelectMany(static operation => operation.Outputs)
                .Where(value => value.Name is not null && !_tensors.ContainsKey(value))
        )
        {
            _tensors.Add(value, locals.Take(Names.Local(value.Name!)));
        }

        if (Steps.Any(static step => step.IsLoop))
        {
            (Counter, Element, Next) = (locals.Take("i"), locals.Take("block"), locals.Take("next"));
        }

        var alone = new HashSet<Value>(
            graph.Operations.Where(static operation => operation.Outputs.Count == 1).Select(static operation => operation.Output)
        );
        foreach (var loop in Steps.Where(static step => step.TakesInput))
        {
            var input = loop.Operations[0].Inputs.First();
            if (input.Name is null && !_tensors.ContainsKey(input) && alone.Contains(input))
            {
                _running.Add(input, loop.Result);
            }
        }

        foreach (var step in Steps)
        {
            Name(graph, step, locals);
        }
    }

    /// <summary>The class.</summary>
    public string Class { get; }

    /// <summary>The steps of <c>forward</c>, in order.</summary>
    public IReadOnlyList<Step> Steps { get; }

    /// <summary>The parameter of <c>forward</c>.</summary>
    public string Input { get; }

    /// <summary>The counter of loops.</summary>
    public string Counter { get; } = "";

    /// <summary>The loop variable for a module of a list.</summary>
    public string Element { get; } = "";

    /// <summary>The loop variable that replaces the running value.</summary>
    public string Next { get; } = "";

    /// <summary>The variable of a decoding step.</summary>
    public string StepName => DecodingStep;

    /// <summary>The properties that hold the parts.</summary>
    public IEnumerable<string> Properties => _properties.Values;

    /// <summary>The short names of the file.</summary>
    public ShortNames Code => _model.Code;

    /// <summary>The length of a parameter's axis: the model's constant for it if there is one, otherwise a number.</summary>
    public string Size(StateEntry entry, int axis) => _model.Size(entry, axis);

    /// <summary>The property that holds a part.</summary>
    public string Of(Part part) => _properties[part];

    /// <summary>The module that is called.</summary>
    public string Of(Callee callee) => callee.Part.IsList ? $"{Of(callee.Part)}[{Literal.Of(callee.Index)}]" : Of(callee.Part);

    /// <summary>The local variable that holds an operation's result.</summary>
    public string Of(Operation operation) => _locals[operation];

    /// <summary>A tensor, or a weight, which is nullable in TorchSharp's types.</summary>
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

    /// <summary>Whether a loop's input is already its running variable.</summary>
    public bool IsRunning(Value input) => _running.ContainsKey(input);

    private void Name(ModuleGraph graph, Step step, UniqueNames locals)
    {
        var first = step.Operations[0];
        if (first.Outputs.Count == 0)
        {
            return;
        }

        var isTuple = first.Callee is not null && first.Outputs.Count > 1;
        var name =
            step.IsLoop && IsRunning(first.Inputs.First())
                ? _tensors[first.Inputs.First()]
                : Variable(graph, step.IsLoop ? step.Result : first.Output, locals);
        foreach (var operation in step.Operations)
        {
            _tensors[operation.Output] = first.Outputs.Count == 1 || isTuple ? name : $"{name}[0]";
        }

        for (var i = 1; i < first.Outputs.Count && !isTuple; i++)
        {
            _tensors[first.Outputs[i]] = $"{name}[{Literal.Of(i)}]";
        }

        foreach (var operation in step.Operations)
        {
            _locals.Add(operation, isTuple ? $"({string.Join(", ", operation.Outputs.Select(output => _tensors[output]))})" : name);
        }
    }

    private string Variable(ModuleGraph graph, Value value, UniqueNames locals)
    {
        while (_running.TryGetValue(value, out var next))
        {
            value = next;
        }

        return _tensors.TryGetValue(value, out var given) ? given : locals.Take(Wish(graph, value));
    }

    // The layer's name for the tensor; a cast is named after what it casts.
    private string Wish(ModuleGraph graph, Value value)
    {
        if (value == graph.Output && (value.Hint is null || OnTheWay.Contains(value.Hint)))
        {
            return "output";
        }

        return _casts.TryGetValue(value, out var cast) && cast.Op is Cast { Precision: var precision }
            ? cast.Operands[0] is Weight weight
                ? weight.Entry.Name
                : $"{_tensors[(Value)cast.Operands[0]].Split('[')[0].TrimEnd('_')}{Names.Pascal(precision)}"
            : Names.Local(value.Hint ?? OnTheWay[0]);
    }
}
