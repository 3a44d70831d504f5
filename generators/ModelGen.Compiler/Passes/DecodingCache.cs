using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Passes;

/// <summary>The keys and values that a model keeps of one sequence while it writes a text, in bytes; they are float32.</summary>
/// <param name="OfToken">For each token.</param>
/// <param name="Context">How many tokens a sequence has at most.</param>
/// <param name="OfMemory">For a whole source that the decoder attends to, of the longest length.</param>
internal sealed record DecodingCache(long OfToken, long Context, long OfMemory)
{
    /// <summary>For a sequence of the longest length.</summary>
    public long OfSequence => checked((OfToken * Context) + OfMemory);

    /// <summary>Of a model; null where it keeps none.</summary>
    /// <param name="model">The complete model.</param>
    public static DecodingCache? Of(ModelGraph model)
    {
        var decoding = DecodingSteps.Of(model);
        if (!decoding.IsPossible)
        {
            return null;
        }

        var (ofToken, ofMemory) = (0L, 0L);
        Add(model.Decoder!);
        return new DecodingCache(ofToken, model.Data.Context, ofMemory);

        void Add(ModuleGraph graph)
        {
            foreach (var operation in decoding.StepOf(graph)!.Operations)
            {
                switch (operation.Op)
                {
                    case Attention:
                        var (key, value) = (operation.Operands[1].Shape, operation.Operands[2].Shape);
                        ofToken = checked(ofToken + Bytes(key.With(1, 1)) + Bytes(value.With(1, 1)));
                        break;
                    case Remember:
                        ofMemory = checked(ofMemory + Bytes(operation.Operands[0].Shape) + Bytes(operation.Operands[1].Shape));
                        break;
                    case Call:
                        Add(operation.Callee!.Graph);
                        break;
                }
            }
        }

        long Bytes(Shape shape) => checked(shape.Count.Evaluate(model.Data.Longest) * sizeof(float));
    }
}
