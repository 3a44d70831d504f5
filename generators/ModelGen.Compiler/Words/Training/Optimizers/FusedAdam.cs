using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Optimizers;

/// <summary>What adam and adamw share.</summary>
internal abstract class FusedAdam(string word, string summary, params Parameter[] parameters) : Optimizer(word, summary, parameters)
{
    protected static readonly PairParameter Betas = new(
        "betas",
        "how much of the running means of the gradient and of its square each step keeps"
    )
    {
        Range = Language.Range.Fraction,
        Default = (0.9, 0.999),
    };

    protected static readonly NumberParameter Epsilon = new("epsilon", "added to the root of the running mean square")
    {
        Range = Language.Range.Positive,
        Default = 1e-8,
    };

    // Both means.
    public sealed override long StateCount(Arguments arguments, Part holder, StateEntry parameter) => 2 * parameter.Count;
}
