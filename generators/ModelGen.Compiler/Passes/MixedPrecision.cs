using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Passes;

/// <summary>
/// Makes a complete model compute in lower precision (Micikevicius et al. 2018, "Mixed precision training"): products in the model's
/// precision, on weights that are cast where they are used; exact operations in float32; all others in the precision of their inputs. The
/// weights themselves stay float32, and so do gradients, optimizer states and checkpoints.
/// </summary>
/// <remarks>
/// A cast comes right before the first operation that needs it and serves all later ones of its class. Inputs and outputs of every module
/// class are float32, so that any code may call it and the residual stream keeps full precision. That costs little, because norms need
/// float32 anyway and torch adds a low-precision branch to it without a separate cast.
/// </remarks>
internal static class MixedPrecision
{
    /// <summary>Changes the model's classes; a model in float32 stays as it is.</summary>
    /// <param name="model">The complete model.</param>
    public static void Apply(ModelGraph model)
    {
        if (model.Precision == Precision.Full)
        {
            return;
        }

        foreach (var graph in model.Classes.Append(model.Root).Where(static graph => graph.Operations.Count > 0))
        {
            new Casting(graph, model.Precision).Run();
        }
    }

    /// <summary>The precision that a layer works in, for the layer table.</summary>
    /// <param name="layer">Its operations.</param>
    /// <param name="precision">The model's precision.</param>
    public static string Of(IEnumerable<Operation> layer, string precision)
    {
        var operations = layer
            .SelectMany(static operation => operation.Callee?.Graph.Operations ?? [operation])
            .SelectMany(static operation => operation.Experts?.Elements[0].Operations ?? [operation])
            .ToList();
        var multiplies = operations.Any(static operation => operation.Op.NumericClass == NumericClass.Product);
        var takesNarrow =
            operations.All(static operation => IsOpen(operation.Op))
            && operations.Any(operation => operation.Output.Precision == precision);
        return multiplies || takesNarrow ? precision : Precision.Full;
    }

    // Whether an operation works in the precision of its inputs.
    private static bool IsOpen(Op op) => op.NumericClass is NumericClass.Any or NumericClass.View;

    private sealed class Casting(ModuleGraph graph, string precision)
    {
        private readonly List<Operation> _operations = [];
        private readonly Dictionary<(Operand Operand, string Precision), Value> _casts = [];

        public void Run()
        {
            foreach (var operation in graph.Operations)
            {
                _operations.Add(
                    operation.Op.NumericClass switch
                    {
                        NumericClass.Product => operation with
                        {
                            Operands = new EquatableArray<Operand>(
                                operation.Operands.Select(operand => Cast(operand, precision, operation.Origin))
                            ),
                        },
                        NumericClass.Exact => operation with
                        {
                            Operands = new EquatableArray<Operand>(
                                operation.Operands.Select(operand =>
                                    operand is Value ? Cast(operand, Precision.Full, operation.Origin) : operand
                                )
                            ),
                        },
                        _ => operation,
                    }
                );
                var isNarrow =
                    operation.Op.NumericClass == NumericClass.Product
                    || (IsOpen(operation.Op) && operation.Inputs.All(input => input.Precision == precision));
                foreach (var output in operation.Outputs)
                {
                    output.Precision = isNarrow ? precision : Precision.Full;
                }
            }

            graph.Output = (Value)Cast(graph.Output, Precision.Full, graph.Output.Origin);
            for (var i = 0; i < graph.SideOutputs.Count; i++)
            {
                var side = graph.SideOutputs[i];
                graph.SideOutputs[i] = side with { Value = (Value)Cast(side.Value, Precision.Full, side.Value.Origin) };
            }

            graph.Operations.Clear();
            graph.Operations.AddRange(_operations);
        }

        private Operand Cast(Operand operand, string wanted, int origin)
        {
            var value = operand as Value;
            if (value is not null && (value.Type != ElementType.Number || value.Precision == wanted))
            {
                return value;
            }

            if (!_casts.TryGetValue((operand, wanted), out var cast))
            {
                cast = new Value(operand.Shape, ElementType.Number, value?.Trail ?? graph.Input.Trail, origin)
                {
                    HasBatch = value?.HasBatch ?? false,
                    Precision = wanted,
                };
                _casts.Add((operand, wanted), cast);
                _operations.Add(
                    new Operation(new Cast(wanted), new EquatableArray<Operand>([operand]), new EquatableArray<Value>([cast]), origin)
                );
            }

            return cast;
        }
    }
}
