using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

/// <summary>What layers that take several tensors require of them.</summary>
internal static class Join
{
    /// <summary>Whether there are at least two inputs, all numbers; reports it if not.</summary>
    public static bool Check(LayerContext context)
    {
        if (context.Inputs.Count < 2)
        {
            context.Fail("needs two or more inputs; name them with 'from: [a, b]'");
            return false;
        }

        return context.HasNumbers()
            && context.Inputs.All(input =>
                input.Type == ElementType.Number || context.Fail($"needs numbers; it gets {input.Description}") is not null
            );
    }

    /// <summary>The shapes of the inputs in words.</summary>
    public static string Shapes(LayerContext context) =>
        string.Join(" and ", context.Inputs.Select(static input => input.Shape.ToString()));
}
