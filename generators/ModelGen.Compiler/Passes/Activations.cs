using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Passes;

/// <summary>
/// Estimates the most memory that the tensors of one sample take while its gradients are computed: what forward keeps for backward, less
/// what backward has used already, and the gradients of tensors that backward holds at the time.
/// </summary>
/// <remarks>
/// Each operation tells what its backward reads; whatever none reads is freed in forward, and a view costs nothing. A recomputed part keeps
/// only its input until backward computes it again. What weights alone make is left out: it does not grow with the batch.
/// </remarks>
internal sealed class Activations
{
    private readonly IReadOnlyDictionary<string, long> _lengths;
    private readonly List<Step> _steps = [];
    private readonly Dictionary<ModuleGraph, long> _alone = [];

    private Activations(IReadOnlyDictionary<string, long> lengths) => _lengths = lengths;

    /// <summary>The bytes of a sample of the longest length in the phase of a training step that needs the most.</summary>
    /// <param name="model">The model, after all passes that change it.</param>
    public static long Bytes(ModelGraph model) =>
        model.Phases.Select(phase => Bytes(phase.Forwards, model.Data.Longest)).DefaultIfEmpty().Max();

    /// <summary>The bytes of a sample with forwards that follow each other and are differentiated together.</summary>
    /// <param name="forwards">The classes.</param>
    /// <param name="lengths">The lengths that symbols stand for.</param>
    public static long Bytes(IEnumerable<ModuleGraph> forwards, IReadOnlyDictionary<string, long> lengths)
    {
        var activations = new Activations(lengths);
        foreach (var graph in forwards)
        {
            activations.AddWhole(graph);
        }

        return activations.Peak();
    }

    // A class whose result the loss reads.
    private void AddWhole(ModuleGraph graph)
    {
        var outputs = Add(graph, [.. graph.Inputs.Select(input => new Storage(Bytes(input), isGiven: true))]);
        _steps.Add(new Step(outputs, [], outputs, 0, PassesOn: false));
    }

    // The storages of a class's outputs, given those of its inputs.
    private IReadOnlyList<Storage> Add(ModuleGraph graph, IReadOnlyList<Storage> inputs)
    {
        var storages = new Dictionary<Value, Storage>();
        foreach (var (value, storage) in graph.Inputs.Zip(inputs, static (value, storage) => (value, storage)))
        {
            storages[value] = storage;
        }

        foreach (var operation in graph.Operations)
        {
            IReadOnlyList<Storage> taken = [.. operation.Inputs.Select(input => storages[input])];
            var given = Add(operation, taken);
            foreach (var (output, storage) in operation.Outputs.Zip(given, static (output, storage) => (output, storage)))
            {
                storages[output] = storage;
            }
        }

        return [.. graph.Outputs.Select(output => storages[output])];
    }

    private IReadOnlyList<Storage> Add(Operation operation, IReadOnlyList<Storage> taken)
    {
        if (operation is { Op: Call { IsRecomputed: false }, Callee: { } callee })
        {
            return Add(callee.Graph, taken);
        }

        // A fused kernel lays its result out as this copy would, which then is none.
        var isView = operation.Op.NumericClass == NumericClass.View || (operation.Op is Flatten && taken[0].IsByPosition);
        if (isView && taken.Count > 0)
        {
            return [.. operation.Outputs.Select(_ => taken[0])];
        }

        // Nothing here is trained, nor before it.
        var isGiven = operation is { Callee: null, Own: null } && !operation.Weights.Any() && taken.All(static storage => storage.IsGiven);
        IReadOnlyList<Storage> given =
        [
            .. operation.Outputs.Select(output => new Storage(Bytes(output), isGiven)
            {
                IsByPosition = operation.Op is Attention { IsFused: true },
            }),
        ];
        if (isGiven || given.All(static storage => storage.Bytes == 0))
        {
            return given;
        }

        var (kept, besides, workspace) = Needs(operation);
        IEnumerable<Storage> read =
        [
            .. kept.HasFlag(Kept.Inputs) ? taken : [],
            .. kept.HasFlag(Kept.Result) ? given : [],
            .. besides > 0 ? [new Storage(besides)] : Array.Empty<Storage>(),
        ];
        _steps.Add(new Step([.. read.Distinct()], taken, given, workspace, operation.Op is Plus));
        return given;
    }

    // What backward reads, and how many bytes it keeps and needs besides.
    private (Kept Kept, long Besides, long Workspace) Needs(Operation operation)
    {
        if (operation is { Op: Call, Callee: { } recomputed })
        {
            return (Kept.Inputs, 0, Alone(recomputed.Graph));
        }

        IReadOnlyList<Shape> operands = [.. operation.Operands.Select(static operand => operand.Shape)];
        var width = Width(operation.Output);
        var besides = checked(operation.Op.KeptBesides(operands).Evaluate(_lengths) * width);
        if (operation is { Op: MixtureOfExperts mixture, Experts: { } experts })
        {
            // What an expert keeps, and its input and its result in the order of the experts.
            var expert = experts.Elements[0];
            var vectors = checked(mixture.TopK * MixtureOfExperts.Vectors(operands[0]).Count.Evaluate(_lengths));
            besides = checked(besides + (vectors * (Alone(expert) + Bytes(expert.Input) + Bytes(expert.Output))));
        }

        return (operation.Op.Kept, besides, checked(operation.Op.Workspace(operands).Evaluate(_lengths) * width));
    }

    // What a class needs whose result nothing but its caller reads.
    private long Alone(ModuleGraph graph)
    {
        if (!_alone.TryGetValue(graph, out var bytes))
        {
            var inner = new Activations(_lengths);
            _ = inner.Add(graph, [.. graph.Inputs.Select(static _ => new Storage(0))]);
            _alone[graph] = bytes = inner.Peak();
        }

        return bytes;
    }

    // Backward, step by step.
    private long Peak()
    {
        var readers = new Dictionary<Storage, int>();
        var held = 0L;
        foreach (var storage in _steps.SelectMany(static step => step.Read))
        {
            readers.TryGetValue(storage, out var count);
            readers[storage] = count + 1;
            held += count == 0 ? storage.Bytes : 0;
        }

        var peak = held;
        var gradients = new Dictionary<Storage, Gradient>();
        foreach (var step in Enumerable.Reverse(_steps))
        {
            foreach (var given in step.Given.Where(given => !gradients.ContainsKey(given)).Distinct())
            {
                gradients.Add(given, New(given));
            }

            peak = Math.Max(peak, checked(held + step.Workspace));
            foreach (var taken in step.Taken.Distinct().Where(static storage => !storage.IsGiven))
            {
                Pass(step, taken);
            }

            if (!step.IsLoss)
            {
                foreach (var given in step.Given)
                {
                    Release(gradients[given]);
                    gradients.Remove(given);
                }
            }

            foreach (var read in step.Read.Where(read => --readers[read] == 0))
            {
                held -= read.Bytes;
            }
        }

        return peak;

        // The gradient of what an operation takes is a tensor of its own, except that of a sum, which is the result's. It is added to one
        // that is there already, unless that is shared.
        void Pass(Step step, Storage taken)
        {
            var hasOne = gradients.TryGetValue(taken, out var there);
            var passed = step.PassesOn ? gradients[step.Given[0]] : New(taken);
            passed.Holders += step.PassesOn ? 1 : 0;
            peak = Math.Max(peak, checked(held + step.Workspace));
            if (hasOne)
            {
                if (there.Holders > 1)
                {
                    Release(there);
                    there = New(taken);
                    peak = Math.Max(peak, held);
                }

                Release(passed);
            }

            gradients[taken] = hasOne ? there : passed;
        }

        Gradient New(Storage storage)
        {
            held = checked(held + storage.Bytes);
            return new Gradient(storage.Bytes);
        }

        void Release(Gradient gradient)
        {
            if (--gradient.Holders == 0)
            {
                held -= gradient.Bytes;
            }
        }
    }

    private long Bytes(Value value) => value.HasBatch ? checked(value.Shape.Count.Evaluate(_lengths) * Width(value)) : 0;

    private static long Width(Value value) =>
        value.Type != ElementType.Number ? sizeof(long)
        : value.Precision == Precision.Full ? sizeof(float)
        : sizeof(short);

    // The memory of a tensor and of its views.
    private sealed class Storage(long bytes, bool isGiven = false)
    {
        public long Bytes { get; } = bytes;

        // Whether it comes from outside, so that nothing needs its gradient.
        public bool IsGiven { get; } = isGiven;

        public bool IsByPosition { get; init; }
    }

    private sealed class Gradient(long bytes)
    {
        public long Bytes { get; } = bytes;

        public int Holders { get; set; } = 1;
    }

    // An operation, or the loss, which takes and gives the result of the last.
    private sealed record Step(
        IReadOnlyList<Storage> Read,
        IReadOnlyList<Storage> Taken,
        IReadOnlyList<Storage> Given,
        long Workspace,
        bool PassesOn
    )
    {
        public bool IsLoss => Taken.Count == 0;
    }
}
