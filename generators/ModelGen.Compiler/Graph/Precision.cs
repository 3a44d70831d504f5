using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>
/// Has a finished model compute in fewer bits (Micikevicius et al. 2018, "Mixed precision training"): products in the model's precision, on weights that
/// are cast where they are used; exact operations in float32; all others in whatever comes in. The weights themselves stay float32, and with them
/// gradients, optimizers and checkpoints.
/// </summary>
/// <remarks>
/// A cast stands right before the first operation that needs it and serves all later ones of its class. Every module class takes and gives float32: so
/// anyone may call it, and the stream that residuals add to is kept in full, which costs little, because norms want it so and torch adds a narrow branch to
/// it without an operation for the cast.
/// </remarks>
internal static class Precision
{
    /// <summary>The precision of models that do not say otherwise.</summary>
    public const string Full = "float32";

    /// <summary>Changes the model's classes; those of a model in float32 stay as they are.</summary>
    /// <param name="model">The model, complete.</param>
    /// <param name="precision">The word, which is also torch's name for the type.</param>
    public static ModelGraph Apply(ModelGraph model, string precision)
    {
        if (precision != Full)
        {
            foreach (var graph in model.Classes.Append(model.Root).Where(graph => graph.Operations.Count > 0))
            {
                new Casting(graph, precision).Run();
            }
        }

        return model with { Precision = precision };
    }

    /// <summary>In which precision a layer works, for the layer table; nothing where rows of its own say so.</summary>
    public static string Of(ModuleGraph graph, LayerRow row, string precision)
    {
        if (row.Inner is not null)
        {
            return "";
        }

        var operations = graph.Operations.Where(operation => operation.Origin == row.Origin).SelectMany(operation => operation.Callee?.Operations ?? [operation]).ToList();
        var multiplies = operations.Any(operation => operation.Arithmetic == Arithmetic.Product);
        var takesNarrow = operations.All(operation => operation.Arithmetic is Arithmetic.Any or Arithmetic.View) && operations.Any(operation => operation.Output.Precision == precision);
        return multiplies || takesNarrow ? precision : Full;
    }

    private sealed class Casting(ModuleGraph graph, string precision)
    {
        private readonly List<Operation> _operations = [];
        private readonly Dictionary<(Value Value, string Precision), Value> _casts = [];
        private readonly Dictionary<string, Value> _weights = new(StringComparer.Ordinal);

        public void Run()
        {
            foreach (var operation in graph.Operations)
            {
                _operations.Add(operation.Arithmetic switch
                {
                    Arithmetic.Product => Multiplying(operation),
                    Arithmetic.Exact => operation with { Inputs = Cast(operation.Inputs, Full, operation.Origin) },
                    _ => operation,
                });
                operation.Output.Precision = operation.Arithmetic == Arithmetic.Product || (operation.Arithmetic is Arithmetic.Any or Arithmetic.View && operation.Inputs.All(input => input.Precision == precision)) ? precision : Full;
            }

            graph.Output = Cast(graph.Output, Full, graph.Output.Origin);
            graph.Operations.Clear();
            graph.Operations.AddRange(_operations);
        }

        private Operation Multiplying(Operation operation)
        {
            var inputs = Cast(operation.Inputs, precision, operation.Origin);
            return operation.Product is not { } product
                ? operation with { Inputs = inputs }
                : operation with { Expression = product.Function, Inputs = new EquatableArray<Value>(inputs.Concat(product.Weights.Select(weight => Narrow(weight, operation.Origin)))) };
        }

        private EquatableArray<Value> Cast(EquatableArray<Value> values, string wanted, int origin) => new(values.Select(value => Cast(value, wanted, origin)));

        private Value Cast(Value value, string wanted, int origin)
        {
            if (value.Type != ElementType.Number || value.Precision == wanted)
            {
                return value;
            }

            if (!_casts.TryGetValue((value, wanted), out var cast))
            {
                cast = new Value(value.Shape, value.Type, value.Trail, origin) { HasBatch = value.HasBatch, Precision = wanted };
                _casts.Add((value, wanted), cast);
                _operations.Add(new Operation($"$0.to(torch.{wanted})", new EquatableArray<Value>([value]), cast, origin, Arithmetic.Any));
            }

            return cast;
        }

        private Value Narrow(Weight weight, int origin)
        {
            if (!_weights.TryGetValue(weight.CSharp, out var cast))
            {
                cast = new Value(weight.Shape, ElementType.Number, graph.Input.Trail, origin) { HasBatch = false, Precision = precision };
                _weights.Add(weight.CSharp, cast);
                _operations.Add(new Operation($"{weight.CSharp.TrimEnd('!')}!.to(torch.{precision})", default, cast, origin, Arithmetic.Any));
            }

            return cast;
        }
    }
}
