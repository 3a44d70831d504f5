using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Passes;

/// <summary>
/// What the classes of a model compute when it writes a text token by token: some positions at once, with the keys and values of those
/// before them kept. Operations work on each position alone, except for those that know about positions.
/// </summary>
/// <remarks>
/// Dropout and casts fall away: a step is in evaluation mode, and in float32. What depends only on the memory that a decoder attends to is
/// computed in the first step of a sequence alone.
/// </remarks>
internal sealed class DecodingSteps
{
    private static readonly DecodingSteps Nothing = new();

    private static readonly Dim Time = Dim.Symbol(DataShape.Sequence);

    private readonly Dictionary<ModuleGraph, ModuleGraph> _steps = [];
    private readonly Dictionary<ModuleGraph, EquatableArray<bool>> _fixedSides = [];
    private readonly Dictionary<ModuleGraph, IReadOnlyCollection<Operation>> _fixed = [];

    private DecodingSteps() { }

    /// <summary>Whether the model can be computed so.</summary>
    public bool IsPossible => _steps.Count > 0;

    /// <summary>Of a complete model.</summary>
    public static DecodingSteps Of(ModelGraph model)
    {
        var decoding = new DecodingSteps();
        return
            model.Decoder is { } decoder
            && decoding.Add(decoder, new(decoder.SideInputs.Select(static _ => true)))
            && decoding.KeepOnlyWanted(decoder)
            && decoding.NameScores(decoder)
            ? decoding
            : Nothing;
    }

    /// <summary>What a class computes in a step; null where it is not called.</summary>
    public ModuleGraph? StepOf(ModuleGraph graph) => _steps.TryGetValue(graph, out var step) ? step : null;

    /// <summary>The operations of a class's step that belong to the first step of a sequence alone.</summary>
    public IReadOnlyCollection<Operation> FirstOnly(ModuleGraph graph) => _fixed[graph];

    // Which of its side inputs are the same for all steps of a sequence.
    private bool Add(ModuleGraph graph, EquatableArray<bool> fixedSides)
    {
        if (_fixedSides.TryGetValue(graph, out var known))
        {
            return known.Equals(fixedSides);
        }

        _fixedSides.Add(graph, fixedSides);
        var step = new ModuleGraph(graph.Name, graph.Input);
        step.SideInputs.AddRange(graph.SideInputs);
        step.Parts.AddRange(graph.Parts);
        var same = new Dictionary<Operand, Operand>();
        var constant = new HashSet<Value>(graph.SideInputs.Where((_, i) => fixedSides[i]).Select(static side => side.Value));
        var first = new HashSet<Operation>();
        foreach (var operation in graph.Operations)
        {
            Operand[] operands = [.. operation.Operands.Select(operand => same.TryGetValue(operand, out var other) ? other : operand)];
            if (operation.Op is Dropout or Cast)
            {
                same.Add(operation.Output, operands[0]);
                continue;
            }

            var inputs = operands.OfType<Value>().ToList();
            var isFixed = inputs.Count > 0 && inputs.All(constant.Contains);
            if (isFixed)
            {
                foreach (var output in operation.Outputs)
                {
                    constant.Add(output);
                }
            }

            // A layer may have other positions than the tokens, such as three vectors for each.
            if (!isFixed && !operation.Outputs.All(static output => output.Shape.Axes.All(IsTimeOrConstant)))
            {
                return false;
            }

            var own = operation with { Operands = new(operands) };
            if (!(isFixed ? AddFixed(own) : AddStep(own, constant.Contains)))
            {
                return false;
            }
        }

        if (graph.SideOutputs.Count > 0 || constant.Contains(graph.Output))
        {
            return false;
        }

        step.Output = Result(step, same.TryGetValue(graph.Output, out var result) ? (Value)result : graph.Output);
        _steps.Add(graph, step);
        _fixed.Add(graph, first);
        return true;

        // They come first, because they depend on nothing else.
        bool AddFixed(Operation operation)
        {
            step.Operations.Insert(first.Count, operation);
            first.Add(operation);
            return true;
        }

        bool AddStep(Operation operation, Func<Value, bool> isFixed)
        {
            switch (operation.Op)
            {
                // Keys and values of a layer follow those of the layer before it, so that there can be only one.
                case Attention { IsCross: true } attention:
                    if (
                        isFixed((Value)operation.Operands[0])
                        || !operation.Inputs.Skip(1).All(isFixed)
                        || step.Operations.Any(static other => other.Op is AttendMemory)
                    )
                    {
                        return false;
                    }

                    var kept = new EquatableArray<Operand>(operation.Operands.Skip(1));
                    _ = AddFixed(new Operation(new Remember(), kept, default, operation.Origin));
                    step.Operations.Add(
                        operation with
                        {
                            Op = new AttendMemory(operation.Operands[2].Shape.Last),
                            Operands = new([operation.Operands[0]]),
                        }
                    );
                    return true;
                case Call:
                    step.Operations.Add(operation);
                    return !isFixed((Value)operation.Operands[0])
                        && operation.Inputs.Skip(1).All(input => !isFixed(input) || graph.SideInputs.Any(side => side.Value == input))
                        && Add(operation.Callee!.Graph, new(operation.Inputs.Skip(1).Select(isFixed)));
                case MixtureOfExperts:
                    step.Operations.Add(operation);
                    return operation.Experts!.Elements.All(expert => Add(expert, default));
                // These depend on the mode of the model or on what is beside a position, or may do so.
                case Attention { IsCausal: false } or BatchNorm or SpectralNorm or MinibatchDeviation or Quantise or OwnModule:
                    return false;
                default:
                    step.Operations.Add(operation);
                    return !operation.Inputs.Any(isFixed);
            }
        }
    }

    private static bool IsTimeOrConstant(Dim axis) => axis.Constant is not null || axis.Equals(Time);

    // The caller of a class disposes its input and its result, each once.
    private static Value Result(ModuleGraph step, Value result)
    {
        if (!step.Inputs.Contains(result))
        {
            return result;
        }

        var copy = new Value(result.Shape, result.Type, result.Trail, result.Origin);
        step.Operations.Add(new Operation(new Alias(), new([result]), new([copy]), result.Origin));
        return copy;
    }

    // The last layers, which work on each position alone, compute only those positions whose scores are wanted.
    private bool KeepOnlyWanted(ModuleGraph decoder)
    {
        var step = _steps[decoder];
        var (start, value) = (step.Operations.Count, step.Output);
        while (
            start > 0
            && step.Operations[start - 1] is { Op: not (Call or Attention or AttendMemory) } last
            && last.Output == value
            && last.Outputs.Count == 1
            && last.Inputs.Count() == 1
            && last.Inputs.First() is { Type: ElementType.Number } only
            && step.Operations.Count(operation => operation.Inputs.Contains(only)) == 1
        )
        {
            (start, value) = (start - 1, only);
        }

        if (start == step.Operations.Count || value.Shape.Rank == 0 || !value.Shape.Axes[0].Equals(Time))
        {
            return true;
        }

        var wanted = new Value(value.Shape, value.Type, value.Trail, value.Origin) { Hint = "wanted" };
        var first = step.Operations[start];
        step.Operations[start] = first with { Operands = new(first.Operands.Select(operand => operand == value ? wanted : operand)) };
        step.Operations.Insert(start, new Operation(new WantedRows(), new([value]), new([wanted]), first.Origin));
        return true;
    }

    // Where the model ends with a linear map, what that reads is the hidden state of a position.
    private bool NameScores(ModuleGraph decoder)
    {
        var step = _steps[decoder];
        var end = step.Operations.Count - 1;
        if (step.Operations[end] is { Op: Linear or Unembed } last && last.Output == step.Output)
        {
            step.Operations[end] = last with { Op = new Scores() };
        }

        return true;
    }
}
