using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class GeluSpelling : Spelling<Gelu>
{
    protected override string Expression(Gelu op, Operands operands) => op.IsApproximate ? $"functional.gelu({operands[0]}, global::TorchSharp.Modules.GELU.Approximate.tanh)" : $"functional.gelu({operands[0]})";
}
