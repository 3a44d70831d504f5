using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Initialisers;

internal sealed class Uniform() : Initialiser("uniform", "U(-bound, bound)", Bound)
{
    private static readonly NumberParameter Bound = new("bound", "the largest absolute value") { Range = Language.Range.Positive, IsMain = true, IsRequired = true };

    public override string Example => "uniform: { bound: 0.1 }";

    public override string Statement(string tensor, IReadOnlyList<long> shape, Arguments arguments)
    {
        var bound = NumberParameter.Text(arguments.Get(Bound));
        return $"nn.init.uniform_({tensor}, low: -{bound}, high: {bound});";
    }
}
