using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class CastSpelling : Spelling<Cast>
{
    protected override string Expression(Cast op, Operands operands) => $"{operands[0]}.to(torch.{op.Precision})";
}
