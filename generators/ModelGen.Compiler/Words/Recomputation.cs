using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words;

/// <summary>The mark of parts whose activations are recomputed in backward instead of being kept.</summary>
internal static class Recomputation
{
    /// <summary>Whether the part is marked; reports a mark on a part that cannot be computed twice with the same result.</summary>
    /// <param name="context">The layer.</param>
    /// <param name="elements">The classes of the part.</param>
    public static bool IsWanted(LayerContext context, IReadOnlyList<ModuleGraph> elements)
    {
        if (!context.Get(BlockWord.Recompute))
        {
            return false;
        }

        if (elements.Select(Changing).FirstOrDefault(static layer => layer is not null) is { } changing)
        {
            context.Report(
                Rules.Conflict,
                BlockWord.Recompute.Name,
                $"'{BlockWord.Recompute.Name}' cannot mark a part with {changing}, whose state changes each time it runs; move the layer "
                    + "out of the part, or remove the mark"
            );
        }

        if (elements.SelectMany(static element => element.SideInputs.Concat(element.SideOutputs)).FirstOrDefault() is { } side)
        {
            context.Report(
                Rules.Conflict,
                BlockWord.Recompute.Name,
                $"'{BlockWord.Recompute.Name}' cannot mark a part that also takes or gives '{side.Name}': only a part with one tensor in "
                    + "and one out can be recomputed; remove it"
            );
        }

        if (context.Model.IsDifferentiatedTwice)
        {
            context.Report(
                Rules.Conflict,
                BlockWord.Recompute.Name,
                $"'{BlockWord.Recompute.Name}' cannot mark a part of a discriminator: its gradient is differentiated again, which keeps "
                    + "every activation anyway; remove it"
            );
        }

        return true;
    }

    // The state that a forward pass changes is buffers.
    private static string? Changing(ModuleGraph graph) =>
        graph
            .Parts.Select(static part =>
                part.State.Any(static entry => entry.IsBuffer)
                    ? part.Summary
                    : part.Elements.Select(Changing).FirstOrDefault(static layer => layer is not null)
            )
            .FirstOrDefault(static layer => layer is not null);
}
