using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words;

/// <summary>The mark of parts whose activations are computed again in backward instead of being kept.</summary>
internal static class Recomputation
{
    /// <summary>Whether the part is marked; reports a mark on what cannot be computed twice to the same end.</summary>
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
                $"'{BlockWord.Recompute.Name}' cannot mark a part with {changing}, whose state changes each time that it runs; "
                    + "take the layer out of the part, or the mark off it"
            );
        }

        if (elements.SelectMany(static element => element.SideInputs.Concat(element.SideOutputs)).FirstOrDefault() is { } side)
        {
            context.Report(
                Rules.Conflict,
                BlockWord.Recompute.Name,
                $"'{BlockWord.Recompute.Name}' cannot mark a part that takes or gives '{side.Name}' besides: only what its layers "
                    + "make of one tensor is computed again; remove it"
            );
        }

        if (context.Model.IsDifferentiatedTwice)
        {
            context.Report(
                Rules.Conflict,
                BlockWord.Recompute.Name,
                $"'{BlockWord.Recompute.Name}' cannot mark a part of a discriminator: where its gradient is differentiated again, "
                    + "every activation is kept all the same; remove it"
            );
        }

        return true;
    }

    // Buffers are what a forward changes.
    private static string? Changing(ModuleGraph graph) =>
        graph
            .Parts.Select(static part =>
                part.State.Any(static entry => entry.IsBuffer)
                    ? part.Summary
                    : part.Elements.Select(Changing).FirstOrDefault(static layer => layer is not null)
            )
            .FirstOrDefault(static layer => layer is not null);
}
