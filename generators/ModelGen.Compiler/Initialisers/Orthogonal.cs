using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Initialisers;

internal sealed class Orthogonal() : Initialiser("orthogonal", "gain times a matrix with orthonormal rows or columns: Saxe et al. 2014", Gain)
{
    private static readonly NumberParameter Gain = new("gain", "a factor, such as sqrt(2) before relu") { Range = Language.Range.Positive, IsMain = true, Default = 1 };

    public override string Example => "orthogonal: { gain: sqrt(2) }";

    public override string Statement(string tensor, IReadOnlyList<long> shape, Arguments arguments) =>
        $"nn.init.orthogonal_({tensor}, gain: {Gain.ToCSharp(arguments.Get(Gain))});";
}
