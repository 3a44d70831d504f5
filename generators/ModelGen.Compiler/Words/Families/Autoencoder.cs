using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Words.Objectives;

namespace ModelGen.Compiler.Words.Families;

/// <summary>The half that all autoencoders share: from a code back to p(x | code).</summary>
internal static class Autoencoder
{
    /// <summary>Adds the decoder, which must give the data's shape, and the likelihood of samples given its output.</summary>
    /// <returns>The decoder's output; null if it cannot be built, or the objective is missing.</returns>
    public static Value? Decoder<T>(
        RolesBuilder roles,
        Arguments arguments,
        LayersParameter decoder,
        Shape input,
        Shape sample,
        string family,
        WordParameter<T> objective,
        Trail? before = null
    )
        where T : ReconstructionObjective
    {
        var graph = arguments.TryGet(decoder, out var layers) ? roles.Role(decoder.Name, layers, input, before) : null;
        var fitting = roles.Gives(
            decoder.Name,
            graph,
            $"the decoder of a {family}",
            shape => shape.Equals(sample),
            $"the data's shape {sample}"
        )
            ? graph
            : null;
        if (!arguments.TryGet(objective, out var goal))
        {
            return null;
        }

        var likelihood = goal.Definition.Reconstruction(goal.Arguments);
        if (likelihood.Definition.Misfit(roles.Data.Range) is { } misfit)
        {
            roles.Report(objective.Name, $"'{likelihood.Definition.Word}' {misfit}");
            return null;
        }

        roles.Model.WarnOfSquashing(fitting, likelihood.Definition.Word, likelihood.Definition.OfLogits);
        if (likelihood.Definition.OfLogits is null && roles.Data.Range is { } range)
        {
            var values = new Interval(range.Low, range.High);
            roles.Model.WarnOfRange(fitting, values, $"the data have {OutputBounds.Words(values)}");
        }

        roles.Add("likelihood", likelihood.Definition.Op(likelihood.Arguments), [sample, sample], likelihood.Definition.State);
        return graph?.Output;
    }
}
